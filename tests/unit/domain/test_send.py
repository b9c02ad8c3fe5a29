"""The states of a send and its moves (HOUSE, "How a letter goes out")."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain import send as moves
from drip.domain.errors import MovedError
from drip.domain.send import FINAL, MOVES, UNFINISHED, Lease, Move, Send, State, is_allowed, sources

NOW = datetime(2027, 3, 16, 14, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
LEASE = Lease("token", LATER)

DIAGRAM = """
take due leased
hand_over leased handing
settle handing accepted
settle handing due
settle handing refused
settle handing uncertain
withdraw due withdrawn
withdraw leased withdrawn
release leased due
refuse leased refused
refuse leased due
give_up due expired
rescue leased due
rescue handing uncertain
resolve uncertain accepted
resolve uncertain refused
resolve uncertain due
"""


def do(move: Move, send: Send, after: State) -> Send:
    """Make the move as if everything but the states were right."""
    verbs: dict[Move, Callable[[], Send]] = {
        Move.TAKE: lambda: moves.take(send, LEASE),
        Move.HAND_OVER: lambda: moves.hand_over(send, "token", LATER),
        Move.SETTLE: lambda: moves.settle(send, "token", after, NOW, LATER),
        Move.WITHDRAW: lambda: moves.withdraw(send, "opted_out", NOW),
        Move.RELEASE: lambda: moves.release(send, "token", LATER),
        Move.REFUSE: lambda: moves.refuse(send, "token", after, NOW, LATER),
        Move.GIVE_UP: lambda: moves.give_up(send, "too_old", NOW),
        Move.RESCUE: lambda: moves.rescue(send, LATER),
        Move.RESOLVE: lambda: moves.resolve(send, after, NOW, LATER),
    }
    return verbs[move]()


def in_state(state: State) -> Send:
    return Send(17, state, LEASE if state in (State.LEASED, State.HANDING) else None, attempts=1)


def test_the_table_is_the_diagram_of_the_house() -> None:
    drawn = {tuple(line.split()) for line in DIAGRAM.split("\n") if line}
    assert drawn == {
        (move.value, before.value, after.value)
        for move, ways in MOVES.items()
        for before, afters in ways.items()
        for after in afters
    }


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_every_move_of_the_diagram_can_be_made_and_no_other(move: Move, before: State, after: State) -> None:
    if is_allowed(move, before, after):
        assert do(move, in_state(before), after).state is after
        return
    try:
        moved = do(move, in_state(before), after)
    except MovedError:
        return
    assert moved.state is not after  # a verb with one target ignores the state asked for
    assert is_allowed(move, before, moved.state)


@given(st.sampled_from(sorted(FINAL)), st.lists(st.tuples(st.sampled_from(Move), st.sampled_from(State)), min_size=1))
def test_no_final_state_has_a_way_out(final: State, tries: list[tuple[Move, State]]) -> None:
    send = in_state(final)
    for move, after in tries:
        with pytest.raises(MovedError):
            do(move, send, after)


@given(st.lists(st.tuples(st.sampled_from(Move), st.sampled_from(State)), max_size=30))
def test_a_lease_is_held_exactly_while_somebody_works_on_the_send(tries: list[tuple[Move, State]]) -> None:
    send = Send(17)
    for move, after in tries:
        try:
            send = do(move, send, after)
        except MovedError:
            continue
        assert (send.lease is not None) == (send.state in (State.LEASED, State.HANDING))
        assert (send.settled_at is not None) == (send.state in FINAL)
        assert send.retry_at is None or send.state is State.DUE
        assert send.attempts >= 0


def test_every_state_is_final_or_unfinished() -> None:
    assert set(State) == FINAL | UNFINISHED
    assert not FINAL & UNFINISHED
    assert not any(FINAL & sources(move) for move in Move)


@pytest.mark.parametrize("move", [Move.HAND_OVER, Move.RELEASE, Move.REFUSE])
def test_a_worker_without_the_lease_cannot_move_a_leased_send(move: Move) -> None:
    mine = in_state(State.LEASED)
    assert do(move, mine, State.DUE)
    with pytest.raises(MovedError):
        do(move, replace(mine, lease=Lease("another", LATER)), State.DUE)


def test_a_worker_without_the_lease_cannot_settle() -> None:
    with pytest.raises(MovedError):
        moves.settle(in_state(State.HANDING), "another", State.ACCEPTED, NOW, None)


def test_a_live_lease_is_not_rescued() -> None:
    with pytest.raises(MovedError):
        moves.rescue(in_state(State.LEASED), LATER - timedelta(seconds=1))


def test_handing_over_makes_the_lease_last_longer() -> None:
    until = LATER + timedelta(minutes=10)
    assert moves.hand_over(in_state(State.LEASED), "token", until).lease == Lease("token", until)


def test_a_send_that_was_given_back_untried_was_no_attempt() -> None:
    assert moves.release(moves.take(Send(17), LEASE), "token", None).attempts == 0


def test_what_was_withdrawn_says_why() -> None:
    send = moves.withdraw(in_state(State.LEASED), "opted_out", NOW)
    assert (send.reason, send.settled_at) == ("opted_out", NOW)
