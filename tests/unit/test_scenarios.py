"""Every scenario in tests/scenarios gives the lines that were worked out by hand from a calendar.

Beside each `name.toml` stands `name.expected.jsonl`: the lines of `drip simulate --json`, and in lines
that begin with # the arithmetic behind every date. Only the minute within an opening (R10) cannot be
worked out by hand: `2026-01-06T08:00..17:00-05:00` says "the minute of that opening", and it is
worked out here, independently of the product. `send` names the send key where `step` does not, `run`
the run where it is not the first.
"""

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from drip.actions.simulate import simulate
from drip.catalog.scenario import parse_scenario

FOLDER = Path(__file__).parents[1] / "scenarios"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
OPENING = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)\.\.(\d\d):(\d\d)([+-]\d\d:\d\d)")


def minute_of(words: list[str], minutes: int) -> int:
    """R10 again, in other words than the product's."""
    return int(hashlib.sha256("|".join(words).encode()).hexdigest(), 16) % minutes


def at_its_minute(line: dict[str, str | int], who: list[str]) -> dict[str, str | int]:
    """The expected line with the minute of the spread in place of the opening."""
    key, run = str(line.pop("send", line.get("step"))), str(line.pop("run", 1))
    found = OPENING.fullmatch(str(line["at"]))
    if found is None:
        return line
    day, offset = found[1], found[6]
    opens, closes = int(found[2]) * 60 + int(found[3]), int(found[4]) * 60 + int(found[5])
    hour, minute = divmod(opens + minute_of([*who, run, key, day], closes - opens), 60)
    return {**line, "at": f"{day}T{hour:02}:{minute:02}:00{offset}"}


def expected(name: str) -> list[str]:
    scenario = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    campaign = scenario["campaign"]
    label = campaign["name"] if isinstance(campaign, dict) else campaign
    who = [scenario["prospect"]["email"].lower(), label]
    rows = (FOLDER / f"{name}.expected.jsonl").read_text("utf-8").splitlines()
    lines = [json.loads(row) for row in rows if row and not row.startswith("#")]
    return [json.dumps(at_its_minute(line, who)) for line in lines]


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_gives_the_lines_worked_out_by_hand(name: str) -> None:
    told = [json.dumps(line.as_json()) for line in simulate(parse_scenario(FOLDER / f"{name}.toml"))]
    assert told == expected(name)


def test_there_are_at_least_thirty_six_scenarios_and_each_has_its_lines() -> None:
    assert len(NAMES) >= 36
    assert sorted(path.name.split(".")[0] for path in FOLDER.glob("*.expected.jsonl")) == NAMES
