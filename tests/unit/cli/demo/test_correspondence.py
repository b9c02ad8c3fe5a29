"""The mails of the demo's people are real ones: the service understands each kind as it is meant, in every form."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache

import pytest

from drip.cli.demo import correspondence, wordings
from drip.cli.demo.chance import Chance
from drip.cli.demo.correspondence import About
from drip.cli.demo.letter import Letter, open_letter
from drip.cli.demo.meant import REPLIES, SHOULD_BE, Answer, Kind
from drip.cli.demo.people import Person, make_people
from drip.domain.ids import message_id
from drip.domain.return_path import bounce_token
from drip.domain.token import Link, LinkToken, sign_link
from drip.inbound.seen import Seen, see
from drip.inbound.source import Incoming

SECRET = b"a secret of the tests"
AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
BACK_ON = date(2026, 3, 17)
CHANCE = Chance(3)
ABOUT_A_LETTER = [one for one in Kind if one not in (Kind.STRANGER, Kind.NEWSLETTER)]


@cache
def some_people() -> list[Person]:
    """Eight of each language."""
    found = make_people(Chance(1), 300, 4)
    return [one for tongue in ("en", "fr", "de") for one in [p for p in found if p.firm.place.tongue == tongue][:8]]


@cache
def letter_to(person: Person, way_out: bool = True) -> Letter:
    """Letter 17, as the service would send it to them."""
    token = sign_link(SECRET, LinkToken(5, 17, 1, "downtime", Link.OPT_OUT))
    mailto = f"<mailto:marco+{token}@larkfield.example?subject=unsubscribe>" if way_out else "<https://drip.example/u>"
    raw = (
        '"Marco Ruiz, Larkfield Reliability" <marco@larkfield.example>',
        person.email,
        "what a stopped minute costs",
        "Tue, 03 Mar 2026 09:55:00 -0600",
        message_id(SECRET, 17, "larkfield.example"),
        mailto,
    )
    fields = zip(("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"), raw, strict=True)
    text = "Hi,\r\n\r\nMany downtime logs begin at five minutes.\r\n\r\nMarco Ruiz\r\nLarkfield Reliability\r\n"
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return open_letter(
        f"{head}MIME-Version: 1.0\r\n\r\n{text}".encode(), f"marco+{bounce_token(SECRET, 17)}@larkfield.example"
    )


@cache
def written(kind: Kind, person: Person, way_out: bool = True, back_on: date | None = BACK_ON) -> Answer:
    """What they send about letter 17."""
    number = person.number
    return correspondence.compose(kind, About(person, letter_to(person, way_out), AT, number, CHANCE, back_on))


@cache
def seen(answer: Answer) -> Seen:
    """As the service sees it."""
    return see(Incoming(answer.raw, (answer.to,)), SECRET)


def understood(found: Seen) -> str:
    """In the words of what is meant."""
    is_bounce = found.understood.cls == "bounce"
    return ("hard_bounce" if found.understood.hard else "soft_bounce") if is_bounce else str(found.understood.cls)


@pytest.mark.parametrize("kind", ABOUT_A_LETTER)
def test_each_kind_is_understood_as_it_is_meant_and_names_its_letter(kind: Kind) -> None:
    people = some_people()
    all_seen = {one.email: seen(written(kind, one)) for one in people}
    assert Counter(map(understood, all_seen.values())) == {SHOULD_BE[kind]: len(people)}
    named = {clue.send_id for found in all_seen.values() for clue in found.clues[:1]}
    assert named == ({None} if kind is Kind.COLLEAGUE else {17})


@pytest.mark.parametrize("kind", [*REPLIES, Kind.STOP])
def test_every_word_is_kept_and_nothing_of_the_letter(kind: Kind) -> None:
    for person in some_people():
        answer = written(kind, person)
        text = " ".join(seen(answer).understood.text.split())
        assert text.startswith(" ".join(answer.meant.words.split())), answer.raw.decode()
        assert "downtime logs" not in text


def test_an_absence_says_until_when_in_four_languages_or_says_nothing() -> None:
    told = [seen(written(Kind.AWAY, one)).understood.return_on for one in some_people()]
    assert set(told) == {BACK_ON}
    untold = [seen(written(Kind.AWAY, one, back_on=None)).understood.return_on for one in some_people()]
    assert set(untold) == {None}


def test_who_left_names_a_successor_mostly() -> None:
    answers = [written(Kind.LEFT_COMPANY, one) for one in some_people()]
    named = [one for one in answers if one.meant.successor]
    assert len(answers) > len(named) > len(answers) / 2
    assert all(one.meant.successor in seen(one).understood.recipients for one in named)


def test_the_way_out_is_written_to_where_a_letter_names_one() -> None:
    person = some_people()[0]
    there = written(Kind.WAY_OUT, person)
    assert there.to == letter_to(person).way_out[0] != ""
    assert seen(there).understood.rule == "opt_out_link"
    assert written(Kind.WAY_OUT, person, way_out=False).meant.kind is Kind.STOP


def test_programs_answer_where_the_letter_came_from_and_people_whom_they_know() -> None:
    person = some_people()[0]
    for kind in (Kind.AWAY, Kind.DEAD_ADDRESS):
        answer = written(kind, person)
        assert (answer.sender, answer.to) == ("", letter_to(person).return_path)
    assert written(Kind.REPLY, person).to == "marco@larkfield.example"


def test_strangers_wait_for_a_person_and_newsletters_for_nobody() -> None:
    for number in range(12):
        a_stranger = correspondence.stranger("marco@larkfield.example", AT, number, CHANCE)
        assert (understood(seen(a_stranger)), a_stranger.meant.kind) == ("reply", Kind.STRANGER)
        assert not any(clue.is_proof for clue in seen(a_stranger).clues)
        news = correspondence.newsletter("marco@larkfield.example", AT, number, CHANCE)
        assert (understood(seen(news)), news.meant.kind) == ("other", Kind.NEWSLETTER)


def test_the_same_letter_and_number_give_the_same_mail() -> None:
    person = some_people()[5]
    for kind in ABOUT_A_LETTER:
        assert written.__wrapped__(kind, person) == written(kind, person)


def test_what_people_write_is_there_in_all_their_languages() -> None:
    for words in (wordings.REPLIES, wordings.STOPS, wordings.IN_THEIR_PLACE):
        assert set(words) == {"en", "fr", "de"}
