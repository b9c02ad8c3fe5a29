"""`drip simulate`: tell what one prospect gets and when, from a scenario on paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import Json
from drip.cli.output import say, say_json, strong

if TYPE_CHECKING:
    from drip.catalog.scenario import Scenario


def simulate_it(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file (TOML).")],
    campaigns: Annotated[
        Path | None,
        typer.Option(envvar="DRIP_CAMPAIGNS", help="The folder of campaign files.", show_default="the project's own"),
    ] = None,
    json: Json = False,
) -> None:
    """Tell what one prospect will get, and when: the real rules on a clock that jumps.

    Nothing is sent and no database is needed. A table for people, or with --json one object a line.

    A table [rep] says when the rep is there: time_zone, hours = ["mon-fri 08:00-17:00"] and
    away = [{ from = 2026-08-03, to = 2026-08-14 }], all of which may be left out; among what happens are
    rep_away (from, to), rep_back and rep_hours (hours).
    """
    from drip.actions.simulate import simulate
    from drip.catalog.files import CAMPAIGNS
    from drip.catalog.scenario import parse_scenario

    scenario = parse_scenario(file, campaigns or CAMPAIGNS)
    if json:
        for line in simulate(scenario):
            say_json(line.as_json())
    else:
        _tell(scenario)


def _tell(scenario: "Scenario") -> None:
    from drip.actions.simulate import simulate
    from drip.cli.story import told
    from drip.cli.table import Column, show
    from drip.cli.words import day, moment

    lines = list(simulate(scenario))
    say(strong(f"{scenario.campaign.name}, for {scenario.email}"))
    say(f"Enrolled {moment(scenario.start, scenario.zone)}; all times are those of {scenario.zone}.")
    say()
    show(
        ["Date", "Time", Column("What happens", wraps=True)],
        [(day(line.at), f"{line.at:%H:%M}", told(line)) for line in lines],
    )
