"""Seen: what there is to see in something that came in: what it is, whose it may be, and what it is known by."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from drip.inbound.classify import Cls, Understood, classify, of_report
from drip.inbound.match import Clue, How, is_ours, match, match_names
from drip.inbound.parse import parse
from drip.inbound.part import Part
from drip.inbound.posted import Event
from drip.inbound.report import Action, Report, Return, fuller_status
from drip.inbound.source import Incoming

WRITTEN = frozenset({Cls.REPLY, Cls.AUTO_REPLY, Cls.OPT_OUT, Cls.LEFT_COMPANY, Cls.CHALLENGE, Cls.OTHER})
EVENT = "event"  # the rule of what a posted event says; no mail is understood by it
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


def see(came: Incoming | Event, secret: bytes) -> Seen:
    """A mail that came in, or an event that was posted; `secret` is the one our letters were signed with."""
    return _see_event(came, secret) if isinstance(came, Event) else _see_mail(came.raw, came.to, secret)


def understand(event: Event) -> Understood:
    """What an event means; a server's answer is judged as that in a report is."""
    to = (event.recipient,) if event.recipient else ()
    if event.kind == "complaint":
        return Understood(Cls.COMPLAINT, EVENT, to, reason="abuse", why=event.said, suppress=True)
    if event.kind == "opt_out":
        return Understood(Cls.OPT_OUT, EVENT, to, text=event.said)
    status = fuller_status(event.status, event.said)
    found = of_report(Report((Return(event.recipient, _ACTIONS[event.kind], status, event.said),), EVENT))
    return replace(found, recipients=to)


def _see_mail(raw: bytes, to: Iterable[str], secret: bytes) -> Seen:
    mail = parse(raw)
    clues = match(mail, secret, to)
    understood = _meant(classify(mail), clues)
    return Seen(_key(mail, raw), understood, clues, mail.get("from"), mail.get("subject"), raw, is_ours(mail, secret))


def _see_event(event: Event, secret: bytes) -> Seen:
    """An event. Its recipient proves nothing: only what we and those who carried the letter know names it (MAIL 28)."""
    message_id = f"<{event.message_id.strip('<>')}>"
    names = {
        How.RETURN_PATH: event.return_path,
        How.ENVELOPE_ID: event.envelope_id,
        How.MESSAGE_ID: message_id if event.message_id else "",
    }
    clues = match_names(names, secret)
    subject = f"{event.kind.replace('_', ' ')}: {event.recipient or 'nobody is named'}"
    return Seen(_event_key(event), understand(event), clues, f"event {event.id}", subject, event.as_json())


def _event_key(event: Event) -> str:
    """What an event is known by: its id, with a digest of what it is about; no mail's key begins like this. Some
    programs give the bounce of a letter and the complaint about it one id."""
    about = (event.kind, event.recipient, event.message_id, event.envelope_id, event.return_path)
    return f"event:{event.id} {hashlib.sha256(chr(10).join(about).encode()).hexdigest()[:16]}"


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


_ACTIONS = {"bounce": Action.FAILED, "delayed": Action.DELAYED, "delivered": Action.DELIVERED}
