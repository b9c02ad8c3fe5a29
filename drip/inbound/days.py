"""Read the day somebody says to be back, in ten languages; a day without a year is the next one there is."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from drip.inbound.languages import BACK, BACK_AFTER, FROM, MONTHS, TOMORROW, UNTIL, WEEKDAYS

_READ = 6000  # characters
_AHEAD = 64  # characters between the words that announce a day and the day
_MONTH = {word: month for month, words in MONTHS.items() for word in words.split()}
_WEEKDAY = {word: day for day, words in WEEKDAYS.items() for word in words.split()}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
_DAYS = "|".join(sorted(map(re.escape, _WEEKDAY), key=len, reverse=True))
_TH = r"(?:st|nd|rd|th|er|º|ª|°|\.)?"
_YEAR = r"(?:[\s,./-]{1,3}(?:de |del |of )?(?P<y#>20\d\d)\b)?"
_DATE = re.compile(
    rf"(?P<x>\b(?:{_DAYS})\s?(?:[-–]|to|bis|[àa]|au|al|t/m|tot|till|"
    rf"do)\s?(?:{_DAYS})\b)"  # "Tuesday to Thursday": hours
    r"|(?P<iso>\b20\d\d[-/]\d{1,2}[-/]\d{1,2}\b)"
    r"|(?:(?P<jy>20\d\d)\s?年\s?)?(?P<jm>\d{1,2})\s?月\s?(?P<jd>\d{1,2})\s?日"
    r"|(?<![A-Za-z\d./-])(?P<a>\d{1,2})(?P<sep>[./]|-(?=\d{1,2}-\d))(?P<b>\d{1,2})(?:(?P=sep)(?P<y>20\d\d|\d\d)\b|\.?(?![\d/-]))"
    rf"|\b(?:\d{{1,2}}\.?\s?[-–]\s?)?(?P<d1>\d{{1,2}}){_TH}\s?(?:de |of |den )?(?P<m1>{_NAMES})\b\.?"
    + _YEAR.replace("#", "1")
    + rf"|\b(?P<m2>{_NAMES})\b\.?\s(?:the )?(?:\d{{1,2}}\s?[-–]\s?)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b"
    + _YEAR.replace("#", "2")
    + rf"|\bthe (?P<n>\d{{1,2}})(?:st|nd|rd|th)\b(?! (?:of )?(?:{_NAMES})\b)|(?P<t>\b(?:{TOMORROW})\b|明日)"
    + rf"|(?P<w>\b(?:{_DAYS})\b|[月火水木金土日]曜)",
    re.IGNORECASE,
)
_AFTER_WEEKDAY = re.compile(r"[,.()\s]{0,3}(?:the |dem |den |der |le |el |il |dia |d\. |,)?")
_SPAN = re.compile(r"\d\.?\s?[-–]\s?\d")  # "July 10-31"
_MONTHS_OF_A_YEAR = 12
_FAR = timedelta(days=550)  # nobody is away for longer: such a day is something else


def return_day(text: str, written: date | None) -> date | None:
    """The day of return that a text states; `written` is the day of the mail, for days without a year.

    What is announced by "back on" is surer than the end of a span. A day that nothing announces is none.
    """
    text = text[:_READ]
    days = list(days_in(text, written, with_tomorrow=True))
    announced = [day for start, _, day in days if _follows(text, start, BACK)]
    if announced:
        return announced[0]
    for told in (
        [day for start, _, day in days if _follows(text, start, UNTIL) or _follows(text, start, FROM)],
        [day for _, end, day in days if BACK_AFTER.match(text, end)],
        [day for start, end, day in days if _SPAN.search(text, start, end)],
    ):
        if told:
            return max(told)
    return None


def _follows(text: str, at: int, cue: re.Pattern[str]) -> bool:
    """Whether what stands here was announced by such words, shortly before and in the same paragraph."""
    before = text[max(0, at - _AHEAD) : at]
    before = before[before.rfind("\n\n") + 1 :]
    return cue.search(before) is not None


def days_in(text: str, written: date | None, with_tomorrow: bool = False) -> Iterator[tuple[int, int, date]]:
    """Every day in the text, with where it begins and ends; those long before or after the mail are something else."""
    there = list(_DATE.finditer(text))
    is_day_first = _order(there)
    for found in there:
        follows = _AFTER_WEEKDAY.match(text, found.end())
        if found["w"] and follows is not None and _DATE.match(text, follows.end()):
            continue  # "Monday, 4 January": the date says it
        if found["t"] and not with_tomorrow:
            continue
        day = _day(found, written, is_day_first)
        if day is not None and (written is None or ((day - written).days >= -7 and day - written <= _FAR)):
            yield found.start(), found.end(), day


def _order(found: Iterable[re.Match[str]]) -> bool | None:
    """Whether 05/01 is in January, told by a figure over 12 beside it; None where there is none, or both are."""
    told = {int(one["a"]) > _MONTHS_OF_A_YEAR for one in found if one["sep"] == "/" and _is_over(one)}
    return told.pop() if len(told) == 1 else None


def _is_over(found: re.Match[str]) -> bool:
    return max(int(found["a"]), int(found["b"])) > _MONTHS_OF_A_YEAR


def _day(found: re.Match[str], written: date | None, is_day_first: bool | None) -> date | None:
    has = found.groupdict()
    if has["x"]:
        return None
    if has["iso"]:
        year, month, day = map(int, re.split("[-/]", has["iso"]))
        return _made(year, month, day)
    if has["w"]:
        return None if written is None else _next_weekday(_WEEKDAY[has["w"].lower()], written)
    if has["a"]:
        order = is_day_first if has["sep"] == "/" else True
        return _of_figures(int(has["a"]), int(has["b"]), has["y"], order, written)
    if has["t"]:
        return None if written is None else written + timedelta(days=1)
    if has["n"]:
        return None if written is None else _next_of_month(int(has["n"]), written)
    month = int(has["jm"]) if has["jm"] else _MONTH[(has["m1"] or has["m2"]).lower()]
    day = int(has["jd"] or has["d1"] or has["d2"])
    return _of_year(has["jy"] or has["y1"] or has["y2"], month, day, written)


def _of_figures(first: int, second: int, year: str | None, is_day_first: bool | None, on: date | None) -> date | None:
    """05/01: which is the day is told by the order known, by a number over 12, or by which comes sooner after `on`."""
    year = f"20{year}" if year and len(year) == 2 else year
    by_day = None if is_day_first is False else _of_year(year, second, first, on)
    by_month = None if is_day_first else _of_year(year, first, second, on)
    both = [one for one in (by_day, by_month) if one is not None and (on is None or one >= on)]
    return min(both) if both else by_day or by_month


def _of_year(year: str | None, month: int, day: int, written: date | None) -> date | None:
    if year:
        return _made(int(year), month, day)
    if written is None:
        return None
    this = _made(written.year, month, day)
    return _made(written.year + 1, month, day) if this is None or this < written - timedelta(days=7) else this


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_weekday(weekday: int, written: date) -> date:
    return written + timedelta(days=(weekday - written.weekday() - 1) % 7 + 1)


def _next_of_month(day: int, written: date) -> date | None:
    """The next day of this number: "until the 19th"."""
    this = _made(written.year, written.month, day)
    if this is not None and this >= written:
        return this
    return _made(written.year + written.month // 12, written.month % 12 + 1, day)
