"""The bell rings a mailbox when that can help, and knows who is at work."""

from workers.bell import LocalBell


class Rung:
    """What was rung, at a time the test sets."""

    def __init__(self) -> None:
        self.mailboxes: list[int | None] = []
        self.seconds = 100.0
        self.bell = LocalBell(self.mailboxes.append, lambda: self.seconds)


def test_a_mailbox_somebody_works_on_is_not_rung_again() -> None:
    rung = Rung()
    rung.bell.ring(1)
    rung.bell.ring(1)
    rung.bell.ring(None)
    assert rung.mailboxes == [1, None]
    assert rung.bell.anybody_at_work


def test_after_progress_a_mailbox_is_rung_at_once() -> None:
    rung = Rung()
    rung.bell.ring(1)
    rung.bell.finished(1, progress=True)
    rung.bell.ring(1)
    assert rung.mailboxes == [1, 1]


def test_without_progress_a_mailbox_is_left_alone_for_a_second() -> None:
    rung = Rung()
    rung.bell.ring(1)
    rung.bell.finished(1, progress=False)
    rung.bell.ring(1)
    rung.seconds += 0.9
    rung.bell.ring(1)
    assert rung.mailboxes == [1]
    rung.seconds += 0.1
    rung.bell.ring(1)
    assert rung.mailboxes == [1, 1]


def test_nobody_is_at_work_once_every_run_has_ended() -> None:
    rung = Rung()
    assert rung.bell.at_rest.is_set()
    rung.bell.ring(1)
    rung.bell.ring(2)
    rung.bell.finished(1, progress=True)
    assert not rung.bell.at_rest.is_set()
    rung.bell.finished(2, progress=False)
    assert rung.bell.at_rest.is_set()
    assert not rung.bell.anybody_at_work


def test_a_silenced_bell_rings_no_more() -> None:
    rung = Rung()
    rung.bell.silence()
    rung.bell.ring(1)
    assert rung.mailboxes == []
