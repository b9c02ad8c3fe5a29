"""Business time that is told to jump, machine time that only counts, and chance."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from drip.clock import ClockError, ControlledClock, MachineClock, SystemClock, chance, make_secret, make_token

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_a_controlled_clock_stands_until_it_jumps() -> None:
    clock = ControlledClock(NOON.astimezone(timezone(timedelta(hours=-5))))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC
    clock.jump(NOON + timedelta(days=1))
    assert clock.now() == NOON + timedelta(days=1)


def test_every_jump_is_heard() -> None:
    clock, heard = ControlledClock(NOON), []
    clock.when_it_jumps(lambda: heard.append(clock.now()))
    clock.jump(NOON)
    clock.jump(NOON + timedelta(hours=1))
    assert heard == [NOON, NOON + timedelta(hours=1)]


def test_a_controlled_clock_never_goes_back() -> None:
    clock = ControlledClock(NOON)
    with pytest.raises(ClockError, match="only goes forward"):
        clock.jump(NOON - timedelta(seconds=1))


def test_machine_time_never_goes_back_and_starts_at_the_hosts() -> None:
    clock = MachineClock()
    moments = [clock.now() for _ in range(100)]
    assert moments == sorted(moments)
    assert abs(moments[0] - SystemClock().now()) < timedelta(minutes=1)


def test_tokens_and_secrets_are_never_the_same() -> None:
    assert len({make_token() for _ in range(1000)}) == 1000
    assert len(make_secret()) == 43
    assert all(0 <= chance() < 1 for _ in range(1000))
