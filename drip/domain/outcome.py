"""What an SMTP answer means for the send, the address and the mailbox (MAIL section 2)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from drip.domain.answers import RULES, Class, Said


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


@dataclass(frozen=True, slots=True)
class Outcome:
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


@dataclass(frozen=True, slots=True)
class Verdict:
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
_AGAIN = re.compile(r"(?:try|retry|again|wait)\D{0,40}?(\d{1,6})\s*(s|sec|m|min|h|hour)[a-z]*\b", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LONGEST_WAIT = timedelta(days=1)


def judge(phase: Phase, code: int | None, enhanced: str | None, text: str) -> Verdict:
    """What an answer means. The first rule that fits decides.

    `code` is None when the connection was lost or never made: that is transient, unless TLS or
    login failed for want of something the server does not offer.
    """
    said = Said(phase.value, code, enhanced or "", text.lower())
    rule = next(rule for rule in RULES if rule.fits(said))
    fate = _FATE.get(rule.cls, Fate.RETRY)
    return Verdict(
        cls=rule.cls,
        send=fate,
        suppress=rule.cls is Class.RECIPIENT_DEAD,
        mailbox=Care.PAUSE if rule.cls in _PAUSING else Care.OK,
        why=rule.why,
        wait=_wait(rule.cls, text) if fate is Fate.RETRY else None,
    )


def _wait(cls: Class, text: str) -> timedelta:
    """What the text asks for ("try again in 300 seconds"), else what suits the class."""
    asked = _AGAIN.search(text)
    if asked is None:
        return _WAITS[cls]
    seconds = int(asked[1]) * _SECONDS[asked[2][0].lower()]
    return min(timedelta(seconds=max(seconds, 1)), _LONGEST_WAIT)
