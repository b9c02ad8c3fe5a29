"""Threads: how a letter says that it goes on from one before it (RFC 5322 section 3.6.4; MAIL 6)."""

import re
from collections.abc import Mapping
from typing import Any

_REPLY = re.compile(r"(?:\s*re\s*:)+\s*", re.IGNORECASE)


def continued(message_id: str, subject: str, thread: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a letter keeps that goes on from one with this Message-ID and subject, and from the thread that one kept."""
    references = [*thread["references"], thread["in_reply_to"]] if thread else []
    again = _REPLY.match(subject)
    own = subject[again.end() :] if again else subject
    return {"in_reply_to": message_id, "references": references, "subject": f"Re: {own}"}
