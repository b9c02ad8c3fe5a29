"""R40 and what it does to R11 and R26: a letter whose answer was lost, and what is heard of it later."""

from dataclasses import replace

from drip.domain import facts as f
from drip.domain.campaign import AtEnd
from drip.domain.enrollment import State
from drip.domain.happen import apply
from tests.unit.domain.life import Life, campaign


def sent_once(repeat: bool = False) -> Life:
    """One letter left on Tuesday 6 January, its answer lost."""
    life = Life(campaign(1, at_end=AtEnd.REPEAT) if repeat else campaign())
    return life.happens("2026-01-06 08:00", f.EmailSent, "s1", False, 1)


def test_r40_a_letter_of_an_earlier_run_that_goes_again_is_not_this_runs() -> None:
    before = sent_once(repeat=True).enrollment
    assert (before.run, before.step, before.sent) == (2, 0, 1)
    again = sent_once(repeat=True).happens("2026-01-06 08:30", f.EmailSent, "s1", False, 1).enrollment
    assert (again.run, again.sent) == (2, 1)
    dropped = sent_once(repeat=True).happens("2026-01-06 08:30", f.EmailDropped, "s1", "expired", 1).enrollment
    assert (dropped.run, dropped.anchor_n) == (2, before.anchor_n)
    assert sent_once(repeat=True).happens("2026-02-06 08:00", f.EmailSent, "s1", True, 2).enrollment.run == 3


def test_r26_a_letter_that_arrived_after_all_counts_as_accepted() -> None:
    life = sent_once()
    assert life.enrollment.accepted == 0
    assert life.happens("2026-01-06 08:05", f.EmailArrived, "s1").enrollment.accepted == 1


def test_r26_a_letter_of_an_earlier_silence_does_not_count_in_this_one() -> None:
    life = sent_once().happens("2026-01-06 08:02", f.Clicked)
    assert life.happens("2026-01-06 08:05", f.EmailArrived, "s1").enrollment.accepted == 0


def test_r40_a_letter_sent_again_is_another_touch() -> None:
    life = sent_once().happens("2026-01-07 08:00", f.EmailArrived, "s1", True)
    assert life.enrollment.touched_on is not None
    assert life.enrollment.touched_on.isoformat() == "2026-01-07"
    assert (life.enrollment.accepted, life.enrollment.sent) == (1, 1)


def test_r26_a_soft_bounce_takes_nothing_away_from_what_never_counted() -> None:
    life = (
        Life(campaign())
        .happens("2026-01-06 08:00", f.EmailSent, "s1")
        .happens("2026-02-06 08:00", f.EmailSent, "s2", False)
    )
    counted = life.enrollment.accepted
    bounced = f.SoftBounced(life.moment("2026-02-06 08:30"), 2, life.moment("2026-02-06 08:00"), False)
    assert apply(life.enrollment, life.terms, bounced)[0].accepted == counted == 1
    known = apply(life.enrollment, life.terms, replace(bounced, accepted=True))[0]
    assert (known.accepted, known.state) == (0, State.DRIPPING)
