"""The fixture that starts IMAP peers; what they are made of is imported by the tests that use one."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.servers.imap import ImapPeer


@pytest.fixture
def start_imap_peer() -> Iterator["Callable[..., ImapPeer]"]:
    """Starts IMAP peers with Kim's login, or others, and folders beside the inbox; stops them after the test."""
    from tests.servers.imap import ImapPeer

    made: list[ImapPeer] = []

    def start(logins: Mapping[str, str] | None = None, *folders: str, **options: Any) -> ImapPeer:
        made.append(ImapPeer(logins or {"kim": "s3cret word"}, folders or ("Sent",), **options))
        return made[-1]

    yield start
    for peer in made:
        peer.stop()
