"""The demo's prospects: who they are, where they work, and how they take a letter."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from drip.cli.demo import names, places
from drip.cli.demo.chance import Chance
from drip.cli.demo.names import Trade
from drip.cli.demo.places import Place

Kind = TypeVar("Kind")


class Case(StrEnum):
    """What is special about a prospect before anything was sent."""

    USUAL = "usual"
    TOO_SMALL = "too_small"  # outside the profile, as are the next three
    TOO_LARGE = "too_large"
    OTHER_TRADE = "other_trade"
    ABROAD = "abroad"
    SIZE_UNKNOWN = "size_unknown"
    CUSTOMER = "customer"
    OPEN_DEAL = "open_deal"
    UNSUBSCRIBED = "unsubscribed"
    NO_HOT_BUTTON = "no_hot_button"  # the rep never asked


class Temper(StrEnum):
    """How a prospect takes letters and calls."""

    KEEN = "keen"  # says yes sooner or later
    READER = "reader"  # follows a link now and then
    QUIET = "quiet"  # is never heard of
    WRITER = "writer"  # writes back
    STOPPER = "stopper"  # says stop
    SELDOM = "seldom"  # asks for fewer
    AWAY = "away"  # is out of office when a letter comes


class Trouble(StrEnum):
    """What keeps letters from a prospect, or the prospect from letters."""

    NONE = "none"
    LEFT = "left"  # one day there is no such user any more: 550 5.1.1
    BUSY = "busy"  # one letter is put off once: 451
    DEAD = "dead"  # one day a letter is taken, and comes back: no such user
    FULL = "full"  # for a while letters come back: the mailbox is full
    SLOW = "slow"  # one letter is hours late, and a notice says so
    MOVED_ON = "moved_on"  # one day they have left the company, and a program says so
    FILTERED = "filtered"  # a filter wants to see a person first
    ANNOYED = "annoyed"  # one day they call a letter spam


_CASES = (  # of a thousand prospects; the rest is usual
    (Case.TOO_SMALL, 27),
    (Case.TOO_LARGE, 10),
    (Case.OTHER_TRADE, 27),
    (Case.ABROAD, 20),
    (Case.SIZE_UNKNOWN, 20),
    (Case.CUSTOMER, 7),
    (Case.OPEN_DEAL, 7),
    (Case.UNSUBSCRIBED, 10),
    (Case.NO_HOT_BUTTON, 13),
)
_TEMPERS = (
    (Temper.KEEN, 15.0),
    (Temper.READER, 20.0),
    (Temper.QUIET, 41.0),
    (Temper.WRITER, 8.0),
    (Temper.STOPPER, 6.0),
    (Temper.SELDOM, 4.0),
    (Temper.AWAY, 6.0),
)
_TROUBLES = (  # of a thousand
    (Trouble.LEFT, 14),
    (Trouble.BUSY, 47),
    (Trouble.DEAD, 17),
    (Trouble.FULL, 17),
    (Trouble.SLOW, 11),
    (Trouble.MOVED_ON, 18),
    (Trouble.FILTERED, 8),
    (Trouble.ANNOYED, 7),
)
_SOME = 50  # people among whom there is one of each trouble at least


@dataclass(frozen=True, slots=True)
class Firm:
    """A company. `employees` None: the export does not say."""

    name: str
    domain: str
    place: Place
    trade: Trade
    employees: int | None
    revenue: int  # US dollars a year
    scanned: bool  # its mail gateway opens every link


@dataclass(frozen=True, slots=True)
class Person:
    """One prospect. `number` counts from 1; `rep` is the owner's place in the team."""

    number: int
    email: str
    first_name: str
    last_name: str
    title: str
    phone: str
    firm: Firm
    rep: int
    case: Case
    temper: Temper
    trouble: Trouble

    @property
    def zone(self) -> ZoneInfo:
        """Where the prospect's clock hangs."""
        return ZoneInfo(self.firm.place.zone)


def make_people(chance: Chance, count: int, reps: int) -> list[Person]:
    """`count` prospects of `reps` reps, the same ones every time."""
    cases = _dealt(chance, _CASES, count, Case.USUAL, "case")
    usual = cases.count(Case.USUAL)
    least = 1 if usual >= _SOME else 0
    troubles = iter(_dealt(chance, _TROUBLES, usual, Trouble.NONE, "trouble", least))
    people: list[Person] = []
    for number in range(1, count + 1):
        case = cases[number - 1]
        firm = _firm(chance, number, case)
        before = people[-1] if people else None
        if case is Case.USUAL and before is not None and before.case is Case.USUAL and number % 8 == 0:
            firm = before.firm  # a colleague
        trouble = next(troubles) if case is Case.USUAL else Trouble.NONE
        people.append(_person(chance, number, (case, trouble), firm, reps))
    return people


def _dealt(
    chance: Chance, odds: Sequence[tuple[Kind, int]], count: int, usual: Kind, what: str, least: int = 0
) -> list[Kind]:
    """Exactly as many of each kind as its share of a thousand says, `least` at least, in an order of chance."""
    dealt = [kind for kind, per_mille in odds for _ in range(max(least, round(per_mille * count / 1000)))]
    return chance.shuffled([*dealt, *[usual] * (count - len(dealt))], what)


def _firm(chance: Chance, number: int, case: Case) -> Firm:
    place, trade = _place(chance, number, case), chance.one_of(names.MAKERS, number, "trade")
    if case is Case.OTHER_TRADE:
        trade = chance.one_of(names.OTHERS, number, "other trade")
    employees = {
        Case.TOO_SMALL: chance.whole(3, 38, number, "few"),
        Case.TOO_LARGE: chance.whole(60, 310, number, "many") * 100,
    }.get(case, round(60 * 50 ** chance.share(number, "employees")))
    word = chance.one_of(names.PLACES_IN_NAMES, number, "word")
    if chance.happens(0.4, number, "named after the town") and place.tongue == "en":
        word = place.town
    elif place.tongue != "en":
        word = chance.one_of(names.LAST[place.tongue], number, "founder")
    name = f"{word} {trade.word} {chance.one_of(names.SUFFIXES[place.tongue], number, 'suffix')}"
    return Firm(
        name=name,
        domain=f"{_plain(f'{word} {trade.word}')}-{number}.example",
        place=place,
        trade=trade,
        employees=None if case is Case.SIZE_UNKNOWN else employees,
        revenue=round(employees * chance.between(140, 420, number, "revenue")) * 1000,
        scanned=chance.happens(0.04, number, "scanned"),
    )


def _place(chance: Chance, number: int, case: Case) -> Place:
    if case is Case.ABROAD:
        return chance.one_of(places.ABROAD, number, "place")
    where = chance.weighed(((places.AMERICAN, 68), (places.CANADIAN, 18), (places.OVERSEAS, 14)), number, "where")
    return chance.one_of(where, number, "place")


def _person(chance: Chance, number: int, fate: tuple[Case, Trouble], firm: Firm, reps: int) -> Person:
    tongue = firm.place.tongue
    first, last = (
        chance.one_of(names.FIRST[tongue], number, "first"),
        chance.one_of(names.LAST[tongue], number, "last"),
    )
    own = (
        f"{_plain(first)}.{_plain(last)}"
        if chance.happens(0.7, number, "style")
        else f"{_plain(first)[0]}{_plain(last)}"
    )
    return Person(
        number=number,
        email=f"{own}@{firm.domain}",
        first_name=first,
        last_name=last,
        title=chance.one_of(names.TITLES[tongue], number, "title"),
        phone=f"{firm.place.phone}{chance.whole(1000, 9999, number, 'phone')}",
        firm=firm,
        rep=chance.whole(0, reps - 1, number, "rep"),
        case=fate[0],
        temper=chance.weighed(_TEMPERS, number, "temper"),
        trouble=fate[1],
    )


def _plain(text: str) -> str:
    """The letters of a name as they stand in an address."""
    spelt = text.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    flat = unicodedata.normalize("NFKD", spelt)
    return "".join(sign for sign in flat if sign.isascii() and sign.isalnum())
