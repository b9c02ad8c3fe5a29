"""Encoded words, where they may stand and what they may be: sentence 7 (RFC 2047 sections 2 and 5)."""

import base64
import quopri
import re
from collections.abc import Iterator

from tests.mail.checker.addresses import mailboxes
from tests.mail.checker.arrived import Arrived, Field
from tests.mail.checker.known import Check, Known

WORD, LINE = 75, 76  # characters; the line is one that has an encoded word on it
FREE_TEXT = ("subject",)
OF_ADDRESSES = ("from", "to", "cc", "reply-to", "sender")
_WORD = re.compile(r"=\?([A-Za-z0-9_-]+)\?([QqBb])\?([!->@-~]*)\?=")
_IN_PHRASE = re.compile(r"[A-Za-z0-9!*+/=_-]*")  # of the Q encoding, section 5 rule 3


def encoded_words(mail: Arrived, _known: Known) -> Iterator[str]:
    """7: at most 75 characters, whole characters in each, only in a subject or a name."""
    for field in mail.whole.fields:
        if "=?" not in field.value:
            continue
        if field.name in FREE_TEXT:
            yield from _words(field, field.value.split(), phrase=False)
        elif field.name in OF_ADDRESSES:
            for one in mailboxes(field.value):
                yield from _words(field, [word for word in one.words if "=?" in word], phrase=True)
                if "=?" in one.address or any("=?" in quoted for quoted in one.quoted):
                    yield f"{field.name} has one in an address or a quoted string"
        else:
            yield f"{field.name} has one, and is no field for it"
        if any(b"=?" in line and len(line.decode("utf-8", "replace")) > LINE for line in field.lines):
            yield f"{field.name} has one on a line of more than {LINE}"


def _words(field: Field, words: list[str], *, phrase: bool) -> Iterator[str]:
    for word in words:
        if "=?" not in word:
            continue
        found = _WORD.fullmatch(word)
        if found is None:
            yield f"{field.name} has one that is not well-formed: {word}"
            continue
        if len(word) > WORD:
            yield f"{field.name} has one of {len(word)} characters"
        charset, encoding, inside = found.groups()
        quoted = encoding.upper() == "Q"
        if phrase and quoted and not _IN_PHRASE.fullmatch(inside):
            yield f"{field.name} has one with a character that may not stand in a name: {word}"
        try:
            raw = quopri.decodestring(inside, header=True) if quoted else base64.b64decode(inside, validate=True)
            raw.decode(charset)
        except (ValueError, LookupError) as error:
            yield f"{field.name} has one that says no whole characters: {word} ({error})"


CHECKS = (Check(7, encoded_words),)
