"""When refusals that may each be temporary mean together that an address is dead (R32, MAIL section 2)."""

from collections.abc import Sequence
from itertools import takewhile

from drip.domain.answers import Class
from drip.domain.sending import SOFT_LIMIT

DISABLED_LIMIT = 2
FULL_TRIES = 4  # the first, and three a day apart
SOFT = frozenset({Class.MAILBOX_DISABLED, Class.MAILBOX_FULL, Class.UNKNOWN})


def is_dying(classes: Sequence[str]) -> bool:
    """Whether what became of a prospect's last letters, the newest first, means that the address is dead:
    two steps running to a mailbox that is switched off, or three running that were refused softly."""
    disabled = sum(1 for _ in takewhile(lambda one: one == Class.MAILBOX_DISABLED, classes))
    soft = sum(1 for _ in takewhile(lambda one: one in SOFT, classes))
    return disabled >= DISABLED_LIMIT or soft >= SOFT_LIMIT


def is_too_full(cls: Class, tries: int) -> bool:
    """Whether a full mailbox was tried often enough for one letter."""
    return cls is Class.MAILBOX_FULL and tries >= FULL_TRIES
