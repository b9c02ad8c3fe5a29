"""A mail as a server received it: its envelope, its header fields and its parts, read from the bytes."""

import base64
import binascii
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

END = b"\r\n"
_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]+):")  # RFC 5322 section 3.6.8
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)=(?:"([^"]*)"|([^\s;"]+))')


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name in lower case, and its bytes with their folds, without the last CRLF."""

    name: str
    raw: bytes

    @property
    def value(self) -> str:
        """What is said, unfolded; bytes that are no UTF-8 as lone surrogates."""
        unfolded = _FOLD.sub(b"", self.raw).partition(b":")[2]
        return unfolded.decode("utf-8", "surrogateescape").strip(" \t")

    @property
    def lines(self) -> list[bytes]:
        """Its lines, folded as it came."""
        return self.raw.split(END)


@dataclass(frozen=True)
class Part:
    """A MIME entity: header fields and content, still encoded."""

    fields: tuple[Field, ...]
    content: bytes

    def said(self, name: str) -> list[str]:
        """The values of all fields of this name."""
        return [one.value for one in self.fields if one.name == name]

    def one(self, name: str) -> str:
        """The first value of a field; empty where there is none."""
        return next(iter(self.said(name)), "")

    @property
    def media_type(self) -> str:
        """Such as text/html."""
        return (self.one("content-type") or "text/plain").partition(";")[0].strip().lower()

    @property
    def encoding(self) -> str:
        """The Content-Transfer-Encoding."""
        return (self.one("content-transfer-encoding") or "7bit").lower()

    def parameter(self, name: str) -> str:
        """A parameter of Content-Type; empty where there is none."""
        found = _PARAMETER.findall(self.one("content-type"))
        return next((quoted or bare for key, quoted, bare in found if key.lower() == name), "")

    @cached_property
    def text(self) -> str:
        """The content decoded. Raises ValueError for what is not in the encoding or charset it says."""
        return self.decoded().decode(self.parameter("charset") or "us-ascii")

    def decoded(self) -> bytes:
        """The content without its transfer encoding. Raises ValueError."""
        if self.encoding == "quoted-printable":
            return quopri.decodestring(self.content)
        if self.encoding == "base64":
            return base64.b64decode(b"".join(self.content.split()), validate=True)
        if self.encoding in ("7bit", "8bit"):
            return self.content
        raise binascii.Error(f"no known encoding: {self.encoding}")

    @cached_property
    def parts(self) -> tuple["Part", ...]:
        """The parts of a multipart, in order; none where it is not one, or has no end (RFC 2046 section 5.1.1)."""
        boundary = self.parameter("boundary").encode()
        if not boundary:
            return ()
        pieces = re.split(rb"(?:^|\r\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r\n|$)", self.content)
        if b"--" not in pieces:
            return ()
        bodies = pieces[2 : pieces.index(b"--") : 2]
        return tuple(read_part(body.removeprefix(END)) for body in bodies)


@dataclass(frozen=True)
class Arrived:
    """A mail and its envelope. `mail_options` and `rcpt_options`: the parameters of MAIL and RCPT as they were
    given; `offered`: the extensions the server had named."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes = field(repr=False)
    mail_options: tuple[str, ...] = ()
    rcpt_options: tuple[str, ...] = ()
    offered: frozenset[str] = frozenset()

    @cached_property
    def whole(self) -> Part:
        """The message."""
        return read_part(self.data)

    @property
    def head(self) -> bytes:
        """The header section, without the empty line."""
        return self.data.partition(END + END)[0]

    @property
    def recipient(self) -> str:
        """Whom it came for."""
        return self.recipients[0] if self.recipients else ""

    def texts(self, media_type: str) -> list[str]:
        """What the parts of this type say; one that cannot be decoded is left out (sentence 8 finds it)."""
        found = []
        for part in (self.whole, *self.whole.parts):
            if part.media_type == media_type and not part.parts:
                try:
                    found.append(part.text)
                except (ValueError, LookupError):
                    continue
        return found

    @property
    def plain(self) -> str:
        """The text part."""
        return "\n".join(self.texts("text/plain"))

    @property
    def html(self) -> str:
        """The HTML part."""
        return "\n".join(self.texts("text/html"))


def read_part(data: bytes) -> Part:
    """Head and body, divided by the first empty line; a head that cannot be read has a field without a name."""
    if data.startswith(END):
        return Part((), data.removeprefix(END))
    head, _, body = data.partition(END + END)
    return Part(tuple(_fields(head.split(END))), body)


def _fields(lines: Sequence[bytes]) -> list[Field]:
    found: list[Field] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and found:
            found[-1] = Field(found[-1].name, found[-1].raw + END + line)
            continue
        name = _NAME.match(line)
        found.append(Field(name[1].decode().lower() if name else "", line))
    return found
