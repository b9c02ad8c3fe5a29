"""A mail that came in is placed and acted on once, and only what nobody could have made up suppresses (RULES F)."""

import asyncio
from dataclasses import dataclass
from datetime import date

import pytest

from drip.actions.receive import Received, receive
from drip.actions.timeline import timeline
from drip.actions.whose import Whose
from drip.domain.enrollment import State as FileState
from drip.domain.ids import message_id
from drip.domain.return_path import bounce_token
from drip.domain.send import State
from drip.domain.token import Link, LinkToken, sign_link
from drip.inbound.source import Incoming
from drip.outbound.transport import Kind, Outcome, Phase
from drip.store import calls, inbox, received, suppressions
from drip.store.engine import Store
from tests.actions.desk import ANN, DAY, MONDAY, Desk
from tests.actions.test_resolve_send import LOST
from tests.actions.test_sending_chores import Office

TUESDAY, WEDNESDAY = MONDAY + DAY, MONDAY + 2 * DAY
SECRET, FORGED = b"a secret for the tests", b"somebody else's secret"
TAKEN = Outcome(Kind.ACCEPTED, Phase.BODY, 250, "2.0.0", "Ok")
DEAD, FULL, BLOCKED = (
    "550 5.1.1 <ann> user unknown",
    "452 4.2.2 mailbox full",
    "550 5.7.1 listed at blocklist.example, your IP address is blocked",
)


@dataclass
class Post:
    """Ann's first letter, and what comes in about it."""

    desk: Desk
    enrollment_id: int
    send_id: int

    @property
    def ours(self) -> str:
        """The Message-ID of Ann's letter."""
        return message_id(SECRET, self.send_id, "seller.example")

    def bounces_to(self, secret: bytes = SECRET) -> str:
        """Where bounces of it come to."""
        return f"b+{bounce_token(secret, self.send_id)}@bounce.seller.example"

    async def get(self, raw: str, *to: str, store: Store | None = None) -> Received:
        """A mail comes in on Wednesday."""
        return await receive(store or self.desk.store, Incoming(raw.encode(), to), SECRET, WEDNESDAY)

    async def file(self) -> FileState:
        """Where Ann's file is."""
        return (await self.desk.open(self.enrollment_id)).enrollment.state

    async def suppressed(self) -> dict[str, str]:
        """Whether Ann's address is suppressed, and why."""
        async with self.desk.store.reading() as unit:
            return await suppressions.find(unit, [ANN])

    async def kept(self, done: Received) -> tuple[str, str]:
        """How a mail is kept: its kind, and its state in the inbox, "" where it is not in there."""
        async with self.desk.store.reading() as unit:
            mail, kept = await received.get(unit, done.id), await inbox.get(unit, done.id)
        assert mail is not None
        return mail.kind, kept.state if kept else ""


async def handed(desk: Desk, answer: Outcome) -> Post:
    """Ann's letter, handed over on Tuesday, with what the server answered."""
    enrollment_id = await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))
    await office.land(await office.hand_over(), answer)
    return Post(desk, enrollment_id, office.send_id)


@pytest.fixture
async def post(desk: Desk) -> Post:
    """Ann has a letter, and a send of ours proves what is about it."""
    enrollment_id = await desk.enroll(ANN)
    return Post(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))


def mail(text: str, sender: str = f"Ann Jones <{ANN}>", **fields: str) -> str:
    """A mail with these words; field names with _ for -."""
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"From: {sender}\nTo: kim@seller.example\nDate: Wed, 07 Jan 2026 10:00:00 -0500\n{more}\n{text}\n"


def away(text: str, **fields: str) -> str:
    """An automatic answer."""
    return mail(text, Auto_Submitted="auto-replied", Subject="Out of office", **fields)


def report(answer: str, action: str = "failed", about: str = "", address: str = ANN) -> str:
    """A delivery status notification about the letter to an address."""
    status = next(one for one in answer.split() if one.count(".") == 2)
    return (
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\nReturn-Path: <>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"\n\n'
        "--=b\nContent-Type: text/plain\n\nYour mail.\n"
        f"--=b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {answer}\n"
        f"\n--=b\nContent-Type: text/rfc822-headers\n\nSubject: Downtime\n{about}\n\n--=b--\n"
    )


def complaint(about: str, kind: str = "abuse") -> str:
    """A feedback report (RFC 5965)."""
    return (
        "From: <fbl@provider.example>\nSubject: complaint\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="=b"\n\n'
        "--=b\nContent-Type: text/plain\n\nA complaint.\n"
        f"--=b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: x/1\nVersion: 1\n"
        f"Original-Rcpt-To: {ANN}\n\n--=b\nContent-Type: message/rfc822\n\nFrom: kim@seller.example\n{about}\n\n"
        "Hello\n--=b--\n"
    )


async def test_r30_a_reply_stops_the_drip_and_its_words_are_on_the_timeline(post: Post):
    said = "Not now, please call in March.\n\nOn Tue, 6 Jan 2026, Kim Lee <kim@seller.example> wrote:\n> Hello Ann"
    done = await post.get(mail(said, In_Reply_To=post.ours, Message_ID="<1@acme.example>"))
    assert (done.code, done.enrollment_id, done.send_id, done.how) == (
        "replied",
        post.enrollment_id,
        post.send_id,
        "thread",
    )
    assert (await post.desk.open(post.enrollment_id)).enrollment.waiting_for == "replied"
    assert await post.kept(done) == ("reply", "")
    told = await timeline(post.desk.store, Whose(email=ANN))
    assert [one.why for one in told.lines if one.code == "replied"] == ["Not now, please call in March."]
    async with post.desk.store.reading() as unit:  # and in the mail to the rep
        words = await calls.last_words(unit, [done.prospect_id or 0])
    assert {key: (one.note, one.at) for key, one in words.items()} == {
        done.prospect_id: ("Not now, please call in March.", WEDNESDAY)
    }


async def test_r30_any_mail_of_a_prospect_in_any_thread_is_a_reply(post: Post):
    done = await post.get(mail("What does it cost?"))
    assert (done.code, done.how, done.send_id) == ("replied", "address", None)


async def test_r30_a_reply_from_another_address_belongs_to_the_thread(post: Post):
    done = await post.get(mail("Yes please", "Ann <ann@home.example>", References=f"<x@y.example> {post.ours}"))
    assert (done.code, done.email) == ("replied", ANN)


async def test_r30_who_writes_in_the_thread_of_somebody_else_is_who_replied(post: Post):
    bob = await post.desk.enroll("bob@other.example")
    done = await post.get(mail("Ann gave me this", "bob@other.example", In_Reply_To=post.ours))
    assert (done.code, done.enrollment_id) == ("replied", bob)


async def test_r31_an_absence_holds_until_the_day_after_the_return_and_asks_nobody(post: Post):
    done = await post.get(away("I am out of the office until 14 January 2026. Back on 15 January 2026."))
    assert done.code == "away"
    found = (await post.desk.open(post.enrollment_id)).enrollment
    assert found.absent_until is not None and found.absent_until > date(2026, 1, 14)
    assert found.waiting_for is None
    assert await post.desk.tasks(done.prospect_id or 0) == []
    assert await post.kept(done) == ("auto_reply", "")


async def test_r32_a_dead_address_is_suppressed_by_what_proves_the_letter(post: Post):
    done = await post.get(report(DEAD), post.bounces_to())
    assert (done.code, done.how) == ("bounced", "return_path")
    assert await post.suppressed() == {ANN: "hard_bounce"}
    assert await post.file() is FileState.UNDELIVERABLE


async def test_m28_m29_m33_no_report_that_could_be_made_up_suppresses_anybody(post: Post):
    forged = f"Message-ID: {message_id(FORGED, post.send_id, 'seller.example')}"
    for raw, to in (
        (report(DEAD), ""),
        (report(f"{DEAD}.", about=forged), post.bounces_to(FORGED)),
        (complaint(""), ""),
        (complaint(forged), post.bounces_to(FORGED)),
    ):
        done = await post.get(raw, to)
        assert (done.code, await post.kept(done)) == ("unplaced", ("unplaced", "waiting"))
    assert (await post.suppressed(), await post.file()) == ({}, FileState.DRIPPING)


async def test_m28_a_from_that_says_stop_suppresses_nobody_but_nothing_goes_until_the_rep_has_looked(post: Post):
    forged = message_id(FORGED, post.send_id, "seller.example")
    for raw in (mail("unsubscribe"), mail("Unsubscribe!", In_Reply_To=forged)):
        assert (await post.get(raw)).code == "replied"
    assert await post.suppressed() == {}
    assert (await post.desk.open(post.enrollment_id)).enrollment.waiting_for == "replied"


async def test_m33_a_report_in_the_name_of_a_prospect_is_nobodys(post: Post):
    done = await post.get(report(DEAD).replace("MAILER-DAEMON@mx.example", ANN))
    assert (done.code, await post.suppressed()) == ("unplaced", {})


async def test_r32_a_full_mailbox_is_a_soft_bounce_and_counts_once_a_letter(desk: Desk):
    post = await handed(desk, TAKEN)
    first = await post.get(report(FULL, about=f"Message-ID: {post.ours}"))
    second = await post.get(report(f"{FULL} still", about=f"Message-ID: {post.ours}"))
    assert (first.code, second.code) == ("bounced_softly", "nothing")
    found = (await post.desk.open(post.enrollment_id)).enrollment
    assert (found.soft_streak, found.accepted, found.state) == (1, 0, FileState.DRIPPING)


async def test_a_letter_that_came_back_for_us_is_not_held_against_the_address(post: Post):
    done = await post.get(report(BLOCKED), post.bounces_to())
    assert done.code == "came_back"
    assert (await post.desk.open(post.enrollment_id)).enrollment.soft_streak == 0
    assert await post.suppressed() == {}


async def test_r33_a_complaint_suppresses_at_once(post: Post):
    done = await post.get(complaint(f"Message-ID: {post.ours}"))
    assert (done.code, await post.suppressed()) == ("complained", {ANN: "complained"})
    assert await post.kept(done) == ("complaint", "")


async def test_m41_a_report_about_signatures_suppresses_nobody(post: Post):
    done = await post.get(complaint(f"Message-ID: {post.ours}", "auth-failure"))
    assert (done.code, await post.suppressed()) == ("nothing", {})


async def test_m19_a_reply_that_only_says_stop_opts_out(post: Post):
    done = await post.get(mail("Stop.", In_Reply_To=post.ours))
    assert (done.code, await post.suppressed()) == ("opted_out", {ANN: "opted_out"})
    again = await post.get(mail("", Subject="unsubscribe"), post.bounces_to())
    assert (again.code, again.how) == ("opted_out", "return_path")


async def test_m19_a_mail_to_the_way_out_opts_out_whatever_it_says(post: Post):
    token = sign_link(SECRET, LinkToken(post.enrollment_id, post.send_id, 1, "downtime", Link.OPT_OUT))
    done = await post.get(mail("Sent from my phone", "ann@home.example", Subject=f"unsubscribe {token}"))
    assert (done.code, done.how) == ("opted_out", "opt_out_link")
    assert await post.suppressed() == {ANN: "opted_out"}


async def test_who_left_the_company_is_the_reps_task_with_the_new_name(post: Post):
    said = "Ann Jones no longer works for Acme. Please write to bob@acme.example.com from now on."
    done = await post.get(away(said))
    assert done.code == "left"
    assert await post.desk.tasks(done.prospect_id or 0) == ["left_company"]
    assert await post.suppressed() == {}
    told = await timeline(post.desk.store, Whose(email=ANN))
    assert any("bob@acme.example.com" in one.why for one in told.lines)
    assert [one.words for one in told.lines if one.code == "left_company"]


@pytest.mark.parametrize(
    ("action", "code", "state"),
    [
        ("delayed", "nothing", State.UNCERTAIN),
        ("delivered", "arrived", State.ACCEPTED),
        ("failed", "bounced_softly", State.REFUSED),
    ],
)
async def test_r40_a_report_is_the_late_answer_to_an_uncertain_letter(desk: Desk, action: str, code: str, state: State):
    post = await handed(desk, LOST)
    done = await post.get(report(FULL if action != "delivered" else "250 2.0.0 ok", action), post.bounces_to())
    assert (done.code, await desk.state(post.send_id)) == (code, state)


async def test_r34_somebody_unknown_at_the_company_holds_it_and_the_mail_waits_for_a_person(post: Post):
    done = await post.get(mail("Ann is on leave, I take over", "Bea <bea@mail.acme.example.com>"))
    assert await post.kept(done) == ("unplaced", "waiting")
    assert (await post.desk.open(post.enrollment_id)).enrollment.colleague_until == date(2026, 1, 21)


async def test_r35_what_nobody_can_be_found_for_is_kept_as_it_came(post: Post):
    raw = mail("Who are you?", "cy@else.example", Subject="A question")
    done = await post.get(raw)
    async with post.desk.store.reading() as unit:
        [kept] = await inbox.listing(unit)
        assert await inbox.raw(unit, kept.id) == raw.encode()
    assert (kept.id, kept.sender, kept.subject, kept.note) == (done.id, "cy@else.example", "A question", "Who are you?")


async def test_m40_our_own_mail_that_comes_back_never_loops(post: Post):
    copy = await post.get(mail("Hello Ann", "kim@seller.example", Message_ID=post.ours))
    notice = await post.get(away("I am away").replace(ANN, "kim@seller.example"))
    forwarded = await post.get(mail("See below", "kim@seller.example", In_Reply_To=post.ours))
    assert [one.code for one in (copy, notice, forwarded)] == ["set_aside", "set_aside", "unplaced"]
    assert (await post.desk.open(post.enrollment_id)).enrollment.waiting_for is None


async def test_the_same_mail_twice_changes_nothing(post: Post):
    raw = mail("Not now", Message_ID="<7@acme.example>")
    first, second = await post.get(raw), await post.get(f"Received: by mx2\n{raw}")
    assert (first.code, second.code, second.id) == ("replied", "already", first.id)
    unnamed = mail("And again")
    assert [(await post.get(unnamed)).code for _ in range(2)] == ["replied", "already"]
    assert [what for what, _ in await post.desk.told(post.enrollment_id)].count("replied") == 2


async def test_another_mail_under_a_known_message_id_is_not_lost(post: Post):
    """Some programs answer under the Message-ID of the letter they answer."""
    first = await post.get(mail("Not now", Message_ID=post.ours))
    second = await post.get(mail("Not now", "Cy <cy@else.example>", Message_ID=post.ours))
    assert (first.code, second.code) == ("replied", "unplaced")


async def test_r40_what_is_answered_has_arrived(desk: Desk):
    post = await handed(desk, LOST)
    assert (await post.get(mail("Thanks, not now", In_Reply_To=post.ours))).code == "replied"
    assert await desk.state(post.send_id) is State.ACCEPTED
    assert (await desk.open(post.enrollment_id)).enrollment.waiting_for == "replied"


async def test_two_receivers_of_one_mail_act_on_it_once(post: Post, other: Store):
    raw = mail("Stop", In_Reply_To=post.ours, Message_ID="<8@acme.example>")
    done = await asyncio.gather(post.get(raw), post.get(raw, store=other))
    assert sorted(one.code for one in done) == ["already", "opted_out"]
    assert done[0].id == done[1].id
    assert [what for what, _ in await post.desk.told(post.enrollment_id)].count("suppressed") == 1


async def test_any_bytes_are_kept(post: Post):
    for raw in ("", "\0\0", "From: \0a@b.example\nSubject: =?utf-8?b?AAD/?=\n\n\0", "Message-ID: <>\n\nx"):
        assert (await post.get(raw)).code in ("unplaced", "set_aside")
