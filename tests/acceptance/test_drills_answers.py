"""Drills with a server that misbehaves once: what becomes of its letter, and of the other eight (HOUSE 1-6)."""

import pytest

from drip.domain.send import State
from tests.acceptance.drill import Drill, Letter, once
from tests.acceptance.place import Place
from tests.servers.smtp import Odd

SENT = Letter(State.ACCEPTED, 1, (("email", None),), "dripping")
FOURTH = 3  # misbehave when asked for the fourth time
LATER = (
    ("mail", "451 4.3.0 not now"),
    ("rcpt", "450 4.2.1 busy"),
    ("data", "451 4.3.0 not now"),
    ("body", "451 4.3.0 not now"),
    ("mail", "421 4.3.2 closing"),
    ("rcpt", "421 4.3.2 closing"),
    ("data", "421 4.3.2 closing"),
    ("body", "421 4.3.2 closing"),
    ("mail", Odd.CUT),
    ("rcpt", Odd.CUT),
    ("data", Odd.CUT),
    ("rset", Odd.CUT),
)
FIRST_WORDS = (("connect", "421 4.3.2 closing"), ("connect", Odd.CUT), ("ehlo", "451 4.3.0 not now"), ("ehlo", Odd.CUT))
NEVER = (
    ("rcpt", "552 5.3.4 too big for them", "content"),
    ("data", "554 5.6.0 I do not like it", "content"),
    ("body", "554 5.6.0 I do not like it", "content"),
)


@pytest.mark.parametrize(("phase", "answer"), LATER)
def test_a_letter_put_off_before_the_dot_goes_later_and_the_others_go_once(
    place: Place, phase: str, answer: str | Odd
) -> None:
    with Drill(place, hook=once(phase, answer, after=FOURTH)) as drill:
        drill.idle()
        assert drill.letters() == [SENT] * 9


@pytest.mark.parametrize(("phase", "answer"), FIRST_WORDS)
def test_a_server_that_does_not_want_to_talk_gets_every_letter_later(
    place: Place, phase: str, answer: str | Odd
) -> None:
    with Drill(place, hook=once(phase, answer)) as drill:
        drill.idle()
        assert drill.letters() == [SENT] * 9
        assert drill.peer.connections == 2


@pytest.mark.parametrize(("phase", "answer", "why"), NEVER)
def test_a_letter_refused_in_any_phase_touches_no_other(place: Place, phase: str, answer: str, why: str) -> None:
    with Drill(place, hook=once(phase, answer, after=FOURTH)) as drill:
        drill.idle()
        letters = drill.letters()
        assert letters.count(SENT) == 8
        assert [one for one in letters if one != SENT] == [
            Letter(State.REFUSED, 0, (("email_dropped", why),), "dripping")
        ]
        assert drill.mailbox().state == "active"
        assert drill.peer.connections == 1  # the same connection served all nine


@pytest.mark.parametrize(
    ("phase", "answer", "before"),
    [("connect", "554 5.7.1 go away", 0), ("ehlo", "554 5.7.1 go away", 0), ("mail", "550 5.7.1 sender refused", 3)],
)
def test_a_server_that_refuses_us_stops_the_mailbox_and_loses_no_letter(
    place: Place, phase: str, answer: str, before: int
) -> None:
    with Drill(place, hook=once(phase, answer, after=before)) as drill:
        drill.idle()
        waiting = Letter(State.DUE, 0, (), "dripping")
        assert sorted(drill.letters(), key=lambda one: one.came) == [waiting] * (9 - before) + [SENT] * before
        assert drill.mailbox().state == "paused"


@pytest.mark.parametrize(("odd", "came"), [(Odd.CUT, 0), (Odd.KEEP_AND_CUT, 1)])
def test_r40_an_answer_lost_after_the_dot_makes_one_letter_uncertain_and_no_other(
    place: Place, odd: Odd, came: int
) -> None:
    with Drill(place, hook=once("body", odd, after=FOURTH)) as drill:
        drill.idle()
        letters = drill.letters()
        assert letters.count(SENT) == 8
        assert [one for one in letters if one != SENT] == [
            Letter(State.UNCERTAIN, came, (("email", "uncertain"),), "dripping")
        ]
