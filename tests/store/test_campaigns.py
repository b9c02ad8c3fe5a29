"""Campaigns come back as they were declared, version after version."""

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest

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
from drip.domain.duration import Duration, Unit
from drip.store import campaigns, declared
from drip.store.engine import Store
from tests.store.scene import CAMPAIGN, HOUR, LETTER, NOON, enroll

FULL = Campaign(
    name="Quarterly “value”",
    key="quarterly-value",
    description="Four letters a year.",
    cadence=Duration(1, Unit.QUARTER),
    first_after=Duration(2, Unit.BUSINESS_DAY),
    consent=Consent.OPT_IN,
    at_end=AtEnd.REPEAT,
    gap=Duration(5, Unit.DAY),
    mailbox="sales",
    time_zone="Europe/Berlin",
    fields=("goal", "baseline"),
    window=Window(frozenset({1, 3, 6}), time(9, 30), time.max, holidays=False),
    recall=RecallRules(Duration(7, Unit.WEEK), Duration(5, Unit.MONTH), 4, Duration(9, Unit.DAY)),
    silence=SilenceRules(Duration(1, Unit.YEAR), 2, Duration(15, Unit.DAY), Duration(8, Unit.DAY), None),
    profile=Profile(("35",), ("333",), Range(Decimal(50), None), Range(None, Decimal("5e6")), "EUR", ("DE", "AT")),
    require=("hot_button",),
    steps=(Step("hello", "quarterly-value/hello", Duration(3, Unit.WEEK)), Step("again", "again")),
)


@pytest.mark.parametrize("campaign", [FULL, CAMPAIGN, Campaign("Inline", (Step("a", "b"),))])
def test_a_declared_campaign_reads_back_the_same(campaign: Campaign):
    assert declared.read(declared.written(campaign)) == campaign


async def test_a_published_version_comes_back_as_it_was_declared(store: Store, other: Store):
    letters = {step.key: LETTER for step in FULL.steps} | {campaigns.CLOSING: replace(LETTER, subject="Closing")}
    async with store.begin() as unit:
        new = campaigns.NewVersion(FULL, "name = 'x'", letters, "rep:1")
        version = await campaigns.publish(unit, new, NOON)
    async with other.reading() as unit:
        assert await campaigns.get(unit, version.id) == version
        assert await campaigns.newest(unit, "quarterly-value") == version
        assert await campaigns.letters(unit, version.id) == letters
    assert (version.campaign, version.number, version.published_at) == (FULL, 1, NOON)


async def test_r13_publishing_again_adds_a_version_and_leaves_the_first(store: Store):
    scene, [enrollment_id] = await enroll(store, "ann@example.com")
    renamed = replace(CAMPAIGN, name="Monthly ideas")
    async with store.begin() as unit:
        second = await campaigns.publish(
            unit, campaigns.NewVersion(renamed, "", {"downtime": LETTER}, "x"), NOON + HOUR
        )
        first = await campaigns.numbered(unit, "monthly-value", 1)
        newest = await campaigns.newest(unit, "monthly-value")
        [listed] = await campaigns.listing(unit)
        on_their_way = await campaigns.enrolled_in(unit, second.campaign_id)
    assert first is not None
    assert newest is not None
    assert (first.id, first.campaign.name) == (scene.version_id, "Monthly value")
    assert (newest.id, newest.number) == (second.id, 2)
    assert (listed.name, listed.number, listed.open_files) == ("Monthly ideas", 2, 1)
    assert on_their_way == [(enrollment_id, scene.version_id)]


async def test_a_campaign_that_was_never_published_is_not_found(store: Store):
    async with store.reading() as unit:
        assert await campaigns.newest(unit, "monthly-value") is None
        assert await campaigns.get(unit, 1) is None
        assert await campaigns.letters(unit, 1) == {}
        assert await campaigns.listing(unit) == []


async def test_a_campaign_without_a_key_cannot_be_published(store: Store):
    with pytest.raises(ValueError, match="no key"):
        async with store.begin() as unit:
            await campaigns.publish(unit, campaigns.NewVersion(replace(CAMPAIGN, key=None), "", {}, "x"), NOON)
