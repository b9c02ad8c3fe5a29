"""What an SMTP answer means (MAIL section 2): one test a class, with replies of well-known servers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.answers import Class
from drip.domain.outcome import Care, Fate, Phase, judge

RETRIED = {
    Class.MAILBOX_FULL,
    Class.TRANSIENT,
    Class.RATE_LIMITED,
    Class.SENDER_AUTH,
    Class.SENDER_BLOCKED,
}


def cls(phase: Phase, reply: str) -> Class:
    """Judge a reply written as code, enhanced code or "-", text."""
    code, enhanced, text = reply.split(" ", 2)
    return judge(phase, int(code), None if enhanced == "-" else enhanced, text).cls


def test_an_accepted_letter_is_accepted() -> None:
    verdict = judge(Phase.BODY, 250, "2.0.0", "Ok: queued as 4F2")
    assert (verdict.send, verdict.suppress, verdict.mailbox) == (Fate.ACCEPTED, False, Care.OK)


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.1.1 <paul@firm.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.1.2 Bad destination system: no such domain",
        "550 - No such user here",
        "553 - sorry, no mailbox here by that name",
        "550 - Requested action not taken: mailbox unavailable",
        "550 - user not found",
        "556 - domain does not accept mail",
        "550 5.1.6 recipient no longer on server",
        "552 5.2.2 The email account that you tried to reach is over quota and inactive",
    ],
)
def test_a_dead_address_is_suppressed_and_the_mailbox_goes_on(reply: str) -> None:
    code, enhanced, text = reply.split(" ", 2)
    verdict = judge(Phase.RCPT, int(code), None if enhanced == "-" else enhanced, text)
    assert verdict.cls is Class.RECIPIENT_DEAD
    assert (verdict.send, verdict.suppress, verdict.mailbox) == (Fate.REFUSE, True, Care.OK)


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "525 5.7.13 <paul@firm.example>: Recipient address rejected: User Account Disabled",
        "550 - Mailbox is frozen",
        "554 - delivery error: This account has been disabled or discontinued",
    ],
)
def test_a_disabled_mailbox_is_refused_but_not_suppressed_at_once(reply: str) -> None:
    assert cls(Phase.RCPT, reply) is Class.MAILBOX_DISABLED


@pytest.mark.parametrize(
    "reply",
    [
        "552 5.2.2 Mailbox full",
        "452 4.2.2 The recipient's inbox is out of storage space",
        "450 4.2.2 <paul@firm.example>... Mailbox Full",
        "552 - sorry, this account is over quota",
    ],
)
def test_a_full_mailbox_is_tried_again_the_next_day(reply: str) -> None:
    code, _, text = reply.split(" ", 2)
    assert cls(Phase.RCPT, reply) is Class.MAILBOX_FULL
    assert judge(Phase.RCPT, int(code), "5.2.2", text).wait == timedelta(hours=24)


@pytest.mark.parametrize(
    "reply",
    [
        "450 4.7.1 <paul@firm.example>: Recipient address rejected: Greylisted, see https://postgrey.example",
        "451 4.3.0 Temporary server error. Please try again later.",
        "450 4.2.0 mailbox busy",
        "451 4.4.1 timeout",
        "450 4.1.1 <paul@firm.example>: Recipient address rejected: User unknown",
    ],
)
def test_a_passing_trouble_is_tried_again(reply: str) -> None:
    assert cls(Phase.RCPT, reply) is Class.TRANSIENT


@pytest.mark.parametrize(
    "reply",
    [
        "421 4.7.0 [192.0.2.1 15] Our system has detected an unusual rate of unsolicited mail",
        "421 4.7.28 Our system has detected an unusual rate of mail",
        "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unusual traffic",
        "452 4.5.3 Your message has too many recipients",
        "550 5.4.5 Daily user sending limit exceeded",
        "550 5.7.1 Mail rate limited for your account",
        "550 5.2.1 The user you are trying to contact is receiving email at a rate that prevents delivery",
        "421 - too many connections from your IP",
    ],
)
def test_a_rate_limit_keeps_the_letter_and_spares_the_address(reply: str) -> None:
    code, enhanced, text = reply.split(" ", 2)
    verdict = judge(Phase.RCPT, int(code), None if enhanced == "-" else enhanced, text)
    assert verdict.cls is Class.RATE_LIMITED
    assert (verdict.send, verdict.suppress) == (Fate.RETRY, False)


@pytest.mark.parametrize(
    ("phase", "reply"),
    [
        (Phase.AUTH, "535 5.7.8 Username and Password not accepted."),
        (Phase.AUTH, "534 5.7.14 Please log in via your web browser"),
        (Phase.MAIL, "530 5.7.0 Must issue a STARTTLS command first"),
        (Phase.BODY, "550 5.7.26 Unauthenticated email from acme.example is not accepted due to DMARC policy"),
        (Phase.BODY, "550 5.7.515 Access denied, sending domain acme.example does not meet the required level"),
        (Phase.RCPT, "550 5.7.25 Client host rejected: the reverse DNS does not match"),
        (Phase.RCPT, "554 5.7.1 <paul@firm.example>: Relay access denied"),
    ],
)
def test_a_sender_without_proof_pauses_the_mailbox_and_keeps_the_letter(phase: Phase, reply: str) -> None:
    code, enhanced, text = reply.split(" ", 2)
    verdict = judge(phase, int(code), enhanced, text)
    assert verdict.cls is Class.SENDER_AUTH
    assert (verdict.send, verdict.suppress, verdict.mailbox) == (Fate.RETRY, False, Care.PAUSE)


@pytest.mark.parametrize(
    ("phase", "reply"),
    [
        (Phase.GREETING, "554 - mx.firm.example ESMTP not accepting messages"),
        (Phase.RCPT, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"),
        (Phase.RCPT, "550 5.7.606 Access denied, banned sending IP [192.0.2.1]"),
        (Phase.MAIL, "550 5.7.1 Access denied"),
        (Phase.RCPT, "550 5.1.0 <bounce@acme.example> sender rejected"),
    ],
)
def test_a_blocked_sender_pauses_the_mailbox_and_spares_the_address(phase: Phase, reply: str) -> None:
    code, enhanced, text = reply.split(" ", 2)
    verdict = judge(phase, int(code), None if enhanced == "-" else enhanced, text)
    assert verdict.cls is Class.SENDER_BLOCKED
    assert (verdict.send, verdict.suppress, verdict.mailbox) == (Fate.RETRY, False, Care.PAUSE)


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.7.1 Message content rejected, UBE",
        "552 5.3.4 Message size exceeds fixed limit",
        "554 - Transaction failed",
        "554 5.7.1 This message looks like spam",
        "550 5.6.9 improper use of 8-bit data in message header",
    ],
)
def test_a_disliked_letter_fails_alone(reply: str) -> None:
    code, enhanced, text = reply.split(" ", 2)
    verdict = judge(Phase.BODY, int(code), None if enhanced == "-" else enhanced, text)
    assert verdict.cls is Class.CONTENT
    assert (verdict.send, verdict.suppress, verdict.mailbox) == (Fate.REFUSE, False, Care.OK)


@pytest.mark.parametrize("reply", ["500 - what?", "503 5.5.1 bad sequence of commands", "555 - unsupported parameter"])
def test_a_mistake_of_ours_never_suppresses(reply: str) -> None:
    assert cls(Phase.RCPT, reply) is Class.OUR_BUG


def test_an_unknown_refusal_suppresses_nobody() -> None:
    verdict = judge(Phase.RCPT, 550, None, "no")
    assert (verdict.cls, verdict.send, verdict.suppress) == (Class.UNKNOWN, Fate.REFUSE, False)


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.MAIL, Phase.RCPT, Phase.DATA])
def test_a_lost_connection_is_tried_again(phase: Phase) -> None:
    verdict = judge(phase, None, None, "connection lost")
    assert (verdict.cls, verdict.send, verdict.mailbox) == (Class.TRANSIENT, Fate.RETRY, Care.OK)


@pytest.mark.parametrize("phase", [Phase.STARTTLS, Phase.AUTH])
def test_a_connection_lost_at_login_does_not_pause_the_mailbox(phase: Phase) -> None:
    assert judge(phase, None, None, "connection lost").mailbox is Care.OK
    assert judge(phase, 454, "4.7.0", "Temporary authentication failure").mailbox is Care.OK


def test_a_certificate_that_cannot_be_trusted_pauses_the_mailbox() -> None:
    verdict = judge(Phase.STARTTLS, None, None, "certificate verify failed: self-signed certificate")
    assert (verdict.cls, verdict.send, verdict.mailbox) == (Class.SENDER_AUTH, Fate.RETRY, Care.PAUSE)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("Greylisted, please try again in 300 seconds", timedelta(minutes=5)),
        ("try again in 20 minutes", timedelta(minutes=20)),
        ("Please retry after 2 hours", timedelta(hours=2)),
        ("come back later", timedelta(minutes=5)),
        ("try again in 900000 seconds", timedelta(days=1)),
    ],
)
def test_the_wait_a_server_asks_for_is_kept(text: str, wait: timedelta) -> None:
    assert judge(Phase.RCPT, 450, "4.2.0", text).wait == wait


@given(
    st.sampled_from(Phase),
    st.none() | st.integers(200, 599),
    st.none() | st.from_regex(r"[245]\.\d{1,3}\.\d{1,3}", fullmatch=True),
    st.text(max_size=80),
)
def test_every_answer_has_a_verdict(phase: Phase, code: int | None, enhanced: str | None, text: str) -> None:
    verdict = judge(phase, code, enhanced, text)
    assert (verdict.wait is not None) == (verdict.send is Fate.RETRY) == (verdict.cls in RETRIED)
    assert verdict.suppress == (verdict.cls is Class.RECIPIENT_DEAD)
    assert verdict.why
    if code is not None and code // 100 in (2, 4):
        assert not verdict.suppress
