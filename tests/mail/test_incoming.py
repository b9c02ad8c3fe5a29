"""What comes in is understood: mails of our own in the forms programs send them, and the real corpus where it is."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

import pytest

from drip.inbound.classify import Cls, Understood, classify
from drip.inbound.parse import parse
from tests.mail.accidents import accidents
from tests.mail.incoming import WRITTEN, Absence, Answer, Notice, absences, answers, cold_mails, mail, notices
from tests.servers.corpus import real_mails

ANN = "ann.jones@firm.example"
RETURNED = (
    f"From: Kim Lee <kim@seller.example>\nTo: {ANN}\nSubject: An idea\nMessage-ID: <17.abc@seller.example>\n\nHi\n"
)


def understood(raw: bytes | str) -> Understood:
    """What the service understands of a mail."""
    return classify(parse(raw.encode() if isinstance(raw, str) else raw))


def notice(words: str, sender: str = "MAILER-DAEMON@mx.firm.example", subject: str = "failure notice") -> str:
    """A notice in plain words."""
    return f"Return-Path: <>\nFrom: {sender}\nTo: kim@seller.example\nSubject: {subject}\nDate: {WRITTEN}\n\n{words}"


def report(*groups: str, kind: str = "delivery-status", first: str = "It did not arrive.") -> str:
    """A notification by RFC 3464, or a report by RFC 5965; `groups` are those of its machine-readable part."""
    body = "\n\n".join(groups)
    return (
        f"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.firm.example>\nTo: kim@seller.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=cut\n\n"
        f"--cut\nContent-Type: text/plain\n\n{first}\n\n--cut\nContent-Type: message/{kind}\n\n{body}\n\n"
        f"--cut\nContent-Type: message/rfc822\n\n{RETURNED}\n--cut--\n"
    )


FAILED = f"Final-Recipient: rfc822; {ANN}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"
OF_MESSAGE = "Reporting-MTA: dns; mx.firm.example\nOriginal-Envelope-Id: token"


def test_m30_a_report_names_each_recipient_and_why() -> None:
    other = "Final-Recipient: rfc822; bob@firm.example\nAction: FAILED\nStatus: 5.2.2"
    found = understood(report(OF_MESSAGE, FAILED, other))
    assert (found.cls, found.recipients) == (Cls.BOUNCE, (ANN, "bob@firm.example"))
    assert (found.hard, found.status, found.rule) == (True, "5.1.1", "dsn")


def test_m31_the_original_recipient_counts_before_the_final_one() -> None:
    group = FAILED.replace("Final-Recipient", "Original-Recipient") + "\nFinal-Recipient: rfc822; <inner@host7>"
    assert understood(report(OF_MESSAGE, group)).recipients == (ANN,)


@pytest.mark.parametrize(
    ("action", "cls"),
    [("delayed", Cls.DELAY), ("delivered", Cls.DELIVERED), ("relayed", Cls.DELIVERED), ("expanded", Cls.DELIVERED)],
)
def test_m32_what_may_still_arrive_suppresses_nobody(action: str, cls: Cls) -> None:
    found = understood(report(OF_MESSAGE, FAILED.replace("failed", action)))
    assert (found.cls, found.hard, found.suppress) == (cls, None, False)


def test_m32_a_failure_with_a_passing_status_is_a_soft_bounce() -> None:
    soft = FAILED.replace("5.1.1", "4.4.1").replace("550 4.4.1 User unknown", "timed out")
    found = understood(report(OF_MESSAGE, soft))
    assert (found.cls, found.hard, found.suppress) == (Cls.BOUNCE, False, False)


def test_m32_a_notice_whose_parts_were_lost_still_tells_who_failed_from_who_waits() -> None:
    waits = "Final-Recipient: rfc822; bob@firm.example\nAction: delayed\nStatus: 4.0.0"
    words = f"Your message cannot be delivered to all:\n\n  To: else@firm.example\n\n{FAILED}\n\n{waits}\n"
    found = understood(notice(words))
    assert (found.cls, found.recipients, found.rule) == (Cls.BOUNCE, (ANN,), "dsn")


def test_m35_a_receipt_is_neither_a_bounce_nor_a_reply() -> None:
    read = "Final-Recipient: rfc822; ann.jones@firm.example\nDisposition: manual-action/MDN-sent-manually; displayed"
    raw = report(read, kind="disposition-notification").replace("MAILER-DAEMON@mx", "ann.jones@mx")
    assert understood(raw.replace("Mail Delivery System", "Ann")).cls is Cls.OTHER


def test_m36_a_bounce_that_calls_itself_an_automatic_reply_is_a_bounce() -> None:
    assert "Auto-Submitted: auto-replied" in report(OF_MESSAGE, FAILED)
    assert understood(report(OF_MESSAGE, FAILED)).cls is Cls.BOUNCE


@pytest.mark.parametrize("one", notices(), ids=[one.by for one in notices()])
def test_a_bounce_told_in_words_names_whom_it_is_about(one: Notice) -> None:
    found = understood(one.raw)
    assert (found.cls, found.recipients, found.hard) == (Cls.BOUNCE, (ANN,), one.hard)


def test_a_notice_that_the_server_goes_on_trying_is_no_bounce() -> None:
    words = (
        "This is a warning message only. You do not need to resend your message.\n\n"
        f"Delivery to the following recipient has been delayed:\n\n     {ANN}\n\n"
        "Message will be retried for 2 more days."
    )
    assert understood(notice(words, subject="Delivery Status Notification (Delay)")).cls is Cls.DELAY


def test_a_person_who_writes_of_a_bounce_is_answered_by_a_person() -> None:
    words = f"My mail to {ANN} could not be delivered, what now?\n"
    assert understood(mail("Re: Undelivered mail", words)).cls is Cls.REPLY


def test_m41_a_feedback_report_is_a_complaint_and_one_about_signatures_stops_nobody() -> None:
    told = f"Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: <{ANN}>"
    found = understood(report(told, kind="feedback-report"))
    assert (found.cls, found.recipients, found.suppress) == (Cls.COMPLAINT, (ANN,), True)
    failed = understood(report(told.replace("abuse", "auth-failure"), kind="feedback-report"))
    assert (failed.cls, failed.reason, failed.suppress) == (Cls.COMPLAINT, "auth-failure", False)


def test_m42_a_report_without_the_address_is_about_the_letter_it_returns() -> None:
    found = understood(report("Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1", kind="feedback-report"))
    assert found.recipients == (ANN,)


def test_m42_microsofts_complaints_have_a_form_of_their_own() -> None:
    raw = (
        "From: staff@hotmail.com\nTo: abuse@seller.example\nSubject: complaint about message from 192.0.2.7\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
        f"X-HmXmrOriginalRecipient: {ANN}\n{RETURNED}\n--b--\n"
    )
    found = understood(raw)
    assert (found.cls, found.recipients, found.rule) == (Cls.COMPLAINT, (ANN,), "microsoft")


def test_an_event_mailed_by_the_provider_is_read() -> None:
    told = (
        '{"notificationType": "Bounce", "bounce": {"bouncedRecipients": [{"emailAddress": "Ann.Jones@firm.example", '
        '"status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]}}\n--\nTo stop, visit x'
    )
    found = understood(mail("AWS Notification Message", told))
    assert (found.cls, found.recipients, found.hard) == (Cls.BOUNCE, (ANN,), True)


@pytest.mark.parametrize("one", absences(), ids=[f"{one.language} {at}" for at, one in enumerate(absences())])
def test_m37_an_out_of_office_mail_is_no_reply_and_its_day_of_return_is_read(one: Absence) -> None:
    found = understood(one.mail)
    assert (found.cls, str(found.return_on) if found.return_on else None) == (Cls.AUTO_REPLY, one.back_on)


def test_m37_who_says_that_it_is_not_automatic_is_a_person() -> None:
    assert understood(mail("Re: An idea", "Call me.", Auto_Submitted="no")).cls is Cls.REPLY


def test_m38_a_subject_alone_proves_nothing() -> None:
    assert understood(mail("Auto: insurance for the new vans", "Shall we talk about it?")).cls is Cls.REPLY


def test_m39_what_asks_for_no_automatic_answers_may_be_a_person() -> None:
    found = understood(
        mail("Re: An idea", "I am out of the office a lot; call my mobile.", X_Auto_Response_Suppress="All")
    )
    assert found.cls is Cls.REPLY


@pytest.mark.parametrize(
    "words",
    [
        "Ann Jones is no longer with the company. Please write to bob.smith@firm.example.",
        "Frau Jonas ist nicht mehr für uns tätig. Bitte wenden Sie sich an bob.smith@firm.example.",
        "Anne ne travaille plus chez nous. Écrivez à bob.smith@firm.example.",
        "Ana ya no trabaja en esta empresa: bob.smith@firm.example.",
    ],
)
def test_who_has_left_is_told_with_whom_to_write_to(words: str) -> None:
    found = understood(mail("Automatic reply: An idea", words, Auto_Submitted="auto-replied"))
    assert (found.cls, found.recipients) == (Cls.LEFT_COMPANY, ("bob.smith@firm.example",))


def test_a_report_that_names_nobody_is_not_a_reply() -> None:
    head = "From: MAILER-DAEMON@mx.firm.example\nSubject: Returned mail\nMIME-Version: 1.0\n"
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n'
    raw = f"{head}{kind}--x\nContent-Type: text/plain\n\nYour email bounced\n\n--x--\n".encode()
    assert understood(raw).cls is Cls.OTHER


def test_a_challenge_is_not_a_reply() -> None:
    words = "Your message is being held. Please click here to confirm that you are a person: https://x.example/c"
    assert understood(mail("Re: An idea", words, Auto_Submitted="auto-replied")).cls is Cls.CHALLENGE


@pytest.mark.parametrize(
    "words", ["STOP", "Unsubscribe.", "please remove me from your list!", "Bitte austragen", "配信停止"]
)
def test_m19_a_reply_that_only_says_stop_is_an_opt_out(words: str) -> None:
    assert understood(mail("Re: An idea", f"{words}\n\nOn Tue, Dec 15, 2026 Kim Lee wrote:\n> Hi\n")).cls is Cls.OPT_OUT


def test_m19_a_reply_that_says_more_than_stop_is_for_the_rep() -> None:
    assert understood(mail("Re: An idea", "Please stop by when you are in town.")).cls is Cls.REPLY


@pytest.mark.parametrize("one", answers(), ids=[one.client for one in answers()])
def test_the_words_a_person_wrote_are_told_from_what_they_quote(one: Answer) -> None:
    found = understood(one.mail)
    assert (found.cls, found.text) == (Cls.REPLY, one.words)


@pytest.mark.parametrize("cls", ["auto_reply", "left_company", "challenge", "opt_out", "reply", "other"])
def test_mail_named_before_the_rules_were_tried_on_it_is_what_it_is(cls: str) -> None:
    """People above all: whom the service takes for a program is never answered."""
    wrong = []
    for one in cold_mails():
        found = understood(one.mail) if one.cls == cls else None
        if found is not None:
            back_on = str(found.return_on) if found.return_on else None
            if found.cls != cls or (one.back_on and back_on not in one.back_on):
                wrong.append((one.subject, one.text[:80], str(found.cls), found.rule, back_on))
    assert wrong == []


def exact(found: Sequence[str], wanted: Sequence[str]) -> bool:
    return sorted(found) == sorted({one.lower() for one in wanted})


def test_the_real_corpus_is_understood_better_than_by_the_best_tools_known() -> None:
    """Bars: bounces found 96 %, their recipients exact 94 %, hard or not 93 %, complaints 96 %, people never
    taken for anything a program sends."""
    seen: Counter[str] = Counter()
    for row, raw in real_mails():
        found, cls = understood(raw), row["cls"]
        seen[cls] += 1
        if cls in ("human", "complaint"):
            seen[f"{cls} as {found.cls}"] += 1
        elif cls == "bounce":
            seen["found"] += found.cls in (Cls.BOUNCE, Cls.DELAY)
            if row["recipients"] is not None:
                seen["named"] += 1
                seen["exact"] += exact(found.recipients, row["recipients"])
            if row.get("recs") and found.cls is Cls.BOUNCE:
                seen["judged"] += 1
                seen["agreed"] += found.hard == any(one["hardbounce"] for one in row["recs"])
    if not seen:
        return  # only a machine that has the corpus can say more than the tests above
    assert seen["found"] >= 0.96 * seen["bounce"]
    assert seen["exact"] >= 0.94 * seen["named"]
    assert seen["agreed"] >= 0.93 * seen["judged"]
    assert seen["complaint as complaint"] >= 0.96 * seen["complaint"]
    assert seen["human as reply"] + seen["human as other"] + seen["human as opt_out"] == seen["human"]


@pytest.mark.parametrize("seed", range(4))
def test_no_accident_of_a_mail_makes_it_fail(seed: int, long_run: bool) -> None:
    """20,000 of them, and a million with --long."""
    whole = [one.raw.encode() for one in notices()] + [one.mail for one in (*absences()[::6], *answers()[::4])]
    whole.append(report(OF_MESSAGE, FAILED).encode())
    for raw in islice(accidents(whole, seed), 250_000 if long_run else 5_000):
        assert understood(raw).cls in set(Cls)
