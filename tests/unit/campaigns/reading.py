"""Our campaigns and their letters as tests read them: rendered once, with everything known or with less."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from drip.actions.simulate import Line, simulate
from drip.catalog.files import CAMPAIGNS, TEMPLATES, list_campaigns
from drip.catalog.letters import CompiledLetter, Rendered, compile_letter, render
from drip.catalog.parse import parse_campaign
from drip.catalog.scenario import parse_scenario
from drip.catalog.values import empty_values, example_values, known_paths
from drip.domain.campaign import Campaign

SAID = {  # as a rep would fill in the fields of a customer
    "goal": "6 hours of stops a week, by December",
    "measure": "the maintenance log, every Friday",
    "baseline": "11 hours a week, in March",
    "result": "7 hours a week, in June",
    "next_goal": "4 hours a week, by next December",
}
LINK = re.compile(r" ?<(https://[^>]*)>")
SCENARIO = """campaign = "{campaign}"
start = 2026-01-05T10:00:00-05:00
until = {until}
[prospect]
email = "ann.jones@example.com"
country = "US"
time_zone = "America/New_York"
{happens}"""


@cache
def campaign(key: str) -> Campaign:
    """The campaign in campaigns/<key>.toml."""
    file = CAMPAIGNS / f"{key}.toml"
    return parse_campaign(file.read_text("utf-8"), str(file))


def letters_of(key: str) -> list[str]:
    """The templates of the campaign's steps."""
    return [step.template for step in campaign(key).steps]


def every_letter() -> list[tuple[str, str]]:
    """(campaign, template) of every letter of every campaign, closing emails too."""
    found = []
    for key in (file.stem for file in list_campaigns()):
        closing = campaign(key).silence.closing
        found += [(key, template) for template in [*letters_of(key), *([closing] if closing else [])]]
    return found


@cache
def compiled(key: str, template: str) -> CompiledLetter:
    return compile_letter(TEMPLATES, template, campaign(key).fields)


@cache
def rendered(key: str, template: str, *, full: bool = True) -> Rendered:
    """The letter to one of whom everything is known, or as little as can be."""
    return with_only(key, template, may_be_empty(key) if full else ())


def with_only(key: str, template: str, known: Iterable[tuple[str, ...]]) -> Rendered:
    """The letter to one of whom, besides what is always known, only these values are."""
    fields = campaign(key).fields
    values, full = empty_values(fields), example_values(fields)
    full["enrollment"]["fields"] = {name: SAID[name] for name in fields}
    for path in known:
        *groups, name = path
        there, from_ = values, full
        for group in groups:
            there, from_ = there[group], from_[group]
        there[name] = from_[name]
    if values["recall"]["promised"]:
        values["recall"] |= full["recall"]
    return render(compiled(key, template), values)


def may_be_empty(key: str) -> list[tuple[str, ...]]:
    """The values that are not known of everybody."""
    return [path for path, empty in known_paths(campaign(key).fields).items() if empty]


def message(letter: Rendered) -> str:
    """The words from the greeting to the signature, without the addresses of links."""
    return LINK.sub("", letter.text.partition("\nI write ")[0])


def what_happens(folder: Path, key: str, until: str, happens: str = "") -> list[tuple[date, str]]:
    """(local day, what) of everything that the rules make of a run begun on Monday 5 January 2026, in New York."""
    file = folder / "run.toml"
    text = SCENARIO.format(campaign=(CAMPAIGNS / f"{key}.toml").as_posix(), until=until, happens=happens)
    file.write_text(text, "utf-8")
    return [(line.at.date(), _what(line)) for line in simulate(parse_scenario(file))]


def _what(line: Line) -> str:
    if line.what == "email":
        return str(line.step)
    return f"{line.what} {line.on.date()}" if line.on else line.what


def happens(at: str, what: str) -> str:
    """One thing that happens, as a scenario says it."""
    return f'[[happens]]\nat = {at}\nwhat = "{what}"\n'
