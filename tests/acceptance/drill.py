"""A drill: nine letters over one connection of the real service, while the server misbehaves once."""

import asyncio
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from drip.domain.send import State
from drip.store import facts, mailboxes, sends
from drip.store.tables import enrollments
from tests.acceptance.engine_scene import prepare
from tests.acceptance.place import Place
from tests.servers.smtp import Hook, Reply, SmtpPeer

TUESDAY = datetime(2026, 3, 10, 14, tzinfo=UTC)  # Tuesday 10 March 2026, 10:00 in New York
AT_ONCE = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True)
class Letter:
    """What became of one letter: its state, how often the mail came, and what its timeline says."""

    state: State
    came: int
    told: tuple[tuple[str, str | None], ...]
    state_of_file: str


class Drill(AbstractContextManager["Drill"]):
    """The service and its mail server, while they run. Deferred letters are tried again at once."""

    def __init__(self, where: Place | Path, letters: int = 9, hook: Hook | None = None, **settings: Any) -> None:
        """Not started yet. `settings` are the service's; one connection unless they say more. A folder is the
        place of the embedded service. With a `certificate` the peer offers STARTTLS, and the mailbox wants it."""
        place = where if isinstance(where, Place) else Place(where)
        certificate = settings.pop("certificate", None)
        self.peer = SmtpPeer(hook=hook, certificate=certificate)
        security = "starttls" if certificate else "none"
        self.sheet = asyncio.run(prepare(place.url, letters, TUESDAY, self.peer, security=security))
        known: dict[str, Any] = {"connections": 1, "tick": AT_ONCE, "retry_first": AT_ONCE, "retry_most": AT_ONCE}
        self.service = place.make_service(TUESDAY, **known | settings)
        self.store = self.service.wired.store

    def __enter__(self) -> "Drill":
        self.service.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.service.stop()
        self.peer.stop()

    def run(self, work: Any) -> Any:
        """Do something on the service's loop, and wait for it."""
        return self.service.run(work, 60)

    def idle(self) -> datetime | None:
        """Wait until nothing is left to do now, as long as something happens; when something is next."""
        idle = self.service.submit(self.service.idle())
        while True:
            before = len(self.peer.said)
            try:
                return idle.result(60)
            except TimeoutError:
                if len(self.peer.said) == before:
                    raise

    def letters(self) -> list[Letter]:
        """What became of each, in the order they were enrolled."""
        came = Counter(mail.recipients[0] for mail in self.peer.received)
        found: list[Letter] = self.run(self._letters(came))
        return found

    def mailbox(self) -> mailboxes.Mailbox:
        """The mailbox as it stands."""

        async def look() -> mailboxes.Mailbox | None:
            async with self.store.reading() as unit:
                return await mailboxes.get(unit, self.sheet.mailbox_id or 0)

        found: mailboxes.Mailbox = self.run(look())
        return found

    async def _letters(self, came: Counter[str]) -> list[Letter]:
        made = []
        async with self.store.reading() as unit:
            for ident, email in zip(self.sheet.enrollment_ids, self.sheet.emails, strict=True):
                [send] = await sends.of_enrollment(unit, ident)
                told = tuple((one.what, one.reason) for one in await facts.of_enrollment(unit, ident))
                state = await unit.value(select(enrollments.c.state).where(enrollments.c.id == ident))
                made.append(Letter(send.state, came[email], told, str(state)))
        return made


def once(phase: str, reply: Reply, *, after: int = 0) -> Hook:
    """A hook that answers like this in one phase, once, after it was asked so many times; else as usual."""
    asked = Counter[str]()

    def hook(heard: str, _argument: str) -> Reply:
        asked[heard] += 1
        return reply if heard == phase and asked[heard] == after + 1 else None

    return hook
