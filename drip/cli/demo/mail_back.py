"""What came back by mail, and what the service made of it: each mail as it was meant beside what the database says."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from drip.cli.demo.meant import OF_NOBODY, SHOULD_BE, Kind, Meant
from drip.cli.demo.postman import Delivered
from drip.cli.demo.stage import Stage
from drip.inbound.seen import see
from drip.inbound.source import Incoming
from drip.store import inbox, received
from drip.store.engine import Unit
from drip.store.facts import FactRow
from drip.store.files import File
from drip.store.inbox import Kept
from drip.store.received import Received

_PLACED_AS = {"left_company": "left_company", "challenged": "challenge"}  # what a fact makes of an automatic answer
_FOLLOWED = {
    "replied": "rep_asked",
    "left_company": "rep_asked",
    "challenged": "rep_asked",
    "suppressed": "suppressed",
    "undeliverable": "undeliverable",
    "soft_bounced": "counted",
    "reopened": "reopened",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Mails of one kind that were understood as the same: how many, whether that is right, and how often something
    followed, by codes."""

    kind: str
    understood: str
    right: bool
    mails: int
    followed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MailBack:
    """`wrong` says of each mail that was not understood as it was meant, by the name of its copy, what is wrong: its
    class, whose it is, the day of return, the words in it, the successor it names. `waiting` and `set_aside` are
    what the inbox holds."""

    mails: int
    rows: Sequence[Row]
    wrong: Mapping[str, str]
    waiting: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class _Known:
    """All that the database knows of a mail; `row` None: it knows nothing."""

    row: Received | None
    kept: Kept | None
    facts: Sequence[FactRow]  # of its prospect, at that moment
    colleagues: int  # files that were held because of it

    @property
    def understood(self) -> str:
        """What the service took it for."""
        if self.row is None:
            return "lost"
        if self.kept is not None:
            return self.kept.cls
        whats = {one.what for one in self.facts}
        if self.row.kind == "bounce":
            return "soft_bounce" if "soft_bounced" in whats else "hard_bounce"
        found = [cls for what, cls in _PLACED_AS.items() if what in whats and self.row.kind == "auto_reply"]
        return found[0] if found else self.row.kind

    @property
    def followed(self) -> set[str]:
        """What was done about it."""
        found = {_FOLLOWED[one.what] for one in self.facts if one.what in _FOLLOWED}
        for one in self.facts:
            if one.what == "auto_replied":
                found.add("held_until_day" if "until" in one.data else "held_two_weeks")
            elif one.what == "recall_set" and one.reason == "replied":
                found.add("recall_moved")
        if self.colleagues:
            found.add("colleagues_held")
        if self.kept is not None:
            found.add("waits" if self.kept.state == "waiting" else "set_aside")
        return found or {"nothing"}


def mail_back(
    stage: Stage, delivered: Sequence[Delivered], facts: Sequence[FactRow], files: Sequence[File]
) -> MailBack:
    """Look up every mail that was handed over."""
    return stage.do(_look_up(stage, list(delivered), facts, {one.prospect_id: one.email for one in files}))


async def _look_up(
    stage: Stage, delivered: Sequence[Delivered], facts: Sequence[FactRow], emails: Mapping[int, str]
) -> MailBack:
    at_once: dict[datetime, list[FactRow]] = defaultdict(list)
    for fact in facts:
        at_once[fact.at].append(fact)
    counted: Counter[tuple[str, str, bool]] = Counter()
    followed: dict[tuple[str, str, bool], Counter[str]] = defaultdict(Counter)
    wrong: dict[str, str] = {}
    async with stage.store.reading() as unit:
        for one in delivered:
            known = await _known(unit, one, stage.service.wired.secret, at_once)
            why = _wrong(one.answer.meant, known, emails)
            if why:
                wrong[one.name] = why
            key = (one.answer.meant.kind.value, known.understood, not why)
            counted[key] += 1
            followed[key].update(known.followed)
        held = Counter(one.state for one in await inbox.listing(unit, everything=True, limit=len(delivered) + 1))
    order = list(Kind)
    rows = [
        Row(*key, number, dict(sorted(followed[key].items(), key=lambda item: (-item[1], item[0]))))
        for key, number in sorted(counted.items(), key=lambda item: (order.index(Kind(item[0][0])), -item[1]))
    ]
    return MailBack(len(delivered), rows, wrong, held["waiting"], held["set_aside"])


async def _known(unit: Unit, one: Delivered, secret: bytes, at_once: Mapping[datetime, Sequence[FactRow]]) -> _Known:
    answer = one.answer
    row = await received.by_message_id(unit, see(Incoming(answer.raw, (answer.to,)), secret).key)
    if row is None:
        return _Known(None, None, (), 0)
    told = at_once.get(row.at, ())
    own = [fact for fact in told if row.prospect_id is not None and fact.prospect_id == row.prospect_id]
    held = {fact.enrollment_id for fact in told if fact.what == "colleague_replied"}
    said = answer.meant.kind in (Kind.REPLY, Kind.OTHER_ADDRESS, Kind.IN_THEIR_PLACE, Kind.COLLEAGUE)
    return _Known(row, await inbox.get(unit, row.id), own, len(held) if said else 0)


def _wrong(meant: Meant, known: _Known, emails: Mapping[int, str]) -> str:
    """What was not understood as it was meant; "" if nothing is wrong."""
    row = known.row
    if row is None:
        return "lost"
    owner = emails.get(row.prospect_id, "") if row.prospect_id is not None else ""
    checks = {
        "class": known.understood == SHOULD_BE[meant.kind],
        "whose": owner == ("" if meant.kind in OF_NOBODY else meant.whose),
        "back_on": row.back_on == meant.back_on,
        "words": _flat(meant.words) in _flat(row.note),
        "successor": meant.successor in row.note,
    }
    return next((name for name, is_right in checks.items() if not is_right), "")


def _flat(text: str) -> str:
    return " ".join(text.split())
