"""`drip campaign list|check|show`: campaigns as files and as published."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import Json
from drip.cli.output import note, say, say_json, strong

if TYPE_CHECKING:
    from drip.domain.campaign import Campaign
    from drip.store.campaigns import Listed

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Key = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Its key, or the path of its file.")]


@dataclass(frozen=True, slots=True)
class Known:
    """A campaign as a file, as published, or both. `version` None: not published; `errors` of the file."""

    key: str
    name: str
    version: int | None
    published_at: datetime | None
    open_files: int
    steps: int | None
    errors: int


def list_all(json: Json = False) -> None:
    """Campaign files, and what is published of them."""
    from drip.actions.listings import list_campaigns
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all

    published = at_desk(lambda desk: list_campaigns(desk.store))
    show_all(
        list(_all(published)),
        json,
        "No campaigns. Write one as campaigns/README.md says, then `drip campaign check KEY`.",
        ["Key", Column("Name", wraps=True), Column("Steps", right=True), "State", Column("Open files", right=True)],
        lambda one: (one.key, one.name, one.steps, _state(one), one.open_files if one.version else None),
    )


def check(campaign: Key, json: Json = False) -> bool:
    """Find everything wrong with a campaign and its letters, with file and line.

    Ends with exit code 1 when there are errors; warnings alone do not count.
    """
    from drip.catalog.check import check_file
    from drip.catalog.findings import Level
    from drip.cli.places import campaign_file, templates
    from drip.cli.words import count

    file = campaign_file(campaign)
    found = check_file(file, templates())
    for one in found:
        if json:
            say_json(one)
        else:
            say(str(one))
    errors = sum(one.level is Level.ERROR for one in found)
    warnings = len(found) - errors
    if not found:
        note(f"{file}: nothing is wrong. Look at it: `drip campaign preview {campaign}`.")
    else:
        note(f"{file}: {count(errors, 'error')}, {count(warnings, 'warning')}.")
    return errors == 0


def show_it(campaign: Key, json: Json = False) -> None:
    """What a campaign says, step by step, as its file stands now."""
    from drip.catalog.parse import parse_campaign
    from drip.catalog.problems import read_text
    from drip.cli.places import campaign_file

    file = campaign_file(campaign)
    parsed = parse_campaign(read_text(file), str(file))
    if json:
        say_json(parsed)
    else:
        _describe(parsed)


def _all(published: "list[Listed]") -> Iterator[Known]:
    from drip.catalog.files import list_campaigns
    from drip.catalog.parse import parse_campaign
    from drip.catalog.problems import CampaignFileErrors, read_text
    from drip.cli.places import campaigns

    known = {one.key: one for one in published}
    files = {file.stem: file for file in list_campaigns(campaigns())}
    for key in sorted({*known, *files}):
        name, steps, errors = "", None, 0
        if key in files:
            try:
                parsed = parse_campaign(read_text(files[key]), str(files[key]))
                name, steps = parsed.name, len(parsed.steps)
            except CampaignFileErrors as wrong:
                errors = len(wrong.errors)
        there = known.get(key)
        number, at, opened = (there.number, there.published_at, there.open_files) if there else (None, None, 0)
        yield Known(key, name or (there.name if there else ""), number, at, opened, steps, errors)


def _state(one: Known) -> str:
    from drip.cli.words import count, day

    published = f"version {one.version}, {day(one.published_at)}" if one.version else "not published"
    return f"{published}; file has {count(one.errors, 'error')}" if one.errors else published


def _describe(campaign: "Campaign") -> None:
    from drip.cli.table import describe, show

    silence, recall, window = campaign.silence, campaign.recall, campaign.window
    days = " ".join(_DAYS[number] for number in sorted(window.days))
    say(strong(f"{campaign.name} ({campaign.key})"))
    after = f"{silence.after} of silence" if silence.after else "8 months of silence, 15 if quarterly or longer"
    describe(
        [
            ("About", campaign.description),
            ("Cadence", f"every {campaign.cadence}; the first letter {campaign.first_after} after enrolling"),
            ("Consent", campaign.consent.value.replace("_", "-")),
            ("At the end", campaign.at_end.value),
            ("Gap", f"{campaign.gap} between two touches"),
            ("Window", f"{days}, {window.opens:%H:%M}-{window.closes:%H:%M}{_holidays(window.holidays)}"),
            ("Recall", f"{recall.opted_in} after an opt-in, {recall.not_opted_in} without; {recall.tries} tries"),
            ("Closing email", f"{silence.closing}, after {after}" if silence.closing else "none"),
            ("Required", ", ".join(name.replace("_", " ") for name in campaign.require)),
            ("Fields", ", ".join(campaign.fields)),
            ("Mailbox", "that of the rep who enrolls" if campaign.mailbox == "owner" else campaign.mailbox),
        ]
    )
    say()
    rows = [(number, step.key, step.after or "", step.template) for number, step in enumerate(campaign.steps, 1)]
    show(["n", "Step", "Own wait", "Template"], rows)


def _holidays(closed: bool) -> str:
    return ", not on public holidays" if closed else ""
