"""Find what a rep's page shows: the one place where these pages read the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drip.actions.answer_recall import Standing, standing
from drip.actions.suggested import Reply, Suggested, suggested
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.rep_links import RecallToken
from drip.domain.send import State as SendState
from drip.store import (
    appointments,
    calls,
    enrollments,
    facts,
    notices,
    prospects,
    received,
    reps,
    sends,
    visits,
)
from drip.store.appointments import Appointment
from drip.store.calls import Said
from drip.store.engine import Unit
from drip.store.facts import FactRow
from drip.store.prospects import Prospect
from drip.store.received import Received
from drip.store.reps import Rep
from drip.store.sends import SendRow

SHOWN = 4  # letters
_GONE = (SendState.ACCEPTED, SendState.UNCERTAIN)
Opened = tuple[str, int | None]  # the code of a link, and which destination for "to"


@dataclass(frozen=True, slots=True)
class Found:
    """What is behind a genuine link. `rep` is in charge; `last_call` is the newest call recorded, by `last_by`;
    `may_invite`: nothing forbids a mail to the prospect; `appointment` is the firm one, past ones too.

    `letters` are the newest ones that went out, the newest first; `opened` what people opened of them; `suggested`
    the day the last reply asks for, while nobody promised one since.
    """

    standing: Standing
    enrollment: Enrollment
    terms: Terms
    person: Prospect
    rep: Rep
    qualification: Mapping[str, Any]
    reply: Received | None
    letters: Sequence[SendRow]
    opened: Mapping[int, Sequence[Opened]]
    last_call: FactRow | None
    last_by: str
    may_invite: bool
    appointment: Appointment | None
    suggested: Suggested | None


async def find(unit: Unit, token: RecallToken, now: datetime) -> Found | None:
    """All there is to show; None where nothing is kept any more of what the link named."""
    loaded = await enrollments.load(unit, [token.enrollment])
    if not loaded:
        return None
    [opened] = loaded
    [person] = await prospects.get(unit, [opened.prospect_id])
    rep = await reps.get(unit, opened.rep_id)
    assert rep is not None
    gone = [one for one in await sends.of_enrollment(unit, opened.id) if one.state in _GONE]
    letters = sorted(gone, key=lambda one: one.settled_at or now)[-SHOWN:][::-1]
    called = [one for one in await facts.of_enrollment(unit, opened.id) if one.what == "called"]
    replies = [one for one in await received.of_prospect(unit, person.id) if one.kind == "reply"]
    last = max(called, key=lambda one: one.id, default=None)
    by = await reps.get(unit, last.rep_id) if last and last.rep_id else None
    said = [Said(one.note, one.at) for one in replies if one.note]
    asked = {opened.id: Reply(said[-1], opened.terms.zone, opened.terms.calendar)} if said else {}
    return Found(
        standing=await standing(unit, token, now),
        enrollment=opened.enrollment,
        terms=opened.terms,
        person=person,
        rep=rep,
        qualification=await calls.qualification(unit, opened.id),
        reply=replies[-1] if replies else None,
        letters=letters,
        opened=await _opened(unit, letters),
        last_call=last,
        last_by=by.name if by else "",
        suggested=(await suggested(unit, asked, now)).get(opened.id),
        appointment=(await appointments.firm(unit, [opened.id])).get(opened.id),
        may_invite=not await notices.is_protected(unit, person.email, person.id),
    )


async def _opened(unit: Unit, letters: Sequence[SendRow]) -> dict[int, list[Opened]]:
    found: dict[int, list[Opened]] = defaultdict(list)
    for send_id, link, index in await visits.by_people(unit, [one.id for one in letters]):
        found[send_id].append((link, index))
    return found
