"""`drip up`: the whole service in one process, until Ctrl+C."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.output import note, say, strong
from drip.cli.table import describe
from drip.cli.words import count, moment, no_postal_address

if TYPE_CHECKING:
    from drip.cli.desk import Desk
    from drip.clock import Clock
    from drip.config import Settings
    from workers.run import Running


def up(
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where to listen (DRIP_HOST).")] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65_535, help="The port; 0: any (DRIP_PORT).")
    ] = None,
) -> None:
    """Run the whole service here: scheduler, workers, mail that comes in and the public pages, until Ctrl+C.

    It makes its database, keeps letters in a maildir while there is no mailbox, and says what to type next. Where mail
    comes in by says `drip inbound --help`.
    """
    from drip.cli.desk import at_desk
    from drip.config import load_settings
    from drip.serve import open_web
    from workers.run import run

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = load_settings(**given)
    scene = at_desk(_look)
    run(settings, lambda running: _tell(settings, running, scene), open_web, scene.clock)
    note("Stopped. Nothing is lost: what was on its way goes on at the next start.")


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is in the database when the service starts. `clock` None: time runs as it does."""

    clock: "Clock | None"
    database: str
    mailboxes: int
    addressless: tuple[str, ...]  # mailboxes that have no postal address
    reps: int
    prospects: int
    campaigns: tuple[str, ...]


async def _look(desk: "Desk") -> Scene:
    from drip.actions.listings import Page, list_campaigns, list_mailboxes, list_prospects, list_reps
    from drip.clock import SystemClock
    from drip.store.failures import shown
    from drip.wiring import find_clock

    clock, boxes = await find_clock(desk.store), await list_mailboxes(desk.store)
    file = desk.settings.database_file
    return Scene(
        clock=None if isinstance(clock, SystemClock) else clock,
        database=str(file) if file else shown(desk.store.url),
        mailboxes=len(boxes),
        addressless=tuple(box.name for box in boxes if not box.postal_address),
        reps=len(await list_reps(desk.store)),
        prospects=len(await list_prospects(desk.store, Page(limit=1))),
        campaigns=tuple(one.key for one in await list_campaigns(desk.store)),
    )


def _tell(settings: "Settings", running: "Running", scene: Scene) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{running.port}"
    say(strong(f"drip is up: {address}") + "  (Ctrl+C stops it)")
    say()
    letters = (
        f"go out from {count(scene.mailboxes, 'mailbox', 'mailboxes')}"
        if scene.mailboxes
        else f"no mailbox yet, so they are kept in the maildir {settings.maildir}/"
    )
    mail = ", ".join(running.service.takes_in)
    comes_in = [("Mail comes in by", mail)] if mail else []
    links = ("Links lead to", settings.public_url)
    describe([("Database", scene.database), ("Letters", letters), *comes_in, links])
    for line in (*_warnings(settings, running, scene), *_next(scene)):
        say(line)
    sys.stdout.flush()


def _warnings(settings: "Settings", running: "Running", scene: Scene) -> Iterator[str]:
    """What a person should know before relying on it."""
    back = running.rescued
    if back.due or back.uncertain:
        yield ""
        yield f"Taken back from a process that died: {count(back.due, 'letter')} due again, {back.uncertain} uncertain."
    here = ("127.", "localhost", "[::1]")
    at_home = settings.public_url.partition("://")[2].startswith(here)
    if at_home and not settings.public_url.endswith(f":{running.port}"):
        yield ""
        yield f"Links in letters lead to {settings.public_url}, but this is port {running.port}: set DRIP_PUBLIC_URL."
    for name in scene.addressless:
        yield ""
        yield no_postal_address(name)
    if scene.clock is not None:
        yield ""
        yield (
            f"This database has a clock of its own, which stands at {moment(scene.clock.now())} UTC, as a demo left "
            "it. Look around; time does not go on here."
        )


def _next(scene: Scene) -> Iterator[str]:
    """What to type next, in the order it is needed."""
    steps = [
        (not scene.campaigns, "drip campaign publish monthly-value"),
        (not scene.reps, 'drip rep add kim@example.com --name "Kim Lee"'),
        (not scene.mailboxes, "drip mailbox add kim --rep kim@example.com --address kim@example.com --host HOST"),
        (not scene.prospects, "drip prospect import contacts.csv"),
        (not scene.prospects, 'drip enroll ann@example.com --tried-to-disqualify --hot-button "unplanned stops"'),
        (bool(scene.prospects), "drip recall list"),
        (bool(scene.prospects), "drip enrollment list"),
    ]
    yield ""
    yield "Next, in another terminal:"
    yield from (f"  {words}" for wanted, words in steps if wanted)
