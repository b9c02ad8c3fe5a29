"""What each prospect does about a letter, and when: decided by who they are and by chance, not by the service."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from drip.cli.demo.chance import Chance
from drip.cli.demo.meant import Kind
from drip.cli.demo.people import Person, Temper, Trouble
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
    SEND = "send"  # a mail, of the deed's kind
    RESOLVE = "resolve"
    CONFIRM = "confirm"  # a rep shows a filter that there is a person
    PAUSE = "pause"
    RESUME = "resume"
    LOOK_FOR_ANOTHER = "look_for_another"  # a rep hears that somebody left


@dataclass(frozen=True, slots=True)
class Deed:
    """An act at a time. `mail` is the letter it is about, None for what a rep does on her own; `kind` that of a mail
    to be sent."""

    at: datetime
    act: Act
    person: Person
    mail: Mail | None = None
    kind: Kind | None = None


What = Act | Kind  # a kind: they send such a mail

_YES_AT = (1, 6)  # the letter a keen prospect says yes to: from, to
_CLICKS = {Temper.KEEN: 0.35, Temper.READER: 0.22, Temper.WRITER: 0.15, Temper.SELDOM: 0.2, Temper.AWAY: 0.2}
_ANSWERS: tuple[tuple[What | None, float], ...] = (
    (Act.KEEP_OPEN, 14.0),
    (Act.CALL_ME, 8.0),
    (Act.CLOSE_FILE, 20.0),
    (Act.OPT_OUT, 3.0),
    (Kind.REPLY, 4.0),
    (None, 51.0),
)
_REPLIES = ((Kind.REPLY, 80.0), (Kind.OTHER_ADDRESS, 11.0), (Kind.IN_THEIR_PLACE, 9.0))
_STOPS: tuple[tuple[What, float], ...] = ((Act.OPT_OUT, 40.0), (Kind.STOP, 40.0), (Kind.WAY_OUT, 20.0))
_AWAY = 0.015  # of all letters find their reader away
_TOLD = 0.008  # of the letters of somebody who reads them are shown to a colleague who then writes
_WHEN = (1, 6)  # the letter that somebody's trouble begins with: from, to
_FULL_FOR = (1, 3)  # letters
_IN_MINUTES = {  # what programs answer, and when after a letter: from, to
    Kind.AWAY: (1, 3),
    Kind.LEFT_COMPANY: (1, 3),
    Kind.CHALLENGE: (1, 3),
    Kind.DEAD_ADDRESS: (1, 9),
    Kind.FULL_MAILBOX: (1, 9),
    Kind.DELAY: (242, 260),
}
_UNASKED = ((Kind.STRANGER, 0.35), (Kind.NEWSLETTER, 0.5))  # a month
_UNREAD = frozenset({Kind.LEFT_COMPANY, Kind.CHALLENGE, Kind.DEAD_ADDRESS, Kind.FULL_MAILBOX})
_UP, _TO_BED = time(6, 45), time(21, 30)


def deeds(person: Person, mail: Mail, count: int, chance: Chance) -> Iterator[Deed]:
    """What follows from a letter, the person's `count`-th."""
    answered = None if mail.closing else _by_a_program(person, count, chance)
    if person.firm.scanned and answered not in (Kind.DEAD_ADDRESS, Kind.FULL_MAILBOX):
        yield Deed(mail.sent_at, Act.SCAN, person, mail)
    if answered is not None:
        yield _deed(answered, person, mail, chance)
    if answered in _UNREAD:
        return
    what = _answer(person, chance) if mail.closing else _reaction(person, count, chance)
    if what is not None:
        yield _deed(what, person, mail, chance)


def unasked(start: datetime, months: int, chance: Chance) -> Iterator[tuple[datetime, Kind, int]]:
    """Mails of nobody we know, over so many months: when, of what kind, and to which of the reps (from 0)."""
    for month in range(months):
        for kind, odds in _UNASKED:
            if chance.happens(odds, month, kind):
                minutes = chance.whole(0, 28 * 1440, month, kind, "when")
                yield start + timedelta(days=30 * month, minutes=minutes), kind, chance.whole(0, 3, month, kind, "whom")


def _by_a_program(person: Person, count: int, chance: Chance) -> Kind | None:
    """What a program or a mail server says of a value letter, if anything."""
    n = person.number
    begins = chance.whole(*_WHEN, n, "trouble begins")
    full = begins <= count < begins + chance.whole(*_FULL_FOR, n, "full for")
    found = {
        Trouble.DEAD: (Kind.DEAD_ADDRESS, count >= begins),
        Trouble.FULL: (Kind.FULL_MAILBOX, full),
        Trouble.SLOW: (Kind.DELAY, count == begins),
        Trouble.MOVED_ON: (Kind.LEFT_COMPANY, count >= begins),
        Trouble.FILTERED: (Kind.CHALLENGE, count == begins),
    }.get(person.trouble)
    return found[0] if found is not None and found[1] else None


def _reaction(person: Person, count: int, chance: Chance) -> What | None:
    """What the person does about a value letter, if anything."""
    n = person.number
    if person.trouble is Trouble.ANNOYED and count == chance.whole(*_WHEN, n, "trouble begins"):
        return Kind.COMPLAINT
    if count == chance.whole(*_YES_AT, n, "turning point"):
        turns: dict[Temper, What] = {
            Temper.KEEN: Act.OPT_IN,
            Temper.WRITER: chance.weighed(_REPLIES, n, count, "which reply"),
            Temper.STOPPER: chance.weighed(_STOPS, n, "how they stop"),
            Temper.SELDOM: Act.LESS_OFTEN,
            Temper.AWAY: Kind.AWAY,
        }
        if person.temper in turns:
            return turns[person.temper]
    if chance.happens(_AWAY, n, count, "away just now"):
        return Kind.AWAY
    if person.temper is Temper.READER and chance.happens(0.03, n, count, "yes after all"):
        return Act.OPT_IN
    if chance.happens(_CLICKS.get(person.temper, 0.0), n, count, "click"):
        shown = person.temper is Temper.READER and chance.happens(_TOLD / 0.22, n, count, "shown")
        view = Act.VIEW if chance.happens(0.15, n, count, "view") else Act.CLICK
        return Kind.COLLEAGUE if shown else view
    return None


def _answer(person: Person, chance: Chance) -> What | None:
    return chance.weighed(_ANSWERS, person.number, "closing")


def _deed(what: What, person: Person, mail: Mail, chance: Chance) -> Deed:
    at = _when(person, mail, what, chance)
    return Deed(at, Act.SEND, person, mail, what) if isinstance(what, Kind) else Deed(at, what, person, mail)


def _when(person: Person, mail: Mail, what: What, chance: Chance) -> datetime:
    """Minutes or days later, by day; what a program says comes at any hour."""
    if isinstance(what, Kind) and what in _IN_MINUTES:
        return mail.sent_at + timedelta(minutes=chance.whole(*_IN_MINUTES[what], mail.number, "program"))
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
