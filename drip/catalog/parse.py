"""Read a campaign file (TOML) into a Campaign; everything wrong in it is reported at once."""

import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from drip.catalog.lines import Path
from drip.catalog.problems import Problems, read_toml
from drip.catalog.tables import Table
from drip.domain.campaign import (
    AtEnd,
    Campaign,
    Consent,
    Profile,
    Range,
    RecallRules,
    SilenceRules,
    Step,
    Window,
)
from drip.domain.duration import Duration
from drip.domain.errors import PlaceError
from drip.domain.zones import zone_named

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
QUALIFICATION = (
    "tried_to_disqualify",
    "reason",
    "hot_button",
    "next_step",
    "contact_method",
    "call_window",
)

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEMPLATE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_RULES = Campaign(name="", steps=())
_SLACK = 1e-9  # business days count as 1.4 days; sums of them are not exact


def is_key(text: str) -> bool:
    """Whether a campaign or a step may be called so."""
    return _KEY.fullmatch(text) is not None


def parse_campaign(text: str, origin: str) -> Campaign:
    """The campaign in a file; `origin` is the file's path and gives the key (`<key>.toml`).

    Raises CampaignFileErrors with every problem (CAMPAIGN.md).
    """
    table, problems = read_toml(text, origin)
    key = FilePath(origin).stem
    if not is_key(key):
        problems.add(
            (),
            f'"{key}" cannot be a key. Name the file with a-z, 0-9 and hyphens: monthly-value.toml.',
        )
    campaign = read_campaign(table, (), problems, key)
    problems.raise_any()
    return campaign


def campaign_from_table(table: Mapping[str, Any], origin: str) -> Campaign:
    """The campaign in a table that was read already; it has no key. Raises CampaignFileErrors."""
    problems = Problems(origin)
    campaign = read_campaign(table, (), problems, None)
    problems.raise_any()
    return campaign


def read_campaign(values: Mapping[str, Any], path: Path, problems: Problems, key: str | None) -> Campaign:
    """The campaign as far as it can be read; what is wrong goes to `problems`."""
    table = Table(values, path, problems)
    table.need("name", 'give the campaign a name, such as name = "Monthly value"')
    campaign = Campaign(
        key=key,
        name=table.text("name"),
        description=table.text("description"),
        cadence=table.cadence("cadence", _RULES.cadence) or _RULES.cadence,
        first_after=table.duration("first_after", _RULES.first_after) or _RULES.first_after,
        consent=table.choice("consent", Consent.OPT_OUT),
        at_end=table.choice("at_end", AtEnd.COMPLETE),
        gap=table.days("gap", _RULES.gap),
        mailbox=table.text("mailbox", _RULES.mailbox),
        time_zone=_time_zone(table),
        fields=table.texts("fields", (), _FIELD.fullmatch, "names of a-z, 0-9 and _ that begin with a letter"),
        window=_window(table.inner("window")),
        recall=_recall(table.inner("recall")),
        silence=_silence(table.inner("silence")),
        profile=_profile(table.inner("profile")),
        require=_require(table.inner("qualification")),
        steps=_steps(table, key),
    )
    table.finish()
    _demand_possible(campaign, path, problems)
    return campaign


def _time_zone(table: Table) -> str:
    name = table.text("time_zone", _RULES.time_zone)
    try:
        return zone_named(name).key
    except PlaceError as error:
        table.wrong("time_zone", str(error))
        return _RULES.time_zone


def _window(table: Table) -> Window:
    rules = Window()
    days = table.texts(
        "days",
        WEEKDAYS[:5],
        WEEKDAYS.__contains__,
        '"mon", "tue", "wed", "thu", "fri", "sat", "sun"',
    )
    if not days:
        table.wrong("days", "is empty, so no email could ever go. Name at least one day.")
    opens = table.parsed("from", rules.opens, _opening, 'a time from "00:00" to "23:59"')
    closes = table.parsed("to", rules.closes, _clock, 'a time from "00:01" to "24:00"')
    if opens >= closes:
        key = "to" if table.has("to") else "from"
        table.wrong(
            key,
            f"the window closes at {closes:%H:%M} and opens at {opens:%H:%M}. Write a later end.",
        )
    window = Window(
        days=frozenset(WEEKDAYS.index(day) for day in days),
        opens=opens,
        closes=closes,
        holidays=table.flag("holidays", rules.holidays),
    )
    table.finish()
    return window


def _opening(text: str) -> time:
    found = _clock(text)
    if found == time.max:
        raise ValueError
    return found


def _clock(text: str) -> time:
    if not _CLOCK.fullmatch(text):
        raise ValueError
    return time.max if text == "24:00" else time.fromisoformat(text)


def _recall(table: Table) -> RecallRules:
    rules = RecallRules()
    recall = RecallRules(
        opted_in=table.duration("opted_in", rules.opted_in) or rules.opted_in,
        not_opted_in=table.duration("not_opted_in", rules.not_opted_in) or rules.not_opted_in,
        tries=table.whole("tries", rules.tries, 1),
        overdue_hold=table.days("overdue_hold", rules.overdue_hold),
    )
    table.finish()
    return recall


def _silence(table: Table) -> SilenceRules:
    rules = SilenceRules()
    silence = SilenceRules(
        after=table.duration("after", None),
        min_emails=table.whole("min_emails", rules.min_emails, 0),
        quiet_before_recall=table.days("quiet_before_recall", rules.quiet_before_recall),
        grace=table.days("grace", rules.grace),
        closing=_closing(table),
    )
    table.finish()
    return silence


def _closing(table: Table) -> str | None:
    written = table.values.get("closing")
    if written is False:
        table.value("closing", bool, "")
        return None
    found = table.value("closing", str, "the template of the closing email in quotes, or false for none")
    if found is None:
        return SilenceRules().closing
    if not _TEMPLATE.fullmatch(found):
        table.wrong("closing", _no_template(found))
    return found


def _profile(table: Table) -> Profile:
    employees = table.inner("employees", "a range such as { min = 50, max = 2000 }")
    revenue = table.inner("revenue", 'a range such as { min = 5_000_000, currency = "USD" }')
    profile = Profile(
        sic=table.texts("sic", (), str.isdecimal, 'SIC codes or their beginnings, such as "35"'),
        naics=table.texts("naics", (), str.isdecimal, 'NAICS codes or their beginnings, such as "333"'),
        employees=_range(employees),
        currency=_currency(revenue),
        revenue=_range(revenue),
        countries=table.texts("countries", (), _is_country, 'countries as two capitals, such as "US"'),
        customers=table.flag("customers", False),
    )
    table.finish()
    return profile


def _currency(revenue: Table) -> str:
    currency = revenue.text("currency", "USD")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        revenue.wrong("currency", f'"{currency}" is no currency. Write three capitals, such as "USD".')
    return currency


def _is_country(text: str) -> bool:
    return re.fullmatch(r"[A-Z]{2}", text) is not None


def _range(table: Table) -> Range | None:
    least, most = _end(table, "min"), _end(table, "max")
    if table.values and not (table.has("min") or table.has("max")):
        table.problems.add(table.path, "has neither min nor max. Write { min = 50, max = 2000 }, or one of them.")
    if least is not None and most is not None and least > most:
        table.wrong("min", f"{least} is more than the max, {most}. Turn them round.")
    table.finish()
    return None if least is None and most is None else Range(least, most)


def _end(table: Table, key: str) -> Decimal | None:
    found = table.value(key, int, "a whole number from 0 on, such as 5_000_000")
    if found is not None and found < 0:
        table.wrong(key, f"{found} is below 0. Write a whole number from 0 on.")
        return None
    return None if found is None else Decimal(found)


def _require(table: Table) -> tuple[str, ...]:
    words = ", ".join(f'"{word}"' for word in QUALIFICATION)
    require = table.texts("require", _RULES.require, QUALIFICATION.__contains__, words)
    table.finish()
    return require


def _steps(table: Table, campaign_key: str | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    for number, row in enumerate(table.rows("steps")):
        row.need("key", 'give the step a key that stays for ever, such as key = "cost-of-downtime"')
        key = row.text("key")
        if key and not is_key(key):
            row.wrong(
                "key",
                f'"{key}" cannot be a key. Use a-z, 0-9 and hyphens, such as "cost-of-downtime".',
            )
        if key == "closing":
            row.wrong("key", '"closing" is the closing email\'s own key. Choose another.')
        first = next((other for other, step in enumerate(steps) if key and step.key == key), None)
        if first is not None:
            row.wrong(
                "key",
                f'"{key}" is the key of step {first + 1} already. Step {number + 1} needs its own.',
            )
        template = row.text("template", f"{campaign_key}/{key}" if campaign_key else key)
        if row.has("template") and not _TEMPLATE.fullmatch(template):
            row.wrong("template", _no_template(template))
        step = Step(key, template, row.duration("after", None), row.flag("continues", False))
        if step.continues and not steps:
            row.wrong("continues", "the first letter has none before it to continue. Leave it out.")
        steps.append(step)
        row.finish()
    if not steps and (not table.has("steps") or table.values["steps"] == []):
        table.problems.add(
            table.path,
            "there are no steps. Begin each letter with a line [[steps]] and give it a key.",
        )
    return tuple(steps)


def _no_template(text: str) -> str:
    return f'"{text}" is no template. Name a folder in templates/, such as "closing-your-file".'


def _demand_possible(campaign: Campaign, path: Path, problems: Problems) -> None:
    """The paragraph "Impossible" of CAMPAIGN.md, but for the units, which `Table.days` sees to."""
    gap, quiet = campaign.gap, campaign.silence.quiet_before_recall
    if not _longer(campaign.cadence, gap):
        message = f'"{campaign.cadence}" is not longer than the gap of {gap}: {_in_days(gap)}.'
        problems.add_first(((*path, "cadence"), (*path, "gap")), message + " Write a longer cadence.")
    if not _longer(campaign.recall.opted_in, gap, quiet):
        message = (
            f'"{campaign.recall.opted_in}" is not longer than the quiet time before a recall '
            f"and the gap together: {_in_days(quiet, gap)}. Write a longer time, or make those shorter."
        )
        places = (("recall", "opted_in"), ("silence", "quiet_before_recall"), ("gap",))
        problems.add_first(tuple(path + place for place in places), message)


def _longer(duration: Duration, *others: Duration) -> bool:
    return duration.about_days > sum(other.about_days for other in others) + _SLACK


def _in_days(*durations: Duration) -> str:
    days = round(sum(duration.about_days for duration in durations), 1)
    return f"{days:g} days (a business day counts as 7/5 of a day)"
