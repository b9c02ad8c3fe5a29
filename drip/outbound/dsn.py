"""What a server that offers DSN is asked to say about a letter that fails (RFC 3461; MAIL 34)."""

import re

from drip.outbound.letter import Letter

_NOT_PLAIN = re.compile(r"[^!-*,-<>-~]")  # all but xchar, RFC 3461 section 4


def envelope_id(letter: Letter) -> str:
    """The value of ENVID: the left side of the Message-ID, which names the send and proves it (domain.ids).

    It has 44 characters at most; RFC 3461 section 4.4 allows 100.
    """
    return _xtext(letter.message_id[1:].rpartition("@")[0])


def original_recipient(letter: Letter) -> str:
    """ORCPT with a space before it; nothing for an address it could not spell (RFC 6533 has another form for those)."""
    return f" ORCPT=rfc822;{_xtext(letter.recipient)}" if letter.recipient.isascii() else ""


def _xtext(text: str) -> str:
    return _NOT_PLAIN.sub(lambda found: f"+{ord(found[0]):02X}", text)
