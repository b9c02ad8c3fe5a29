"""Ways out that only keep the letters: in memory, or in a maildir to look at."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drip.domain.outcome import Kind, Outcome, Phase
from drip.outbound.letter import Letter
from drip.outbound.transport import WITHDRAWN, Account, Following, Mark, Wire, nothing


@dataclass(frozen=True, slots=True)
class MemoryShelf:
    """Keeps letters in a list, in the order they were accepted."""

    letters: list[Letter] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, account: Account | None = None) -> AsyncIterator[Wire]:
        """Itself; the account does not matter."""
        yield self

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Keep the letter, unless the mark is refused."""
        if not await mark():
            return WITHDRAWN
        self.letters.append(letter)
        return Outcome(Kind.ACCEPTED, Phase.BODY, 250, "2.0.0", "kept in memory")

    def leave(self) -> None:
        """No letter was asked for in advance."""


@dataclass(frozen=True, slots=True)
class MaildirShelf:
    """Keeps letters as files in a maildir, byte for byte; each appears whole or not at all.

    A file is named after its send, and a repeat after its number, so that a letter sent twice is
    seen at a glance: "send-0000000017.eml", "send-0000000017.again-2.eml"; that of a notice, whose
    number is below zero, is "notice-0000000005.eml".
    """

    folder: Path

    @asynccontextmanager
    async def open(self, account: Account | None = None) -> AsyncIterator[Wire]:
        """Itself, with its folders made; the account does not matter."""
        await asyncio.to_thread(self._make_folders)
        yield self

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Write the letter to disk, unless the mark is refused. A full disk defers it."""
        if not await mark():
            return WITHDRAWN
        try:
            name = await asyncio.to_thread(self._keep, letter)
        except OSError as error:
            return Outcome(Kind.DEFERRED, Phase.BODY, text=f"could not be written: {error.strerror}")
        return Outcome(Kind.ACCEPTED, Phase.BODY, 250, "2.0.0", f"kept as {name}")

    def leave(self) -> None:
        """No letter was asked for in advance."""

    def _make_folders(self) -> None:
        for part in ("tmp", "new", "cur"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)

    def _keep(self, letter: Letter) -> str:
        """The name under which the letter now stands in new/."""
        stem = f"send-{letter.send_id:010}" if letter.send_id > 0 else f"notice-{-letter.send_id:010}"
        draft = self.folder / "tmp" / f"{stem}.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(letter.data)
            file.flush()
            os.fsync(file.fileno())
        try:
            return self._link(draft, stem)
        finally:
            draft.unlink()

    def _link(self, draft: Path, stem: str) -> str:
        """Put the finished file in place under the first free name of its send."""
        names = (f"{stem}.eml", *(f"{stem}.again-{n}.eml" for n in range(2, 1000)))
        for name in names:
            if not (self.folder / "cur" / name).exists():
                try:
                    os.link(draft, self.folder / "new" / name)
                except FileExistsError:
                    continue
                return name
        raise FileExistsError(17, f"{stem} was written a thousand times")
