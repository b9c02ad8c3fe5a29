"""Read one table of a TOML file key by key; what is wrong goes to the list of problems."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any, TypeVar

from drip.catalog.lines import Path
from drip.catalog.problems import Problems
from drip.domain.duration import Duration, parse_cadence, parse_duration
from drip.domain.errors import DurationError

_Choice = TypeVar("_Choice", bound=StrEnum)
_Kind = TypeVar("_Kind")


class Table:
    """One TOML table. Each read names a key; `finish` reports the keys that nobody asked for.

    A read of an absent or a wrong key gives the default, so that reading goes on to the end.
    """

    def __init__(self, values: Mapping[str, Any], path: Path, problems: Problems, outer: "Table | None" = None) -> None:
        self.values, self.path, self.problems, self.outer = values, path, problems, outer
        self._asked: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the key is written in the file."""
        return key in self.values

    def wrong(self, key: str | int, message: str) -> None:
        """Report the key."""
        self.problems.add((*self.path, key), message)

    def value(self, key: str, kind: type[_Kind], allowed: str) -> _Kind | None:
        """The raw value if it is of that type; `allowed` says in words what may stand there."""
        self._asked.append(key)
        found = self.values.get(key)
        if found is None:
            return None
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            self.wrong(key, f"{_shown(found)} cannot stand here. Write {allowed}.")
            return None
        return found

    def skip(self, key: str) -> None:
        """Let the key stand; somebody else reads it."""
        self._asked.append(key)

    def need(self, key: str, what: str) -> None:
        """Report the key as missing unless it is there."""
        if key not in self.values:
            self.problems.add(self.path or (), f'"{key}" is missing: {what}.')

    def text(self, key: str, default: str = "") -> str:
        """A text that is not empty."""
        found = self.value(key, str, "a text in quotes")
        if found is not None and not found.strip():
            self.wrong(key, "is empty. Write a text, or leave the key out.")
            return default
        return default if found is None else found.strip()

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        found = self.value(key, bool, "true or false, without quotes")
        return default if found is None else found

    def whole(self, key: str, default: int, least: int) -> int:
        """A whole number, at least `least`."""
        found = self.value(key, int, f"a whole number from {least} on")
        if found is not None and found < least:
            self.wrong(key, f"{found} is too small. Write a whole number from {least} on.")
            return default
        return default if found is None else found

    def choice(self, key: str, default: _Choice) -> _Choice:
        """One of the words of the enumeration that `default` belongs to."""
        words = " or ".join(f'"{word}"' for word in type(default))
        return self.parsed(key, default, type(default), words)

    def duration(self, key: str, default: Duration | None) -> Duration | None:
        """A duration such as "6 weeks"."""
        return self.parsed(key, default, parse_duration, 'a duration, such as "6 weeks"')

    def days(self, key: str, default: Duration) -> Duration:
        """A duration that must be counted in days or business days (CAMPAIGN, "Impossible")."""
        found = self.duration(key, default) or default
        if not found.in_days:
            self.wrong(
                key,
                f'"{found}" cannot be: write days or business days, such as "10 business days".',
            )
            return default
        return found

    def cadence(self, key: str, default: Duration | None) -> Duration | None:
        """A cadence such as "monthly" or "every 6 weeks" (R7)."""
        return self.parsed(key, default, parse_cadence, '"monthly", "quarterly" or "every 6 weeks"')

    def parsed(self, key: str, default: _Kind, parse: Callable[[str], _Kind], allowed: str) -> _Kind:
        """A text that `parse` understands, which raises DurationError or ValueError."""
        found = self.value(key, str, allowed)
        if found is None:
            return default
        try:
            return parse(found)
        except DurationError as error:
            self.wrong(key, str(error))
        except ValueError:
            self.wrong(key, f'"{found}" is not allowed here. Write {allowed}.')
        return default

    def texts(self, key: str, default: tuple[str, ...], fits: Callable[[str], object], allowed: str) -> tuple[str, ...]:
        """A list of texts for which `fits` is true, each once."""
        found = self.value(key, list, f"a list in [ ] of {allowed}")
        if found is None:
            return default
        for text in found:
            if not isinstance(text, str) or not fits(text):
                self.wrong(key, f"{_shown(text)} is not allowed here. Write {allowed}, each in quotes.")
                return default
        if len(set(found)) != len(found):
            twice = next(text for text in found if found.count(text) > 1)
            self.wrong(key, f'"{twice}" is listed twice. List it once.')
        return tuple(dict.fromkeys(found))

    def day(self, key: str) -> date | None:
        """A day, written without quotes."""
        found = self.value(key, date, "a day such as 2026-03-16, without quotes")
        if isinstance(found, datetime):
            self.wrong(key, f"{found.isoformat()} has a time of day. Write the day alone: {found.date()}.")
            return None
        return found

    def moment(self, key: str, zone: tzinfo | None = None) -> datetime | None:
        """A moment with its offset, in UTC; `zone` is for the advice when the offset is missing."""
        found = self.value(key, datetime, "a moment such as 2026-03-10T11:00:00-04:00, without quotes")
        if found is None:
            return None
        if found.tzinfo is None:
            better = found.replace(tzinfo=zone) if zone else f"{found.isoformat()}-05:00"
            better = better if isinstance(better, str) else better.isoformat()
            self.wrong(
                key,
                f"{found.isoformat()} has no offset, so the moment is not known. Write {better}.",
            )
            return None
        return found.astimezone(UTC)

    def inner(self, key: str, allowed: str = "") -> "Table":
        """The table under the key; an empty one when it is absent or no table."""
        found = self.value(key, dict, allowed or f"a table: a line [{key}] and its keys below it")
        return Table(found or {}, (*self.path, key), self.problems, self)

    def rows(self, key: str) -> list["Table"]:
        """The tables of an array of tables."""
        found = self.value(key, list, f"tables, each begun by a line [[{key}]] with two brackets")
        rows = found or []
        if not all(isinstance(row, dict) for row in rows):
            self.wrong(key, f"Write tables, each begun by a line [[{key}]].")
            return []
        return [Table(row, (*self.path, key, number), self.problems, self) for number, row in enumerate(rows)]

    def knows(self, key: str) -> bool:
        """Whether somebody asked for the key here or in the table around this one."""
        return key in self._asked or (self.outer is not None and self.outer.knows(key))

    def finish(self, what: str = "") -> None:
        """Report every key that is not one of those read; `what` names what it would belong to."""
        place = f"for {what}" if what else "here"
        for key in self.values:
            if key in self._asked:
                continue
            known = ", ".join(self._asked)
            if self.outer is not None and self.outer.knows(key):
                self.wrong(key, f"it belongs above the first line in [ ]. Here may stand: {known}.")
            else:
                self.wrong(key, f"there is no such key {place}. {_near(key, self._asked)}Allowed: {known}.")


def _shown(value: object) -> str:
    """A value as it may be written in TOML, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "one table"
    return str(value)[:60]


def _near(key: str, known: list[str]) -> str:
    from difflib import get_close_matches  # late: only a file with a slip in it needs it

    near = get_close_matches(key, known, 1)
    return f'Did you mean "{near[0]}"? ' if near else ""
