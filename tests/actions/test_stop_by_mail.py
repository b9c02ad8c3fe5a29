"""A letter offers to stop by mail where such a mail reaches the service, and nowhere else (MAIL 13, 19)."""

import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from drip.actions.receive import Incoming, receive
from drip.actions.take import take
from drip.domain.return_path import bounce_token
from drip.store import mailboxes, read_folders, suppressions
from drip.store.read_folders import ReadPlace
from tests.actions.desk import ANN, DAY, Desk
from tests.actions.test_sending_chores import TUESDAY, Office, Written
from tests.mail.checker.arrived import Arrived
from tests.mail.checker.encoded_words import encoded_words
from tests.mail.checker.form import clean_lines, each_field_once
from tests.mail.checker.known import Known
from tests.mail.checker.way_out import one_click

SECRET = b"a secret for the tests"
PLACE = ReadPlace("imap.seller.example", 993, "tls", "INBOX")
ON_ONE = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # its SQL runs on both in the first test
APPLE = "Apple Mail sent this email to unsubscribe from the message “Hello”.\n"


async def written(desk: Desk, bounces_to: str, is_read: bool, takes_mail: bool) -> tuple[Office, bytes, list[str]]:
    """Ann's letter from a mailbox set up like this: the office, its bytes, and the addresses it offers to stop at."""
    async with desk.store.begin() as unit:
        await mailboxes.change(unit, desk.mailbox_id, {"bounces_to": bounces_to})
        if is_read:
            await read_folders.put(unit, desk.mailbox_id, PLACE, None, datetime(2026, 1, 5, tzinfo=UTC))
    enrollment_id = await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))
    sending = replace(office.sending, takes_mail=takes_mail)
    [ready] = Written.of(sending, await take(sending, desk.mailbox_id)).ready
    data = ready.letter.data
    [value] = message_from_bytes(data, policy=email.policy.compat32).get_all("List-Unsubscribe") or []
    return office, data, ["".join(one.split()).strip("<>") for one in str(value).split(",")]


async def test_m19_the_mail_it_offers_stops_whoever_sends_it_and_whatever_a_program_adds(desk: Desk) -> None:
    office, data, offered = await written(desk, "tagged", is_read=True, takes_mail=False)
    https, by_mail = offered[0], urlsplit(offered[1])
    token = bounce_token(SECRET, office.send_id)
    assert https.startswith("https://drip.example.com/u/") and by_mail.path == f"kim+{token}@seller.example"
    subject = unquote(parse_qs(by_mail.query)["subject"][0])
    mail = f"From: Ann <ann@home.example>\nTo: {by_mail.path}\nSubject: {subject}\n\n{APPLE}"
    done = await receive(desk.store, Incoming(mail.encode()), SECRET, TUESDAY + DAY)
    assert (done.code, done.rule, done.send_id) == ("opted_out", "opt_out_link", office.send_id)
    async with desk.store.reading() as unit:
        assert await suppressions.find(unit, [ANN]) == {ANN: "opted_out"}
    arrived, known = Arrived("kim@seller.example", (ANN,), data), Known(frozenset({"seller.example"}), "1 Mill Street")
    for look in (one_click, clean_lines, each_field_once, encoded_words):  # they know nothing of how it was written
        assert list(look(arrived, known)) == []


@ON_ONE
@pytest.mark.parametrize(
    ("bounces_to", "is_read", "takes_mail", "offered"),
    [
        ("own", False, True, None),  # it reaches a person only
        ("own", True, False, "kim@seller.example"),
        ("tagged", False, True, None),
        ("bounce.seller.example", True, False, None),  # it reaches nobody
        ("bounce.seller.example", False, True, "b+TOKEN@bounce.seller.example"),
    ],
)
async def test_m13_no_address_is_offered_at_which_nobody_reads(
    desk: Desk, bounces_to: str, is_read: bool, takes_mail: bool, offered: str | None
) -> None:
    office, _, found = await written(desk, bounces_to, is_read, takes_mail)
    by_mail = [urlsplit(one).path for one in found[1:]]
    assert len(found) == (2 if offered else 1) and found[0].startswith("https://")
    assert by_mail == ([offered.replace("TOKEN", bounce_token(SECRET, office.send_id))] if offered else [])
