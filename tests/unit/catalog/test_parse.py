"""Campaign files: every key of CAMPAIGN.md is understood, and everything wrong is said at once."""

from datetime import time
from decimal import Decimal

import pytest

from drip.catalog.parse import campaign_from_table, parse_campaign
from drip.catalog.problems import CampaignFileError, CampaignFileErrors, read_text
from drip.domain.campaign import AtEnd, Campaign, Consent, Range, Step
from drip.domain.duration import Duration, Unit
from drip.store.declared import read, written

SMALLEST = 'name = "Monthly value"\n[[steps]]\nkey = "cost-of-downtime"\n'
FULL = """
name = "Monthly value"
description = "Twelve short letters."
cadence = "every 6 weeks"
first_after = "2 business days"
consent = "opt_in"
at_end = "repeat"
gap = "5 days"
mailbox = "sales"
time_zone = "Europe/Berlin"
fields = ["goal", "baseline"]

[window]
days = ["tue", "thu"]
from = "09:30"
to = "24:00"
holidays = false

[recall]
opted_in = "7 weeks"
not_opted_in = "1 year"
tries = 5
overdue_hold = "3 days"

[silence]
after = "9 months"
min_emails = 4
quiet_before_recall = "10 business days"
grace = "20 days"
closing = false

[profile]
sic = ["35", "3674"]
naics = ["333"]
employees = { min = 50, max = 2000 }
revenue = { min = 5_000_000, currency = "EUR" }
countries = ["US", "CA"]
customers = true

[qualification]
require = ["reason"]

[[steps]]
key = "one"
template = "other/one"

[[steps]]
key = "two"
after = "3 weeks"
"""


def parsed(text: str) -> Campaign:
    return parse_campaign(text, "campaigns/monthly-value.toml")


def problems(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(CampaignFileErrors) as found:
        parsed(text)
    return [(error.line, error.key, error.message) for error in found.value.errors]


def test_every_key_but_name_and_steps_has_the_default_of_the_rules():
    steps = (Step("cost-of-downtime", "monthly-value/cost-of-downtime"),)
    assert parsed(SMALLEST) == Campaign(name="Monthly value", key="monthly-value", steps=steps)


def test_every_key_is_read():
    campaign = parsed(FULL)
    assert (campaign.description, campaign.mailbox) == ("Twelve short letters.", "sales")
    assert campaign.time_zone == "Europe/Berlin"
    assert campaign.cadence == Duration(6, Unit.WEEK)
    assert campaign.first_after == Duration(2, Unit.BUSINESS_DAY)
    assert (campaign.consent, campaign.at_end) == (Consent.OPT_IN, AtEnd.REPEAT)
    assert campaign.gap == Duration(5, Unit.DAY)
    assert campaign.fields == ("goal", "baseline")
    assert campaign.require == ("reason",)
    assert campaign.steps[0] == Step("one", "other/one")
    assert campaign.steps[1] == Step("two", "monthly-value/two", Duration(3, Unit.WEEK))


def test_every_key_of_the_tables_is_read():
    campaign = parsed(FULL)
    window, recall, silence = campaign.window, campaign.recall, campaign.silence
    assert (window.days, window.opens, window.closes) == ({1, 3}, time(9, 30), time.max)
    assert window.holidays is False
    assert (str(recall.opted_in), str(recall.not_opted_in)) == ("7 weeks", "1 year")
    assert (recall.tries, str(recall.overdue_hold)) == (5, "3 days")
    assert (str(silence.after), silence.min_emails, silence.closing) == ("9 months", 4, None)
    assert (str(silence.quiet_before_recall), str(silence.grace)) == ("10 business days", "20 days")


def test_the_profile_is_read():
    profile = parsed(FULL).profile
    assert (profile.sic, profile.naics, profile.countries) == (
        ("35", "3674"),
        ("333",),
        ("US", "CA"),
    )
    assert profile.employees == Range(Decimal(50), Decimal(2000))
    assert (profile.revenue, profile.currency) == (Range(Decimal(5_000_000), None), "EUR")
    assert profile.customers and not parsed(SMALLEST).profile.customers


def test_m06_a_step_may_continue_the_thread_of_the_letter_before_it():
    campaign = parsed(f'{SMALLEST}[[steps]]\nkey = "again"\ncontinues = true\n')
    assert [step.continues for step in campaign.steps] == [False, True]
    assert campaign.continues("again") and not campaign.continues("cost-of-downtime")
    assert read(written(campaign)) == campaign


def test_a_campaign_inside_a_scenario_has_no_key_and_its_templates_go_by_the_steps():
    campaign = campaign_from_table({"name": "x", "steps": [{"key": "one"}]}, "scenario.toml")
    assert (campaign.key, campaign.steps[0].template) == (None, "one")


WRONG_VALUES = [
    ('name = ""', "name", "is empty"),
    ("name = 3", "name", "3 cannot stand here. Write a text in quotes."),
    ('cadence = "weekly"', "cadence", '"monthly", "quarterly"'),
    ("cadence = 30", "cadence", '"every 6 weeks"'),
    ('first_after = "soon"', "first_after", "is not a duration"),
    ('first_after = "0 days"', "first_after", "is not a duration"),
    ('consent = "double"', "consent", '"opt_out" or "opt_in"'),
    ('at_end = "stop"', "at_end", '"complete" or "repeat"'),
    ('time_zone = "Boston"', "time_zone", "America/New_York"),
    ('mailbox = " "', "mailbox", "is empty"),
    ('fields = ["Goal 1"]', "fields", "a-z, 0-9 and _"),
    ('fields = ["goal", "goal"]', "fields", "listed twice"),
    ('fields = "goal"', "fields", "a list in [ ]"),
    ("window.days = []", "window.days", "Name at least one day"),
    ('window.days = ["monday"]', "window.days", '"mon"'),
    ('window.from = "8:00"', "window.from", '"00:00" to "23:59"'),
    ('window.from = "24:00"', "window.from", '"00:00" to "23:59"'),
    ("window.from = 08:00:00", "window.from", '"00:00" to "23:59"'),
    ('window.to = "25:00"', "window.to", '"24:00"'),
    ('window.to = "08:00"', "window.to", "Write a later end"),
    ('window.holidays = "yes"', "window.holidays", "true or false"),
    ("window = 8", "window", "a line [window]"),
    ("recall.tries = 0", "recall.tries", "from 1 on"),
    ("recall.tries = true", "recall.tries", "from 1 on"),
    ("recall.tries = 2.5", "recall.tries", "a whole number"),
    ('recall.not_opted_in = "half a year"', "recall.not_opted_in", "is not a duration"),
    ('silence.after = "forever"', "silence.after", "is not a duration"),
    ("silence.min_emails = -1", "silence.min_emails", "from 0 on"),
    ("silence.closing = true", "silence.closing", "or false for none"),
    ('silence.closing = "../x"', "silence.closing", "is no template"),
    ("profile.sic = [35]", "profile.sic", "each in quotes"),
    ('profile.naics = ["33x"]', "profile.naics", "NAICS"),
    ('profile.customers = "yes"', "profile.customers", "true or false"),
    ('profile.countries = ["usa"]', "profile.countries", "two capitals"),
    ("profile.employees = 50", "profile.employees", "{ min = 50, max = 2000 }"),
    ("profile.employees = { min = -1 }", "profile.employees.min", "from 0 on"),
    ("profile.employees = { min = 9, max = 8 }", "profile.employees.min", "Turn them round"),
    ('profile.revenue = { currency = "USD" }', "profile.revenue", "neither min nor max"),
    ('profile.revenue = { min = 1, currency = "$" }', "profile.revenue.currency", "three capitals"),
    ('qualification.require = ["budget"]', "qualification.require", '"hot_button"'),
]


@pytest.mark.parametrize(("line", "key", "allowed"), WRONG_VALUES)
def test_a_wrong_value_is_reported_with_line_key_and_what_is_allowed(line, key, allowed):
    name = "" if line.startswith("name") else 'name = "x"'
    found = problems(f'{name}\n\n{line}\n[[steps]]\nkey = "a"\n')
    assert [(at, of) for at, of, _ in found] == [(3, key)]
    assert allowed in found[0][2]


WRONG_STEPS = [
    ('template = "x"', (2, "steps[1]", '"key" is missing')),
    ('key = "Cost of downtime"', (3, "steps[1].key", "a-z, 0-9 and hyphens")),
    ('key = "closing"', (3, "steps[1].key", "the closing email's own key")),
    ('key = "a"\ntemplate = "/etc/x"', (4, "steps[1].template", "is no template")),
    ('key = "a"\nafter = 3', (4, "steps[1].after", "a duration")),
    ('key = "a"\nwait = "3 weeks"', (4, "steps[1].wait", "Allowed: key, template, after, continues")),
    ('key = "a"\ncadence = "quarterly"', (4, "steps[1].cadence", "it belongs above the first line in [ ]")),
    ('key = "a"\ncontinues = true', (4, "steps[1].continues", "the first letter has none before it to continue")),
    ('key = "a"\n[[steps]]\nkey = "b"\ncontinues = "yes"', (6, "steps[2].continues", "true or false")),
    ('key = "a"\n[[steps]]\nkey = "a"', (5, "steps[2].key", "the key of step 1 already")),
]


@pytest.mark.parametrize(("step", "expected"), WRONG_STEPS)
def test_a_wrong_step_is_reported_by_its_number(step, expected):
    (line, key, message), *more = problems(f'name = "x"\n[[steps]]\n{step}\n')
    assert (line, key) == expected[:2]
    assert expected[2] in message
    assert not more


IMPOSSIBLE = [
    ('gap = "2 weeks"', "gap"),
    ('gap = "90 minutes"', "gap"),
    ('silence.grace = "1 month"', "silence.grace"),
    ('silence.quiet_before_recall = "3 weeks"', "silence.quiet_before_recall"),
    ('recall.overdue_hold = "2 weeks"', "recall.overdue_hold"),
    # 4 business days count as 5.6 days
    ('cadence = "every 5 days"', "cadence"),
    # 20 business days count as 28 days, like the shortest month
    ('gap = "20 business days"', "gap"),
    # 20 + 4 business days count as 33.6 days
    ('recall.opted_in = "33 days"', "recall.opted_in"),
    ('silence.quiet_before_recall = "26 business days"', "silence.quiet_before_recall"),
]


@pytest.mark.parametrize(("line", "key"), IMPOSSIBLE)
def test_an_impossible_duration_is_refused(line, key):
    found = problems(f'name = "x"\n{line}\n[[steps]]\nkey = "a"\n')
    assert (2, key) in [(at, of) for at, of, _ in found]


POSSIBLE = [
    'cadence = "every 6 days"',
    'gap = "27 days"\nrecall.opted_in = "56 days"',
    'recall.opted_in = "34 days"',
    # 20 + 5 business days are 35 days, and 36 are longer
    'gap = "5 business days"\nrecall.opted_in = "36 days"',
]


@pytest.mark.parametrize("line", POSSIBLE)
def test_a_duration_just_long_enough_is_accepted(line):
    assert parsed(f'name = "x"\n{line}\n[[steps]]\nkey = "a"\n')


def test_equal_is_not_longer():
    line = 'gap = "5 business days"\ncadence = "every 7 days"'
    assert [key for _, key, _ in problems(f'name = "x"\n{line}\n[[steps]]\nkey = "a"\n')] == ["cadence"]


def test_everything_wrong_is_reported_at_once_in_order_of_lines():
    text = 'cadance = "monthly"\ngap = "1 week"\n[recall]\ntries = "3"\nhow = 1\n[[steps]]\n'
    found = problems(text)
    assert [(line, key) for line, key, _ in found] == [
        (1, ""),
        (1, "cadance"),
        (2, "gap"),
        (4, "recall.tries"),
        (5, "recall.how"),
        (6, "steps[1]"),
    ]
    assert 'Did you mean "cadence"?' in found[1][2]


def test_a_campaign_without_steps_is_refused():
    assert "there are no steps" in problems('name = "x"\n')[0][2]
    assert "there are no steps" in problems('name = "x"\nsteps = []\n')[0][2]


def test_a_file_that_is_no_toml_is_refused_with_its_line():
    assert problems('name = "x"\n\ncadence = monthly\n')[0][0] == 3
    assert problems('name = "x"\nname = "y"\n')[0][0] == 2
    assert problems('name = "x')[0][0] == 1


def test_the_file_name_must_make_a_key():
    with pytest.raises(CampaignFileErrors, match="Name the file"):
        parse_campaign(SMALLEST, "campaigns/Monthly Value.toml")


def test_the_error_says_file_line_and_key_in_one_line_each():
    with pytest.raises(CampaignFileError) as found:
        parsed('name = "x"\ngap = 4\n[[steps]]\nkey = "A"\n')
    first, second = str(found.value).splitlines()
    assert first.startswith("campaigns/monthly-value.toml:2: gap: 4 cannot stand here.")
    assert second.startswith("campaigns/monthly-value.toml:4: steps[1].key: ")


def test_the_mark_some_editors_put_before_a_text_is_not_read(tmp_path):
    file = tmp_path / "monthly-value.toml"
    file.write_text("\ufeff" + SMALLEST, "utf-8")
    assert read_text(file) == SMALLEST
