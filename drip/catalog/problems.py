"""What is wrong in a file somebody wrote: every problem at once, each with file, line and key."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from drip.catalog.lines import Path, line_of, locate
from drip.domain.errors import DripError

_CURLY = re.compile("[“”„‘’]")
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


class CampaignFileError(DripError):
    """One thing wrong in a campaign or scenario file: `file`, `line` (from 1), `key`, `message`."""

    def __init__(self, file: str, line: int, key: str, message: str) -> None:
        where = f"{file}:{line}: " + (f"{key}: " if key else "")
        super().__init__(where + message)
        self.file, self.line, self.key, self.message = file, line, key, message


class CampaignFileErrors(CampaignFileError):
    """All the things wrong in a file, in `errors` by line. The text has a line for each."""

    def __init__(self, errors: list[CampaignFileError]) -> None:
        first = errors[0]
        super().__init__(first.file, first.line, first.key, first.message)
        self.errors = tuple(errors)
        self.args = ("\n".join(str(error) for error in errors),)


@dataclass
class Problems:
    """The problems found so far in one file; `lines` comes from `lines.locate`."""

    file: str
    lines: Mapping[Path, int] = field(default_factory=dict)
    errors: list[CampaignFileError] = field(default_factory=list)

    def add(self, path: Path, message: str) -> None:
        """Keep a problem with the thing at `path`."""
        self.errors.append(CampaignFileError(self.file, line_of(path, self.lines), dotted(path), message))

    def add_first(self, paths: tuple[Path, ...], message: str) -> None:
        """Keep a problem between several things with the first that is written in the file."""
        self.add(next((path for path in paths if path in self.lines), paths[0]), message)

    def raise_any(self) -> None:
        """Raise CampaignFileErrors if anything was found."""
        if self.errors:
            raise CampaignFileErrors(sorted(self.errors, key=self._place))

    def _place(self, error: CampaignFileError) -> tuple[bool, str, int]:
        return error.file != self.file, error.file, error.line


def dotted(path: Path) -> str:
    """The path as people write it: `recall.opted_in`, `steps[2].after` (steps counted from 1)."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def read_text(path: FilePath) -> str:
    """The text of a file in UTF-8. Raises CampaignFileErrors when there is none to read."""
    try:
        return path.read_text("utf-8-sig")  # some editors put a mark before the text
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot be read: {reason}. Give the path of a scenario or campaign file."
    except UnicodeDecodeError:
        message = "is no text in UTF-8. Give a scenario or campaign file written in a text editor."
    raise CampaignFileErrors([CampaignFileError(str(path), 1, "", message)])


def read_toml(text: str, file: str) -> tuple[dict[str, Any], Problems]:
    """The table a TOML text holds, and an empty list of problems that knows its lines.

    Raises CampaignFileErrors when the text is no TOML at all.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error))
        curly = _CURLY.search("".join(text.splitlines()[line - 1 : line]))
        hint = f'Write straight quotes, ", in place of {curly[0]}' if curly else "Texts stand in quotes, lists in [ ]"
        message = f"this is not TOML: {reason}. {hint}."
        raise CampaignFileErrors([CampaignFileError(file, line, "", message)]) from error
    return table, Problems(file, locate(text))
