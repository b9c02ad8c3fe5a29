"""What a page knows of the person behind a link, in words."""

from dataclasses import replace
from datetime import date, time

import pytest

from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow, State
from drip.web.visitor import Call, Rep, Sender, Visitor

VISITOR = Visitor(
    first_name="Maria",
    email="maria@northfield.example",
    rep=Rep("Ann Marie Carter", "ann@brightline.example", phone="+1 (212) 555-0148"),
    sender=Sender("Brightline", "ann@brightline.example", ""),
    today=date(2026, 3, 10),
    state=State.DRIPPING,
    interval=Duration(1, Unit.MONTH),
    longer=Duration(2, Unit.MONTH),
)


def test_a_rep_is_known_by_the_first_name_and_two_letters() -> None:
    assert (VISITOR.rep.first_name, VISITOR.rep.initials) == ("Ann", "AC")
    assert Rep("Cher", "c@example.com").initials == "C"
    assert Rep("", "c@example.com").first_name == "your contact"


@pytest.mark.parametrize(
    ("name", "first", "letters"),
    [
        ("Dr. Ann Carter (Sales)", "Ann", "AC"),
        ("Prof. Dr. Jörg Ölmüller", "Jörg", "JÖ"),
        ("Carter, Ann", "Carter", "CA"),
        ("Ann “Annie” Carter", "Ann", "AC"),
        ("山田 太郎", "山田", "山太"),
        ("Dr.", "Dr.", "D"),
        ("(Sales)", "(Sales)", ""),
    ],
)
def test_a_title_and_what_stands_in_brackets_is_no_name(name: str, first: str, letters: str) -> None:
    rep = Rep(name, "ann@brightline.example")
    assert (rep.first_name, rep.initials) == (first, letters)


def test_a_phone_number_is_dialled_by_its_digits() -> None:
    assert VISITOR.rep.dial == "+12125550148"


@pytest.mark.parametrize(
    ("on", "words"),
    [
        # 10 March 2026 is a Tuesday
        (date(2026, 3, 12), "on Thursday 12\u00a0March, between 5 and 6 in the afternoon, your time"),
        (date(2026, 3, 10), "today, between 5 and 6 in the afternoon, your time"),
    ],
)
def test_r17_a_call_is_announced_by_the_prospects_wall_clock(on: date, words: str) -> None:
    assert replace(VISITOR, call=Call(on, CallWindow.LATE)).call_words == words


def test_r14_a_call_at_an_hour_agreed_on_is_announced_with_it() -> None:
    call = Call(date(2026, 3, 12), CallWindow.LATE, promised=True, at=time(14, 30))
    assert replace(VISITOR, call=call).call_words == "on Thursday 12\u00a0March at 14:30, your time"


def test_a_call_whose_hours_are_past_is_announced_without_them() -> None:
    assert (
        replace(VISITOR, call=Call(VISITOR.today, CallWindow.EARLY, missed=True)).call_words == "in the next few days"
    )


def test_no_call_has_no_words() -> None:
    assert VISITOR.call_words == ""


@pytest.mark.parametrize("state", State)
def test_r29_only_a_closed_file_can_open_again(state: State) -> None:
    finished = {State.WON, State.UNDELIVERABLE, State.ENDED}
    assert replace(VISITOR, state=state).ended is (state in finished)
    assert replace(VISITOR, state=state, stopped_on=VISITOR.today).ended
    assert replace(VISITOR, state=state, blocked=True).ended


def test_r5_less_often_is_said_as_an_interval() -> None:
    assert (VISITOR.often, VISITOR.fewer, VISITOR.least) == ("once a month", "every 2 months", False)
    assert replace(VISITOR, interval=Duration(1, Unit.QUARTER), longer=Duration(1, Unit.QUARTER)).least


def test_m46_the_page_says_who_writes() -> None:
    assert VISITOR.described == "Brightline"
    titled = replace(VISITOR, rep=replace(VISITOR.rep, title="Account executive"))
    assert titled.described == "Account executive, Brightline"
    assert replace(VISITOR, sender=replace(VISITOR.sender, name=VISITOR.rep.name)).described == ""
    both = replace(titled, sender=replace(VISITOR.sender, name=f"{VISITOR.rep.name}, Brightline"))
    assert both.described == "Account executive, Brightline"
