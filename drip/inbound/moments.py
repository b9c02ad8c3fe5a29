"""Read the times to come that a text names: "in March", "next quarter", "in zwei Wochen", "ab dem 15. Januar"."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from drip.inbound import moments_said as said
from drip.inbound.days import days_in
from drip.inbound.languages import WEEKDAYS

_LEAD = 30  # characters before a time in which its preposition stands
_HALF = relativedelta(months=6)
_PASS: Mapping[str, Callable[[int], relativedelta]] = {
    "day": lambda n: relativedelta(days=n),
    "week": lambda n: relativedelta(weeks=n),
    "month": lambda n: relativedelta(months=n),
    "quarter": lambda n: relativedelta(months=3 * n),
    "year": lambda n: relativedelta(years=n),
}
# The first day of the beginning, the middle and the end of each, counted from its own first day.
_WITHIN: Mapping[str, tuple[relativedelta, ...]] = {
    "week": (relativedelta(), relativedelta(days=2), relativedelta(days=4)),
    "month": (relativedelta(), relativedelta(days=14), relativedelta(days=24)),
    "quarter": (relativedelta(), relativedelta(months=1), relativedelta(months=2)),
    "year": (relativedelta(), relativedelta(months=6), relativedelta(months=9)),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that is named: where in the text, and its first day. `before`: the text says "before" it."""

    start: int
    end: int
    on: date
    before: bool = False


def moments(text: str, written: date) -> list[Moment]:
    """The times to come that a text names, in its order; `written` is the day of the text.

    Where two overlap, the one that begins first, then the longer one. What is over is none, nor is what begins
    nobody can say when: "after the summer", "soon".
    """
    found = [one for read in (_dates, _months, _quarters, _counted, _next) for one in read(text, written)]
    kept: list[Moment] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.on > written and all(one.start >= other.end for other in kept):
            kept.append(one)
    return kept


def _any(several: str) -> str:
    """Words as a pattern, the longest first; a space in them is any white space."""
    return "|".join(one.replace(" ", r"\s+") for one in sorted(several.split("|"), key=len, reverse=True))


_MONTH = {word: number for number, words in said.MONTHS.items() for word in words.split()}
_NUMBER = {word: number for number, words in said.NUMBERS.items() for word in words.split("|")}
_OF = r"(?:(?:of|de|des|du|del|della|dell'|do|d'|di|van|av|the|l')\s*)*"
_PART = "|".join(f"(?P<p{number}>{words})" for number, words in enumerate(said.PARTS))
_DAYS = "|".join(word for words in WEEKDAYS.values() for word in words.split() if len(word) > 3)
_BEFORE_IT = re.compile(
    rf"(?:(?<!\w)(?:(?P<after>{_any(said.AFTER)})|(?P<before>{_any(said.BEFORE)})|"
    rf"(?P<english>{_any(said.AT_IN_ENGLISH)})|(?P<at>{_any(said.AT)}))\s+"
    rf"(?:(?:the|dem|den|le|el|il|o|de)\s+)?(?:(?:na|w|i|pod|a)\s+)?)?"
    rf"(?:(?<!\w)(?:{_PART})[\s-]+{_OF}|(?<!\w)(?:{_DAYS}),?\s+(?:(?:the|den|dem|der|le|el|il|dia)\s+)?)?\Z",
    re.IGNORECASE,
)
_YEAR = r"(?:[\s,/]+(?:de\s+|del\s+|of\s+|roku\s+)?(?P<year>20\d\d)\b)?"
_IN_NO_YEAR = re.compile(  # behind a day, a month or a quarter: a year that is over, or that nobody lives to see
    r"[ \t]{0,2}[,./-]?[ \t]{0,2}(?:(?:of|de|del|do|roku|des Jahres|im Jahre?|year)\s+(?:the\s+year\s+)?)?"
    r"(?:(?:19|2[1-9]|[3-9]\d)\d\d|[1-9]\d{4})",
    re.IGNORECASE,
)
_IN_MONTH = re.compile(
    rf"\b(?P<name>{'|'.join(sorted(_MONTH, key=len, reverse=True))})\b\.?(?!\s?\d{{1,2}}(?:st|nd|rd|th)?\b){_YEAR}"
    rf"|(?:(?P<ja_year>20\d\d)\s?年\s?|(?P<ja_next>{'|'.join(said.JAPANESE_YEARS)})の?)?(?<!\d)(?P<ja>1[0-2]|"
    rf"[1-9])\s?月"
    rf"(?:{'|'.join(f'(?P<j{number}>{words})' for number, words in enumerate(said.JAPANESE_PARTS))})?(?!\s?\d|曜)",
    re.IGNORECASE,
)
_IN_QUARTER = re.compile(
    r"\b[qt](?P<q>[1-4])\b|\b(?P<qq>[1-4])q\b|(?:(?<!\w)|第)(?:"
    + "|".join(f"(?P<q{number}>{words})" for number, words in said.QUARTERS.items())
    + rf")[\s-]*(?:{said.QUARTER})(?!\w)",
    re.IGNORECASE,
)
_IN_NEXT_YEAR = re.compile(
    rf"[\s,]{{1,3}}(?:of\s+|de\s+|del\s+|do\s+|van\s+|des\s+|im\s+|w\s+)?(?:{said.NEXT['year']})", re.IGNORECASE
)
_QUARTER_YEAR = re.compile(_YEAR)
_IN_COUNT = re.compile(
    rf"\b(?:(?:{_any(said.PASSING)})\s+)(?:(?P<half>{_any(said.HALF_A_YEAR)})|"
    rf"(?:(?P<n>\d{{1,3}}|{_any('|'.join(_NUMBER))})\s*(?:(?:-|–|to|or|bis|oder|à|ou|o|a|of|till|eller|lub)\s*\w+\s+)?|"
    rf"(?<=za\s))(?:{'|'.join(f'(?P<{unit}>{words})' for unit, words in said.UNITS.items())}))(?!\w)"
    rf"|(?<!\d)(?P<ja>\d{{1,3}}|半)\s?(?P<ja_unit>{'|'.join(said.JAPANESE_UNITS)})後",
    re.IGNORECASE,
)
_FROM_NOW = re.compile(
    rf"\b(?P<n>\d{{1,3}}|{_any('|'.join(_NUMBER))})\s+"
    rf"(?:{'|'.join(f'(?P<{unit}>{words})' for unit, words in said.UNITS.items())})\s+from\s+(?:now|today)\b",
    re.IGNORECASE,
)
_NEXT = re.compile("|".join(rf"(?P<{unit}>(?<!\w)(?:{words}))" for unit, words in said.NEXT.items()), re.IGNORECASE)
_NOT_THE_NEXT = re.compile(rf"\b(?:{said.NOT_THE_NEXT})\s+\Z", re.IGNORECASE)
_A_NUMBER_ON = re.compile(r"[\s-]{0,2}\d")


def _lead(text: str, start: int) -> re.Match[str]:
    """The preposition and the part that stand before a time; perhaps nothing."""
    found = _BEFORE_IT.search(text, max(0, start - _LEAD), start)
    assert found is not None  # it may be empty
    return found


def _part(found: re.Match[str], letter: str = "p") -> int | None:
    return next((number for number in range(3) if found[f"{letter}{number}"]), None)


def _dates(text: str, written: date) -> Iterator[Moment]:
    """Days that are named, and those in figures behind a preposition: the others may be telephone numbers."""
    for start, end, on in days_in(text, written):
        lead, named = _lead(text, start), text[start:end].lower()
        if not any(one.isdigit() for one in named):
            doubtful = (len(named) < 5 and named.isascii()) or named in said.NO_WEEKDAYS
            is_one = not doubtful and not _NOT_THE_NEXT.search(text, 0, start)
        elif not any(one.isalpha() for one in named):
            announced = lead["english"] or lead["at"] or lead["before"] or named.startswith("20")
            is_one = bool(announced) and ("-" not in named or len(named) >= 8) and not _A_NUMBER_ON.match(text, end)
        else:
            is_one = True
        if is_one and not (any(one.isdigit() for one in named) and _IN_NO_YEAR.match(text, end)):
            yield Moment(lead.start(), end, on, bool(lead["before"]))


def _months(text: str, written: date) -> Iterator[Moment]:
    """Months behind a preposition, or a word for a part of them."""
    for found in _IN_MONTH.finditer(text):
        lead, name = _lead(text, found.start()), (found["name"] or "").lower()
        part = _part(found, "j") if found["ja"] else _part(lead)
        announced = found["ja"] or part is not None or any(lead[one] for one in ("after", "before", "english", "at"))
        year, end = found["year"] or found["ja_year"], found.end()
        far = not year and _IN_NO_YEAR.match(text, found.end())
        if name and not year and (behind := _IN_NEXT_YEAR.match(text, found.end())):
            year, end = str(written.year + 1), behind.end()
        if announced and not far and not (name in said.DOUBTFUL and lead["at"]):
            if found["ja_next"]:
                year = str(written.year + said.JAPANESE_YEARS[found["ja_next"]])
            when = _MONTH[name] if name else int(found["ja"]), year
            yield from _named(written, "month", when, part, lead, end)


def _quarters(text: str, written: date) -> Iterator[Moment]:
    for found in _IN_QUARTER.finditer(text):
        number = int(found["q"] or found["qq"] or next(n for n in said.QUARTERS if found[f"q{n}"]))
        year, lead = _QUARTER_YEAR.match(text, found.end()), _lead(text, found.start())
        assert year is not None  # it may be empty
        if not year["year"] and _IN_NO_YEAR.match(text, found.end()):
            continue
        yield from _named(written, "quarter", (3 * number - 2, year["year"]), _part(lead), lead, year.end())


def _named(
    written: date, unit: str, when: tuple[int, str | None], part: int | None, lead: re.Match[str], end: int
) -> Iterator[Moment]:
    """A month or a quarter, the next one where no year is said; of one that has begun only what is to come."""
    month, year = when
    first = date(int(year) if year else written.year, month, 1)
    on = first + _WITHIN[unit][part or 0]
    if lead["after"] and part in (None, 2):
        on = first + _PASS[unit](1)
    if not year and first + _PASS[unit](1) <= written:
        on += relativedelta(years=1)
    yield Moment(lead.start(), end, on, bool(lead["before"]))


def _counted(text: str, written: date) -> Iterator[Moment]:
    for found in (*_IN_COUNT.finditer(text), *_FROM_NOW.finditer(text)):
        has = found.groupdict()
        if has.get("half") or has.get("ja") == "半":
            yield Moment(found.start(), found.end(), written + _HALF)
            continue
        if has.get("ja"):
            unit, number = said.JAPANESE_UNITS[has["ja_unit"]], int(has["ja"])
        else:
            unit = next(one for one in said.UNITS if has[one])
            words = " ".join((has["n"] or "1").lower().split())
            number = _NUMBER.get(words) or int(words)
        yield Moment(found.start(), found.end(), written + _PASS[unit](number))


def _next(text: str, written: date) -> Iterator[Moment]:
    for found in _NEXT.finditer(text):
        unit, lead = found.lastgroup or "", _lead(text, found.start())
        on = _first(unit, written) + _PASS[unit](1)
        if lead["after"] and unit != "year":
            on += _PASS[unit](1)
        yield Moment(lead.start(), found.end(), on + _WITHIN[unit][_part(lead) or 0], bool(lead["before"]))


def _first(unit: str, of: date) -> date:
    """The first day of the week, month, quarter or year that a day is in."""
    if unit == "week":
        return of - timedelta(days=of.weekday())
    return of.replace(day=1, month={"month": of.month, "quarter": (of.month - 1) // 3 * 3 + 1}.get(unit, 1))
