"""Scenario files: what happens to one prospect, read exactly or refused with the line."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from drip.catalog.happenings import SoftBounceOfLast, What
from drip.catalog.problems import CampaignFileErrors
from drip.catalog.scenario import parse_scenario
from drip.domain import facts
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow
from drip.domain.facts import Answer, Outcome
from drip.domain.hours import RepTime, Span, said

TOP = """start = 2026-01-05T10:00:00-05:00
until = 2027-06-30
"""
CAMPAIGN = """[campaign]
name = "x"
[[campaign.steps]]
key = "a"
"""
PROSPECT = """[prospect]
email = "Ann.Jones@example.com"
country = "US"
"""
AT = "at = 2026-03-10T11:00:00-04:00"
MOMENT = datetime(2026, 3, 10, 15, tzinfo=UTC)
OF_REP = {"rep_away", "rep_back", "rep_hours"}  # tried at the end of this file


@pytest.fixture
def read(tmp_path):
    def read(text):
        file = tmp_path / "scenario.toml"
        file.write_text(text, "utf-8")
        return parse_scenario(file, tmp_path / "campaigns")

    return read


@pytest.fixture
def refused(read):
    def refused(text):
        with pytest.raises(CampaignFileErrors) as found:
            read(text)
        return [(error.line, error.key, error.message) for error in found.value.errors]

    return refused


def happening(words: str) -> str:
    return f"{TOP}{CAMPAIGN}{PROSPECT}[[happens]]\n{AT}\n{words}\n"


def test_a_whole_scenario_is_read(read):
    scenario = read(
        f"{TOP}{CAMPAIGN}{PROSPECT}"
        'region = "NY"\ntime_zone = "America/Chicago"\nfirst_name = "Ann"\n'
        '[enrollment]\nopted_in = true\ncall_window = "early"\ncadence = "every 6 weeks"\n'
        "promised_call_on = 2026-03-16\n"  # a Monday
    )
    assert scenario.email == "ann.jones@example.com"
    assert scenario.zone.key == "America/Chicago"
    assert (scenario.calendar.country, scenario.calendar.region) == ("US", "NY")
    assert scenario.start == datetime(2026, 1, 5, 15, tzinfo=UTC)
    assert (scenario.until, scenario.opted_in) == (date(2027, 6, 30), True)
    assert (scenario.call_window, scenario.cadence) == (CallWindow.EARLY, Duration(6, Unit.WEEK))
    assert (scenario.promised_on, scenario.happens) == (date(2026, 3, 16), ())


def test_what_is_left_out_has_its_default(read):
    scenario = read(f"{TOP}{CAMPAIGN}[prospect]\nemail = 'a@example.com'\n")
    assert (scenario.opted_in, scenario.call_window) == (False, CallWindow.ANY)
    assert (scenario.cadence, scenario.promised_on) == (None, None)
    assert scenario.zone.key == "America/New_York"  # the campaign's, the last fallback


def test_until_may_be_a_moment(read):
    text = TOP.replace("2027-06-30", "2027-06-30T12:00:00Z")
    assert read(text + CAMPAIGN + PROSPECT).until == datetime(2027, 6, 30, 12, tzinfo=UTC)


HAPPENINGS = [
    ('what = "opt_in"', facts.OptedIn(MOMENT)),
    ('what = "opt_out"', facts.OptedOut(MOMENT)),
    ('what = "reply"', facts.Replied(MOMENT)),
    ('what = "auto_reply"', facts.AutoReplied(MOMENT)),
    ('what = "auto_reply"\nback_on = 2026-03-20', facts.AutoReplied(MOMENT, date(2026, 3, 20))),
    ('what = "click"', facts.Clicked(MOMENT)),
    ('what = "hard_bounce"', facts.HardBounced(MOMENT)),
    ('what = "soft_bounce"', SoftBounceOfLast(MOMENT)),
    ('what = "complaint"', facts.Complained(MOMENT)),
    ('what = "pause"', facts.Paused(MOMENT)),
    ('what = "resume"', facts.Resumed(MOMENT)),
    ('what = "keep_open"', facts.Answered(MOMENT, Answer.KEEP_OPEN)),
    ('what = "call_me"', facts.Answered(MOMENT, Answer.CALL_ME)),
    ('what = "close_file"', facts.Answered(MOMENT, Answer.CLOSE_FILE)),
    ('what = "colleague_reply"', facts.ColleagueReplied(MOMENT)),
    ('what = "manual_email"', facts.EmailRecorded(MOMENT)),
    ('what = "resolve"', facts.Resolved(MOMENT)),
    (
        'what = "mailbox_down"\nuntil = 2026-03-12T09:00:00-04:00',
        facts.MailboxWentDown(MOMENT, datetime(2026, 3, 12, 13, tzinfo=UTC)),
    ),
    (
        'what = "call"\noutcome = "promised"\non = 2026-03-16',
        facts.Called(MOMENT, Outcome.PROMISED, date(2026, 3, 16)),
    ),
    *[
        (f'what = "call"\noutcome = "{outcome}"', facts.Called(MOMENT, outcome))
        for outcome in Outcome
        if outcome is not Outcome.PROMISED
    ],
]


@pytest.mark.parametrize(("words", "fact"), HAPPENINGS)
def test_each_happening_becomes_its_fact(read, words, fact):
    assert read(happening(words)).happens == (fact,)


@pytest.mark.parametrize("what", ["open", "scanner_click"])
def test_r25_opens_and_clicks_of_scanners_are_read_and_left_out(read, what):
    assert read(happening(f'what = "{what}"')).happens == ()


def test_every_kind_of_happening_is_tried_above():
    tried = {words.split('"')[1] for words, _ in HAPPENINGS} | {"open", "scanner_click"} | OF_REP
    assert tried == set(What)


def test_happenings_are_sorted_by_time_and_equal_times_keep_their_order(read):
    rows = "".join(
        f'[[happens]]\nat = {at}\nwhat = "{what}"\n'
        for at, what in (
            ("2026-04-01T12:00:00-04:00", "reply"),
            ("2026-03-10T11:00:00-04:00", "pause"),
            ("2026-03-10T15:00:00Z", "click"),
        )
    )
    happens = read(TOP + CAMPAIGN + PROSPECT + rows).happens
    assert [type(fact).__name__ for fact in happens] == ["Paused", "Clicked", "Replied"]


WRONG_HAPPENINGS = [
    ('what = "optin"', "what", '"opt_in" or "opt_out"'),
    ("what = 3", "what", '"opt_in" or "opt_out"'),
    ('what = "opt_in"\nwho = "Ann"', "who", 'no such key for "opt_in"'),
    ('what = "opt_in"\non = 2026-03-16', "on", 'no such key for "opt_in"'),
    ('what = "auto_reply"\nback_on = "Monday"', "back_on", "without quotes"),
    ('what = "auto_reply"\nback_on = 2026-03-20T08:00:00Z', "back_on", "Write the day alone"),
    ('what = "call"', "", '"outcome" is missing'),
    ('what = "call"\noutcome = "busy"', "outcome", '"no_answer"'),
    ('what = "call"\noutcome = "promised"', "", '"on" is missing'),
    ('what = "call"\noutcome = "voicemail"\non = 2026-03-16', "on", "Take it out"),
    ('what = "mailbox_down"', "", '"until" is missing'),
    ('what = "mailbox_down"\nuntil = 2026-03-10T11:00:00-04:00', "until", "Write a later one"),
    ('what = "mailbox_down"\nuntil = 2026-03-11T09:00:00', "until", "has no offset"),
]


@pytest.mark.parametrize(("words", "key", "allowed"), WRONG_HAPPENINGS)
def test_a_wrong_happening_is_refused_with_its_line(refused, words, key, allowed):
    (line, of, message), *more = refused(happening(words))
    assert of == ("happens[1]." + key).removesuffix(".")
    assert line == (11 + len(words.splitlines()) if key else 10)
    assert allowed in message
    assert not more


def test_a_moment_without_offset_is_refused_and_the_offset_of_the_prospect_is_proposed(refused):
    text = happening('what = "opt_in"').replace("-04:00", "")
    line, key, message = refused(text)[0]
    assert (line, key) == (11, "happens[1].at")
    assert "has no offset" in message and "2026-03-10T11:00:00-04:00" in message


def test_a_happening_before_the_enrollment_is_refused(refused):
    text = happening('what = "opt_in"').replace("2026-03-10", "2025-03-10")
    assert "before the start" in refused(text)[0][2]


@pytest.mark.parametrize(
    ("day", "why", "better"),
    [
        ("2026-03-14", "a Saturday", "2026-03-16, a Monday"),
        ("2026-05-25", "a public holiday", "2026-05-26, a Tuesday"),  # Memorial Day
    ],
)
def test_r14_a_promised_day_that_is_no_business_day_is_refused(refused, day, why, better):
    promised = f"[enrollment]\npromised_call_on = {day}\n"
    line, key, message = refused(TOP + CAMPAIGN + PROSPECT + promised)[0]
    assert (line, key) == (11, "enrollment.promised_call_on")
    assert why in message and better in message
    called = happening(f'what = "call"\noutcome = "promised"\non = {day}')
    assert refused(called)[0][:2] == (14, "happens[1].on")


def test_r14_a_day_that_is_a_holiday_elsewhere_may_be_promised(read):
    promised = "[enrollment]\npromised_call_on = 2026-05-25\n"
    german = PROSPECT.replace("US", "DE")  # Whit Monday 2026 is 25 May in Germany as well
    canadian = PROSPECT.replace("US", "CA")  # Victoria Day 2026 was a week before
    assert read(TOP + CAMPAIGN + canadian + promised).promised_on == date(2026, 5, 25)
    with pytest.raises(CampaignFileErrors, match="public holiday"):
        read(TOP + CAMPAIGN + german + promised)


def test_a_promised_day_that_is_over_is_refused(refused):
    promised = "[enrollment]\npromised_call_on = 2026-01-02\n"
    assert "was over" in refused(TOP + CAMPAIGN + PROSPECT + promised)[0][2]


WRONG_PLACES = [
    (PROSPECT.replace("Ann.Jones@example.com", "ann"), "prospect.email", "is no address"),
    (PROSPECT.replace("Ann.Jones@", "ann jones@"), "prospect.email", "is no address"),
    (PROSPECT.replace("US", "XX"), "prospect.country", "two letters"),
    (PROSPECT + 'time_zone = "Boston"\n', "prospect.time_zone", "America/New_York"),
    (PROSPECT + 'phone = "1"\n', "prospect.phone", "Allowed: "),
    (PROSPECT + '[enrollment]\ncall_window = "noon"\n', "enrollment.call_window", '"early" or'),
    (PROSPECT + '[enrollment]\nopted_in = "no"\n', "enrollment.opted_in", "true or false"),
    (PROSPECT + '[enrollment]\ncadence = "weekly"\n', "enrollment.cadence", '"monthly"'),
    (PROSPECT + '[enrollment]\ncadence = "every 5 days"\n', "enrollment.cadence", "longer"),
    ("", "", '"prospect" is missing'),
    ("[prospect]\n", "prospect", '"email" is missing'),
]


@pytest.mark.parametrize(("words", "key", "allowed"), WRONG_PLACES)
def test_a_wrong_prospect_or_enrollment_is_refused(refused, words, key, allowed):
    (_, of, message), *more = refused(TOP + CAMPAIGN + words)
    assert of == key
    assert allowed in message
    assert not more


@pytest.mark.parametrize(
    ("top", "key", "allowed"),
    [
        ("until = 2027-06-30\n", "", '"start" is missing'),
        ("start = 2026-01-05T10:00:00Z\n", "", '"until" is missing'),
        (TOP.replace("-05:00", ""), "start", "has no offset"),
        (TOP.replace("2027-06-30", "2026-01-04"), "until", "before the start"),
        (TOP.replace("2027-06-30", "'2027-06-30'"), "until", "without quotes"),
        (TOP + "name = 'x'\n", "name", "Allowed: campaign, start"),
    ],
)
def test_a_wrong_beginning_or_end_is_refused(refused, top, key, allowed):
    (_, of, message), *more = refused(top + CAMPAIGN + PROSPECT)
    assert of == key
    assert allowed in message
    assert not more


def test_the_campaign_may_be_a_path_beside_the_scenario_or_a_name(read, tmp_path):
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "small.toml").write_text('name = "Small"\n[[steps]]\nkey = "a"\n')
    for named in ("campaigns/small.toml", "small"):
        scenario = read(f'campaign = "{named}"\n{TOP}{PROSPECT}')
        assert (scenario.campaign.key, scenario.campaign.name) == ("small", "Small")


def test_a_campaign_that_is_not_there_is_refused_with_those_there_are(refused, tmp_path):
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "small.toml").write_text("")
    line, key, message = refused(f'\ncampaign = "big"\n{TOP}{PROSPECT}')[0]
    assert (line, key) == (2, "campaign")
    assert '"big"' in message and message.endswith(": small.")


def test_what_is_wrong_in_the_campaigns_own_file_is_told_with_that_file(read, tmp_path):
    (tmp_path / "small.toml").write_text('name = "x"\ngap = "1 week"\n[[steps]]\nkey = "a"\n')
    with pytest.raises(CampaignFileErrors) as found:
        read(f'campaign = "small.toml"\nbogus = 1\n{TOP}{PROSPECT}')
    assert [(error.file.rpartition("/")[2], error.line) for error in found.value.errors] == [
        ("scenario.toml", 2),
        ("small.toml", 2),
    ]


def test_what_is_wrong_in_an_inline_campaign_is_told_with_the_scenarios_line(refused):
    text = TOP + CAMPAIGN.replace('"x"', '"x"\ngap = "1 week"') + PROSPECT
    assert refused(text)[0][:2] == (5, "campaign.gap")


def test_no_campaign_at_all_is_refused(refused):
    assert "campaign = " in refused(TOP + PROSPECT)[0][2]
    assert "campaign = " in refused("campaign = 3\n" + TOP + PROSPECT)[0][2]


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(CampaignFileErrors, match="no such file"):
        parse_scenario(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(CampaignFileErrors, match="UTF-8"):
        parse_scenario(tmp_path / "binary.toml")


def test_reading_scenarios_needs_no_templates_and_no_inliner():
    heavy = "{'jinja2', 'css_inline', 'pydantic', 'inscriptis', 'sqlalchemy'}"
    code = f"import sys, drip.catalog.scenario; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_times_of_a_rep_are_read(read):
    scenario = read(
        f"{TOP}{CAMPAIGN}{PROSPECT}"
        '[rep]\ntime_zone = "Europe/Berlin"\nhours = ["mon-thu 08:00-12:00", "fri 13:00-17:00"]\n'
        "away = [{ from = 2026-08-03, to = 2026-08-14 }]\n"
    )
    assert scenario.rep is not None
    assert (scenario.rep.zone.key, said(scenario.rep.hours)) == (
        "Europe/Berlin",
        "mon-thu 08:00-12:00, fri 13:00-17:00",
    )
    assert scenario.rep.away == (
        (datetime(2026, 8, 2, 22, tzinfo=UTC), datetime(2026, 8, 14, 22, tzinfo=UTC)),  # Berlin, two hours ahead
    )


def test_what_happens_to_the_times_of_a_rep_is_read(read):
    entered = "2026-03-10T11:00:00-04:00"
    rows = (
        f'[[happens]]\nat = {entered}\nwhat = "rep_away"\nfrom = 2026-03-09\nto = 2026-03-13\n'
        '[[happens]]\nat = 2026-03-11T11:00:00-04:00\nwhat = "rep_back"\n'
        '[[happens]]\nat = 2026-03-12T11:00:00-04:00\nwhat = "rep_hours"\nhours = ["sat 08:00-09:00"]\n'
    )
    scenario = read(f"{TOP}{CAMPAIGN}{PROSPECT}{rows}")
    times = RepTime(scenario.zone)
    found = []
    for fact in scenario.happens:
        times = fact.times(times)
        found.append((times.away, times.hours))
    ends = datetime(2026, 3, 14, 4, tzinfo=UTC)  # midnight in New York, in summer time since the 8th
    assert found == [
        (((MOMENT, ends),), ()),
        (((MOMENT, MOMENT + timedelta(days=1)),), ()),
        (((MOMENT, MOMENT + timedelta(days=1)),), (Span(5, 480, 540),)),
    ]


@pytest.mark.parametrize(
    ("rep", "key", "words"),
    [
        ('time_zone = "Mars"', "rep.time_zone", "is not a time zone"),
        ('hours = ["mon-fri 8-17"]', "rep.hours", "are no hours"),
        ("away = [{ from = 2026-08-14, to = 2026-08-03 }]", "rep.away[1].to", "in order"),
        ("away = [{ from = 2026-08-14 }]", "rep.away[1]", '"to" is missing'),
        ('name = "Kim"', "rep.name", "there is no such key"),
    ],
)
def test_times_of_a_rep_that_cannot_be_are_refused(refused, rep, key, words):
    [(_, found, message)] = refused(f"{TOP}{CAMPAIGN}{PROSPECT}[rep]\n{rep}\n")
    assert words in message
    assert found == key
