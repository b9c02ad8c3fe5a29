"""Clean one row of a customer list, or say what is wrong with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from drip.actions.importing import places
from drip.actions.importing.address import clean_address
from drip.actions.importing.columns import Columns
from drip.actions.importing.figures import FigureError, read_figure
from drip.actions.importing.report import RowIssue
from drip.actions.importing.sheet import Record
from drip.domain.company import Relation
from drip.domain.errors import AddressError

_LONGEST = {
    "email": 254,
    "first_name": 100,
    "last_name": 100,
    "full_name": 200,
    "title": 200,
    "phone": 50,
    "company": 200,
    "domain": 253,
    "country": 100,
    "region": 100,
    "time_zone": 100,
    "owner": 254,
}
_EMPTY = {"", "-", "--", "n/a", "na", "null", "none", "(no value)", "unknown", "#n/a", "nan"}
_YES = {"true", "yes", "y", "1", "x", "t", "unsubscribed", "opted out"}
_NO = {"false", "no", "n", "0", "f", "subscribed", "no consent"}
_STAGES = {"customer": Relation.CUSTOMER, "evangelist": Relation.CUSTOMER} | dict.fromkeys(
    ("opportunity", "open deal", "open_deal"), Relation.OPEN_DEAL
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


@dataclass(frozen=True, slots=True)
class Incoming:
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
    notes: tuple[RowIssue, ...] = field(default=())


class CellError(ValueError):
    """A cell that cannot be taken: its code and what to tell a person."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class _Note(NamedTuple):
    code: str
    words: str
    column: str


def clean_row(record: Record, columns: Columns, reserved: bool = False) -> Incoming | RowIssue:
    """Clean one record. `reserved` accepts the address names that only tests use."""
    if record.problem:
        return RowIssue(record.line, "unreadable", record.problem)
    extra = [cell for cell in record.cells[columns.width :] if cell.strip()]
    if len(record.cells) < columns.width or extra:
        words = f"the row has {len(record.cells)} cells, the header has {columns.width}"
        return RowIssue(record.line, "cell_count", words)
    found: dict[str, Any] = {}
    notes: list[_Note] = []
    try:
        address = clean_email(_text("email", record, columns), reserved)
    except CellError as error:
        return RowIssue(record.line, error.code, str(error), columns.written["email"])
    for name in columns.at:
        try:
            text = _text(name, record, columns)
            if text and name != "email":
                found |= _CLEAN[name](text, found, notes)
        except CellError as error:
            return RowIssue(record.line, error.code, str(error), columns.written[name], address)
    told = tuple(RowIssue(record.line, n.code, n.words, columns.written[n.column], address) for n in notes)
    found.setdefault("domain", None)
    return Incoming(record.line, address, notes=told, **found)


def clean_email(text: str, reserved: bool) -> str:
    """A lower-cased address. Raises CellError with `no_email` or `invalid_email`."""
    if not text:
        raise CellError("no_email", "there is no email address in this row")
    try:
        return clean_address(text, reserved)
    except AddressError as error:
        raise CellError("invalid_email", str(error)) from error


def _text(name: str, record: Record, columns: Columns) -> str:
    """A cell as text on one line; empty for what exports write into empty cells."""
    raw = record.cells[columns.at[name]]
    if "\0" in raw:
        raise CellError("nul_byte", "the cell holds a NUL byte; the file is damaged here")
    if "\ufffd" in raw:
        raise CellError("broken_text", "the cell holds \ufffd: its letters were lost before")
    if _CONTROL.search(raw.strip()):
        raise CellError("control_character", "the cell holds a control character; retype it")
    text = " ".join(raw.split())
    longest = _LONGEST.get(name, 100)
    if len(text) > longest:
        raise CellError("too_long", f"the cell has {len(text)} characters; at most {longest} are allowed")
    return "" if text.casefold() in _EMPTY else text


def _plain(name: str) -> Callable[[str, dict[str, Any], list[_Note]], dict[str, Any]]:
    return lambda text, found, notes: {name: text}


def _full_name(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    if "," in text:
        last, _, first = text.partition(",")
    else:
        first, _, last = text.partition(" ")
    parts = {"first_name": first.strip() or None, "last_name": last.strip() or None}
    return {k: v for k, v in parts.items() if v and not found.get(k)}


def _phone(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    if re.fullmatch(r"\d[.,]\d+E\+\d+", text, re.IGNORECASE):
        raise CellError(
            "bad_phone",
            f'"{text}" is a phone number a spreadsheet made a figure of; format the column as text',
        )
    if not re.fullmatch(r"[+(]?[\d\s().+/-]{4,40}(\s*(ext|x|ext\.|#)\s*\d{1,8})?", text, re.IGNORECASE) or (
        sum(c.isdigit() for c in text) < 5
    ):
        raise CellError("bad_phone", f'"{text}" is no phone number')
    return {"phone": text}


def _domain(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    host = re.sub(r"^[a-z]+://", "", text.lower()).split("/")[0].split("?")[0]
    host = host.split(":")[0].removeprefix("www.").rstrip(".")
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        host = ""
    if "@" in host or not _HOST.fullmatch(host):
        raise CellError("bad_domain", f'"{text[:60]}" is no domain; write it like example.com')
    return {"domain": host}


def _country(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    code = places.country_code(text)
    if code is None:
        raise CellError(
            "unknown_country",
            f'"{text}" is no country we know; write its name in English or its two letters',
        )
    nation = places.home_nation(text)
    return {"country": code} | ({"region": nation} if nation and not found.get("region") else {})


def _region(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    """Needs the country: columns are cleaned in the order of NAMES, country first."""
    country = found.get("country")
    code = places.region_code(country, text) if country else None
    if code is None:
        where = f"of {country}" if country else "without a country"
        words = f'"{text}" is no region {where} that we know; taken without it'
        notes.append(_Note("region_unknown", words, "region"))
        return {}
    return {"region": code}


def _time_zone(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    name = places.zone_name(text)
    if name is None:
        raise CellError("unknown_time_zone", f'"{text}" is no time zone; write it like America/New_York')
    return {"time_zone": name}


def _code(name: str, least: int, most: int) -> Callable[..., dict[str, Any]]:
    def clean(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
        digits = re.match(r"(\d+)(?:\.0)?(?:$|[\s:;,–-])", text)
        if digits is None or not least <= len(digits[1]) <= most:
            raise CellError(f"bad_{name}", f'"{text[:60]}" is no {name.upper()} code ({least}-{most} digits)')
        return {name: digits[1]}

    return clean


def _industry_code(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    digits = re.match(r"(?:(SIC|NAICS)\s*:?\s*)?(\d{2,6})(?:$|[\s:;,–-])", text, re.IGNORECASE)
    if digits is None:
        raise CellError("bad_industry_code", f'"{text[:60]}" is no SIC or NAICS code')
    stated = (digits[1] or ("sic" if len(digits[2]) <= 4 else "naics")).lower()
    return {} if found.get(stated) else {stated: digits[2]}


def _employees(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    try:
        number, currency = read_figure(text)
    except FigureError:
        number, currency = Decimal(-1), None
    if currency or number != number.to_integral() or not 0 <= number <= 10_000_000:
        raise CellError("bad_employees", f'"{text[:60]}" is no number of employees; write it like 1200')
    return {"employees": int(number)}


def _revenue(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    try:
        number, currency = read_figure(text)
    except FigureError:
        raise CellError("bad_revenue", f'"{text[:60]}" is no amount; write it like 5000000 or $5M') from None
    if number >= 10**13:
        raise CellError("bad_revenue", f'"{text[:60]}" is more than any company earns')
    return {"revenue": number} | ({"currency": currency} if currency else {})


def _currency(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    code = re.match(r"[A-Za-z]{3}\b", text)
    if code is None:
        raise CellError("bad_currency", f'"{text[:60]}" is no currency; write it like USD')
    return {} if found.get("currency") else {"currency": code[0].upper()}


def _opted_out(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    answer = text.casefold()
    if answer not in _YES | _NO:
        raise CellError("bad_yes_no", f'"{text[:60]}" is neither yes nor no')
    return {"opted_out": answer in _YES}


def _stage(text: str, found: dict[str, Any], notes: list[_Note]) -> dict[str, Any]:
    relation = _STAGES.get(text.casefold())
    return {"relation": relation} if relation else {}


_CLEAN: dict[str, Callable[[str, dict[str, Any], list[_Note]], dict[str, Any]]] = {
    **{name: _plain(name) for name in ("first_name", "last_name", "title", "company", "owner")},
    "full_name": _full_name,
    "phone": _phone,
    "domain": _domain,
    "country": _country,
    "region": _region,
    "time_zone": _time_zone,
    "sic": _code("sic", 2, 8),
    "naics": _code("naics", 2, 6),
    "industry_code": _industry_code,
    "employees": _employees,
    "revenue": _revenue,
    "currency": _currency,
    "opted_out": _opted_out,
    "stage": _stage,
}
