"""Clean the text of one cell, column by column, or say what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from drip.actions.importing import places
from drip.actions.importing.figures import FigureError, read_figure
from drip.domain.company import Relation

Said = Mapping[str, Any]  # what a cell tells: fields of a row by name

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
_EMPTIES_END_AT = max(map(len, _EMPTY))
_YES = {"true", "yes", "y", "1", "x", "t", "unsubscribed", "opted out"}
_NO = {"false", "no", "n", "0", "f", "subscribed", "no consent"}
_STAGES = {"customer": Relation.CUSTOMER, "evangelist": Relation.CUSTOMER} | dict.fromkeys(
    ("opportunity", "open deal", "open_deal"), Relation.OPEN_DEAL
)
_TIDY = re.compile(r"[!-~]+(?: [!-~]+)*")  # plain ASCII words with one space between them
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_SCHEME = re.compile(r"^[a-z]+://")
_FIGURE_OF_A_PHONE = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_PHONE = re.compile(r"[+(]?[\d\s().+/-]{4,40}(\s*(ext|x|ext\.|#)\s*\d{1,8})?", re.IGNORECASE)
_PLAIN_PHONE = re.compile(r"[0-9().+/-]+(?: [0-9().+/-]+)*")
_SIGNS = dict.fromkeys(map(ord, " ().+/-"))
_FIVE_DIGITS = re.compile(r"(?:\d\D*){5}")


class CellError(ValueError):
    """A cell that cannot be taken: its code and what to tell a person."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def text_of(name: str, raw: str) -> str:
    """A cell of the column `name` as text on one line; empty for what exports write into empty cells.

    Raises CellError for damaged text and for too much of it.
    """
    return _text(raw, _LONGEST.get(name, 100))


def reader(name: str) -> Callable[[str], Said]:
    """What says what a cell tells whose column is in CELLS; it raises CellError."""
    longest, read, is_phone = _LONGEST.get(name, 100), CELLS[name], name == "phone"

    def said(raw: str) -> Said:
        if is_phone and is_plain_phone(raw):
            return {"phone": raw}
        text = _text(raw, longest)
        return read(text) if text else {}

    return said


def is_plain_phone(raw: str) -> bool:
    """Whether a cell is a phone number as it stands; several times faster than to read it. No says nothing."""
    return len(raw) <= 40 and _PLAIN_PHONE.fullmatch(raw) is not None and len(raw.translate(_SIGNS)) >= 5


def region_of(country: str | None, text: str) -> str | None:
    """The code of a region; None where none of that name is known there."""
    return places.region_code(country, text) if country else None


def _text(raw: str, longest: int) -> str:
    text = raw if _TIDY.fullmatch(raw) else _tidied(raw)
    if len(text) > longest:
        raise CellError("too_long", f"the cell has {len(text)} characters; at most {longest} are allowed")
    return "" if len(text) <= _EMPTIES_END_AT and text.casefold() in _EMPTY else text


def _tidied(raw: str) -> str:
    if "\0" in raw:
        raise CellError("nul_byte", "the cell holds a NUL byte; the file is damaged here")
    if "\ufffd" in raw:
        raise CellError("broken_text", "the cell holds \ufffd: its letters were lost before")
    if _CONTROL.search(raw.strip()):
        raise CellError("control_character", "the cell holds a control character; retype it")
    return " ".join(raw.split())


def _plain(name: str) -> Callable[[str], Said]:
    return lambda text: {name: text}


def _full_name(text: str) -> Said:
    if "," in text:
        last, _, first = text.partition(",")
    else:
        first, _, last = text.partition(" ")
    parts = {"first_name": first.strip(), "last_name": last.strip()}
    return {name: part for name, part in parts.items() if part}


def _phone(text: str) -> Said:
    if _PHONE.fullmatch(text) and _FIVE_DIGITS.search(text):
        return {"phone": text}
    if _FIGURE_OF_A_PHONE.fullmatch(text):
        raise CellError(
            "bad_phone",
            f'"{text}" is a phone number a spreadsheet made a figure of; format the column as text',
        )
    raise CellError("bad_phone", f'"{text}" is no phone number')


def _domain(text: str) -> Said:
    if _HOST.fullmatch(text) and not text.startswith("www."):
        return {"domain": text}
    host = _SCHEME.sub("", text.lower()).split("/")[0].split("?")[0]
    host = host.split(":")[0].removeprefix("www.").rstrip(".")
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        host = ""
    if "@" in host or not _HOST.fullmatch(host):
        raise CellError("bad_domain", f'"{text[:60]}" is no domain; write it like example.com')
    return {"domain": host}


def _country(text: str) -> Said:
    code = places.country_code(text)
    if code is None:
        raise CellError(
            "unknown_country",
            f'"{text}" is no country we know; write its name in English or its two letters',
        )
    nation = places.home_nation(text)
    return {"country": code} | ({"region": nation} if nation else {})


def _time_zone(text: str) -> Said:
    name = places.zone_name(text)
    if name is None:
        raise CellError("unknown_time_zone", f'"{text}" is no time zone; write it like America/New_York')
    return {"time_zone": name}


def _code(name: str, least: int, most: int) -> Callable[[str], Said]:
    def clean(text: str) -> Said:
        digits = re.match(r"(\d+)(?:\.0)?(?:$|[\s:;,–-])", text)
        if digits is None or not least <= len(digits[1]) <= most:
            raise CellError(f"bad_{name}", f'"{text[:60]}" is no {name.upper()} code ({least}-{most} digits)')
        return {name: digits[1]}

    return clean


def _industry_code(text: str) -> Said:
    digits = re.match(r"(?:(SIC|NAICS)\s*:?\s*)?(\d{2,6})(?:$|[\s:;,–-])", text, re.IGNORECASE)
    if digits is None:
        raise CellError("bad_industry_code", f'"{text[:60]}" is no SIC or NAICS code')
    return {(digits[1] or ("sic" if len(digits[2]) <= 4 else "naics")).lower(): digits[2]}


def _employees(text: str) -> Said:
    try:
        number, currency = read_figure(text)
    except FigureError:
        number, currency = Decimal(-1), None
    if currency or number != number.to_integral() or not 0 <= number <= 10_000_000:
        raise CellError("bad_employees", f'"{text[:60]}" is no number of employees; write it like 1200')
    return {"employees": int(number)}


def _revenue(text: str) -> Said:
    try:
        number, currency = read_figure(text)
    except FigureError:
        raise CellError("bad_revenue", f'"{text[:60]}" is no amount; write it like 5000000 or $5M') from None
    if number >= 10**13:
        raise CellError("bad_revenue", f'"{text[:60]}" is more than any company earns')
    return {"revenue": number} | ({"currency": currency} if currency else {})


def _currency(text: str) -> Said:
    code = re.match(r"[A-Za-z]{3}\b", text)
    if code is None:
        raise CellError("bad_currency", f'"{text[:60]}" is no currency; write it like USD')
    return {"currency": code[0].upper()}


def _opted_out(text: str) -> Said:
    answer = text.casefold()
    if answer not in _YES | _NO:
        raise CellError("bad_yes_no", f'"{text[:60]}" is neither yes nor no')
    return {"opted_out": answer in _YES}


def _stage(text: str) -> Said:
    relation = _STAGES.get(text.casefold())
    return {"relation": relation} if relation else {}


CELLS: dict[str, Callable[[str], Said]] = {
    **{name: _plain(name) for name in ("first_name", "last_name", "title", "company", "owner")},
    "full_name": _full_name,
    "phone": _phone,
    "domain": _domain,
    "country": _country,
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
