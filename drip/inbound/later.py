"""Read when somebody asks to be contacted later: "not now, try me in March". It is a hint for a person, no more."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from drip.inbound.asking import ASK, DENIED, ELSEWHERE, HEDGES, NO_DENIAL, NOT_NOW
from drip.inbound.moments import Moment, moments

READ = 2_000  # characters
FURTHEST = relativedelta(months=18)
LONGEST = 80  # characters of what is told again
_NO_WORDS = " \n\t.,;:!?()–—-"
_BETWEEN = 60  # characters from a request to its time
_LOOK_BACK = 24  # characters before what asks in which it is denied
_ONE_CLAUSE = re.compile(rf"(?:[^.!?。;:,、\n]|\n(?!\s*\n)|[,:–—]\s*(?={HEDGES})|[.](?=\d))*")
_HEDGED = re.compile(rf"[\s,.;:–—-]*{HEDGES}{{0,4}}", re.IGNORECASE)
_CLAUSE_BEGINS = re.compile(rf"(?:^|[.!?。;:,、\n(])[\s–—-]*{HEDGES}{{0,3}}\Z", re.IGNORECASE)
_THEN_ASKS = re.compile(
    rf"\s*(?:頃|ごろ|あたり|以降|になりましたら|になったら|に入ったら)?(?:から|に|は|の)?[\s,、]*(?:また|再度|もう一度|改めて)?\s*{HEDGES}{{0,3}}",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"\s*(?:\Z|[.!?。,;:()\n–—-]|(?:would|is|works?|suits?|please|again|maybe|perhaps|instead|then|or|"
    r"passt|wäre|ginge|bitte|gerne?|wieder|oder|serait|svp|ou|sería|mejor|o|sarebbe|meglio|per favore|seria|melhor|"
    r"por favor|is|zou|graag|of|vore|passar|gärna|eller|będzie|byłoby|proszę|lub)\b|[にでなら頃])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Later:
    """A time somebody asks to be contacted at: its first day, and in which words."""

    on: date
    said: str


@lru_cache(maxsize=4096)  # the words of a reply are read each time a list shows it, at 10 to 100 ms
def asks_later(text: str, written: date) -> Later | None:
    """When a person asks for contact later than now, in words of their own; `written` is the day of the text.

    None unless a sentence asks for it, and names one time that begins within eighteen months: what is over, what
    the writer will do, prices, holidays and "some day" are none of it. Two times that differ are none, either.
    """
    text = text[:READ]
    named = moments(text, written)
    if not named:
        return None
    found = [*_asked(text, named), *_instead(text, named)]
    days = {one.on for one in found}
    if len(days) != 1 or days.pop() > written + FURTHEST:
        return None
    return min(found, key=lambda one: len(one.said))


def _asked(text: str, named: list[Moment]) -> list[Later]:
    """The first time of each request."""
    found = []
    for ask in ASK.finditer(text):
        begins, ends = ask.end() - len(ask[0].lstrip(_NO_WORDS)), ask.end()
        meant = next((one for one in named if _belongs(text, one, begins, ends)), None)
        if meant is not None and _is_denied(text, begins, max(ends, meant.end)) == meant.before:
            found.append(_told(text, min(begins, meant.start), max(ends, meant.end), meant))
    return found


def _belongs(text: str, one: Moment, begins: int, ends: int) -> bool:
    """Whether a time is that of a request: it stands inside, behind it in the same clause, or right in front."""
    if one.end <= begins:
        leads = _THEN_ASKS.match(text, one.end, begins)
        return leads is not None and leads.end() == begins and _CLAUSE_BEGINS.search(text, 0, one.start) is not None
    if one.start < begins or one.start > ends + _BETWEEN:
        return False
    between = text[ends : one.start]
    return _ONE_CLAUSE.fullmatch(between) is not None and ELSEWHERE.search(between) is None


def _instead(text: str, named: list[Moment]) -> list[Later]:
    """The time right behind "not now"."""
    found = []
    for refusal in NOT_NOW.finditer(text):
        hedged = _HEDGED.match(text, refusal.end())
        after = hedged.end() if hedged is not None else refusal.end()
        found += [
            _told(text, refusal.start(), one.end, one)
            for one in named
            if refusal.end() < one.start <= after and not one.before and _CLAUSE_ENDS.match(text, one.end)
        ]
    return found


def _is_denied(text: str, begins: int, ends: int) -> bool:
    """Whether the clause of a request says no."""
    before = re.split(r"[,;:.!?\n]", text[max(0, begins - _LOOK_BACK) : begins])[-1]
    return DENIED.search(NO_DENIAL.sub("", before + text[begins:ends])) is not None


def _told(text: str, start: int, end: int, one: Moment) -> Later:
    words = " ".join(text[start:end].split()).strip(" ,.;:!?–—-(")
    return Later(one.on, words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …")
