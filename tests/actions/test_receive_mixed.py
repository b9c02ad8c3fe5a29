"""A report about several recipients says of each letter what became of its own recipient (RFC 3464 section 2.3)."""

import pytest

from drip.actions.happen import Context
from drip.actions.place import place
from drip.actions.whose import Whose
from drip.inbound.classify import Cls, classify, of_recipient
from drip.inbound.parse import parse
from tests.actions.desk import ANN, Desk
from tests.actions.test_receive import DEAD, TUESDAY, WEDNESDAY, Post

BOB, CY = "bob@else.example", "cy@third.example"
FULL = "452 4.2.2 mailbox full"
ARRIVED = "250 2.1.5 delivered"


@pytest.fixture
async def post(desk: Desk) -> Post:
    """Ann has a letter, and a send of ours proves what is about it."""
    enrollment_id = await desk.enroll(ANN)
    return Post(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))


def report(*verdicts: tuple[str, str, str], about: str = "", original: str | None = None) -> str:
    """A delivery status notification: of each recipient the action, and what the server said."""
    named = f"Original-Recipient: rfc822; {original}\n" if original else ""
    groups = "\n".join(
        f"{named}Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {said.split()[1]}\n"
        f"Diagnostic-Code: smtp; {said}\n"
        for address, action, said in verdicts
    )
    return (
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\nReturn-Path: <>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"\n\n'
        "--=b\nContent-Type: text/plain\n\nYour mail.\n"
        f"--=b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{groups}"
        f"\n--=b\nContent-Type: text/rfc822-headers\n\nSubject: Downtime\n{about}\n\n--=b--\n"
    )


ANN_DEAD, BOB_DEAD = (ANN, "failed", DEAD), (BOB, "failed", DEAD)
ANN_ARRIVED, BOB_ARRIVED = (ANN, "delivered", ARRIVED), (BOB, "delivered", ARRIVED)
ANN_FULL, ANN_LATE = (ANN, "failed", FULL), (ANN, "delayed", "451 4.4.1 no answer")


@pytest.mark.parametrize(
    ("verdicts", "cls", "is_dead"),
    [
        ((BOB_DEAD, ANN_ARRIVED), Cls.DELIVERED, False),
        ((BOB_DEAD, ANN_LATE), Cls.DELAY, False),
        ((ANN_ARRIVED, BOB_DEAD), Cls.DELIVERED, False),
        ((BOB_DEAD, ANN_FULL), Cls.BOUNCE, False),
        ((BOB_ARRIVED, ANN_DEAD), Cls.BOUNCE, True),
        (((BOB, "failed", FULL), ANN_DEAD), Cls.BOUNCE, True),
        (((BOB, "delayed", FULL), (CY, "failed", FULL), ANN_DEAD), Cls.BOUNCE, True),
        (((ANN.upper(), "failed", DEAD), BOB_ARRIVED), Cls.BOUNCE, True),
        ((BOB_DEAD, (CY, "failed", DEAD)), Cls.BOUNCE, True),
        ((BOB_DEAD, (CY, "delivered", ARRIVED)), Cls.DELIVERED, False),
        ((BOB_DEAD, (CY, "failed", FULL)), Cls.BOUNCE, False),
    ],
)
def test_m31_the_verdict_on_a_letter_is_that_of_its_own_recipient(
    verdicts: tuple[tuple[str, str, str], ...], cls: Cls, is_dead: bool
) -> None:
    found = of_recipient(classify(parse(report(*verdicts).encode())), ANN)
    assert (found.cls, found.suppress) == (cls, is_dead)


def test_an_address_behind_which_one_copy_arrived_is_not_dead() -> None:
    behind = report((BOB, "failed", DEAD), (CY, "relayed", ARRIVED), original=ANN)
    found = classify(parse(behind.encode()))
    assert (found.cls, found.recipients, found.suppress) == (Cls.DELIVERED, (ANN,), False)


def test_all_that_failed_are_named_where_nobody_is_meant() -> None:
    found = classify(parse(report(ANN_LATE, BOB_DEAD, (CY, "failed", FULL)).encode()))
    assert (found.cls, found.recipients, found.suppress) == (Cls.BOUNCE, (BOB, CY), True)
    assert [(one.cls, one.recipients) for one in found.each] == [
        (Cls.DELAY, (ANN,)),
        (Cls.BOUNCE, (BOB,)),
        (Cls.BOUNCE, (CY,)),
    ]


async def test_who_got_the_letter_is_not_suppressed_for_somebody_else_and_who_did_not_is(post: Post) -> None:
    late = await post.get(report(BOB_DEAD, ANN_ARRIVED, about=f"Message-ID: {post.ours}"))
    assert (late.code, late.cls, late.email, await post.suppressed()) == ("nothing", Cls.DELIVERED, ANN, {})
    dead = await post.get(report(BOB_ARRIVED, ANN_DEAD, about=f"Message-ID: {post.ours}"))
    assert (dead.code, dead.cls, list(await post.suppressed())) == ("bounced", Cls.BOUNCE, [ANN])


async def test_a_report_that_a_person_places_says_what_it_says_of_whom_they_mean(post: Post) -> None:
    kept = await post.get(report(BOB_DEAD, ANN_ARRIVED))
    assert kept.code == "unplaced"
    placed = await place(post.desk.store, kept.id, Whose(email=ANN), None, Context("kim"), WEDNESDAY)
    assert (placed.code, placed.cls, await post.suppressed()) == ("nothing", Cls.DELIVERED, {})
