"""`drip rep calendar`: where a rep's private calendar of calls is."""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from drip.cli.options import Json
from drip.cli.output import note, say, say_json

if TYPE_CHECKING:
    from drip.actions.rep_calendar import RepCalendar
    from drip.cli.desk import Desk

_HERE = ("127.0.0.1", "localhost", "::1")
_RENEW = "Make a new address; the old one, and the links in all mails to this rep so far, open nothing any more."


def calendar(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The rep's address.")],
    renew: Annotated[bool, typer.Option("--renew", help=_RENEW)] = False,
    json: Json = False,
) -> None:
    """Show the private address of a rep's calendar: every call that is owed, in Google, Outlook or Apple Calendar.

    Who has the address sees the calls and can record what came of them: it belongs to this rep alone.
    """
    from drip.actions.happen import Context
    from drip.actions.link_recalls import Signing
    from drip.actions.rep_calendar import renew_links, rep_calendar
    from drip.cli.desk import at_desk
    from drip.wiring import load_secret

    async def work(desk: "Desk") -> "RepCalendar":
        signing = Signing(desk.settings.public_url, load_secret(desk.settings))
        if renew:
            return await renew_links(desk.store, signing, email, Context("cli"), desk.now)
        return await rep_calendar(desk.store, signing, email)

    found = at_desk(work)
    if json:
        say_json(found)
        return
    say(found.address)
    if renew:
        note(f"The old address of {found.name}, and the links in the mails so far, open nothing any more.")
    note("Subscribe to it by its address (Google: From URL; Outlook: Subscribe from web; Apple: New Calendar")
    note("Subscription). It is private: whoever has it can act for this rep. `--renew` makes another.")
    if urlsplit(found.address).hostname in _HERE:
        note("Only programs on this machine reach it: DRIP_PUBLIC_URL says where `drip web` is reached from outside.")
