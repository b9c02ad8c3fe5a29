"""DKIM: a signature over the finished bytes of a letter (RFC 6376, RFC 8301; MAIL 23-27)."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from drip.domain.errors import DripError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

SHORTEST_KEY = 1024  # bits, RFC 8301 section 3.2; 2048 is what one makes today
# RFC 6376 section 5.4.1, and MAIL 24: whatever of these a letter has is signed, and these once more than it
# has them, so that nobody can add another.
SIGNED = frozenset(
    b"from to subject date message-id reply-to in-reply-to references mime-version content-type "
    b"content-transfer-encoding list-id list-help list-subscribe list-unsubscribe list-unsubscribe-post list-post "
    b"list-owner list-archive feedback-id".split()
)
OVERSIGNED = (b"from", b"to", b"subject")
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_FOLD = b"\r\n "
_WIDTH = 72  # octets of base64 on a line


class DkimError(DripError):
    """A key or a selector that no letter can be signed with: which, and what to give instead."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with one key. `selector`: the public half stands at <selector>._domainkey.<domain>.

    `sign_bytes` makes the rsa-sha256 signature of what it is given; `public` is that half.
    """

    selector: str
    sign_bytes: Callable[[bytes], bytes] = field(repr=False)
    public: "RSAPublicKey" = field(repr=False)

    def sign(self, data: bytes, domain: str) -> bytes:
        """The letter with its signature for `domain` in front. The same letter always gets the same
        one, so that a retry is the same letter (MAIL 2); relaxed/relaxed, no l= and no t=."""
        head, _, body = data.partition(b"\r\n\r\n")
        names, fields = _signed_fields(head)
        digest = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest())
        unsigned = b"".join(
            (
                b"v=1; a=rsa-sha256; c=relaxed/relaxed;" + _FOLD,
                b"d=" + domain.encode("ascii") + b"; s=" + self.selector.encode("ascii") + b";" + _FOLD,
                b"h=" + _folded_names(names) + b";" + _FOLD,
                b"bh=" + digest + b";" + _FOLD,
                b"b=",
            )
        )
        own = b"dkim-signature:" + unsigned.replace(_FOLD, b" ")
        signature = base64.b64encode(self.sign_bytes(fields + own))
        lines = (signature[at : at + _WIDTH] for at in range(0, len(signature), _WIDTH))
        return b"DKIM-Signature: " + unsigned + _FOLD.join(lines) + b"\r\n" + data


def load_signer(pem: bytes, selector: str) -> Signer:
    """A signer with an RSA private key (PEM, not encrypted). Raises DkimError."""
    from cryptography.hazmat.primitives import hashes, serialization  # late: most commands sign nothing
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    check_selector(selector)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise DkimError(
            f"The DKIM key is no private key in PEM form without a password: {str(error).splitlines()[0]}"
        ) from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < SHORTEST_KEY:
        raise DkimError("The DKIM key must be an RSA key of at least 1024 bits; make one of 2048 (RFC 8301).")
    how, digest = padding.PKCS1v15(), hashes.SHA256()
    return Signer(selector, lambda said: key.sign(said, how, digest), key.public_key())


def check_selector(selector: str) -> None:
    """Raise DkimError for a name that cannot be a selector (RFC 6376 section 3.1)."""
    if not _SELECTOR.fullmatch(selector):
        raise DkimError(f'"{selector}" cannot be a DKIM selector: write letters, digits and dots, such as "drip1".')


def _signed_fields(head: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """The names for h=, and the fields themselves in relaxed form, each with its CRLF; a name that
    is there twice is signed twice, the last one first (RFC 6376 section 5.4.2)."""
    unfolded = head.replace(b"\t", b" ").replace(b"\r\n ", b" ")
    names: list[bytes] = []
    said: list[bytes] = []
    for line in reversed(unfolded.split(b"\r\n")):
        name, _, value = line.partition(b":")
        name = name.strip(b" ").lower()
        if name in SIGNED:
            names.append(name)
            if b"  " in value:
                value = b" ".join(filter(None, value.split(b" ")))
            said.append(name + b":" + value.strip(b" ") + b"\r\n")
    return (*names, *OVERSIGNED), b"".join(said)


@lru_cache(maxsize=64)
def _folded_names(names: tuple[bytes, ...]) -> bytes:
    """Names with colons between them, five on a line."""
    lines = (b":".join(names[at : at + 5]) for at in range(0, len(names), 5))
    return (b":" + _FOLD).join(lines)


def _relaxed_body(body: bytes) -> bytes:
    """RFC 6376 section 3.4.4: no spaces at line ends, single ones within, one line end at the end."""
    if b"\t" in body:
        body = body.replace(b"\t", b" ")
    parts = body.split(b"  ")
    while len(parts) > 1:
        body = b" ".join(parts)
        if not any(part[:1] in (b"", b" ") for part in parts[1:]):
            break  # only a run of three or more leaves two behind
        parts = body.split(b"  ")
    body = body.replace(b" \r\n", b"\r\n")
    end = len(body)
    while body.endswith(b"\r\n", 0, end):
        end -= 2
    return body[:end] + b"\r\n" if end else b""
