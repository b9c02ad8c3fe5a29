"""What a rep's page says: numbers that can be dialled, and what each outcome leads to, by the rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from drip.actions.appointing.agreed import Agreed
from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign, Step
from drip.domain.enroll import begin
from drip.domain.enrollment import CallWindow, Enrollment, State, Terms
from drip.domain.facts import Called, EmailSent, OptedOut, Outcome, Replied
from drip.domain.happen import apply
from drip.web.recall.foresee import MISSED, REACHED, after_call, choices, letter_words, next_rows
from drip.web.recall.given import Given, read_given
from tests.browser.recall_gallery import MARIA

CAMPAIGN = Campaign(name="x", key="x", steps=(Step("one", "x/one"), Step("two", "x/two"), Step("three", "x/three")))
TERMS = Terms(CAMPAIGN, "ann@acme.example", ZoneInfo("America/New_York"), Calendar("US", "NY"), CallWindow.EARLY)
BEGAN = datetime(2026, 1, 5, 15, tzinfo=UTC)  # Monday, 10:00 in New York
DUE = datetime(2026, 7, 6, 15, tzinfo=UTC)  # Monday 6 July: six months on, as Sunday 5 July is no business day


def enrolled() -> Enrollment:
    """Ann, whose first letter left on Tuesday 6 January."""
    first, _ = begin(TERMS, BEGAN)
    return apply(first, TERMS, EmailSent(datetime(2026, 1, 6, 15, tzinfo=UTC), "one"))[0]


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("+1 (216) 555-0148", "+12165550148"),
        ("+49 (0) 6221 987654-321", "+496221987654321"),
        ("(0) 6221 98 76", "062219876"),
        ("216 555 0148 ext. 12", "2165550148;ext=12"),
        ("+1 216 555 0148x7", "+12165550148;ext=7"),
        ("", ""),
    ],
)
def test_a_phone_number_is_dialled_with_one_thumb(phone: str, dialled: str) -> None:
    assert replace(MARIA, phone=phone).dial == dialled


def test_r20_each_outcome_says_what_follows() -> None:
    reached, missed = choices(enrolled(), TERMS, DUE)
    assert tuple(one.code for one in reached) == REACHED and tuple(one.code for one in missed) == MISSED
    # not ready: 6 months from 6 July is Wednesday 6 January 2027; no answer: 4 business days on, Friday 10 July
    assert {one.code: one.follows for one in reached + missed} == {
        "meeting_set": "the letters end",
        "promised": "you pick it",
        "not_ready": "call on 6\u00a0January 2027",
        "not_interested": "the file closes",
        "do_not_contact": "for good",
        "no_answer": "call on 10\u00a0July",
        "voicemail": "call on 10\u00a0July",
        "wrong_person": "call on 6\u00a0January 2027",
        "bad_number": "call on 6\u00a0January 2027",
    }


def test_r20_before_the_day_of_a_recall_a_try_is_only_a_touch() -> None:
    _, missed = choices(enrolled(), TERMS, datetime(2026, 6, 1, 15, tzinfo=UTC))
    assert {one.follows for one in missed} == {"call on 6\u00a0July"}


def test_what_happens_next_names_the_try_and_the_letters() -> None:
    after = after_call(enrolled(), TERMS, Called(DUE, Outcome.NO_ANSWER))
    call, letters = next_rows(after, TERMS, DUE)
    assert call == ("Call", "Friday 10\u00a0July, 07:30–08:30 their time, try 2 of 3")
    # the recall of Friday 10 July holds letters until the 11th business day after it, Monday 27 July (R23)
    assert letters == ("Letters", "They go on: the next around Monday 27\u00a0July, then once a month")


def test_letters_that_do_not_come_say_why() -> None:
    today = date(2026, 7, 6)
    replied, _ = apply(enrolled(), TERMS, Replied(DUE))
    assert letter_words(replied, TERMS, today) == "None until you say that you have dealt with the reply"
    stopped, _ = apply(enrolled(), TERMS, OptedOut(DUE))
    assert letter_words(stopped, TERMS, today) == "None: they asked us to stop"
    never = after_call(enrolled(), TERMS, Called(DUE, Outcome.DO_NOT_CONTACT))
    assert letter_words(never, TERMS, today) == "None, ever again"
    assert letter_words(enrolled().changed(paused_at=DUE), TERMS, today) == "None while they are paused"


def test_a_file_that_is_over_offers_only_what_still_means_something() -> None:
    won = after_call(enrolled(), TERMS, Called(DUE, Outcome.MEETING_SET))
    assert choices(won, TERMS, DUE) == ((), ())
    declined = after_call(enrolled(), TERMS, Called(DUE, Outcome.NOT_INTERESTED))
    assert declined.state is State.CLOSED
    reached, missed = choices(declined, TERMS, DUE)
    assert [one.code for one in reached] == ["meeting_set", "promised", "not_ready", "do_not_contact"]
    assert missed == ()


def test_r14_a_day_that_cannot_be_promised_is_refused_with_the_next_good_ones() -> None:
    now = datetime(2026, 6, 30, 15, tzinfo=UTC)
    # Friday 3 July 2026 is Independence Day, observed; the weekend follows
    given = read_given({"on": "2026-07-03"}, Outcome.PROMISED, TERMS, now)
    assert given.on is None and given.error.startswith("Friday 3\u00a0July is a public holiday where they are.")
    assert given.days == (date(2026, 7, 6), date(2026, 7, 7), date(2026, 7, 8))
    past = read_given({"on": "2026-06-01"}, Outcome.PROMISED, TERMS, now)
    assert past.error.startswith("Monday 1\u00a0June is past.") and past.days[0] == date(2026, 7, 1)
    for typed in ("", "soon", "2026-02-30", "9999-12-31", "2036-07-06"):
        refused = read_given({"on": typed}, Outcome.PROMISED, TERMS, now)
        assert refused.error and refused.about == "on" and refused.days[0] == date(2026, 7, 1), typed
    picked = read_given({"on": "2026-07-03", "pick": "2026-07-06", "note": " ok "}, Outcome.PROMISED, TERMS, now)
    assert (picked.on, picked.note, picked.error, picked.agreed) == (date(2026, 7, 6), "ok", "", None)


def test_an_hour_makes_an_appointment_and_an_invitation_needs_one() -> None:
    now = datetime(2026, 6, 30, 15, tzinfo=UTC)
    day = {"on": "2026-07-06"}
    firm = read_given({**day, "hour": "14:30", "invite": "yes"}, Outcome.PROMISED, TERMS, now)
    assert firm.agreed == Agreed(date(2026, 7, 6), time(14, 30), 30, invite=True)
    met = read_given({"on": "2026-07-05", "hour": "09:00"}, Outcome.MEETING_SET, TERMS, now)
    assert met.agreed == Agreed(date(2026, 7, 5), time(9), 60)  # a meeting may be on a Sunday
    assert read_given({}, Outcome.MEETING_SET, TERMS, now) == Given()
    for outcome, form, about in (
        (Outcome.PROMISED, {**day, "invite": "yes"}, "hour"),
        (Outcome.PROMISED, {**day, "hour": "half past two"}, "hour"),
        (Outcome.PROMISED, {"on": "2026-06-30", "hour": "09:00"}, "hour"),  # it is 11:00 there
        (Outcome.MEETING_SET, day, "hour"),
        (Outcome.MEETING_SET, {"hour": "09:00"}, "on"),
        (Outcome.MEETING_SET, {"invite": "yes"}, "on"),
        (Outcome.MEETING_SET, {"on": "2026-06-01", "hour": "09:00"}, "on"),
        (Outcome.MEETING_SET, {"on": "9999-12-31", "hour": "23:30"}, "on"),
        (Outcome.MEETING_SET, {"on": "0001-01-01", "hour": "00:00"}, "on"),
    ):
        refused = read_given(form, outcome, TERMS, now)
        assert refused.error and (refused.about, refused.agreed) == (about, None), form


def test_a_note_that_is_too_long_is_refused_and_not_cut() -> None:
    given = read_given({"note": "x" * 2001}, Outcome.NO_ANSWER, TERMS, DUE)
    assert given.about == "note" and "2,001" in given.error and len(given.note) == 2001
