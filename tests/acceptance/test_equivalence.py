"""The service and the simulation say the same: every line of every story, lived and on paper (CAMPAIGN.md)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from drip.catalog.scenario import Scenario
from tests.acceptance.equivalence.campaigns import write_campaigns
from tests.acceptance.equivalence.draw import KINDS, LINES, draw_stories
from tests.acceptance.equivalence.people import People
from tests.acceptance.equivalence.story import Story
from tests.acceptance.equivalence.told import facts_by_email, lines_of
from tests.acceptance.equivalence.town import Town
from tests.store.migrated import migrate

STORIES, MANY_STORIES, SOME_STORIES, FEW_STORIES = 60, 300, 24, 4
PARTS = 6  # the stories of many processes are lived in so many towns, one after the other
EACH, EACH_OF_SOME = 20, 8  # times at least that every kind of thing happens
SEED, A_MINUTE = 20261105, timedelta(minutes=1)


def test_the_service_gives_the_lines_of_the_simulation_for_every_story(tmp_path: Path, long_run: bool) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'drip.sqlite3'}"
    cast = Cast(MANY_STORIES) if long_run else Cast(SOME_STORIES, EACH_OF_SOME)
    _live_and_compare(url, tmp_path / "town", cast)


@pytest.mark.long
def test_the_service_gives_the_same_lines_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    _live_and_compare(postgres_url, tmp_path / "town", Cast(STORIES))


def test_many_processes_give_the_same_lines(tmp_path: Path, postgres_url: str, valkey_url: str) -> None:
    _live_and_compare(postgres_url, tmp_path / "town", Cast(FEW_STORIES, 0), valkey_url)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_processes_give_the_same_lines_for_every_story(
    tmp_path: Path, postgres_url: str, valkey_url: str, part: int
) -> None:
    cast = Cast(STORIES // PARTS, -(-EACH // PARTS), SEED + 1 + part)
    _live_and_compare(postgres_url, tmp_path / "town", cast, valkey_url)


@dataclass(frozen=True, slots=True)
class Cast:
    """How many stories at least, how often every kind of thing happens at least, and the seed of all of it."""

    stories: int
    each: int = EACH
    seed: int = SEED


def _live_and_compare(url: str, folder: Path, cast: Cast, redis_url: str | None = None) -> None:
    """Draw stories, live them on the database at `url`, and demand the lines of the simulation."""
    write_campaigns(folder)
    stories = draw_stories(cast.stories, cast.each, folder, cast.seed)
    happened = Counter(one.kind for story in stories for one in story.happens)
    assert {kind: happened[kind] for kind in KINDS if happened[kind] < cast.each} == {}
    asyncio.run(migrate(url))
    lived = _live(url, folder, stories, redis_url)
    told = {story.number: [line.as_json() for line in story.lines(folder)] for story in stories}
    differences = [_difference(story, told[story.number], lived[story.number]) for story in stories]
    assert [one for one in differences if one] == []
    kinds = Counter(line["what"] for lines in lived.values() for line in lines)
    assert {kind: kinds[kind] for kind in LINES if kinds[kind] < cast.each} == {}


def _live(url: str, folder: Path, stories: Sequence[Story], redis_url: str | None) -> dict[int, list[dict[str, Any]]]:
    """The lines of every story as the service brought them about."""
    scenarios = {story.number: story.scenario(folder) for story in stories}
    begin = min(scenario.start for scenario in scenarios.values()) - A_MINUTE
    agenda = sorted(
        [(story.start, story.number, None) for story in stories]
        + [(one.at, story.number, one) for story in stories for one in story.happens],
        key=lambda entry: (entry[0].astimezone(UTC), entry[1]),
    )
    by_number = {story.number: story for story in stories}
    with Town(url, folder, begin, redis_url).settle_in(stories) as town, People(town) as people:
        for moment, number, happening in agenda:
            town.wait_until(moment)
            if happening is None:
                town.enroll(by_number[number], scenarios[number])
            else:
                people.do(by_number[number], happening)
        town.wait_until(max(_end(scenario) for scenario in scenarios.values()) + A_MINUTE)
        rows = town.run(facts_by_email(town.store))
        return {
            story.number: lines_of(
                town.inbox(story.email), rows.get(story.email, ()), story.place.zone, _end(scenarios[story.number])
            )
            for story in stories
        }


def _end(scenario: Scenario) -> datetime:
    """The last moment of a scenario: its day ends at the prospect's midnight."""
    return datetime.combine(scenario.until, time.max, scenario.zone).astimezone(UTC)


def _difference(story: Story, told: list[dict[str, Any]], lived: list[dict[str, Any]]) -> str:
    """Where two lists of lines part, with what came before; empty when they do not."""
    if told == lived:
        return ""
    pairs = enumerate(zip(told, lived, strict=False))
    at = next((place for place, (one, other) in pairs if one != other), min(len(told), len(lived)))
    before = "\n".join(f"    {line}" for line in told[max(0, at - 3) : at])
    return (
        f"story {story.number} in {story.campaign}, line {at + 1}\n{before}\n"
        f"  told  {told[at : at + 3]}\n  lived {lived[at : at + 3]}\n"
        + "\n".join(f"  {one.at} {one.kind}" for one in story.happens)
    )
