"""What an SMTP answer means for the send, the address and the mailbox (MAIL section 2)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from drip.domain.answering.phrases import gist
from drip.domain.answering.rules import ruling
from drip.domain.answering.written import asked_wait, codes_within, enhanced_within, phase_within, quoted
from drip.domain.answers import Class, Said


class Phase(StrEnum):
    """How far an SMTP conversation had come."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"  # also the handshake of a connection that is TLS from its start
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the command and its 354
    BODY = "body"  # the letter itself and the answer to it
    QUIT = "quit"


class Kind(StrEnum):
    """How an attempt ended."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # 4xx, or lost before the letter was handed over: safe to repeat
    REFUSED = "refused"  # 5xx
    UNCERTAIN = "uncertain"  # the letter may have been accepted, the answer was lost
    WITHDRAWN = "withdrawn"  # the mark was refused; nothing of the body was sent


ACCEPTED = Kind.ACCEPTED  # by its own name, as it is asked for with each letter; see duration.BUSINESS_DAY


class Outcome(NamedTuple):
    """How one attempt at delivering one letter ended, and where.

    `code` is the reply's (RFC 5321 section 4.2), None when there was no reply; `enhanced` its
    enhanced status code (RFC 3463); `text` the reply's words or what happened, on one line.
    """

    kind: Kind
    phase: Phase
    code: int | None = None
    enhanced: str | None = None
    text: str = ""


class Fate(StrEnum):
    """What becomes of the send."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    REFUSE = "refuse"


class Care(StrEnum):
    """What becomes of the mailbox: it goes on, or it stops and tells a person."""

    OK = "ok"
    PAUSE = "pause"


class Verdict(NamedTuple):
    """What is to be done after an answer.

    `suppress`: the address is dead and must not be mailed again (R32). `wait`: how long to wait
    before the next attempt; for `retry` only.
    """

    cls: Class
    send: Fate
    suppress: bool
    mailbox: Care
    why: str
    wait: timedelta | None = None


_FATE = {Class.ACCEPTED: Fate.ACCEPTED} | dict.fromkeys(
    (Class.RECIPIENT_DEAD, Class.MAILBOX_DISABLED, Class.CONTENT, Class.OUR_BUG, Class.UNKNOWN), Fate.REFUSE
)
_PAUSING = frozenset({Class.SENDER_AUTH, Class.SENDER_BLOCKED})
_WAITS = {
    Class.MAILBOX_FULL: timedelta(hours=24),
    Class.TRANSIENT: timedelta(minutes=5),
    Class.RATE_LIMITED: timedelta(minutes=10),
    Class.SENDER_AUTH: timedelta(minutes=30),
    Class.SENDER_BLOCKED: timedelta(minutes=30),
}
_NO_REASON = "5.0.0"  # RFC 3463: other undefined status
_UNREADABLE = "No answer of a server can be read here."
_TAKEN = 2  # first digit of an answer whose words do not matter
_LONGEST_WAIT = timedelta(days=1)


def judge(phase: Phase | None, code: int | None, enhanced: str | None, text: str) -> Verdict:
    """What an answer means; total, for any text. The first rule that fits decides.

    `phase` is None where it is not known. `code` is None when the connection was lost or never made:
    that is transient, unless TLS or login failed for want of something the server does not offer.
    Where `enhanced` is None, one that stands somewhere in the text counts.
    """
    said = Said(phase.value if phase else "", code, enhanced or enhanced_within(text) or "")
    rule = ruling(said, "" if said.digit == _TAKEN else gist(text))
    fate = _FATE.get(rule.cls, Fate.RETRY)
    return Verdict(
        cls=rule.cls,
        send=fate,
        suppress=rule.cls is Class.RECIPIENT_DEAD,
        mailbox=Care.PAUSE if rule.cls in _PAUSING else Care.OK,
        why=rule.why,
        wait=_wait(rule.cls, text) if fate is Fate.RETRY else None,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer somebody wrote down: in a log, in a bounce (RFC 3464 Diagnostic-Code), by hand."""

    phase: Phase | None
    code: int | None
    enhanced: str | None
    text: str


def read_answer(text: str, phase: Phase | None = None) -> Answer:
    """The answer in a text, which may quote it: "host mx.example[192.0.2.1] said: 550 5.1.1 ..."."""
    code, enhanced = codes_within(quoted(text))
    if code is None:
        code, enhanced = codes_within(text)
    told = phase_within(text)
    return Answer(phase or (Phase(told) if told else None), code, enhanced, text)


def judge_answer(answer: Answer) -> Verdict:
    """What an answer that was written down means. Without any code it is read as a refusal that gives
    no reason but its words: nobody saw a connection fail."""
    if answer.code is None and answer.enhanced is None:
        verdict = judge(answer.phase, None, _NO_REASON, quoted(answer.text))
        return verdict._replace(why=_UNREADABLE) if verdict.cls is Class.UNKNOWN else verdict
    return judge(answer.phase, answer.code, answer.enhanced, quoted(answer.text))


def _wait(cls: Class, text: str) -> timedelta:
    """What the text asks for ("try again in 300 seconds"), else what suits the class."""
    asked = asked_wait(text)
    return _WAITS[cls] if asked is None else min(max(asked, timedelta(seconds=1)), _LONGEST_WAIT)
