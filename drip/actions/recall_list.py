"""List the calls a rep owes: today's, overdue and coming, with all one needs to make them."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from drip.actions.suggested import Suggested, replies, suggested
from drip.actions.words import RECALLS
from drip.domain.enrollment import CallWindow
from drip.domain.hours import meeting, said
from drip.domain.zones import zone_named
from drip.store import calls, cards
from drip.store.calls import SentLetter
from drip.store.cards import Card
from drip.store.engine import Store
from drip.store.times import read_times

SHOWN = 3  # letters
A_MINUTE = timedelta(minutes=1)
_NO_LETTERS = {
    "opted_out": "no letter goes to them any more: they said stop, or were suppressed; the call is still yours",
    "undeliverable": "their address is dead, and no letter goes to it; ask for a new one",
}


@dataclass(frozen=True, slots=True)
class Which:
    """Whose calls (None: everybody's), and how many days ahead the coming ones are shown."""

    rep_id: int | None = None
    coming_days: int = 7


@dataclass(frozen=True, slots=True)
class RecallRow:
    """One call. `when` is overdue, today or coming, by the prospect's day; `hours` (the window, or the hour
    agreed on) and `local_time` are the prospect's wall clock, `at` the start of the slot (aware UTC). `notice`
    says that the rep is not there then; `suggested` is the day their last reply asks for."""

    enrollment_id: int
    prospect_id: int
    when: str
    on: date
    at: datetime
    hours: str
    time_zone: str
    local_time: str
    days_overdue: int
    reason: str
    words: str
    promised: bool
    tries: int
    name: str
    title: str
    company: str
    email: str
    phone: str
    rep: str
    opted_in: bool
    waits: bool
    hot_button: str
    next_step: str
    said: str
    contact_method: str
    sent: tuple[str, ...]
    notice: str = ""
    suggested: Suggested | None = None


async def recall_list(store: Store, which: Which, now: datetime) -> list[RecallRow]:
    """The calls that are owed, the overdue first, each day in order of time."""
    async with store.reading() as unit:
        until = now + timedelta(days=which.coming_days + 2)  # whatever the zone, then cut by its day
        owed = await cards.owed(unit, until, which.rep_id)
        letters: dict[int, list[SentLetter]] = defaultdict(list)
        for letter in await calls.sent(unit, [one.enrollment_id for one in owed]):
            letters[letter.enrollment_id].append(letter)
        said = await calls.last_words(unit, [one.prospect_id for one in owed])
        asked = await suggested(unit, replies(owed, said), now)
    words = {key: one.note for key, one in said.items()}
    rows = [_row(one, letters[one.enrollment_id], words.get(one.prospect_id, ""), now) for one in owed]
    rows = [replace(row, suggested=asked.get(row.enrollment_id)) for row in rows]
    order = {"overdue": 0, "today": 1, "coming": 2}
    kept = [row for row in rows if -row.days_overdue <= which.coming_days]
    return sorted(kept, key=lambda row: (order[row.when], row.at))


def _row(call: Card, letters: list[SentLetter], said: str, now: datetime) -> RecallRow:
    assert call.recall_at is not None
    assert call.recall_on is not None
    assert call.recall_reason is not None
    local = now.astimezone(zone_named(call.time_zone))
    late = (local.date() - call.recall_on).days
    found = call.qualification
    return RecallRow(
        enrollment_id=call.enrollment_id,
        prospect_id=call.prospect_id,
        when="overdue" if late > 0 else "today" if late == 0 else "coming",
        on=call.recall_on,
        at=call.recall_at,
        hours=_hours(call),
        time_zone=call.time_zone,
        local_time=f"{local:%H:%M}",
        days_overdue=late,
        reason=call.recall_reason,
        words=_why(call),
        promised=call.recall_promised,
        tries=call.recall_tries,
        name=f"{call.first_name} {call.last_name}".strip(),
        title=call.title,
        company=call.company or "",
        email=call.email,
        phone=call.phone,
        rep=call.rep_name,
        opted_in=call.opted_in_at is not None,
        waits=call.waiting_for is not None,
        hot_button=str(found.get("hot_button") or ""),
        next_step=str(found.get("next_step") or ""),
        said=said or str(found.get("reason") or ""),
        contact_method=str(found.get("contact_method") or ""),
        sent=tuple(_letter(one, call) for one in letters[-SHOWN:]),
        notice=_notice(call, now),
    )


def _notice(call: Card, now: datetime) -> str:
    """What whoever calls must know first: that no letter may go (R32, R33), that the rep is not there (R14, R17)."""
    return "; ".join(filter(None, (_NO_LETTERS.get(call.state), _times(call, now))))


def _times(call: Card, now: datetime) -> str:
    """That the rep is away or does not work when the call is to be made."""
    if call.rep_times is None or call.recall_at is None:
        return ""
    times = read_times(call.rep_times)
    back = times.away_until(max(call.recall_at, now))
    if back is not None:
        local = back.astimezone(times.zone)
        day = f"{local:%A} {local.day} {local:%B}"
        if not call.recall_promised:
            return f"{call.rep_name} is away until {day}"
        return f"promised, and {call.rep_name} is away until {day}: hand it over, or call from there"
    if meeting(call.recall_at, call.recall_at + A_MINUTE, times) is not None:
        return ""
    local = call.recall_at.astimezone(times.zone)
    return f"outside {call.rep_name}'s hours, {said(times.hours)}: it is {local:%A %H:%M} in {times.zone} then"


def _hours(call: Card) -> str:
    """The call window; for an appointment the hour alone."""
    if call.is_firm and call.recall_at is not None:
        return f"{call.recall_at.astimezone(zone_named(call.time_zone)):%H:%M}"
    return CallWindow(call.call_window).hours


def _why(call: Card) -> str:
    words = RECALLS.get(call.recall_reason or "", call.recall_reason or "")
    return f"{words} (try {call.recall_tries + 1})" if call.recall_tries else words


def _letter(letter: SentLetter, call: Card) -> str:
    day = letter.settled_at.astimezone(zone_named(call.time_zone)).date()
    return f"{day.isoformat()} {letter.subject or letter.step_key}"
