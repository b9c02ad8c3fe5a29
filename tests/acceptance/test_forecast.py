"""The forecast and what happened: what is foretold on a day, and what the service then does, are the same (R41)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from drip.actions.forecast import Asked, forecast
from drip.actions.forecasting.expected import LETTERS, Coming, Kind
from drip.clock import MachineClock
from tests.acceptance.equivalence.campaigns import KEYS, write_campaigns
from tests.acceptance.equivalence.draw import ANY_TIME, draw_stories
from tests.acceptance.equivalence.people import People
from tests.acceptance.equivalence.story import Story
from tests.acceptance.equivalence.told import facts_by_email
from tests.acceptance.equivalence.town import Town
from tests.store.migrated import migrate

FEW = ("ten-days", "invited", "own-waits", "month-end")  # each campaign takes a while to publish
STORIES, MANY_STORIES = 16, 8 * len(KEYS)
SEED = 20261122
FROM_NOW_ON = datetime(2026, 10, 5, 14, 30, 20, tzinfo=UTC)  # a Monday on which many stories are half told
WEEKS, MANY_WEEKS = 10, 40
_FACTS = {"recall_due": Kind.CALL, "file_closed": Kind.FILE_CLOSED}


class Thing(NamedTuple):
    """One thing that came or was foretold: when, to whom, what, and from which mailbox a letter."""

    at: datetime
    email: str
    what: str
    step: str = ""
    mailbox: str = ""


def test_r41_what_is_foretold_is_what_happens(tmp_path: Path, long_run: bool) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'drip.sqlite3'}"
    if long_run:
        live_and_compare(url, tmp_path / "town", KEYS, (MANY_STORIES, MANY_WEEKS))
    else:
        live_and_compare(url, tmp_path / "town", FEW, (STORIES, WEEKS))


@pytest.mark.long
def test_r41_what_is_foretold_is_what_many_processes_do(tmp_path: Path, postgres_url: str, valkey_url: str) -> None:
    live_and_compare(postgres_url, tmp_path / "town", FEW, (STORIES, WEEKS), valkey_url)


def live_and_compare(
    url: str, folder: Path, campaigns: Sequence[str], size: tuple[int, int], redis_url: str | None = None
) -> None:
    """Live so many stories up to a day, forecast so many weeks, and let time pass in which nobody does anything."""
    write_campaigns(folder)
    count, weeks = size
    stories = [half_told(one, campaigns) for one in draw_stories(count, 0, folder, SEED)]
    asyncio.run(migrate(url))
    begin = min(story.start for story in stories).astimezone(UTC) - timedelta(minutes=1)
    with Town(url, folder, begin, redis_url).settle_in(stories) as town, People(town) as people:
        live_until(FROM_NOW_ON, town, people, stories, folder)
        foretold = forecast_of(town, weeks)
        town.wait_until(FROM_NOW_ON + timedelta(weeks=weeks))
        happened = what_happened(town, stories)
    assert foretold == happened
    kinds = {one.what for one in foretold}
    assert {"letter", "closing_email", "call", "file_closed"} <= kinds
    assert len(foretold) > count


def half_told(story: Story, campaigns: Sequence[str]) -> Story:
    """A story in one of these campaigns of which only the first few things happen, none of them by a link."""
    happens = [one for one in story.happens if one.kind in ANY_TIME][: story.number % 4]
    return replace(story, campaign=campaigns[story.number % len(campaigns)], happens=tuple(happens))


def live_until(end: datetime, town: Town, people: People, stories: Sequence[Story], folder: Path) -> None:
    """Everything that starts or happens before `end`, in order of time."""
    agenda = sorted(
        [(story.start.astimezone(UTC), story.number, None) for story in stories]
        + [(one.at.astimezone(UTC), story.number, one) for story in stories for one in story.happens],
        key=lambda entry: entry[:2],
    )
    by_number = {story.number: story for story in stories}
    for moment, number, happening in agenda:
        if moment >= end:
            break
        town.wait_until(moment)
        if happening is None:
            town.enroll(by_number[number], by_number[number].scenario(folder))
        else:
            people.do(by_number[number], happening)
    town.wait_until(end)


def forecast_of(town: Town, weeks: int) -> list[Thing]:
    """What the forecast says will come; calls that are owed from before are no news."""
    told: list[Coming] = []
    made = town.run(forecast(town.store, Asked(weeks), town.clock.now(), MachineClock().now(), told.append))
    names = {ident: box.name for ident, box in made.team.mailboxes.items()}
    return sorted(
        Thing(
            one.at.astimezone(UTC),
            one.email,
            one.kind,
            one.step or "",
            names[one.mailbox_id or 0] if one.kind in LETTERS else "",
        )
        for one in told
        if one.at > FROM_NOW_ON
    )


def what_happened(town: Town, stories: Sequence[Story]) -> list[Thing]:
    """Letters as they lie in inboxes, the rest as the timeline tells it, from the day of the forecast on."""
    invited = {story.email for story in stories if story.campaign in ("invited", "invited-again")}
    found = []
    for story in stories:
        for mail in town.inbox(story.email):
            first = story.email in invited and mail.step == "step-1"
            what = "closing_email" if mail.step == "closing" else "invitation" if first else "letter"
            found.append(Thing(mail.sent_at.astimezone(UTC), story.email, what, mail.step, f"box {story.number}"))
    for email, rows in town.run(facts_by_email(town.store)).items():
        found += [Thing(row.at.astimezone(UTC), email, _FACTS[row.what]) for row in rows if row.what in _FACTS]
    return sorted(one for one in found if one.at > FROM_NOW_ON)
