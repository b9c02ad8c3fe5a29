"""What an answer makes of a send, and how long a deferred one waits (R32, R40, MAIL section 2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drip.actions.give_up import oldest_age
from drip.actions.sending import Sending
from drip.actions.settle import fate_of, wait_before_retry
from drip.config import load_settings
from drip.domain.duration import Duration, Unit
from drip.domain.outcome import Kind, Outcome, Phase, judge
from drip.domain.send import State
from drip.wiring import wire

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


def answered(kind: Kind, phase: Phase, code: int | None = None, enhanced: str | None = None, text: str = "") -> State:
    """Where a send lands after this answer."""
    outcome = Outcome(kind, phase, code, enhanced, text)
    return fate_of(outcome, judge(phase, code, enhanced, text))


def test_an_accepted_letter_is_accepted_whatever_the_words() -> None:
    assert answered(Kind.ACCEPTED, Phase.BODY, 250, "2.0.0", "user unknown, but taken") is State.ACCEPTED


def test_a_lost_answer_is_uncertain_whatever_the_words() -> None:
    assert answered(Kind.UNCERTAIN, Phase.BODY, None, None, "connection lost") is State.UNCERTAIN


def test_a_temporary_answer_makes_it_due_again() -> None:
    assert answered(Kind.DEFERRED, Phase.RCPT, 451, "4.7.1", "greylisted, try again later") is State.DUE


def test_a_dead_address_is_refused() -> None:
    assert answered(Kind.REFUSED, Phase.RCPT, 550, "5.1.1", "user unknown") is State.REFUSED


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.STARTTLS, Phase.AUTH])
def test_a_server_that_refuses_us_has_not_refused_the_letter(phase: Phase) -> None:
    assert answered(Kind.REFUSED, phase, 550, "5.1.1", "user unknown") is State.DUE


def sending(folder: Path, share: float = 0.0) -> Sending:
    """The product's own limits, with a chance that always gives the same share."""
    settings = load_settings(database_url=f"sqlite+aiosqlite:///{folder / 'drip.db'}", secret="x" * 32)
    return replace(wire(settings).sending, chance=lambda: share)


def waits(of: Sending, text: str, enhanced: str = "4.3.0") -> list[timedelta]:
    """The waits after the first, second, third ... tenth deferral."""
    verdict = judge(Phase.RCPT, 451, enhanced, text)
    return [wait_before_retry(of, verdict, number) for number in range(1, 11)]


def test_a_deferred_letter_waits_twice_as_long_each_time_up_to_four_hours(tmp_path: Path) -> None:
    found = waits(sending(tmp_path), "try later")
    assert found[:6] == [MINUTES * minutes for minutes in (5, 10, 20, 40, 80, 160)]
    assert found[6:] == [timedelta(hours=4)] * 4


def test_jitter_only_ever_adds(tmp_path: Path) -> None:
    assert waits(sending(tmp_path, 0.999), "try later")[0] > MINUTES * 6
    assert waits(sending(tmp_path, 0.999), "try later")[0] < MINUTES * 6.25


def test_what_the_server_asks_for_is_the_least(tmp_path: Path) -> None:
    assert waits(sending(tmp_path), "try again in 45 minutes")[0] >= MINUTES * 45


def test_a_full_mailbox_is_left_alone_for_a_day(tmp_path: Path) -> None:
    assert waits(sending(tmp_path), "mailbox is full", "4.2.2")[0] == timedelta(days=1)


@pytest.mark.parametrize(
    ("count", "unit", "days"),
    [(1, Unit.MONTH, 5), (1, Unit.QUARTER, 5), (1, Unit.WEEK, 3.5), (5, Unit.DAY, 2.5), (1, Unit.DAY, 1)],
)
def test_a_letter_is_given_up_after_half_its_interval_and_at_most_five_days(
    count: int, unit: Unit, days: float
) -> None:
    assert oldest_age(Duration(count, unit), timedelta(days=5)) == timedelta(days=days)
