"""Two months of a rep's life: morning mails, alerts, feed and links, over a holiday and a hand-over.

Kim in New York has four prospects from Tuesday 21 April 2026 on, wants morning mails from 18 May and no summaries
from 2 June on, and hands the prospects to Lee in Chicago on Monday 15 June.
Memorial Day is Monday 25 May; Kim is away from Friday 22 May to Tuesday 26 May. Juneteenth is Friday 19 June.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import pytest

from tests.acceptance.rep_life.calendars import Entries, read_calendar
from tests.acceptance.rep_life.office import KIM, LEE, MAX, NEW_YORK, Mail, Office
from tests.mail.checker.checks import check_letter, check_notice, check_together
from tests.mail.spamassassin import LIMIT, spamassassin
from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey
from tests.store.migrated import migrate

BOB_IS_PROMISED = date(2026, 5, 20)  # a Wednesday
pytestmark = pytest.mark.xdist_group("rep_life")  # each wiring lives them once for all of these tests


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 in New York."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


@dataclass
class Lived:
    """What came of the two months: all mails, and the calendars and pages seen on the way."""

    office: Office
    calendars: dict[str, Entries] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)

    def to(self, whom: str) -> list[tuple[datetime, str]]:
        """The mails to a rep: when and what."""
        return [(mail.at.astimezone(NEW_YORK), mail.subject) for mail in self.office.mails(whom)]

    @property
    def letters(self) -> list[Mail]:
        """The mails to prospects, but invitations."""
        return [mail for mail in self.office.mails() if mail.to not in (KIM, LEE, MAX) and not mail.calendar]

    def see(self, when: str, whose: str) -> None:
        """Look into a rep's calendar."""
        self.calendars[when] = read_calendar(self.office.get(self.office.calendar_of(whose)))


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def lived(
    request: pytest.FixtureRequest, postgres: Postgres, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    """The two months, lived by one process on SQLite, or by many on PostgreSQL and Valkey."""
    folder = tmp_path_factory.mktemp("office")
    name = postgres.create() if request.param == "distributed" else None
    url = postgres.url(name) if name else f"sqlite+aiosqlite:///{folder / 'drip.sqlite3'}"
    asyncio.run(migrate(url))
    valkey.flush()
    with Office(url, folder, at(4, 21, 10), valkey.url() if name else None).open_for_business() as office:
        yield live(office)
    if name:
        postgres.drop(name)


def live(office: Office) -> Lived:
    """All that Kim, Lee and their prospects do, in order."""
    lived = Lived(office)
    office.hire(KIM)
    office.hire(MAX)
    office.wish(KIM, morning=None)
    office.wish(MAX, morning=None)
    ann, _bob, carl, _dora = (
        office.take_on("Ann"),
        office.take_on("Bob", BOB_IS_PROMISED),
        office.take_on("Carl"),
        office.take_on("Dora"),
    )
    office.wait_until(at(5, 6, 11))
    lived.pages["opted in"] = office.press(office.mails(ann)[0].link("o"))
    lived.see("after Ann's opt-in", KIM)
    office.wait_until(at(5, 18, 9))
    office.wish(KIM, morning=time(7))
    office.go_away(KIM, date(2026, 5, 22), date(2026, 5, 26))
    office.wait_until(at(5, 20, 8, 10))
    office.call(KIM, "Bob", "voicemail")
    office.wait_until(at(5, 21, 15))
    office.reply(carl, "Call me after the holiday.")
    lived.see("while Kim is away", KIM)
    office.wait_until(at(5, 27, 8, 15))
    office.call(KIM, "Bob", "promised", on="2026-06-10", hour="14:00", invite="yes")
    office.call(KIM, "Carl", "not_ready")
    lived.see("after Kim's calls", KIM)
    office.wait_until(at(6, 2, 18))
    office.wish(KIM, weekly=None)
    office.wait_until(at(6, 10, 14, 40))
    office.call(KIM, "Bob", "not_ready")
    office.wait_until(at(6, 12, 9))
    office.hire(LEE)
    office.wait_until(at(6, 15, 12))
    office.hand_over(KIM, LEE)
    lived.see("of Kim after the hand-over", KIM)
    lived.see("of Lee after the hand-over", LEE)
    lived.pages["Kim's old link"] = office.get(office.mails(KIM)[1].link("r"), 410)
    office.wait_until(at(6, 17, 8, 20))
    office.call(LEE, "Ann", "not_ready")
    lived.see("after Lee's call", LEE)
    office.wait_until(at(6, 26, 18))
    return lived


def test_a_rep_gets_the_mails_there_is_something_to_say_in_and_no_other(lived: Lived) -> None:
    assert lived.to(KIM) == [
        (at(4, 27, 7), "Your week, 20 to 26 April: 4 letters, 0 opt-ins"),
        (at(5, 6, 11, 1), "Ann Meyer (Ann Works) opted in"),
        (at(5, 11, 7), "Your week, 4 to 10 May: 0 letters, 1 opt-in"),
        (at(5, 20, 7), "1 call today: Bob Meyer"),
        (at(5, 21, 15, 1), "Carl Meyer (Carl Works) replied"),
        (at(5, 27, 7), "2 calls today: Bob Meyer and 1 more"),
        (at(5, 27, 7), "Your week, 18 to 24 May: 0 letters, 0 opt-ins"),  # Monday was the holiday, and Kim away
        (at(5, 27, 8, 15), "Call with Bob Meyer (Bob Works), Wednesday 10 June, 14:00"),
        (at(6, 1, 7), "Your week, 25 to 31 May: 2 letters, 0 opt-ins"),
        (at(6, 10, 7), "1 call today: Bob Meyer"),
        # on 8 June there are two letters to tell of, and Kim wants no more summaries
    ]
    assert lived.to(LEE) == [
        (at(6, 17, 8), "1 call today: Ann Meyer"),  # 7:00 in Chicago
        (at(6, 22, 8), "Your week, 15 to 21 June: 0 letters, 0 opt-ins"),
    ]


def test_marketing_gets_a_summary_of_each_week_in_which_something_was(lived: Lived) -> None:
    assert lived.to(MAX) == [
        (at(4, 27, 7), "All campaigns, 20 to 26 April: 4 letters, 0 opt-ins"),
        (at(5, 11, 7), "All campaigns, 4 to 10 May: 0 letters, 1 opt-in"),
        (at(5, 25, 7), "All campaigns, 18 to 24 May: 0 letters, 0 opt-ins"),  # a call and a reply
        (at(6, 1, 7), "All campaigns, 25 to 31 May: 2 letters, 0 opt-ins"),
        (at(6, 8, 7), "All campaigns, 1 to 7 June: 2 letters, 0 opt-ins"),
        (at(6, 15, 7), "All campaigns, 8 to 14 June: 0 letters, 0 opt-ins"),  # Kim's call of 10 June
        (at(6, 22, 7), "All campaigns, 15 to 21 June: 0 letters, 0 opt-ins"),  # Lee's of the 17th
    ]


def test_no_letter_goes_while_the_rep_is_away_and_each_follows_once(lived: Lived) -> None:
    went = [(mail.at.astimezone(NEW_YORK).date(), mail.to.partition("@")[0], mail.sender) for mail in lived.letters]
    assert sorted(went) == [
        (date(2026, 4, 22), "ann", KIM),
        (date(2026, 4, 22), "bob", KIM),
        (date(2026, 4, 22), "carl", KIM),
        (date(2026, 4, 22), "dora", KIM),
        (date(2026, 5, 27), "ann", KIM),  # both were due on 22 May
        (date(2026, 5, 27), "dora", KIM),
        (date(2026, 6, 2), "bob", KIM),  # four business days after the calls of 27 May
        (date(2026, 6, 2), "carl", KIM),
        (date(2026, 6, 22), "dora", LEE),
        (date(2026, 6, 24), "ann", LEE),  # four after Lee's call of the 17th, without Juneteenth
    ]


def test_an_opt_in_by_the_link_of_a_letter_moves_the_recall_in_the_calendar(lived: Lived) -> None:
    assert "Ann" in lived.pages["opted in"]
    assert lived.calendars["after Ann's opt-in"] == {
        "Promised: call Bob Meyer (Bob Works)": at(5, 20, 8),
        "Call Ann Meyer (Ann Works)": at(6, 17, 8),  # six weeks after 6 May
        "Call Carl Meyer (Carl Works)": at(10, 21, 8),  # six months after 21 April
        "Call Dora Meyer (Dora Works)": at(10, 21, 8),
    }


def test_calls_wait_for_the_reps_return(lived: Lived) -> None:
    calendar = lived.calendars["while Kim is away"]
    assert calendar["Call Carl Meyer (Carl Works)"] == at(5, 27, 8)  # the reply asks for 22 May
    assert calendar["Call Bob Meyer (Bob Works)"] == at(5, 27, 8)  # the gap after 20 May, without Memorial Day


def test_an_outcome_by_the_link_of_a_morning_mail_sets_the_next_recall(lived: Lived) -> None:
    calendar = lived.calendars["after Kim's calls"]
    assert calendar["Promised: call Bob Meyer (Bob Works)"] == at(6, 10, 14)
    assert calendar["Call Carl Meyer (Carl Works)"] == at(11, 27, 8)  # six months after 27 May
    assert lived.calendars["after Lee's call"]["Call Ann Meyer (Ann Works)"] == at(7, 29, 8)  # opted in: six weeks


def test_a_firm_appointment_is_in_the_calendars_of_both(lived: Lived) -> None:
    invitations = [mail for mail in lived.office.mails() if mail.calendar]
    assert [(mail.at, mail.sender) for mail in invitations] == [(at(5, 27, 8, 15), KIM)] * 2
    assert {mail.to for mail in invitations} == {KIM, "bob@bob-works.example"}
    assert len({mail.calendar for mail in invitations}) == 1
    assert list(read_calendar(invitations[0].calendar).values()) == [at(6, 10, 14)]


def test_after_the_hand_over_calls_and_letters_are_the_new_reps(lived: Lived) -> None:
    assert lived.calendars["of Kim after the hand-over"] == {}
    assert lived.calendars["of Lee after the hand-over"] == {
        "Call Ann Meyer (Ann Works)": at(6, 17, 8),
        "Call Bob Meyer (Bob Works)": at(12, 10, 8),  # six months after 10 June
        "Call Carl Meyer (Carl Works)": at(11, 27, 8),
        "Call Dora Meyer (Dora Works)": at(10, 21, 8),
    }
    assert "Lee Osei calls now" in lived.pages["Kim's old link"]
    assert all("Lee Osei, Chicago office" in mail.text for mail in lived.letters if mail.sender == LEE)


def test_every_mail_to_a_rep_and_every_letter_passes_the_checks(lived: Lived) -> None:
    office, letters = lived.office, [mail.raw for mail in lived.letters]
    notices = [mail.raw for mail in office.mails() if mail.raw not in letters]
    assert [found for mail in notices for found in check_notice(mail, office.known)] == []
    wrong = [found for mail in letters for found in check_letter(mail, office.known)]
    assert {found.sentence for found in wrong} <= {13}  # links lead to loopback by http here
    assert check_together(letters) == []


@pytest.mark.long
def test_no_mail_to_a_rep_looks_like_spam(lived: Lived, tmp_path: Path) -> None:
    kinds = {mail.subject.partition(":")[0].partition(",")[0]: mail for mail in lived.office.mails()}
    found = spamassassin(tmp_path, [mail.raw.data for mail in kinds.values()])
    assert {subject: told for subject, told in zip(kinds, found, strict=True) if told[0] >= LIMIT} == {}
