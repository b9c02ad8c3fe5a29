"""Classify: what a mail that came in is, by the order of MAIL 36, and what it says of whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from drip.domain.answering.written import phase_within
from drip.domain.answers import Class
from drip.domain.outcome import Answer, Phase, judge_answer, read_answer
from drip.inbound.automatic import automatic, back_on, challenges, challenges_by_name, day_of, has_left, others_in
from drip.inbound.complaint import Complaint, read_complaint
from drip.inbound.dsn import read_dsn
from drip.inbound.events import read_event
from drip.inbound.parse import is_mail
from drip.inbound.part import Part
from drip.inbound.report import NO_DETAIL, Action, Report, Return
from drip.inbound.rsvp import Rsvp, read_rsvp
from drip.inbound.stopping import only_says_stop
from drip.inbound.told import read_told, said_of
from drip.inbound.written import strip, text_of, written_text


class Cls(StrEnum):
    """What a mail is."""

    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    DELAY = "delay"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    OPT_OUT = "opt_out"
    CHALLENGE = "challenge"
    LEFT_COMPANY = "left_company"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Understood:
    """What the service understands of a mail. `rule` is the code of what decided; `hard`: no letter will ever arrive
    there (bounces only); `reason` the class of the server's answer (MAIL section 2), or the kind of a complaint;
    `suppress`: its recipients must not be written to any more. `text` are the words a person or a program wrote.
    `rsvp` is the answer of a calendar to an invitation. `each`: of a report about several recipients, what it says of
    each of them; see of_recipient."""

    cls: Cls
    rule: str
    recipients: tuple[str, ...] = ()
    hard: bool | None = None
    status: str = ""
    reason: str = ""
    why: str = ""
    return_on: date | None = None
    text: str = ""
    suppress: bool = False
    rsvp: Rsvp | None = None
    each: tuple["Understood", ...] = ()


NO_MAIL = "no_mail"  # the rule of what has no header as a mail has one
_BULK = frozenset({"bulk", "list", "junk"})
_OF_ACTIONS = {
    Action.DELAYED: Cls.DELAY,
    Action.DELIVERED: Cls.DELIVERED,
    Action.RELAYED: Cls.DELIVERED,
    Action.EXPANDED: Cls.DELIVERED,
}
_ARRIVED = frozenset({Action.DELIVERED, Action.RELAYED, Action.EXPANDED})
_MILD = (Cls.DELIVERED, Cls.DELAY, Cls.BOUNCE)  # the mildest first


def classify(mail: Part) -> Understood:
    """What a mail is. Total: any mail has a class, and what is none is `other`."""
    if not is_mail(mail):
        return Understood(Cls.OTHER, NO_MAIL)
    found = read_complaint(mail) or read_event(mail) or read_dsn(mail)
    if found is None and mail.parameters.get("report-type", "").lower() == "disposition-notification":
        return Understood(Cls.OTHER, "disposition_notification")  # neither a bounce nor a reply (MAIL 35)
    found = found or read_told(mail)
    if isinstance(found, Complaint):
        return Understood(Cls.COMPLAINT, found.by, found.recipients, reason=found.kind, suppress=found.counts)
    return _said(mail) if found is None else of_report(found, mail)


def _said(mail: Part) -> Understood:
    """What a program or a person wrote to us, in the order of MAIL 36."""
    rsvp = read_rsvp(mail)
    if rsvp is not None:
        return _answered(rsvp)
    text = text_of(mail)
    sign = automatic(mail, text)
    if sign is not None and sign.answers:
        if challenges(mail, text) and not has_left(text):
            return Understood(Cls.CHALLENGE, sign.by)
        if has_left(text):
            return Understood(Cls.LEFT_COMPANY, sign.by, others_in(mail, text), text=strip(text))
        return Understood(Cls.AUTO_REPLY, sign.by, return_on=back_on(mail, text, day_of(mail)), text=strip(text))
    if sign is not None or _is_bulk(mail):
        return Understood(Cls.OTHER, sign.by if sign else "bulk")
    if mail.kind == "multipart/report":
        return Understood(Cls.OTHER, "report")  # of nobody: no person sends one (RFC 6522)
    if challenges_by_name(text) or (mail.get("return-path").strip() == "<>" and challenges(mail, text)):
        return Understood(Cls.CHALLENGE, "words")
    words = written_text(mail)
    if only_says_stop(words) or (not words and only_says_stop(mail.get("subject"))):
        return Understood(Cls.OPT_OUT, "stop", text=words)
    return Understood(Cls.REPLY, "person", text=words)


def _answered(rsvp: Rsvp) -> Understood:
    """What a calendar answers is no reply and asks nothing of anybody (a decline aside); what a person added is one."""
    if not rsvp.words:
        return Understood(Cls.OTHER, "calendar_reply", why=rsvp.said.value, rsvp=rsvp)
    cls = Cls.OPT_OUT if only_says_stop(rsvp.words) else Cls.REPLY
    return Understood(cls, "calendar_comment", text=rsvp.words, rsvp=rsvp)


def _is_bulk(mail: Part) -> bool:
    """Whether it went to many: a list's or a firm's, not an answer to us (RFC 2919, RFC 2369)."""
    if mail.get("in-reply-to") and not mail.get("list-id"):
        return False
    return (
        "list-unsubscribe" in mail.headers
        or "list-id" in mail.headers
        or mail.get("precedence").strip().lower() in _BULK
    )


def of_report(report: Report, mail: Part | None = None) -> Understood:
    """What a report says: a bounce if any letter failed; else what became of the first (RFC 3464 section 2.3.3).

    `mail` is the notice it stands in, where it came as one: that may tell the phase of an answer that does not.
    """
    several: dict[str, list[Return]] = {}
    for one in report.returns:
        several.setdefault(one.recipient, []).append(one)
    each = tuple(_judged(_that_count(some), report, mail) for some in several.values())
    return each[0] if len(each) == 1 else replace(_judged(report.returns, report, mail), each=each)


def of_recipient(understood: Understood, address: str) -> Understood:
    """What a report says of the letter to this address. Where it names only others, as of a list or behind a forward,
    the mildest it says of any of them: nobody is called dead for somebody else (MAIL 28)."""
    if not understood.each:
        return understood
    own = [one for one in understood.each if address.lower() in one.recipients]
    return own[0] if own else min(understood.each, key=lambda one: (_MILD.index(one.cls), bool(one.suppress)))


def _that_count(returns: Sequence[Return]) -> Sequence[Return]:
    """Of what became of several copies to one address: an address at which one arrived is not dead."""
    return [one for one in returns if one.action in _ARRIVED] or returns


def _judged(returns: Sequence[Return], report: Report, mail: Part | None) -> Understood:
    failed = [one for one in returns if one.action is Action.FAILED]
    about = failed or list(returns)
    first = about[0]
    recipients = tuple(dict.fromkeys(one.recipient for one in about))
    if not failed:
        return Understood(_OF_ACTIONS[first.action], report.by, recipients, status=first.status, why=first.why)
    answer = answer_of(first)
    found = judge_answer(answer)
    if mail is not None and found.cls is Class.MAILBOX_DISABLED and answer.phase is None:
        told = phase_within(said_of(mail, [first.recipient])[0])  # at RCPT it would be said for certain
        found = judge_answer(replace(answer, phase=Phase(told))) if told else found
    is_dead = found.cls is Class.RECIPIENT_DEAD
    return Understood(
        Cls.BOUNCE, report.by, recipients, is_dead, first.status, str(found.cls), first.why, suppress=is_dead
    )


def answer_of(one: Return) -> Answer:
    """What the server said, as it is judged on the wire too."""
    said = read_answer(one.why)
    status = said.enhanced if one.status in ("", *NO_DETAIL) and said.enhanced else one.status or None
    return Answer(said.phase, said.code, status, said.text)
