"""The stage of the demo: the real service on a clock that jumps, its database and its team, in one folder."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from drip.actions.add_mailbox import add_mailbox
from drip.actions.add_rep import add_rep
from drip.actions.import_prospects import ImportOptions, import_prospects
from drip.actions.importing.report import ImportReport
from drip.actions.publish import Publishing, publish
from drip.catalog.files import CAMPAIGNS, TEMPLATES
from drip.cli.demo.folder import DATABASE
from drip.cli.demo.team import POSTAL_ADDRESS, PROFILE, SELLER, TEAM, signature
from drip.clock import ControlledClock
from drip.config import Settings, load_settings
from drip.domain.errors import DripError
from drip.domain.return_path import TAGGED
from drip.serve import listen, make_server
from drip.store.engine import Store
from drip.store.mailboxes import NewMailbox
from drip.store.migrations import upgrade
from drip.store.reps import NewRep
from drip.wiring import wire
from workers import log
from workers.embedded import Service

CAMPAIGN = "monthly-value"
_A_MOMENT = timedelta(milliseconds=50)  # of machine time, before a letter that was put off is tried again
_LOOK = timedelta(milliseconds=100)
_PATIENCE = 180.0  # seconds of machine time for what is due at one moment

T = TypeVar("T")


class StageError(DripError):
    """The service does not do what it should; the demo cannot go on."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The service while it runs. Everything is done on its loop, from the thread that drives the clock."""

    service: Service
    clock: ControlledClock
    port: int  # of the public pages

    @property
    def now(self) -> datetime:
        """Business time, aware UTC."""
        return self.clock.now()

    @property
    def takes_mail_at(self) -> str:
        """Where it takes mail in, such as "lmtp://127.0.0.1:8024"."""
        return next(one for one in self.service.takes_in if one.startswith("lmtp:"))

    @property
    def store(self) -> Store:
        """The service's own database."""
        return self.service.wired.store

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something as a command would, on the service's loop."""
        return self.service.run(work)

    def move(self, to: datetime) -> datetime | None:
        """Let it be `to`, and wait until everything that is due by then is done; when the next thing is due."""
        try:
            return self.service.run(self._move(to), _PATIENCE)
        except TimeoutError:
            raise StageError(
                f"The demo stands still at {to:%d %B %Y %H:%M} UTC: the service did not finish what is due. That is "
                "a bug of drip; please report it. What was played so far is kept."
            ) from None

    def jump(self, to: datetime) -> None:
        """Let it be `to`, before which nothing is due: the last `move` said so."""
        if to > self.now:
            self.service.run(self.service.jump(to, look=False))

    async def _move(self, to: datetime) -> datetime | None:
        if to > self.clock.now():
            await self.service.jump(to, look=False)
        return await self.service.idle()


def settings_in(folder: Path) -> Settings:
    """The settings of a demo in `folder`: letters that were put off are tried again at once, and nothing happens by
    the clock of this machine, lest the same seed tells two stories."""
    return load_settings(
        database_url=f"sqlite+aiosqlite:///{folder / DATABASE}",
        maildir=folder / "shelf",
        port=0,
        listen="lmtp://127.0.0.1:0",  # what the people write comes in here
        notices=False,  # the reps of the demo look for themselves
        complaints_pause=0,  # brakes look each half a minute, in which weeks go by here
        complaints_warn=0,
        bounces_pause=0,
        log="error",
        tick=_LOOK,
        connections=1,
        retry_first=_A_MOMENT,
        retry_most=_A_MOMENT,
    )


def raise_curtain(folder: Path, start: datetime) -> Stage:
    """Make the database in `folder` and start the service, at `start`. To be ended with `drop_curtain`."""
    settings = settings_in(folder)
    log.set_up(settings.log)
    asyncio.run(upgrade(settings.database_url))
    clock = ControlledClock(start)
    wired = wire(settings, clock)
    found = listen(settings.host, settings.port)
    service = Service(wired)
    service.start(make_server(wired), [found])
    return Stage(service, clock, found.getsockname()[1])


def drop_curtain(stage: Stage) -> None:
    """Stop the service in good order."""
    stage.service.stop()


async def set_up_team(stage: Stage, smtp_port: int) -> list[int]:
    """Add the reps, each with a mailbox at the demo's mail server; their ids."""
    ids = []
    for one in TEAM:
        rep = NewRep(one.name, one.email, one.title, one.phone, signature(one), one.zone)
        ids.append((await add_rep(stage.store, rep, stage.now)).id)
        box = NewMailbox(
            name=one.box,
            address=one.email,
            host="127.0.0.1",
            port=smtp_port,
            security="none",
            from_name=f"{one.name}, {SELLER}",
            time_zone=one.zone,
            postal_address=POSTAL_ADDRESS,
            bounces_to=TAGGED,
        )
        await add_mailbox(stage.store, box, stage.now, owner=one.email)
    return ids


async def publish_starter(stage: Stage, folder: Path) -> None:
    """Publish the starter campaign with this team's profile added; the file is kept in `folder`."""
    path = folder / f"{CAMPAIGN}.toml"
    starter = (CAMPAIGNS / path.name).read_text("utf-8")
    path.write_text(starter if "[profile]" in starter else starter + PROFILE, "utf-8")
    await publish(stage.store, Publishing(path, TEMPLATES), stage.now)


async def take_in(stage: Stage, export: Path, issues: Path) -> ImportReport:
    """Import the CRM's export; every bad row is told in `issues`. The names under .example are let in."""
    return await import_prospects(stage.store, export, ImportOptions(reserved=True, report=issues), stage.now)
