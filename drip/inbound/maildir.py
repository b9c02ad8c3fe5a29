"""A maildir mail comes in by: what a mail server puts into new/ is handled and moved to cur/ (maildir(5))."""

import asyncio
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from drip.inbound.source import Handle, Incoming

log = structlog.get_logger()
LOOK_EVERY = 1.0  # seconds
_AGAIN_AFTER = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds until a mail that failed is tried again; the last one repeats
_ENOUGH = 5  # mails in a row that failed: whatever keeps them is away, and is asked again in a while
_SEEN = ":2,S"


class _UnreadableError(Exception):
    """A file in new/ is no mail that can be read; the text says why."""


@dataclass(slots=True)
class _Trouble:
    """A mail that failed: how often, and when it is tried again, as the event loop counts."""

    times: int = 0
    until: float = 0.0


@dataclass(slots=True)
class MaildirSource:
    """The folder a mail server delivers to. Mails go to cur/ once they are kept for good; those that fail stay in new/.

    A process that is killed in between handles a mail again, which `handle` knows. Several may look at one folder.
    """

    folder: Path
    largest: int  # octets; a larger file is left where it is
    _failed: dict[str, _Trouble] = field(default_factory=dict)
    _away: bool = False

    @property
    def name(self) -> str:
        """As it stands in log lines."""
        return f"maildir {self.folder}"

    async def run(self, handle: Handle, stop: asyncio.Event) -> None:
        """Take in what lies in new/, each second, the oldest first, until `stop` is set."""
        while not stop.is_set():
            in_vain = 0
            for file in await self._look():
                if self._is_due(file.name):
                    in_vain = 0 if await self._take(file, handle) else in_vain + 1
                if stop.is_set() or in_vain == _ENOUGH:
                    break
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)

    async def _look(self) -> list[Path]:
        """The mails there are. A folder that cannot be read is told once, and looked at again."""
        try:
            found = await asyncio.to_thread(_mails_of, self.folder)
        except OSError as error:
            if not self._away:
                log.warning("source.away", source=self.name, why=error.strerror)
            self._away = True
            return []
        if self._away:
            log.warning("source.back", source=self.name)
        self._away = False
        names = {file.name for file in found}
        self._failed = {name: trouble for name, trouble in self._failed.items() if name in names}
        return found

    def _is_due(self, name: str) -> bool:
        trouble = self._failed.get(name)
        return trouble is None or trouble.until <= asyncio.get_running_loop().time()

    async def _take(self, file: Path, handle: Handle) -> bool:
        """Handle one mail and move it; False for one that failed, which is tried again, later each time."""
        try:
            await handle(Incoming(await asyncio.to_thread(_read, file, self.largest)))
            await asyncio.to_thread(_move, file)
        except FileNotFoundError:
            return True  # somebody else has handled it
        except Exception as error:  # noqa: BLE001 - whatever it is, the mail is not kept, and the others go on
            self._fail(file.name, error)
            return False
        self._failed.pop(file.name, None)
        return True

    def _fail(self, name: str, error: Exception) -> None:
        trouble = self._failed.setdefault(name, _Trouble())
        if not trouble.times:
            why = getattr(error, "strerror", None) or str(error) if _is_of_the_file(error) else type(error).__name__
            log.warning("mail.waits", source=self.name, file=name, why=why)
        wait = _AGAIN_AFTER[min(trouble.times, len(_AGAIN_AFTER) - 1)]
        trouble.times += 1
        trouble.until = asyncio.get_running_loop().time() + wait


def _is_of_the_file(error: Exception) -> bool:
    """Else it is of what handles mails, and may speak of people."""
    return isinstance(error, OSError | _UnreadableError)


def _mails_of(folder: Path) -> list[Path]:
    """What lies in new/, the oldest first; the three folders are made where they are missing."""
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    return [path for _, path in sorted(_dated(folder / "new"))]


def _dated(folder: Path) -> Iterator[tuple[float, Path]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # somebody else has handled it
            if not path.name.startswith("."):
                yield path.lstat().st_mtime, path


def _read(file: Path, largest: int) -> bytes:
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise _UnreadableError("it is no file")
    if found.st_size > largest:
        raise _UnreadableError(f"it has {found.st_size} octets; {largest} are taken (DRIP_LARGEST_MAIL)")
    return file.read_bytes()


def _move(file: Path) -> None:
    """To cur/, as one that was seen."""
    file.rename(file.parent.parent / "cur" / f"{file.name.partition(':')[0]}{_SEEN}")
