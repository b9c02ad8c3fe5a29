"""What a check finds in campaigns and templates: level, file, line, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from drip.domain.errors import DripError


class Level(StrEnum):
    """An error stops publishing; a warning is for a person to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `line` counts from 1; the message says what is wrong and what to do."""

    level: Level
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.message}"


class LetterError(DripError):
    """A letter cannot be made of its templates; `findings` (never empty) say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


def error(file: str, line: int, message: str) -> Finding:
    """A finding that stops publishing."""
    return Finding(Level.ERROR, file, line, message)


def warning(file: str, line: int, message: str) -> Finding:
    """A finding for a person to weigh."""
    return Finding(Level.WARNING, file, line, message)
