"""The states of a send and every move between them (HOUSE, "How a letter goes out")."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from drip.domain.errors import MovedError


class State(StrEnum):
    """Where a send is. The last four are final: nothing leads out of them."""

    DUE = "due"  # waits to be taken
    LEASED = "leased"  # a worker holds it until `lease_until`
    HANDING = "handing"  # its body is going on the wire, or went
    UNCERTAIN = "uncertain"  # handed over, the answer was lost (R40)
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # something protects the prospect (R36)
    EXPIRED = "expired"  # too old to be worth sending


class Move(StrEnum):
    """The verbs that change a send's state."""

    TAKE = "take"
    HAND_OVER = "hand_over"
    SETTLE = "settle"
    WITHDRAW = "withdraw"
    RELEASE = "release"
    REFUSE = "refuse"
    GIVE_UP = "give_up"
    RESCUE = "rescue"
    RESOLVE = "resolve"


FINAL = frozenset({State.ACCEPTED, State.REFUSED, State.WITHDRAWN, State.EXPIRED})
UNFINISHED = frozenset(State) - FINAL

MOVES: dict[Move, dict[State, frozenset[State]]] = {
    Move.TAKE: {State.DUE: frozenset({State.LEASED})},
    Move.HAND_OVER: {State.LEASED: frozenset({State.HANDING})},
    Move.SETTLE: {State.HANDING: frozenset({State.ACCEPTED, State.DUE, State.REFUSED, State.UNCERTAIN})},
    Move.WITHDRAW: {
        State.DUE: frozenset({State.WITHDRAWN}),
        State.LEASED: frozenset({State.WITHDRAWN}),
    },
    Move.RELEASE: {State.LEASED: frozenset({State.DUE})},
    Move.REFUSE: {State.LEASED: frozenset({State.REFUSED, State.DUE})},
    Move.GIVE_UP: {State.DUE: frozenset({State.EXPIRED})},
    Move.RESCUE: {
        State.LEASED: frozenset({State.DUE}),
        State.HANDING: frozenset({State.UNCERTAIN}),
    },
    Move.RESOLVE: {State.UNCERTAIN: frozenset({State.ACCEPTED, State.REFUSED, State.DUE})},
}


@dataclass(frozen=True, slots=True)
class Lease:
    """A right to work on a send: `token` proves it, until a moment of machine time."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """The duty to get one letter to one prospect, as far as its state goes.

    `attempts` counts the takes; `lease` is held exactly while leased or handing; `retry_at` is
    machine time, `settled_at` when the send became final; `reason` says why it ended unsent.
    """

    id: int
    state: State = State.DUE
    lease: Lease | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    settled_at: datetime | None = None
    reason: str | None = None


def sources(move: Move) -> frozenset[State]:
    """The states a move may start from, for the guard of a statement that moves many rows."""
    return frozenset(MOVES[move])


def is_allowed(move: Move, before: State, after: State) -> bool:
    """Whether the move leads from the one state to the other."""
    return after in MOVES[move].get(before, frozenset())


def take(send: Send, lease: Lease) -> Send:
    """Lease a due send to a worker. Raises MovedError."""
    moved = _move(send, Move.TAKE, State.LEASED)
    return replace(moved, lease=lease, attempts=send.attempts + 1, retry_at=None)


def hand_over(send: Send, token: str, until: datetime) -> Send:
    """Mark that the body goes on the wire now; the lease then lasts until `until`.

    Raises MovedError, also for a token that is not the lease's.
    """
    _prove(send, token)
    moved = _move(send, Move.HAND_OVER, State.HANDING)
    return replace(moved, lease=Lease(token, until))


def settle(send: Send, token: str, after: State, now: datetime, retry_at: datetime | None) -> Send:
    """Write down what came of a handed letter; `retry_at` is for `due` only.

    Raises MovedError, also for a token that is not the lease's.
    """
    _prove(send, token)
    return _land(_move(send, Move.SETTLE, after), now, retry_at)


def withdraw(send: Send, reason: str, now: datetime) -> Send:
    """Take back a letter that may not go any more (R33, R36). Raises MovedError."""
    return replace(_land(_move(send, Move.WITHDRAW, State.WITHDRAWN), now, None), reason=reason)


def release(send: Send, token: str, retry_at: datetime | None) -> Send:
    """Give a leased send back untried. Raises MovedError."""
    _prove(send, token)
    moved = _move(send, Move.RELEASE, State.DUE)
    return replace(moved, lease=None, retry_at=retry_at, attempts=send.attempts - 1)


def refuse(send: Send, token: str, after: State, now: datetime, retry_at: datetime | None) -> Send:
    """Write down an answer that came before the body: `refused`, or `due` to try again.

    Raises MovedError, also for a token that is not the lease's.
    """
    _prove(send, token)
    return _land(_move(send, Move.REFUSE, after), now, retry_at)


def give_up(send: Send, reason: str, now: datetime) -> Send:
    """End a due send that grew too old. Raises MovedError."""
    return replace(_land(_move(send, Move.GIVE_UP, State.EXPIRED), now, None), reason=reason)


def rescue(send: Send, now: datetime) -> Send:
    """Take back an expired lease: leased becomes due, handing uncertain (R40).

    Raises MovedError, also while the lease lives.
    """
    if send.lease is not None and send.lease.until > now:
        raise MovedError(f"Send {send.id} is leased until {send.lease.until}: nothing to rescue.")
    after = State.UNCERTAIN if send.state is State.HANDING else State.DUE
    return replace(_move(send, Move.RESCUE, after), lease=None)


def resolve(send: Send, after: State, now: datetime, retry_at: datetime | None) -> Send:
    """Say what became of an uncertain send: a person, a late answer, or the mailbox's policy (R40).

    Raises MovedError.
    """
    return _land(_move(send, Move.RESOLVE, after), now, retry_at)


def _move(send: Send, move: Move, after: State) -> Send:
    if not is_allowed(move, send.state, after):
        raise MovedError(f"Send {send.id} is {send.state}: {move} cannot make it {after}.")
    return replace(send, state=after)


def _prove(send: Send, token: str) -> None:
    if send.lease is None or send.lease.token != token:
        raise MovedError(f"Send {send.id} is no longer leased to this worker.")


def _land(send: Send, now: datetime, retry_at: datetime | None) -> Send:
    return replace(
        send,
        lease=None,
        retry_at=retry_at if send.state is State.DUE else None,
        settled_at=now if send.state in FINAL else None,
    )
