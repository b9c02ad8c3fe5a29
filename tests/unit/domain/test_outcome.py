"""What an SMTP answer means (MAIL section 2), one test a class; tests/mail has more replies."""

from datetime import timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.answers import Class
from drip.domain.outcome import Answer, Care, Fate, Phase, judge, judge_answer, read_answer

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
    assert judge(phase, None, None, "Connection lost: Unexpected EOF received").mailbox is Care.OK
    assert judge(phase, 454, "4.7.0", "Temporary authentication failure").mailbox is Care.OK


def test_tls_that_is_not_to_be_had_for_now_does_not_pause_the_mailbox() -> None:
    verdict = judge(Phase.STARTTLS, 454, "4.7.0", "TLS not available")
    assert (verdict.cls, verdict.send, verdict.mailbox) == (Class.TRANSIENT, Fate.RETRY, Care.OK)
    assert judge(Phase.STARTTLS, 554, "5.7.0", "TLS not available").mailbox is Care.PAUSE


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
        ("greylisted for 90 sec", timedelta(seconds=90)),
        ("Greylisting in action, please come back in 00:07:30", timedelta(minutes=7, seconds=30)),
        ("Greylisted: wait 15min", timedelta(minutes=15)),
        ("In 3 hours you may try again", timedelta(hours=3)),
        ("bitte in 12 Minuten erneut versuchen", timedelta(minutes=12)),
        ("try again in half an hour", timedelta(minutes=30)),
        ("Please come back in one minute", timedelta(minutes=1)),
        ("greylisted for 1 hour 30 minutes", timedelta(minutes=90)),
        ("try again in 2h15m", timedelta(minutes=135)),
        ("temporarily blocked for 40 minutes", timedelta(minutes=40)),
        ("tente novamente em 25 minutos", timedelta(minutes=25)),
        ("попробуйте через 10 минут", timedelta(minutes=10)),
        ("请在3分钟后重试", timedelta(minutes=3)),
        ("you sent 200 messages in 60 minutes", timedelta(minutes=5)),
        ("try again later [192.0.2.1 15] 4.2.0", timedelta(minutes=5)),
    ],
)
def test_the_wait_a_server_asks_for_is_kept(text: str, wait: timedelta) -> None:
    assert judge(Phase.RCPT, 450, "4.2.0", text).wait == wait


def test_a_wait_asked_for_with_a_final_code_is_kept_too() -> None:
    verdict = judge(Phase.RCPT, 550, "5.7.1", "rate limited, try again in 45 minutes")
    assert (verdict.cls, verdict.send, verdict.wait) == (Class.RATE_LIMITED, Fate.RETRY, timedelta(minutes=45))


@pytest.mark.parametrize("code", [450, 451, 550, 554])
def test_greylisting_is_tried_again_whatever_its_code(code: int) -> None:
    verdict = judge(Phase.RCPT, code, None, "You are greylisted. User unknown to us so far.")
    assert (verdict.cls, verdict.send, verdict.mailbox) == (Class.TRANSIENT, Fate.RETRY, Care.OK)


@pytest.mark.parametrize(
    ("phase", "code", "text"),
    [
        (Phase.AUTH, 535, "5.7.8 user unknown"),
        (Phase.AUTH, 550, "no such user"),
        (Phase.AUTH, 535, "Authentication failed, system busy, try again later"),
        (Phase.MAIL, 550, "5.1.1 user unknown"),
        (Phase.RCPT, 554, "5.7.1 Access denied: your IP has a poor reputation, user unknown"),
        (Phase.RCPT, 550, "5.1.1 blocked using zen.spamhaus.org: address rejected"),
    ],
)
def test_a_login_and_a_reputation_concern_the_mailbox_and_never_the_recipient(
    phase: Phase, code: int, text: str
) -> None:
    verdict = judge(phase, code, None, text)
    assert (verdict.send, verdict.suppress, verdict.mailbox) == (Fate.RETRY, False, Care.PAUSE)


@pytest.mark.parametrize("text", ["No route to host", "lost connection while performing the HELO handshake"])
def test_a_connection_somebody_tells_of_does_not_pause_the_mailbox(text: str) -> None:
    for phase in (Phase.CONNECT, Phase.GREETING, Phase.EHLO):
        assert judge_answer(read_answer(text, phase)).mailbox is Care.OK


def test_user_unknown_is_believed_at_rcpt_and_counted_after_the_letter() -> None:
    text = "Unknown user nobody@docomo.example"
    assert judge(Phase.RCPT, 550, None, text).cls is Class.RECIPIENT_DEAD
    assert judge(Phase.BODY, 550, None, text).cls is Class.MAILBOX_DISABLED
    assert judge(Phase.BODY, 550, "5.1.1", text).cls is Class.RECIPIENT_DEAD
    assert judge(None, 550, None, text).cls is Class.MAILBOX_DISABLED


def test_a_report_without_any_code_is_counted_and_not_believed_at_once() -> None:
    assert judge_answer(read_answer("mailbox not found")).cls is Class.MAILBOX_DISABLED
    assert judge_answer(read_answer("550 mailbox not found")).cls is Class.RECIPIENT_DEAD


def test_codes_that_disagree_are_read_as_the_milder_one() -> None:
    assert judge(Phase.RCPT, 550, "4.1.1", "user unknown").cls is Class.TRANSIENT
    assert judge(Phase.RCPT, 450, "5.1.1", "user unknown").cls is Class.TRANSIENT


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("550 5.1.1 User unknown", (None, 550, "5.1.1")),
        ("550-5.1.1 no such 550 5.1.1 user", (None, 550, "5.1.1")),
        ("554 sorry, no mailbox here by that name (#5.1.1)", (None, 554, "5.1.1")),
        (
            "host mx.firm.example[192.0.2.1] said: 552 5.2.2 full (in reply to RCPT TO command)",
            (Phase.RCPT, 552, "5.2.2"),
        ),
        ("192.0.2.1 failed after I sent the message. Remote host said: 554 spam", (Phase.BODY, 554, None)),
        ("250 ok", (None, 250, None)),
        ("message 550 of 1000, version 1.5.1.1, 192.5.1.1", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_an_answer_that_was_written_down_is_read(
    text: str, answer: tuple[Phase | None, int | None, str | None]
) -> None:
    assert read_answer(text) == Answer(*answer, text)


def test_a_text_without_any_code_is_not_taken_for_a_lost_connection() -> None:
    assert judge_answer(read_answer("hello")).cls is Class.UNKNOWN
    assert judge_answer(read_answer("Connection timed out")).cls is Class.TRANSIENT


@given(
    st.none() | st.sampled_from(Phase),
    st.none() | st.integers(200, 599),
    st.none() | st.from_regex(r"[245]\.\d{1,3}\.\d{1,3}", fullmatch=True),
    st.text(max_size=80),
)
def test_every_answer_has_a_verdict(phase: Phase | None, code: int | None, enhanced: str | None, text: str) -> None:
    verdict = judge(phase, code, enhanced, text)
    assert (verdict.wait is not None) == (verdict.send is Fate.RETRY) == (verdict.cls in RETRIED)
    assert verdict.suppress == (verdict.cls is Class.RECIPIENT_DEAD)
    assert verdict.why
    if code is not None and code // 100 in (2, 4):
        assert not verdict.suppress


_WORDS = """550 5.1.1 <a@b.example>: user unknown not no such mailbox full spam blocked address temporarily try again
in 5 min your ip relay sender rejected . ; Empfänger unbekannt 不存在 \x00 \ud800 [192.0.2.1] http://spamhaus.org/x"""


@given(
    st.none() | st.sampled_from(Phase),
    st.none() | st.integers(),
    st.text(),
    st.lists(st.sampled_from(_WORDS.split())).map(" ".join),
)
def test_nothing_a_server_says_stops_the_judge(phase: Phase | None, code: int | None, enhanced: str, text: str) -> None:
    assert judge(phase, code, enhanced or None, text).why
    assert judge_answer(read_answer(text, phase)).why


@given(st.binary(max_size=4000))
def test_any_bytes_are_judged(said: bytes) -> None:
    assert judge_answer(read_answer(said.decode("utf-8", "replace"))).why


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "user ",
        "not ",
        "<a@",
        "a.",
        "5.1.1",
        "host x [",
        "again 1",
        "550 ",
        "n'",
        "no such ",
        "\u4e0d",
        "-",
        "size over ",
    ],
)
def test_no_text_takes_long_to_judge(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = process_time()
    judge_answer(read_answer(text))
    assert process_time() - began < 0.5  # seconds; a reply of the usual length takes 0.05 ms
