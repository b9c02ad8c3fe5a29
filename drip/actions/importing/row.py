"""Clean the rows of a customer list, or say what is wrong with one."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final, NamedTuple

from drip.actions.importing.address import clean_address, plain_address
from drip.actions.importing.cells import CellError, Said, reader, region_of, text_of
from drip.actions.importing.columns import Columns
from drip.actions.importing.report import RowIssue
from drip.actions.importing.sheet import Record
from drip.domain.company import Relation
from drip.domain.errors import AddressError

KEPT = 2_000  # different texts of a column whose meaning is remembered
FILLS_IN = frozenset({"full_name", "industry_code", "currency"})  # tell only what no other column told


class Incoming(NamedTuple):
    """A clean row. None is unknown: it never overwrites what is known already."""

    line: int
    email: str
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None
    phone: str | None = None
    company: str | None = None
    domain: str | None = None
    country: str | None = None
    region: str | None = None
    time_zone: str | None = None
    sic: str | None = None
    naics: str | None = None
    employees: int | None = None
    revenue: Decimal | None = None
    currency: str | None = None
    relation: Relation | None = None
    owner: str | None = None
    opted_out: bool = False
    notes: tuple[RowIssue, ...] = ()


class Cleaner:
    """Cleans the rows of one sheet. What a cell says is worked out once for each of its texts, as long as
    they are few: in a million rows there are as many addresses, but not as many countries."""

    def __init__(self, columns: Columns, reserved: bool = False) -> None:
        """`reserved` accepts the address names that only tests use."""
        self._columns = columns
        self._reserved = reserved
        self._cells: Final = [
            (name, at, _Remembered(_said_of_region if name == "region" else reader(name)), name in _SPECIAL)
            for name, at in columns.at.items()
            if name != "email"
        ]

    def clean(self, record: Record) -> Incoming | RowIssue:
        """The row, or the first thing that is wrong with it."""
        if record.problem:
            return RowIssue(record.line, "unreadable", record.problem)
        cells, columns = record.cells, self._columns
        if len(cells) != columns.width and (len(cells) < columns.width or any(map(str.strip, cells[columns.width :]))):
            words = f"the row has {len(cells)} cells, the header has {columns.width}"
            return RowIssue(record.line, "cell_count", words)
        name, address, found = "email", None, _UNKNOWN.copy()
        try:
            raw = cells[columns.at["email"]]
            address = plain_address(raw, self._reserved) or clean_email(text_of(name, raw), self._reserved)
            for name, at, meaning, special in self._cells:  # country before region
                if raw := cells[at]:
                    for place, value in _told(name, meaning, raw, found) if special else meaning[raw]:
                        found[place] = value
        except CellError as error:
            return RowIssue(record.line, error.code, str(error), columns.written[name], address)
        found[0], found[1] = record.line, address
        if found[_NOTES]:
            words = found[_NOTES]
            found[_NOTES] = (RowIssue(record.line, "region_unknown", words, columns.written["region"], address),)
        return Incoming._make(found)


def clean_row(record: Record, columns: Columns, reserved: bool = False) -> Incoming | RowIssue:
    """Clean a record that comes alone. `reserved` accepts the address names that only tests use."""
    return Cleaner(columns, reserved).clean(record)


def clean_email(text: str, reserved: bool) -> str:
    """A lower-cased address. Raises CellError with `no_email` or `invalid_email`."""
    if not text:
        raise CellError("no_email", "there is no email address in this row")
    try:
        return clean_address(text, reserved)
    except AddressError as error:
        raise CellError("invalid_email", str(error)) from error


_NOTES = Incoming._fields.index("notes")
_COUNTRY = Incoming._fields.index("country")
_PLACES = {name: place for place, name in enumerate(Incoming._fields)} | {"unknown_region": _NOTES}
_UNKNOWN: list[Any] = list(Incoming(0, ""))
_SPECIAL = FILLS_IN | {"region"}


def _told(name: str, meaning: "_Remembered", raw: str, found: list[Any]) -> Iterable[tuple[int, Any]]:
    """What a cell says that is read by what the others said."""
    if name == "region":
        return meaning[found[_COUNTRY], raw]
    return [(place, value) for place, value in meaning[raw] if found[place] is None]


class _Remembered(dict[Any, tuple[tuple[int, Any], ...]]):
    """What cells say, by their texts, as places in Incoming and values; begun anew when it holds too many."""

    def __init__(self, read: Callable[[Any], Said]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, raw: Any) -> tuple[tuple[int, Any], ...]:
        if len(self) >= KEPT:
            self.clear()
        told = self._read(raw)
        said = self[raw] = tuple(zip(map(_PLACES.__getitem__, told), told.values(), strict=True))
        return said


def _said_of_region(place: tuple[str | None, str]) -> Said:
    country, raw = place
    text = text_of("region", raw)
    if not text:
        return {}
    code = region_of(country, text)
    if code is not None:
        return {"region": code}
    where = f"of {country}" if country else "without a country"
    return {"unknown_region": f'"{text}" is no region {where} that we know; taken without it'}
