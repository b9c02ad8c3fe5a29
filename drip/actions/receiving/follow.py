"""What follows from a mail that was understood and placed (RULES F)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from drip.actions.happen import Context, happen
from drip.actions.opt_out import stop
from drip.actions.receiving.answered import invited, note_answer
from drip.actions.receiving.owner import Owner
from drip.actions.record_return import returned
from drip.actions.reply import replied
from drip.actions.resolve_send import What, learn
from drip.actions.whose import Whose, find
from drip.domain.answers import Class
from drip.domain.facts import AutoReplied, SoftBounced
from drip.domain.send import State
from drip.inbound.classify import Cls, Understood
from drip.store import enrollments, facts, prospects, received, sends, tasks
from drip.store.engine import Unit
from drip.store.facts import NewFact
from drip.store.targets import Target
from drip.store.tasks import NewTask

# Answers that say nothing of the recipient: a letter that came back for one is no soft bounce (MAIL section 2).
_OURS = frozenset(
    {Class.SENDER_AUTH, Class.SENDER_BLOCKED, Class.RATE_LIMITED, Class.CONTENT, Class.OUR_BUG, Class.ACCEPTED}
)
_ANSWERS = frozenset({Cls.REPLY, Cls.AUTO_REPLY, Cls.LEFT_COMPANY})
_WENT = (State.ACCEPTED, State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Follows:
    """What was done. `kind` is that of the mail in `received`, `code` what followed: replied, away, left, challenged,
    opted_out, complained, bounced, bounced_softly, came_back, arrived or nothing; or what a calendar said to an
    invitation: accepted, tentative, declined or another_time."""

    code: str
    kind: str
    enrollment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail whose owner is known, and who says what it is: the service, or a person."""

    owner: Owner
    understood: Understood
    context: Context

    @property
    def whose(self) -> Whose:
        """Its owner, and the letter's enrollment where it is about one."""
        return Whose(prospect_id=self.owner.prospect_id, send_id=self.owner.send_id)


async def follow(unit: Unit, owner: Owner, understood: Understood, context: Context, now: datetime) -> Follows:
    """Do what the rules say of such a mail, inside the unit that keeps it."""
    about = context._replace(send_id=owner.send_id)
    made = await _BY_CLASS[understood.cls](unit, Mail(owner, understood, about), now)
    if understood.cls in _ANSWERS and owner.send_id is not None:
        await learn(unit, owner.send_id, What.ACCEPTED, about, now)  # what was answered has arrived (R40)
    return await _with_answer(unit, Mail(owner, understood, about), made, now)


async def _with_answer(unit: Unit, mail: Mail, made: Follows, now: datetime) -> Follows:
    """What a calendar said beside; what a person said counts more."""
    rsvp = mail.understood.rsvp
    found = await invited(unit, mail.owner, rsvp) if rsvp is not None else None
    code = await note_answer(unit, found, rsvp, mail.context, now) if found is not None and rsvp is not None else None
    return made if code is None or made.code != "nothing" else replace(made, code=code)


async def _replied(unit: Unit, mail: Mail, now: datetime) -> Follows:
    """R30, R34."""
    made = await replied(unit, mail.whose, mail.context, now)
    return Follows("replied", "reply", made.enrollment_id)


async def _opted_out(unit: Unit, mail: Mail, now: datetime) -> Follows:
    """R33; whom only a From names is not suppressed, but their letters stop until the rep has looked (MAIL 28)."""
    if not mail.owner.proven:
        return await _replied(unit, mail, now)
    made = await stop(unit, mail.whose, mail.context, now)
    return Follows("opted_out", "opt_out", made.enrollment_id)


async def _away(unit: Unit, mail: Mail, now: datetime) -> Follows:
    """R31."""
    target = await find(unit, mail.whose)
    await _hold(unit, target, mail, mail.understood.return_on, now)
    return Follows("away", "auto_reply", target.enrollment_id)


async def _left(unit: Unit, mail: Mail, now: datetime) -> Follows:
    """Held as for an absence, while the rep finds who follows them."""
    target = await find(unit, mail.whose)
    await _hold(unit, target, mail, None, now)
    await _ask_rep(unit, target, ("left_company", "left_company"), mail, now)
    return Follows("left", "auto_reply", target.enrollment_id)


async def _challenged(unit: Unit, mail: Mail, now: datetime) -> Follows:
    target = await find(unit, mail.whose)
    await _ask_rep(unit, target, ("challenge", "challenged"), mail, now)
    return Follows("challenged", "auto_reply", target.enrollment_id)


async def _complained(unit: Unit, mail: Mail, now: datetime) -> Follows:
    """R33; a report that is about signatures, or takes a complaint back, is none (MAIL 41)."""
    if not mail.understood.suppress:
        return Follows("nothing", "unplaced")
    made = await returned(unit, mail.whose, "complaint", mail.context, now)
    return Follows("complained", "complaint", made.enrollment_id if made else None)


async def _bounced(unit: Unit, mail: Mail, now: datetime) -> Follows:
    """R32; an answer that was lost is known now (R40). What a provider and a mail tell of counts once."""
    understood, send_id = mail.understood, mail.owner.send_id
    target = await find(unit, mail.whose)
    letter = await sends.get(unit, send_id) if send_id is not None else None
    if understood.suppress:
        await _did_not_arrive(unit, mail, now)
        made = await returned(unit, mail.whose, "hard_bounce", mail.context, now)
        return Follows("bounced", "bounce", made.enrollment_id if made else None)
    went = letter is not None and letter.state in _WENT and letter.enrollment_id == target.enrollment_id
    await _did_not_arrive(unit, mail, now)
    if send_id is not None and await received.came_back(unit, target.prospect_id, send_id):
        return Follows("nothing", "bounce", target.enrollment_id)
    if understood.reason in _OURS:
        await _tell(unit, target, "came_back", mail, now)
        return Follows("came_back", "bounce", target.enrollment_id)
    if not went or letter is None or target.enrollment_id is None:
        return Follows("nothing", "bounce", target.enrollment_id)
    sent_at = letter.settled_at or now
    softly = SoftBounced(now, letter.n, sent_at, letter.state is State.ACCEPTED)
    await happen(unit, target.enrollment_id, softly, mail.context)
    return Follows("bounced_softly", "bounce", target.enrollment_id)


async def _delayed(unit: Unit, mail: Mail, _now: datetime) -> Follows:
    """MAIL 32: it may still arrive."""
    target = await find(unit, mail.whose, lock=False)
    return Follows("nothing", "unplaced", target.enrollment_id)


async def _delivered(unit: Unit, mail: Mail, now: datetime) -> Follows:
    """R40: a late answer."""
    target = await find(unit, mail.whose)
    arrived = mail.owner.send_id is not None and await learn(unit, mail.owner.send_id, What.ACCEPTED, mail.context, now)
    return Follows("arrived" if arrived else "nothing", "unplaced", target.enrollment_id)


async def _did_not_arrive(unit: Unit, mail: Mail, now: datetime) -> None:
    if mail.owner.send_id is not None:
        await learn(unit, mail.owner.send_id, What.REFUSED, mail.context, now)


async def _hold(unit: Unit, target: Target, mail: Mail, back_on: date | None, now: datetime) -> None:
    if target.enrollment_id is not None:
        await happen(unit, target.enrollment_id, AutoReplied(now, back_on), mail.context)


async def _ask_rep(unit: Unit, target: Target, codes: tuple[str, str], mail: Mail, now: datetime) -> None:
    """A task for the rep, and its line of the timeline: the codes of both."""
    if target.enrollment_id is not None:
        [open_] = await enrollments.load(unit, [target.enrollment_id])
        rep_id: int | None = open_.rep_id
    else:
        [person] = await prospects.get(unit, [target.prospect_id])
        rep_id = person.owner_rep_id
    await tasks.add(unit, [NewTask(codes[0], target.prospect_id, target.enrollment_id, rep_id, now)])
    await _tell(unit, target, codes[1], mail, now)


async def _tell(unit: Unit, target: Target, what: str, mail: Mail, now: datetime) -> None:
    about = (target.prospect_id, target.enrollment_id, mail.owner.send_id)
    reason = mail.understood.reason or None
    await facts.append(unit, [NewFact(now, what, mail.context.who, *about, reason=reason)])


_BY_CLASS: dict[Cls, Callable[[Unit, Mail, datetime], Awaitable[Follows]]] = {
    Cls.REPLY: _replied,
    Cls.OPT_OUT: _opted_out,
    Cls.AUTO_REPLY: _away,
    Cls.LEFT_COMPANY: _left,
    Cls.CHALLENGE: _challenged,
    Cls.COMPLAINT: _complained,
    Cls.BOUNCE: _bounced,
    Cls.DELAY: _delayed,
    Cls.DELIVERED: _delivered,
    Cls.OTHER: _delayed,
}
