"""From the parts of a letter to its finished bytes: the same parts always give the same bytes."""

import binascii
import hashlib
import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from drip.domain.page import spelled_out
from drip.outbound import headers
from drip.outbound.address import LONGEST_LOCAL, Address, checked
from drip.outbound.letter import Letter, LetterError, LineError
from drip.outbound.quoted import quoted

_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_LIST_ID = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_URL = re.compile(r"https?://[\x21-\x3b\x3d\x3f-\x7e]+")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+")
_PRETENDS_REPLY = re.compile(r"\s*(?:re|fwd?)\s*:", re.IGNORECASE)
_LONGEST_LIST_ID = 255


class LetterKind(StrEnum):
    """Marketing letters carry the list headers, transactional ones need not (MAIL 22)."""

    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"


class LetterParts(NamedTuple):
    """All that a letter is made of.

    `dated_at` is aware; its offset stands in the Date field. `list_unsubscribe` is the signed
    address that takes the one-click POST (RFC 8058), `list_id` a name in our domain such as
    "monthly-value.example.com". `stop_word` is what a mail to the return path says to stop (MAIL 19), empty
    where nobody reads mail there. `references` are those of the letter answered by `in_reply_to`.
    `bounce_token` goes behind a + into `envelope_from`, so that a bounce names its letter (MAIL 29).
    Names and the token may be empty.
    """

    send_id: int
    message_id: str
    dated_at: datetime
    envelope_from: str
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    html: str
    text: str
    reply_to: str | None = None
    list_unsubscribe: str | None = None
    list_id: str | None = None
    stop_word: str = ""
    feedback_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    kind: LetterKind = LetterKind.MARKETING
    bounce_token: str = ""


def compose(parts: LetterParts) -> Letter:
    """The finished letter (MAIL 1-11, 13, 15, 20-22).

    Raises LetterError for parts that must not be sent, AddressError for an address that cannot be.
    """
    _check(parts)
    sender, recipient = checked(parts.from_address), checked(parts.to_address)
    bounce = checked(parts.envelope_from)
    reply_to = checked(parts.reply_to) if parts.reply_to else None
    boundary = _boundary(parts.message_id)
    path = _return_path(bounce, parts.bounce_token)
    fields = [
        *_identity(parts, sender, recipient, reply_to),
        *_thread(parts),
        *_list(parts, path),
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n',
    ]
    head = "\r\n".join(fields).encode()
    utf8 = sender.smtputf8 or recipient.smtputf8 or bounce.smtputf8 or (reply_to is not None and reply_to.smtputf8)

    def letter(*, encode: bool) -> Letter:
        data, text = _body(parts, boundary, encode=encode)
        return Letter(parts.send_id, parts.message_id, path, recipient.text, head + data, utf8, text)

    try:
        return letter(encode=False)
    except LineError:
        return letter(encode=True)


def _check(parts: LetterParts) -> None:
    """Raise LetterError for what no header function sees by itself."""
    _check_id("Message-ID", parts.message_id)
    if parts.in_reply_to:
        _check_id("In-Reply-To", parts.in_reply_to)
    for reference in parts.references:
        _check_id("References", reference)
    if parts.kind is not LetterKind.MARKETING:
        return
    if _PRETENDS_REPLY.match(parts.subject) and not parts.in_reply_to:
        raise LetterError("The subject begins like a reply, but the letter answers none (MAIL 6).")
    if not parts.list_unsubscribe or not parts.list_id:
        raise LetterError("A marketing letter needs list_unsubscribe and list_id (MAIL 13, 21).")


def _return_path(bounce: Address, token: str) -> str:
    """The address bounces go to, with the token of this letter in it."""
    if not token:
        return bounce.text
    local, at, domain = bounce.text.rpartition("@")
    if not (token.isascii() and token.isalnum()) or len(local.encode()) + 1 + len(token) > LONGEST_LOCAL:
        raise LetterError(f"{token!r} cannot stand in the return path {bounce.text} (MAIL 10, 29).")
    return f"{local}+{token}{at}{domain}"


def _check_id(name: str, value: str) -> None:
    if not _MESSAGE_ID.fullmatch(value):
        raise LetterError(f"{name} {value!r} is not of the form <left@right>.")


def _identity(parts: LetterParts, sender: Address, recipient: Address, reply_to: Address | None) -> list[str]:
    return [
        _from(parts.from_name, sender),
        headers.mailbox("To", parts.to_name, recipient),
        *([headers.mailbox("Reply-To", "", reply_to)] if reply_to else []),
        headers.unstructured("Subject", parts.subject),
        headers.date(parts.dated_at),
        headers.tokens("Message-ID", [parts.message_id]),
    ]


@lru_cache(maxsize=1024)
def _from(name: str, address: Address) -> str:
    return headers.mailbox("From", name, address)


def _thread(parts: LetterParts) -> list[str]:
    """In-Reply-To and References of a letter that continues a thread (MAIL 6)."""
    if not parts.in_reply_to:
        return []
    before = [one for one in parts.references if one != parts.in_reply_to]
    return [
        headers.tokens("In-Reply-To", [parts.in_reply_to]),
        headers.tokens("References", [*before, parts.in_reply_to]),
    ]


def _list(parts: LetterParts, path: str) -> list[str]:
    """The list headers: one each, and the one-click promise beside its address (RFC 8058). The address for a mail
    stands behind it, where it needs no escapes (RFC 6068 section 2)."""
    fields = []
    if parts.list_id:
        fields.append(_list_id(parts.list_id))
    if parts.list_unsubscribe:
        if not _URL.fullmatch(parts.list_unsubscribe):
            raise LetterError(f"{parts.list_unsubscribe!r} is not a web address to opt out at.")
        by_mail = parts.stop_word and _PLAIN_PATH.fullmatch(path)
        stops = [f"<mailto:{path}?subject=unsubscribe%20{parts.stop_word}>"] if by_mail else []
        fields.append(headers.tokens("List-Unsubscribe", [f"<{parts.list_unsubscribe}>{',' if stops else ''}", *stops]))
        fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    if parts.feedback_id:
        fields.append(_feedback_id(parts.feedback_id))
    return fields


@lru_cache(maxsize=1024)
def _list_id(name: str) -> str:
    if not _LIST_ID.fullmatch(name) or len(name) > _LONGEST_LIST_ID:
        raise LetterError(f"{name!r} cannot be a List-Id (RFC 2919).")
    return headers.tokens("List-Id", [f"<{name}>"])


@lru_cache(maxsize=1024)
def _feedback_id(value: str) -> str:
    return headers.tokens("Feedback-ID", [value])


def _boundary(message_id: str) -> str:
    """A line that occurs in no body: quoted-printable never has "=_", base64 never "_", and what stands as it
    is was searched for it."""
    return f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"


def _body(parts: LetterParts, boundary: str, *, encode: bool) -> tuple[bytes, str]:
    """multipart/alternative, text first (MAIL 8); a part stands as it is where it may, but for `encode`.

    Up to the last part that had to be encoded as octets, what is behind it as a text with LF line ends.
    """
    data, text = b"", ""
    for kind, given in (("plain", parts.text), ("html", spelled_out(parts.html))):
        text += f"--{boundary}\nContent-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: "
        plain = _plain(given)
        if encode or not plain.isascii() or "\0" in plain or boundary in plain:
            encoding, encoded = _encoded(plain)
            data += f"{text}{encoding}\n\n".replace("\n", "\r\n").encode("ascii") + encoded
            text = ""
        else:
            text += f"7bit\n\n{plain}\n"
    return data, f"{text}--{boundary}--\n"


def _plain(text: str) -> str:
    """The text with LF line ends, and none at its end."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.rstrip("\n")


def _encoded(text: str) -> tuple[str, bytes]:
    """The name of whichever encoding makes the text shorter, and the text in it."""
    try:
        raw = text.encode() + b"\n"
    except UnicodeEncodeError:
        raise LetterError("The letter's body has half a character in it (a lone surrogate).") from None
    lines = raw.replace(b"\n", b"\r\n")
    as_quoted = quoted(raw, longest=len(lines) * 4 // 3 * 78 // 76)
    if as_quoted is not None:
        return "quoted-printable", as_quoted
    last = len(lines) - 2  # the last line end belongs to the boundary, as it does in quoted-printable
    based = (binascii.b2a_base64(lines[at : min(at + 57, last)], newline=False) for at in range(0, last, 57))
    return "base64", b"\r\n".join(based) + b"\r\n"
