"""Settle: write what came of attempts, the facts that follow, and when to look again, in one unit."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from drip.actions.happen import Change, Context, change, keep, lines
from drip.actions.sending import Sending
from drip.actions.sent_alike import SentAlike
from drip.actions.slow_down import Limited, slow_down
from drip.domain.answers import Class
from drip.domain.dying import SOFT, is_dying, is_too_full
from drip.domain.facts import EmailArrived, EmailDropped, EmailSent, Fact, HardBounced
from drip.domain.outcome import ACCEPTED, Care, Fate, Kind, Outcome, Phase, Verdict, judge
from drip.domain.send import State
from drip.domain.sending import SOFT_LIMIT
from drip.store import enrollments, landings, leases, rescues
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.handovers import Accepted
from drip.store.landings import Attempt, Landing
from drip.store.leases import Stamp
from drip.store.letters import Leased

NO_CONNECTION = frozenset({Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.STARTTLS, Phase.AUTH})
GROWTH_STOPS = timedelta(hours=4)  # of the doubling wait between retries (MAIL section 2)
_ANSWERED_NO = frozenset({Kind.DEFERRED, Kind.REFUSED})
_LANDED = State.ACCEPTED
_MAY_HAVE_ARRIVED = frozenset({State.ACCEPTED, State.UNCERTAIN})
_TAKEN = judge(Phase.BODY, 250, None, "")  # what every yes to a letter means, whatever its words
JITTER = 0.25  # of a wait, added by chance so that letters refused together do not return together


class Ended(NamedTuple):
    """One attempt that ended: what was sent under which lease, and how it ended. Times are machine.

    `spoilt`: no letter could be made of it, so no server was asked. `open`: its enrollment at the lease.
    `stamp`: what it went out as, where nothing was kept of that before.
    """

    leased: Leased
    token: str
    outcome: Outcome
    began_at: datetime
    ended_at: datetime
    spoilt: bool = False
    open: Open | None = None
    stamp: Stamp | None = None

    @property
    def verdict(self) -> Verdict:
        """What the outcome means."""
        said = self.outcome
        if said.kind is ACCEPTED:
            return _TAKEN
        if self.spoilt:
            return Verdict(Class.CONTENT, Fate.REFUSE, False, Care.OK, "No letter could be made of it.")
        return judge(said.phase, said.code, said.enhanced, said.text)

    @property
    def fate(self) -> State:
        """The state its send lands in; a mailbox that stays full is given up after a while."""
        if self.outcome.kind is ACCEPTED:
            return _LANDED
        state = fate_of(self.outcome, self.verdict)
        full = state is State.DUE and is_too_full(self.verdict.cls, self.leased.number)
        return State.REFUSED if full else state


async def settle(
    unit: Unit, sending: Sending, ended: Sequence[Ended], now: datetime, machine: datetime
) -> frozenset[int]:
    """Write outcomes, attempts, facts and enrollments; the ids of the sends that moved (HOUSE 5).

    Each is fenced by its lease token. One that lost its lease moves nothing, unless it is uncertain
    by now and its attempt is still the newest. Two for one send in a call are not allowed. `machine` is
    machine time as it is now.
    """
    if not ended:
        return frozenset()
    await slow_down(unit, sending, _limited(ended), machine)
    opens = {
        one.id: one for one in await enrollments.load(unit, {one.leased.enrollment_id for one in ended}, lock=True)
    }
    for one in ended:
        if one.stamp is not None and one.fate is State.DUE:  # it may have been turned away before its mark
            await leases.stamp(unit, one.token, [one.stamp])
    landed = [_landing(sending, one, machine, now) for one in ended]
    moved = await landings.settle(unit, landed)
    unsure = [one.id for one in landed if one.id in moved and one.state is State.UNCERTAIN]
    await rescues.schedule_again(unit, unsure, machine + sending.limits.again_after)
    late = await landings.settle_late(unit, [one for one in landed if one.id not in moved])
    attempts = landings.recording(unit, [_attempt(one) for one in ended if one.leased.id in moved])
    settled = {one.leased.enrollment_id for one in ended if one.leased.id in moved}
    dying = await _dying(unit, ended, moved)
    await keep(unit, _changes(ended, moved, late, opens, now, dying), now, settled, attempts)
    return moved | late


def all_accepted(ended: Sequence[Ended], now: datetime) -> list[Accepted] | None:
    """What `settle` would write of letters that all went as they should; None when one of them needs more than
    its enrollment, its attempt and its lines to be written."""
    found, kind, alike = [], str(_TAKEN.cls), SentAlike(now)
    for one in ended:
        leased, was = one.leased, one.open
        if was is None or leased.resent or one.fate is not _LANDED:
            return None
        gone = alike.gone(was, leased.key, leased.run)
        if not gone.is_plain:
            return None
        code, after = _code(one.outcome.code, one.outcome.enhanced), gone.change.after
        told = lines(gone.change.effects, (was.prospect_id, was.id), _context(one))
        again = (alike.next_at(was, gone), was.closes(after, now))
        found.append(Accepted(_attempt(one), kind, code, was, after, *again, told))
    return found


def _limited(ended: Sequence[Ended]) -> list[Limited]:
    """The answers that limit how fast we may go."""
    found = []
    for one in ended:
        said, box = one.outcome, one.leased.mailbox_id
        if said.kind in _ANSWERED_NO and box is not None and (verdict := one.verdict).cls is Class.RATE_LIMITED:
            found.append(Limited(box, one.leased.email, said.phase, said.code, said.enhanced, verdict))
    return found


def fate_of(outcome: Outcome, verdict: Verdict) -> State:
    """The state an attempt lands in. What the wire saw of the handover counts before any text, and
    a server that refuses us before any letter was named has not refused the letter."""
    if outcome.kind is ACCEPTED:
        return State.ACCEPTED
    if outcome.kind is Kind.UNCERTAIN:
        return State.UNCERTAIN
    refused = verdict.send is Fate.REFUSE and outcome.phase not in NO_CONNECTION
    return State.REFUSED if refused else State.DUE


def wait_before_retry(sending: Sending, verdict: Verdict, number: int) -> timedelta:
    """How long a deferred letter waits: what the server asked for, or twice as long each time, with
    jitter on top; never longer than the limits say."""
    first = sending.limits.retry_first
    grown = min(first * 2.0 ** min(number - 1, 16), max(first, GROWTH_STOPS))
    wait = max(grown, verdict.wait or timedelta())
    return min(wait, sending.limits.retry_most) * (1 + JITTER * sending.chance())


def _landing(sending: Sending, ended: Ended, machine: datetime, now: datetime) -> Landing:
    verdict, said = ended.verdict, ended.outcome
    state = ended.fate
    again = state is State.DUE
    return Landing(
        id=ended.leased.id,
        token=ended.token,
        number=ended.leased.number,
        state=state,
        outcome_class="uncertain" if state is State.UNCERTAIN else str(verdict.cls),
        outcome_code=_code(said.code, said.enhanced),
        outcome_text=said.text,
        retry_at=machine + wait_before_retry(sending, verdict, ended.leased.number) if again else None,
        settled_at=None if again else now,
        handed_at=machine if state in _MAY_HAVE_ARRIVED or ended.leased.resent else None,
    )


@lru_cache(maxsize=1024)
def _code(code: int | None, enhanced: str | None) -> str | None:
    return " ".join(str(part) for part in (code, enhanced) if part) or None


def _context(ended: Ended) -> Context:
    return Context("service", None, ended.leased.id)


def _attempt(ended: Ended) -> Attempt:
    leased, said = ended.leased, ended.outcome
    phase, answer = str(said.phase), (said.code, said.enhanced, said.text)
    return Attempt(
        leased.id, leased.number, ended.token, str(said.kind), phase, *answer, ended.began_at, ended.ended_at
    )


async def _dying(unit: Unit, ended: Sequence[Ended], moved: frozenset[int]) -> frozenset[int]:
    """Sends whose refusal, after those before it, means that the address is dead (R32)."""
    soft = {
        one.leased.prospect_id: one.leased.id
        for one in ended
        if one.leased.id in moved and one.fate is State.REFUSED and one.verdict.cls in SOFT
    }
    last = await landings.last_classes(unit, soft, SOFT_LIMIT)
    return frozenset(send_id for prospect_id, send_id in soft.items() if is_dying(last[prospect_id]))


def _changes(
    ended: Sequence[Ended],
    moved: frozenset[int],
    late: frozenset[int],
    opens: Mapping[int, Open],
    now: datetime,
    dying: frozenset[int],
) -> list[Change]:
    """The facts that follow from what moved; a deferral is none yet."""
    made = []
    for one in ended:
        news = _fact(one, now, dying) if one.leased.id in moved else None
        fact = _late_fact(one, now) if one.leased.id in late else news
        if fact is not None:
            made.append(change(opens[one.leased.enrollment_id], fact, _context(one)))
    return made


def _fact(ended: Ended, now: datetime, dying: frozenset[int]) -> Fact | None:
    verdict, key, run = ended.verdict, ended.leased.key, ended.leased.run
    state = ended.fate
    if state in (State.ACCEPTED, State.UNCERTAIN):
        if state is State.ACCEPTED and ended.leased.resent:
            return EmailArrived(now, key, again=True)
        return EmailSent(now, key, state is State.ACCEPTED, run)
    if state is State.REFUSED:
        dead = verdict.suppress or ended.leased.id in dying
        return HardBounced(now) if dead else EmailDropped(now, key, str(verdict.cls), run)
    return None


def _late_fact(ended: Ended, now: datetime) -> Fact | None:
    """The touch was counted when the letter became uncertain; that it arrived, or that the address is
    dead, is news."""
    state = ended.fate
    if state is State.ACCEPTED:
        return EmailArrived(now, ended.leased.key)
    return HardBounced(now) if state is State.REFUSED and ended.verdict.suppress else None
