"""The signature: sentences 14 and 23 to 27 (RFC 6376, 8301, 8058); dkimpy is the judge of whether it holds."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import dkim

from tests.mail.checker.addresses import mailboxes
from tests.mail.checker.arrived import END, Arrived
from tests.mail.checker.known import Check, Known

TO_BE_SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version"),
    *("content-type", "content-transfer-encoding", "list-id", "list-unsubscribe", "list-unsubscribe-post"),
)
ONCE_MORE = ("from", "subject", "to")
NEVER = ("return-path", "received", "dkim-signature")
SHORTEST_KEY, SHORTEST_OF_OURS = 1024, 2048
_ANOTHER = {"From": b"From: Somebody Else <else@else.example>\r\n", "Subject": b"Subject: something else\r\n"}


def tags(mail: Arrived) -> dict[str, str]:
    """The tags of the letter's only signature, without white space; empty where there is not one."""
    values = mail.whole.said("dkim-signature")
    if len(values) != 1:
        return {}
    pairs = (pair.partition("=") for pair in values[0].split(";"))
    return {name.strip(): re.sub(r"\s", "", value) for name, _, value in pairs if name.strip()}


def signed_names(mail: Arrived) -> Counter[str]:
    """How often each field is named in h=."""
    return Counter(tags(mail).get("h", "").lower().split(":"))


def verifies(data: bytes, known: Known) -> bool:
    """Whether dkimpy finds the signature good, with the records as the only DNS there is."""
    return _verifies(data, tuple(known.records.items()))


@lru_cache(maxsize=8)
def _verifies(data: bytes, records: tuple[tuple[str, str], ...]) -> bool:
    def ask(name: bytes, timeout: int = 5) -> bytes | None:
        record = dict(records).get(name.decode().rstrip("."))
        return record.encode() if record else None

    try:
        return bool(dkim.DKIM(data, minkey=SHORTEST_KEY).verify(dnsfunc=ask))
    except dkim.DKIMException:
        return False


def one_click_is_signed(mail: Arrived, known: Known) -> Iterator[str]:
    """14: both one-click fields are in h=, and the signature is valid."""
    for name in ("list-unsubscribe", "list-unsubscribe-post"):
        if not signed_names(mail)[name]:
            yield f"{name} is not signed"
    if not verifies(mail.data, known):
        yield "the signature does not hold"


def a_strong_key(mail: Arrived, known: Known) -> Iterator[str]:
    """23: rsa-sha256 with a key of 2048 bits, as ours are made (1024 is the least there may be)."""
    said = tags(mail)
    if said.get("a") != "rsa-sha256":
        yield f"a= is {said.get('a')}"
    record = known.records.get(f"{said.get('s')}._domainkey.{said.get('d')}", "")
    found = re.search(r"p=([A-Za-z0-9+/=]+)", record)
    bits = len(found[1]) * 6 - 8 * 38 if found else 0  # the frame of an RSA key in DER has 38 octets
    if bits < SHORTEST_OF_OURS - 64:
        yield f"a key of some {bits} bits"


def every_field_that_counts(mail: Arrived, known: Known) -> Iterator[str]:
    """24: h= has each of them that is there, three once more, so that a second From breaks the signature."""
    signed, there = signed_names(mail), Counter(one.name for one in mail.whole.fields)
    for name in TO_BE_SIGNED:
        wanted = there[name] + (name in ONCE_MORE)
        if signed[name] < wanted:
            yield f"{name} is in h= {signed[name]} times, not {wanted}"
    for name, field in _ANOTHER.items():
        if verifies(field + mail.data, known):
            yield f"the signature holds with a second {name}"


def nothing_left_open(mail: Arrived, _known: Known) -> Iterator[str]:
    """25: no l=, relaxed/relaxed, and no field in h= that servers on the way add or change."""
    said = tags(mail)
    if "l" in said:
        yield "l= leaves the end of the body open"
    if said.get("c") != "relaxed/relaxed":
        yield f"c= is {said.get('c')}"
    for name in NEVER:
        if signed_names(mail)[name]:
            yield f"{name} is in h="


def holds_where_it_arrived(mail: Arrived, known: Known) -> Iterator[str]:
    """26: it verifies as it came, and no more after one octet of the body has changed."""
    if not verifies(mail.data, known):
        yield "it does not verify"
    head, _, body = mail.data.partition(END + END)
    at = next((place for place, octet in enumerate(body) if chr(octet).isalnum()), 0)
    changed = head + END + END + body[:at] + (b"x" if body[at : at + 1] != b"x" else b"y") + body[at + 1 :]
    if verifies(changed, known):
        yield "it verifies with another body"


def aligned(mail: Arrived, _known: Known) -> Iterator[str]:
    """27: d= is the domain of From, or one above it."""
    domain = tags(mail).get("d", "").lower()
    for author in mailboxes(mail.whole.one("from")):
        if not domain or not f".{author.domain}".endswith(f".{domain}"):
            yield f"signed for {domain or 'nobody'}, and written by {author.domain}"


CHECKS = (
    Check(14, one_click_is_signed, marketing=True),
    Check(23, a_strong_key),
    Check(24, every_field_that_counts),
    Check(25, nothing_left_open),
    Check(26, holds_where_it_arrived),
    Check(27, aligned),
)
