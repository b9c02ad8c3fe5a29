"""Refusals that are temporary one by one, and mean a dead address together (R32)."""

import pytest

from drip.domain.answers import Class
from drip.domain.dying import is_dying, is_too_full


@pytest.mark.parametrize(
    ("classes", "dying"),
    [
        ([], False),
        (["mailbox_disabled"], False),
        (["mailbox_disabled", "mailbox_disabled"], True),
        (["mailbox_disabled", "accepted", "mailbox_disabled"], False),
        (["mailbox_full", "mailbox_full"], False),
        (["mailbox_full", "mailbox_full", "mailbox_full"], True),
        (["unknown", "mailbox_disabled", "mailbox_full"], True),
        (["mailbox_full", "mailbox_full", "accepted"], False),
        (["accepted", "mailbox_disabled", "mailbox_disabled"], False),
        (["content", "content", "content"], False),
    ],
)
def test_r32_an_address_is_dead_after_two_switched_off_or_three_soft_running(classes: list[str], dying: bool) -> None:
    assert is_dying(classes) is dying


def test_a_full_mailbox_is_tried_four_times_in_all() -> None:
    assert [is_too_full(Class.MAILBOX_FULL, tries) for tries in (1, 3, 4, 5)] == [False, False, True, True]
    assert not is_too_full(Class.TRANSIENT, 9)
