"""Read a scenario file: what happens to one prospect, on paper (CAMPAIGN.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import Any
from zoneinfo import ZoneInfo

from drip.catalog.files import CAMPAIGNS, NoCampaignError, find_campaign
from drip.catalog.happenings import Reading, read_absence, read_happenings, read_hours
from drip.catalog.parse import parse_campaign, read_campaign
from drip.catalog.problems import CampaignFileErrors, Problems, read_text, read_toml
from drip.catalog.tables import Table
from drip.domain.business_days import Calendar, known_country
from drip.domain.campaign import Campaign
from drip.domain.duration import Duration
from drip.domain.enrollment import CallWindow
from drip.domain.errors import PlaceError
from drip.domain.facts import Fact
from drip.domain.hours import RepTime
from drip.domain.zones import inferred_zone, zone_named, zone_of

_NOBODY = Campaign(name="", steps=())  # stands in while the rest of a wrong file is read
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # likewise


@dataclass(frozen=True, slots=True)
class Scenario:
    """One prospect, one campaign, and what happens.

    `start` is the moment of enrollment, aware UTC. `until` is a day of the prospect's, to its end,
    or an aware UTC moment. `cadence` is R5's, `promised_on` R14's, a business day of `calendar`.
    `happens` is sorted by time; things at one time stand as in the file.
    """

    campaign: Campaign
    email: str
    zone: ZoneInfo
    calendar: Calendar
    call_window: CallWindow
    start: datetime
    until: date | datetime
    opted_in: bool
    cadence: Duration | None
    promised_on: date | None
    happens: tuple[Fact, ...]
    rep: RepTime | None = None  # None: at any time


def parse_scenario(path: FilePath, campaigns: FilePath = CAMPAIGNS) -> Scenario:
    """The scenario in the file; a campaign named in it is looked for in `campaigns` last.

    Raises CampaignFileErrors with every problem, those of the campaign's own file too.
    """
    table, problems = read_toml(read_text(path), str(path))
    campaign = _campaign(table, path, campaigns, problems)
    return scenario_from_table(table, campaign, problems)


def scenario_from_table(values: Mapping[str, Any], campaign: Campaign | None, problems: Problems) -> Scenario:
    """The scenario in a table. Raises CampaignFileErrors, with what `problems` held before."""
    table = Table(values, (), problems)
    table.skip("campaign")  # read by _campaign
    for key, what in (
        ("start", "the moment of enrollment"),
        ("until", "the day the simulation ends"),
    ):
        table.need(key, f"write {what}")
    start = table.moment("start")
    until = _until(table)
    prospect, enrollment, rep = (table.inner(name) for name in ("prospect", "enrollment", "rep"))
    rules = campaign or _NOBODY
    zone, calendar = _place(prospect, rules)
    rep_times = _rep(rep, zone, start or _EPOCH)
    reading = Reading(problems, zone, calendar, start, rep_times.zone)
    scenario = Scenario(
        campaign=rules,
        email=_email(table, prospect),
        zone=zone,
        calendar=calendar,
        call_window=enrollment.choice("call_window", CallWindow.ANY),
        start=start or _EPOCH,
        until=until or date.max,
        opted_in=enrollment.flag("opted_in", default=False),
        cadence=_cadence(enrollment, rules),
        promised_on=_promised(enrollment, reading),
        happens=read_happenings(table.rows("happens"), reading),
        rep=rep_times if table.has("rep") else None,
    )
    for part in (prospect, enrollment, rep, table):
        part.finish()
    _demand_time(table, scenario)
    problems.raise_any()
    return scenario


def _campaign(table: Mapping[str, Any], path: FilePath, campaigns: FilePath, problems: Problems) -> Campaign | None:
    """The campaign written in the scenario, or the one it names; None when that is wrong."""
    named = table.get("campaign")
    if isinstance(named, dict):
        return read_campaign(named, ("campaign",), problems, None)
    if not isinstance(named, str):
        problems.add(
            ("campaign",),
            'is missing. Write campaign = "monthly-value", a path, or a [campaign] table.',
        )
        return None
    try:
        file = find_campaign(named, campaigns, path.parent)
        return parse_campaign(read_text(file), str(file))
    except NoCampaignError as error:
        problems.add(("campaign",), str(error))
    except CampaignFileErrors as error:
        problems.errors.extend(error.errors)
    return None


def _until(table: Table) -> date | datetime | None:
    if isinstance(table.values.get("until"), datetime):
        return table.moment("until")
    return table.day("until")


def _place(prospect: Table, campaign: Campaign) -> tuple[ZoneInfo, Calendar]:
    """Zone and calendar by the preamble of RULES; wrong places are reported."""
    country, region = prospect.text("country").upper() or None, prospect.text("region") or None
    if country and not (known_country(country) or inferred_zone(country, None)):
        prospect.wrong("country", f'there is no country "{country}". Write two letters, such as "US".')
    own = prospect.text("time_zone") or None
    try:
        zone = zone_of(own, country, region, (campaign.time_zone,))
    except PlaceError as error:
        prospect.wrong("time_zone", str(error))
        zone = zone_of(None, country, region, (campaign.time_zone,))
    return zone, Calendar(country, region)


def _email(table: Table, prospect: Table) -> str:
    for key in ("first_name", "last_name", "title", "company"):
        prospect.text(key)
    if table.has("prospect"):
        prospect.need("email", 'write the address, such as email = "ann.jones@example.com"')
    else:
        table.need("prospect", 'write a line [prospect] and below it email = "ann.jones@example.com"')
    email = prospect.text("email").lower()
    local, at, domain = email.partition("@")
    if prospect.has("email") and (not (local and at and domain) or set(email) & set(" <>,")):
        prospect.wrong("email", f'"{email}" is no address. Write one such as "ann.jones@example.com".')
    return email


def _rep(rep: Table, zone: ZoneInfo, start: datetime) -> RepTime:
    """When the rep is there. Without a time zone it is the prospect's; absences are known from the start."""
    named = rep.text("time_zone")
    try:
        zone = zone_named(named) if named else zone
    except PlaceError as error:
        rep.wrong("time_zone", str(error))
    hours, away = read_hours(rep), []
    for row in rep.rows("away"):
        away.append(read_absence(row, zone, start))
        row.finish("an absence")
    return RepTime(zone, hours, tuple(one for one in away if one is not None))


def _cadence(enrollment: Table, campaign: Campaign) -> Duration | None:
    cadence = enrollment.cadence("cadence", None)
    if cadence is not None and cadence.about_days <= campaign.gap.about_days:
        enrollment.wrong(
            "cadence",
            f'"{cadence}" is not longer than the gap of {campaign.gap}. Write a longer one.',
        )
    return cadence


def _promised(enrollment: Table, reading: Reading) -> date | None:
    day = enrollment.day("promised_call_on")
    if day is not None:
        reading.demand_business_day((*enrollment.path, "promised_call_on"), day, reading.start)
    return day


def _demand_time(table: Table, scenario: Scenario) -> None:
    """The end must come after the start."""
    if scenario.start == _EPOCH:
        return
    until, start = scenario.until, scenario.start
    today = start.astimezone(scenario.zone).date()
    if until <= start if isinstance(until, datetime) else until < today:
        table.wrong("until", "is before the start. Write a later day.")
