"""Who writes, and what is kept from whom: sentences 22, 40, 46, 48 and 50 (the law, and the providers' rules)."""

import base64
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from urllib.parse import unquote

from tests.mail.checker.addresses import mailboxes
from tests.mail.checker.arrived import Arrived
from tests.mail.checker.known import Check, Known
from tests.mail.checker.pages import read_page

LONGEST_PREHEADER = 150  # characters
_URL = re.compile(r"https?://[^\s<>\"')\]]+")


def no_list(mail: Arrived, _known: Known) -> Iterator[str]:
    """22: what is no marketing is on no list, and nobody opts out of it by one click."""
    for name in ("list-id", "list-unsubscribe", "list-unsubscribe-post"):
        if mail.whole.said(name):
            yield f"{name} in a mail that is no marketing"


def written_by_a_person(mail: Arrived, _known: Known) -> Iterator[str]:
    """40: a letter to a person is not marked automatic."""
    for name in ("auto-submitted", "x-auto-response-suppress", "precedence"):
        if mail.whole.said(name):
            yield f"{name}: {mail.whole.one(name)}"


def written_by_the_service(mail: Arrived, _known: Known) -> Iterator[str]:
    """40: a notice says that no person wrote it, and asks for no automatic answer."""
    if mail.whole.one("auto-submitted").lower() != "auto-generated":
        yield f"Auto-Submitted is {mail.whole.one('auto-submitted')!r}"
    if mail.whole.one("x-auto-response-suppress").lower() != "all":
        yield f"X-Auto-Response-Suppress is {mail.whole.one('x-auto-response-suppress')!r}"


def who_and_where(mail: Arrived, known: Known) -> Iterator[str]:
    """46: the sender's name and postal address can be read in both bodies, and From is ours."""
    [author, *_] = [*mailboxes(mail.whole.one("from")), None]
    if author is None or author.domain not in known.domains:
        yield f"From is not ours: {mail.whole.one('from')}"
    name = author_name(mail)
    for place, text in (("text", mail.plain), ("page", read_page(mail.html).text)):
        if not name or _single(name) not in _single(text):
            yield f"the {place} does not say who writes"
        if _single(known.postal_address) not in _single(text):
            yield f"the {place} has no postal address"


def author_name(mail: Arrived) -> str:
    """The name in From, decoded."""
    for one in mailboxes(mail.whole.one("from")):
        quoted = (re.sub(r"\\(.)", r"\1", text[1:-1]) for text in one.quoted)
        return " ".join((str(make_header(decode_header(" ".join(one.words)))), *quoted)).strip()
    return ""


def no_address_in_a_link(mail: Arrived, _known: Known) -> Iterator[str]:
    """48: no link and no picture carries the recipient's address, in whatever disguise."""
    urls = [*_URL.findall(mail.plain), *read_page(mail.html).urls, *_URL.findall(mail.whole.one("list-unsubscribe"))]
    for url in dict.fromkeys(urls):
        if mail.recipient.lower().encode() in _all_it_says(url):
            yield f"the recipient's address is in {url}"


def _all_it_says(url: str) -> bytes:
    """An address, and all that its pieces are the base64 or hex of, in lower case."""
    plain = unquote(url)
    said = [plain.encode()]
    for piece in re.split(r"[/?&=#.]", plain):
        for decode, text in ((base64.urlsafe_b64decode, piece + "=" * (-len(piece) % 4)), (bytes.fromhex, piece)):
            try:
                said.append(decode(text))
            except ValueError:
                continue
    return b"\n".join(said).lower()


def nothing_hidden(mail: Arrived, _known: Known) -> Iterator[str]:
    """50: at most one hidden element, the preheader, and that is short."""
    hidden = [words for words in read_page(mail.html).hidden if words]
    if len(hidden) > 1:
        yield f"{len(hidden)} hidden elements: {hidden}"
    for words in hidden:
        if len(words) > LONGEST_PREHEADER:
            yield f"a hidden text of {len(words)} characters"


def _single(text: str) -> str:
    return " ".join(text.split())


CHECKS = (
    Check(22, no_list, notices=True),
    Check(40, written_by_a_person, marketing=True),
    Check(40, written_by_the_service, notices=True),
    Check(46, who_and_where, marketing=True),
    Check(48, no_address_in_a_link),
    Check(50, nothing_hidden),
)
