"""A calendar's answer to an invitation is told from a reply, and what a person added to it is a reply."""

import pytest

from drip.inbound.classify import Cls, Understood, classify
from drip.inbound.parse import parse
from drip.inbound.rsvp import Said
from tests.mail.calendars import ANN, calendar, google, outlook

UID = "0a1b2c3d-1111-2222-3333-444455556666"


def understood(mail: str) -> Understood:
    """What the service understands of it."""
    return classify(parse(mail.encode()))


@pytest.mark.parametrize(
    ("partstat", "said"),
    [
        ("ACCEPTED", Said.ACCEPTED),
        ("declined", Said.DECLINED),
        ("TENTATIVE", Said.TENTATIVE),
        ("DELEGATED", Said.NOTHING),
    ],
)
def test_an_answer_is_no_reply_whichever_program_sends_it(partstat: str, said: Said) -> None:
    content = calendar(UID, said=partstat, sequence=3)
    for mail in (outlook(content), google(content, "declined")):
        found = understood(mail)
        assert (found.cls, found.rule, found.text) == (Cls.OTHER, "calendar_reply", "")
        assert found.rsvp is not None
        assert (found.rsvp.said, found.rsvp.uid, found.rsvp.sequence, found.rsvp.attendee) == (said, UID, 3, ANN)


@pytest.mark.parametrize(
    "mail",
    [
        outlook(calendar(UID, "COMMENT:I am late\\, start without me")),
        outlook(calendar(UID).replace('CN="Jones, Ann"', 'X-RESPONSE-COMMENT="I am late, start without me"')),
        outlook(calendar(UID), "I am late, start without me"),
    ],
)
def test_what_a_person_adds_is_a_reply(mail: str) -> None:
    found = understood(mail)
    assert (found.cls, found.rule, found.text) == (Cls.REPLY, "calendar_comment", "I am late, start without me")
    assert found.rsvp is not None and found.rsvp.said is Said.ACCEPTED


def test_another_time_is_asked_for_by_a_counter() -> None:
    found = understood(outlook(calendar(UID, method="COUNTER", said="TENTATIVE")))
    assert found.rsvp is not None and found.rsvp.said is Said.ANOTHER_TIME


def test_m19_who_only_says_stop_in_it_has_said_stop() -> None:
    assert understood(outlook(calendar(UID, "COMMENT:unsubscribe"))).cls is Cls.OPT_OUT


@pytest.mark.parametrize(
    "content",
    [
        calendar(UID, method="REQUEST"),  # an invitation of theirs is a person's
        calendar(UID, method="PUBLISH"),
        calendar(UID).replace(f"UID:{UID[:20]}", "X:"),
        "BEGIN:VCALENDAR",
        "METHOD:REPLY",
        "\x00;=:::" * 50,
        'BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nATTENDEE;X="broken:\r\n;;;\r\n UID\r\nUID\r\n',
    ],
)
def test_what_answers_nothing_is_read_as_any_mail(content: str) -> None:
    found = understood(outlook(content, "When can we talk?"))
    assert (found.cls, found.rule, found.rsvp) == (Cls.REPLY, "person", None)


def test_a_long_calendar_is_read_up_to_a_bound() -> None:
    found = understood(outlook(calendar(UID, *("X-MORE:" + "x" * 60,) * 100_000)))
    assert found.rsvp is not None and found.rsvp.said is Said.ACCEPTED
    assert understood(outlook("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 50_000)).rsvp is None
