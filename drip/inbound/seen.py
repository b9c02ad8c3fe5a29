"""Seen: what there is to see in something that came in: what it is, whose it may be, and what it is known by."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from drip.inbound.classify import Cls, Understood, classify
from drip.inbound.match import Clue, How, is_ours, match
from drip.inbound.parse import parse
from drip.inbound.part import Part

WRITTEN = frozenset({Cls.REPLY, Cls.AUTO_REPLY, Cls.OPT_OUT, Cls.LEFT_COMPANY, Cls.CHALLENGE, Cls.OTHER})
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>")


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that came in, seen. `key` is what it is known by: a second one with the same key is the same again.
    `raw` are its bytes as they are kept for a person; `is_ours`: it is a letter of our own, or a copy of it."""

    key: str
    understood: Understood
    clues: tuple[Clue, ...]
    sender: str
    subject: str
    raw: bytes = field(repr=False)
    is_ours: bool = False


def see_mail(raw: bytes, to: Iterable[str], secret: bytes) -> Seen:
    """A mail, by its bytes and the recipients of its envelope; `secret` is the one our letters were signed with."""
    mail = parse(raw)
    clues = match(mail, secret, to)
    understood = _meant(classify(mail), clues)
    return Seen(_key(mail, raw), understood, clues, mail.get("from"), mail.get("subject"), raw, is_ours(mail, secret))


def _meant(understood: Understood, clues: Sequence[Clue]) -> Understood:
    """Who writes to the address of a letter's way out says stop, whatever else the mail says (MAIL 19)."""
    if understood.cls in WRITTEN and any(one.how is How.OPT_OUT_LINK for one in clues):
        return replace(understood, cls=Cls.OPT_OUT, rule="opt_out_link")
    return understood


def _key(mail: Part, raw: bytes) -> str:
    """What a mail is known by: its Message-ID, with a digest of From and Date; without one, a digest of its bytes.

    Some programs answer under the Message-ID of what they answer, and anybody could take that of a mail to come: an
    other mail is no copy of it.
    """
    named = _MESSAGE_ID.search(mail.get("message-id"))
    if named is None:
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    who_when = "\n".join(mail.get(name) for name in ("from", "date"))
    return f"{named[0]} {hashlib.sha256(who_when.encode('utf-8', 'replace')).hexdigest()[:16]}"
