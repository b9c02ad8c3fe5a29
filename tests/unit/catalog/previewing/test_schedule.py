"""The days a preview tells: worked out by hand from a calendar."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from drip.catalog.parse import parse_campaign
from drip.catalog.previewing.schedule import Goes, schedule
from drip.domain.business_days import Calendar
from drip.domain.enroll import begin
from drip.domain.enrollment import Terms

NOW = datetime(2026, 1, 5, 15, tzinfo=UTC)  # a Monday, 10:00 in New York
STEPS = """
[[steps]]
key = "one"
[[steps]]
key = "two"
[[steps]]
key = "three"
after = "3 weeks"
[[steps]]
key = "four"
"""


def told(head: str = "", **changed: object) -> dict[str, Goes]:
    campaign = parse_campaign(f'name = "x"\n{head}{STEPS}', "x.toml")
    terms = Terms(campaign, "ann@example.com", ZoneInfo("America/New_York"), Calendar("US", None))
    enrollment, _ = begin(terms, NOW)
    return schedule(terms, enrollment.changed(**changed), NOW)


def test_r8_r11_each_letter_is_told_with_its_wait_and_its_day() -> None:
    found = told("[silence]\nclosing = false\n")
    assert found["one"] == Goes("1 business day after enrolling", date(2026, 1, 6))
    assert found["two"] == Goes("1 month after letter 1", date(2026, 2, 6))
    assert found["three"] == Goes("3 weeks after letter 2", date(2026, 2, 27))
    assert found["four"] == Goes("1 month after letter 3", date(2026, 3, 27))
    assert set(found) == {"one", "two", "three", "four"}


def test_m06_a_letter_that_goes_on_in_a_thread_says_so() -> None:
    campaign = parse_campaign(f'name = "x"\n{STEPS}continues = true\n', "x.toml")
    terms = Terms(campaign, "ann@example.com", ZoneInfo("America/New_York"), Calendar("US", None))
    found = schedule(terms, begin(terms, NOW)[0], NOW)
    assert found["four"] == Goes('1 month after letter 3, as "Re: …" to the letter before', date(2026, 3, 27))


def test_r26_the_closing_email_comes_after_its_silence() -> None:
    found = told()["closing"]
    assert found.words == "after 8 months of silence"
    assert found.on is not None and found.on > date(2026, 6, 30)
    assert told('cadence = "quarterly"\n')["closing"].words == "after 15 months of silence"


def test_r21_a_letter_that_awaits_a_yes_has_no_day() -> None:
    found = told('consent = "opt_in"\n')
    assert found["one"].on == date(2026, 1, 6)
    assert found["two"] == Goes("1 business day after the opt-in", None)


def test_a_letter_that_was_sent_is_behind() -> None:
    sent_at = datetime(2026, 1, 6, 15, tzinfo=UTC)
    found = told("", step=1, sent=1, anchor_on=date(2026, 1, 6), sent_at=sent_at, touched_on=date(2026, 1, 6))
    assert found["one"].gone and found["one"].on is None
    assert not found["two"].gone and found["two"].on == date(2026, 2, 6)
