"""Find who is behind a link: the one place where the pages read the database."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request

from drip.actions.less_often import doubled
from drip.domain.cadence import interval_of
from drip.domain.enrollment import Enrollment, State, Terms
from drip.domain.facts import Answer
from drip.domain.plan import candidates
from drip.domain.recall import slot_on
from drip.domain.suppression import Reason
from drip.domain.token import LinkToken
from drip.domain.window import local_day
from drip.store import enrollments, facts, letters, prospects, reps, suppressions, targets
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.letters import Leased
from drip.store.prospects import Prospect
from drip.web.desk import desk_of
from drip.web.visitor import Call, Rep, Sender, Visitor

_SHOWN_OVERDUE = timedelta(days=14)  # a call overdue for longer is not announced any more

_TWICE = timedelta(minutes=10)  # a button pressed again within this is the same answer


async def find_visitor(request: Request, token: LinkToken) -> Visitor:
    """The person a genuine token was sent to, as of now. Raises HTTPException 404 without a letter."""
    desk = desk_of(request)
    now = desk.clock.now()
    async with desk.store.glance() as unit:
        letter = await find_letter(unit, token)
        belongs = await targets.hearing(unit, letter.prospect_id, letter.enrollment_id)
        [opened] = await enrollments.load(unit, [belongs or letter.enrollment_id])
        [person] = await prospects.get(unit, [letter.prospect_id])
        rep = await reps.get(unit, opened.rep_id)
        reason = (await suppressions.find(unit, [person.email])).get(person.email)
        answer, answered_at = await _answer(unit, token)
    stopped_at = person.opted_out_at or person.complained_at
    terms, zone = opened.terms, opened.terms.zone
    interval = interval_of(opened.enrollment, terms)
    today = local_day(now, zone)
    return Visitor(
        first_name=person.first_name,
        email=person.email,
        rep=Rep(rep.name, rep.email, rep.title, rep.phone) if rep else Rep(letter.rep_name, letter.rep_email),
        sender=_sender(letter),
        today=today,
        state=opened.enrollment.state,
        interval=interval,
        longer=doubled(interval),
        hours=terms.call_window,
        closed_reason=opened.enrollment.closed_reason,
        closed_on=_day(opened.closed_at, zone),
        opted_in_on=_day(_opted_in_at(person, opened), zone),
        stopped_on=_day(stopped_at, zone),
        blocked=reason is not None and reason != Reason.HARD_BOUNCE and stopped_at is None,
        answer=answer,
        answered_on=_day(answered_at, zone),
        just_answered=answered_at is not None and now - answered_at < _TWICE,
        next_email_on=_next_email_on(opened.enrollment, terms, today),
        waits=opened.enrollment.waiting_for is not None,
        call=_call(opened.enrollment, terms, now.astimezone(zone)),
        wrote=_wrote(letter, rep.name if rep else letter.rep_name),
    )


async def find_letter(unit: Unit, token: LinkToken) -> Leased:
    """The letter a token came with. Raises HTTPException 404 if it is not (or no longer) kept."""
    found = await letters.load(unit, [token.send])
    if not found or found[0].enrollment_id != token.enrollment:
        raise HTTPException(404)
    return found[0]


async def _answer(unit: Unit, token: LinkToken) -> tuple[Answer | None, datetime | None]:
    """The last answer given on the pages of this letter, and when."""
    for fact in reversed(await facts.of_enrollment(unit, token.enrollment)):
        if fact.what == "answered" and fact.send_id == token.send and fact.reason:
            return Answer(fact.reason), fact.at
    return None, None


def _wrote(letter: Leased, now: str) -> str:
    """Whose name the letter bears, if it is not that of the rep who is in charge `now`."""
    name = str((letter.letter_values or {}).get("rep", {}).get("name", ""))
    return name if name != now else ""


def _sender(letter: Leased) -> Sender:
    return Sender(
        name=letter.mailbox_from_name or letter.rep_name,
        address=letter.mailbox_address or letter.rep_email,
        postal_address=letter.mailbox_postal_address or "",
    )


def _opted_in_at(person: Prospect, opened: Open) -> datetime | None:
    return opened.enrollment.opted_in_at or person.opted_in_at


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else local_day(moment, zone)


def _next_email_on(enrollment: Enrollment, terms: Terms, today: date) -> date | None:
    """The local day of the next value email, as far as it is known now."""
    if enrollment.state is not State.DRIPPING:
        return None
    values = [one for one in candidates(enrollment, terms) if not one.key.startswith("closing/")]
    days = [one.goes.day for one in values if one.goes is not None]
    return max(min(days), today) if days else None


def _call(enrollment: Enrollment, terms: Terms, local: datetime) -> Call | None:
    """The call to come, `local` being the time where the prospect is."""
    recall = enrollment.recall
    if recall is None or recall.on < local.date() - _SHOWN_OVERDUE:
        return None
    agreed = recall.promised and recall.at != slot_on(recall.on, terms)
    at = recall.at.astimezone(terms.zone).time() if agreed else None
    ends = datetime.combine(recall.on, at or terms.call_window.closes, terms.zone)
    return Call(recall.on, terms.call_window, recall.promised, at, missed=local >= ends)
