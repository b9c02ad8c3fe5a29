"""The figures of the demo's report, counted from what the service wrote down: facts, files and sends."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.importing.report import ImportReport
from drip.cli.demo.foresight import Compared, compare
from drip.cli.demo.mail_back import MailBack, mail_back
from drip.cli.demo.play import Play
from drip.cli.demo.stage import Stage
from drip.domain.enrollment import State as FileState
from drip.domain.send import State
from drip.store import facts, files, sends
from drip.store.engine import Unit
from drip.store.facts import FactRow
from drip.store.files import File, Which
from drip.store.sends import SendRow

_ALL = 1_000_000
_REACHED = ("meeting_set", "not_ready", "not_interested", "promised", "do_not_contact")
_LETTERS = ("email", "closing_email")


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts; days are the prospects' own. Dicts go from a code to how often."""

    begun_on: date
    ended_on: date
    rows: int
    imported: int
    bad_rows: Mapping[str, int]
    enrolled: int
    skipped: Mapping[str, int]
    letters: int
    letters_by_month: Mapping[str, int]
    people_written_to: int
    letters_put_off: int  # sent again after a 4xx
    letters_refused: int
    clicks: int
    links_opened_by_scanners: int
    opt_ins: int
    recalls_moved_by_opt_in: int
    median_days_earlier: float
    calls: int
    calls_reached: int
    outcomes: Mapping[str, int]
    recalls_worked: int
    calls_promised: int
    closing_emails: int
    closing_answers: Mapping[str, int]
    came_back: int  # after silence had closed their file
    recalls_cancelled: int
    calls_saved: int
    files: Mapping[str, int]
    closed_by_reason: Mapping[str, int]
    held: Mapping[str, int]
    mail_back: MailBack
    forecast: Compared | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """Everything the service wrote down, in order of time."""

    facts: Sequence[FactRow]
    files: Sequence[File]
    sends: Sequence[SendRow]

    def count(self, what: str, reason: str | None = None) -> int:
        return sum(1 for one in self.facts if one.what == what and reason in (None, one.reason))

    def reasons(self, what: str) -> dict[str, int]:
        """How often for each reason, the most frequent first."""
        return dict(Counter(one.reason or "" for one in self.facts if one.what == what).most_common())


def count_up(stage: Stage, taken: ImportReport, play: Play, begun_at: datetime) -> Figures:
    """Read the database of the demo and count."""
    kept = stage.do(_read(stage))
    return Figures(
        begun_on=begun_at.date(),
        ended_on=stage.now.date(),
        rows=taken.rows,
        imported=taken.taken,
        bad_rows=_most_first(Counter(one.code for one in taken.bad_rows)),
        enrolled=len(play.enrolled),
        skipped=_most_first(Counter(one.code for one in play.skipped)),
        links_opened_by_scanners=play.happenings.counts["scanned"],
        files=_most_first(Counter("open" if one.closed_at is None else one.state for one in kept.files)),
        closed_by_reason=_most_first(
            Counter(str(one.closed_reason) for one in kept.files if one.state == FileState.CLOSED)
        ),
        mail_back=mail_back(stage, play.delivered, kept.facts, kept.files),
        forecast=compare(play.foretold, kept.facts) if play.foretold else None,
        **_of_letters(kept),
        **_of_answers(kept),
        **_of_calls(kept),
    )


def _of_letters(kept: _Kept) -> dict[str, Any]:
    letters = [one for one in kept.facts if one.what in _LETTERS]
    return {
        "letters": len(letters),
        "letters_by_month": _by_month(kept, letters),
        "people_written_to": len({one.prospect_id for one in letters}),
        "letters_put_off": sum(1 for one in kept.sends if one.state is State.ACCEPTED and one.attempts > 1),
        "letters_refused": sum(1 for one in kept.sends if one.state is State.REFUSED),
        "held": kept.reasons("held"),
    }


def _of_answers(kept: _Kept) -> dict[str, Any]:
    moved = _days_earlier(kept)
    return {
        "clicks": kept.count("heard", "click"),
        "opt_ins": kept.count("opted_in"),
        "recalls_moved_by_opt_in": len(moved),
        "median_days_earlier": median(moved) if moved else 0.0,
        "closing_emails": kept.count("closing_email"),
        "closing_answers": _answers(kept),
        "came_back": _came_back(kept),
    }


def _of_calls(kept: _Kept) -> dict[str, Any]:
    outcomes = kept.reasons("called")
    calls, cancelled = sum(outcomes.values()), _cancelled_after_closing(kept)
    worked = sum(n for reason, n in kept.reasons("recall_due").items() if reason != "retry")
    return {
        "calls": calls,
        "calls_reached": sum(n for outcome, n in outcomes.items() if outcome in _REACHED),
        "outcomes": outcomes,
        "recalls_worked": worked,
        "calls_promised": kept.count("recall_due", "promised"),
        "recalls_cancelled": cancelled,
        "calls_saved": round(cancelled * calls / worked) if worked else 0,
    }


async def _read(stage: Stage) -> _Kept:
    async with stage.store.reading() as unit:
        told = await facts.newest(unit, _ALL)
        return _Kept(
            sorted(told, key=lambda one: (one.at, one.id)),
            await files.listing(unit, Which(), limit=_ALL),
            await _ended_sends(unit),
        )


async def _ended_sends(unit: Unit) -> list[SendRow]:
    found = await sends.in_state(unit, State.ACCEPTED, _ALL)
    return found + await sends.in_state(unit, State.REFUSED, _ALL)


def _by_month(kept: _Kept, letters: Sequence[FactRow]) -> dict[str, int]:
    zones = {one.id: ZoneInfo(one.time_zone) for one in kept.files}
    months = Counter(f"{one.at.astimezone(zones[one.enrollment_id or 0]):%Y-%m}" for one in letters)
    return dict(sorted(months.items()))


def _days_earlier(kept: _Kept) -> list[int]:
    """By how many days each opt-in moved a recall."""
    recalls: dict[int | None, datetime] = {}
    moved = []
    for one in kept.facts:
        if one.what != "recall_set":
            continue
        on = datetime.fromisoformat(str(one.data["on"]))
        before = recalls.get(one.enrollment_id)
        if one.reason == "opted_in" and before is not None and before > on:
            moved.append((before - on).days)
        recalls[one.enrollment_id] = on
    return moved


def _cancelled_after_closing(kept: _Kept) -> int:
    """Recalls nobody has to make any more, because a file closed after its closing email."""
    closing = {one.enrollment_id for one in kept.facts if one.what == "closing_email"}
    return sum(1 for one in kept.facts if one.what == "recall_cancelled" and one.enrollment_id in closing)


def _came_back(kept: _Kept) -> int:
    """How many files that silence had closed were opened again by a late word (R29)."""
    silent: set[int | None] = set()
    back = 0
    for one in kept.facts:
        if one.what == "file_closed" and one.reason == "silence":
            silent.add(one.enrollment_id)
        elif one.what == "reopened" and one.enrollment_id in silent:
            silent.discard(one.enrollment_id)
            back += 1
    return back


def _answers(kept: _Kept) -> dict[str, int]:
    """What came first after each closing email; `waiting`: nothing yet."""
    waiting: set[int | None] = set()
    found: Counter[str] = Counter()
    for one in kept.facts:
        if one.what == "closing_email":
            waiting.add(one.enrollment_id)
        elif one.enrollment_id in waiting and (answer := _answer(one)):
            waiting.discard(one.enrollment_id)
            found[answer] += 1
    found["waiting"] = len(waiting)
    return _most_first(found)


def _answer(fact: FactRow) -> str | None:
    if fact.what == "answered":
        return fact.reason
    if fact.what == "suppressed" and fact.reason == "opted_out":
        return "opted_out"
    if fact.what == "file_closed" and fact.reason == "silence":
        return "silence"
    if fact.what == "replied":
        return "replied"
    reached = fact.what == "called" and fact.reason in _REACHED
    return "called" if reached else None


def _most_first(counted: Mapping[str, int] | Counter[Any]) -> dict[str, int]:
    return {str(code): n for code, n in Counter(counted).most_common() if n}
