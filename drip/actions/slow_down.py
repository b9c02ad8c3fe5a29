"""Slow down: what a server's rate limit asks of the mailbox, kept where every process heeds it (MAIL 45)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drip.actions.sending import Sending
from drip.domain.outcome import Phase, Verdict
from drip.domain.pace import WHOLE, domain_of, rest, slowed
from drip.store import leases, mailboxes, rests
from drip.store.engine import Unit

OF_ONE_RECIPIENT = frozenset({Phase.RCPT, Phase.DATA, Phase.BODY})
GOODBYE = 421  # the server closes the connection: no answer about one recipient


@dataclass(frozen=True, slots=True)
class Limited:
    """One answer that limits us: to whose letter, from which mailbox, where and how."""

    mailbox_id: int
    email: str
    phase: Phase
    code: int | None
    enhanced: str | None
    verdict: Verdict

    @property
    def domain(self) -> str:
        """The recipient domain it concerns; WHOLE where it concerns everything we send."""
        one = self.phase in OF_ONE_RECIPIENT and self.code != GOODBYE
        return domain_of(self.email) if one else WHOLE


async def slow_down(unit: Unit, sending: Sending, limited: Sequence[Limited], machine: datetime) -> None:
    """Let what was limited rest for as long as the server asks, and halve the mailbox's connections.

    To be called before anything else of the unit is locked (HOUSE, "Lock order").
    """
    resting: dict[int, dict[str, datetime]] = defaultdict(dict)
    for one in limited:
        until = machine + _wait(sending, one.verdict, one.enhanced)
        known = resting[one.mailbox_id].get(one.domain, until)
        resting[one.mailbox_id][one.domain] = max(known, until)
    for mailbox_id in sorted(resting):
        await _halve(unit, sending, mailbox_id, machine)
        await rests.begin(unit, mailbox_id, resting[mailbox_id])


async def rest_all(unit: Unit, sending: Sending, mailbox_id: int, verdict: Verdict) -> None:
    """Let a whole mailbox rest for as long as an answer asks."""
    machine = await leases.machine_time(unit, sending.machine())
    await rests.begin(unit, mailbox_id, {WHOLE: machine + _wait(sending, verdict, None)})


def _wait(sending: Sending, verdict: Verdict, enhanced: str | None) -> timedelta:
    return min(rest(verdict.wait or timedelta(), enhanced), sending.limits.retry_most)


async def _halve(unit: Unit, sending: Sending, mailbox_id: int, machine: datetime) -> None:
    """Once for each limit, however many letters were told of it at a time."""
    box = await mailboxes.locked(unit, mailbox_id)
    if box is None:
        return
    since = machine - box.slowed_at if box.slowed_at else timedelta()
    fewer = slowed(sending.limits.connections, box.slowed_to, since)
    if fewer is not None:
        await mailboxes.change(unit, mailbox_id, {"slowed_at": machine, "slowed_to": fewer})
