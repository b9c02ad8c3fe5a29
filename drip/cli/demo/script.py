"""What each prospect does about a letter, and when: decided by who they are and by chance, not by the service."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from drip.cli.demo.chance import Chance
from drip.cli.demo.people import Person, Temper
from drip.cli.demo.post import Mail


class Act(StrEnum):
    """One thing a prospect does; or a rep, about a mail or a wish of the prospect's."""

    SCAN = "scan"  # the company's mail gateway opens every link
    CLICK = "click"
    VIEW = "view"
    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    LESS_OFTEN = "less_often"
    KEEP_OPEN = "keep_open"
    CALL_ME = "call_me"
    CLOSE_FILE = "close_file"
    REPLY = "reply"
    AWAY = "away"
    RESOLVE = "resolve"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Deed:
    """An act at a time. `mail` is the letter it is about, None for what a rep does on her own."""

    at: datetime
    act: Act
    person: Person
    mail: Mail | None = None


_YES_AT = (1, 6)  # the letter a keen prospect says yes to: from, to
_CLICKS = {Temper.KEEN: 0.35, Temper.READER: 0.22, Temper.WRITER: 0.15, Temper.SELDOM: 0.2, Temper.AWAY: 0.2}
_ANSWERS = (
    (Act.KEEP_OPEN, 14.0),
    (Act.CALL_ME, 8.0),
    (Act.CLOSE_FILE, 20.0),
    (Act.OPT_OUT, 3.0),
    (Act.REPLY, 4.0),
    (None, 51.0),
)
_UP, _TO_BED = time(6, 45), time(21, 30)


def deeds(person: Person, mail: Mail, count: int, chance: Chance) -> Iterator[Deed]:
    """What follows from a letter, the person's `count`-th."""
    if person.firm.scanned:
        yield Deed(mail.sent_at, Act.SCAN, person, mail)
    act = _answer(person, chance) if mail.closing else _reaction(person, count, chance)
    if act is not None:
        yield Deed(_when(person, mail, act, chance), act, person, mail)


def _reaction(person: Person, count: int, chance: Chance) -> Act | None:
    """What the person does about a value letter, if anything."""
    turning = chance.whole(*_YES_AT, person.number, "turning point")
    if count == turning:
        found = {
            Temper.KEEN: Act.OPT_IN,
            Temper.WRITER: Act.REPLY,
            Temper.STOPPER: Act.OPT_OUT,
            Temper.SELDOM: Act.LESS_OFTEN,
            Temper.AWAY: Act.AWAY,
        }.get(person.temper)
        if found is not None:
            return found
    if person.temper is Temper.READER and chance.happens(0.03, person.number, count, "yes after all"):
        return Act.OPT_IN
    if chance.happens(_CLICKS.get(person.temper, 0.0), person.number, count, "click"):
        return Act.VIEW if chance.happens(0.15, person.number, count, "view") else Act.CLICK
    return None


def _answer(person: Person, chance: Chance) -> Act | None:
    return chance.weighed(_ANSWERS, person.number, "closing")


def _when(person: Person, mail: Mail, act: Act, chance: Chance) -> datetime:
    """Minutes or days later, by day; an automatic answer comes at once, when the rep looks next."""
    if act is Act.AWAY:
        return mail.sent_at + timedelta(minutes=chance.whole(20, 90, mail.number, "rep looks"))
    longest = 18.0 if mail.closing else 4.0
    days = longest * chance.share(mail.number, "delay") ** 3
    return by_day(mail.sent_at + timedelta(days=days, minutes=chance.whole(4, 50, mail.number, "minutes")), person)


def by_day(at: datetime, person: Person) -> datetime:
    """The moment itself, or the next morning if the person is asleep."""
    local = at.astimezone(person.zone)
    if _UP <= local.time() <= _TO_BED:
        return at
    morning = local.date() + timedelta(days=1 if local.time() > _TO_BED else 0)
    return datetime.combine(morning, time(_UP.hour, local.minute), person.zone).astimezone(at.tzinfo)
