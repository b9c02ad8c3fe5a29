"""Suppressions are found for many addresses at once, by address and by domain, until they are lifted."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from drip.domain.errors import AddressError
from drip.store import suppressions, tables
from drip.store.engine import Store
from tests.store.scene import HOUR, NOON


async def test_addresses_and_domains_are_found_for_many_at_once(store: Store):
    async with store.begin() as unit:
        assert await suppressions.add(unit, "Ann@Example.com", "opted_out", "prospect", NOON)
        assert await suppressions.add(unit, "rival.example", "by_hand", "rep:1", NOON)
        asked = [
            "ann@example.com",
            "bob@example.com",
            "cid@rival.example",
            "dee@east.rival.example",
            "e@notrival.example",
        ]
        found = await suppressions.find(unit, asked)
    assert found == {
        "ann@example.com": "opted_out",
        "cid@rival.example": "by_hand",
        "dee@east.rival.example": "by_hand",
    }


async def test_an_address_is_found_however_it_is_written(store: Store):
    asked = ["ANN@example.com", " ann@Example.com ", "Änn@example.com", "bob@EAST.rival.example", "b,{c@rival.example"]
    async with store.begin() as unit:
        for what in ("ann@example.com", "änn@example.com", "rival.example"):
            await suppressions.add(unit, what, "by_hand", "rep:1", NOON)
        assert await suppressions.find(unit, asked) == dict.fromkeys(asked, "by_hand")


async def test_nobody_suppressed_is_nobody_found(store: Store):
    async with store.reading() as unit:
        assert await suppressions.find(unit, ["ann@example.com"]) == {}
        assert await suppressions.find(unit, []) == {}


async def test_of_two_reasons_the_graver_one_stays(store: Store):
    async with store.begin() as unit:
        added = [
            await suppressions.add(unit, "ann@example.com", reason, "service", NOON)
            for reason in ("hard_bounce", "do_not_contact", "opted_out")
        ]
        assert added == [True, False, False]
        assert await suppressions.find(unit, ["ann@example.com"]) == {"ann@example.com": "do_not_contact"}


async def test_a_lifted_suppression_counts_no_more_and_is_kept(store: Store):
    async with store.begin() as unit:
        await suppressions.add(unit, "ann@example.com", "hard_bounce", "service", NOON)
        assert await suppressions.lift(unit, "ANN@example.com", "new server", "rep:1", NOON + HOUR)
        assert not await suppressions.lift(unit, "ann@example.com", "new server", "rep:1", NOON + HOUR)
        assert await suppressions.find(unit, ["ann@example.com"]) == {}
        assert await suppressions.listing(unit) == []
        assert await suppressions.add(unit, "ann@example.com", "opted_out", "prospect", NOON + HOUR)
        history = await suppressions.history(unit, "ann@example.com")
    assert [(one.reason, one.lifted_by, one.lifted_reason) for one in history] == [
        ("opted_out", None, None),
        ("hard_bounce", "rep:1", "new server"),
    ]


async def test_a_listing_goes_on_where_the_page_ended(store: Store):
    async with store.begin() as unit:
        for name in "abc":
            await suppressions.add(unit, f"{name}@example.com", "by_hand", "rep:1", NOON)
        first = await suppressions.listing(unit, limit=2)
        rest = await suppressions.listing(unit, before=first[-1].id)
    assert [one.address for one in [*first, *rest]] == ["c@example.com", "b@example.com", "a@example.com"]


async def test_what_is_neither_address_nor_domain_is_refused(store: Store):
    with pytest.raises(AddressError):
        async with store.begin() as unit:
            await suppressions.add(unit, "ann at example", "by_hand", "rep:1", NOON)


@pytest.mark.parametrize(
    "row",
    [
        {"address": "ann@example.com", "domain": "example.com"},
        {},
        {"address": "Ann@example.com"},
        {"address": "ann@example.com", "lifted_at": NOON},
    ],
)
async def test_the_database_refuses_a_suppression_of_nobody_or_lifted_by_nobody(store: Store, row: dict[str, object]):
    statement = insert(tables.suppressions).values(reason="by_hand", who="rep:1", at=NOON, **row)
    with pytest.raises(IntegrityError):
        async with store.begin() as unit:
            await unit.run(statement)


async def test_two_who_suppress_the_same_address_make_one_row(store: Store, other: Store):
    for one in (store, other):
        async with one.begin() as unit:
            await suppressions.add(unit, "ann@example.com", "opted_out", "prospect", NOON)
    async with store.reading() as unit:
        assert len(await suppressions.listing(unit)) == 1
