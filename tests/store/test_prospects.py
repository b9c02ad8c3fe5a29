"""Prospects and companies: importing again updates, and what is unknown never erases."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from drip.domain.company import Company, Relation
from drip.store import companies, prospects, reps
from drip.store.choices import Choice
from drip.store.engine import Store
from drip.store.prospects import Counts, NewProspect
from tests.store.scene import HOUR, NOON, add_prospects

ANN = NewProspect("ann@example.com", "Ann", "Jones", "Plant manager", "+1 555 0100", country="US", region="NY")


async def test_an_import_adds_updates_and_leaves_alone_and_counts_each(store: Store):
    async with store.begin() as unit:
        assert await prospects.put(unit, [ANN, NewProspect("bob@example.com", "Bob")], NOON) == Counts(2, 0, 0)
        again = [ANN, NewProspect("bob@example.com", "Robert"), NewProspect("cid@example.com")]
        assert await prospects.put(unit, again, NOON + HOUR) == Counts(1, 1, 1)
        found = await prospects.by_email(unit, ["ann@example.com", "bob@example.com"])
    assert found["bob@example.com"].first_name == "Robert"
    assert [found[one].updated_at for one in sorted(found)] == [NOON, NOON + HOUR]
    assert {one.created_at for one in found.values()} == {NOON}


async def test_an_empty_cell_never_erases(store: Store):
    async with store.begin() as unit:
        await prospects.put(unit, [ANN], NOON)
        assert await prospects.put(unit, [NewProspect("ann@example.com")], NOON + HOUR) == Counts(0, 0, 1)
        assert await prospects.put(unit, [NewProspect("ann@example.com", time_zone="America/Chicago")], NOON) == Counts(
            0, 1, 0
        )
        ann = (await prospects.by_email(unit, ["ann@example.com"]))["ann@example.com"]
    kept = (ann.first_name, ann.last_name, ann.title, ann.phone, ann.country, ann.region, ann.time_zone)
    assert kept == ("Ann", "Jones", "Plant manager", "+1 555 0100", "US", "NY", "America/Chicago")


async def test_an_address_that_comes_twice_is_put_together(store: Store):
    twice = [NewProspect("ann@example.com", "Ann", "Jones"), NewProspect("ann@example.com", "Anna", country="US")]
    async with store.begin() as unit:
        assert await prospects.put(unit, twice, NOON) == Counts(1, 0, 0)
        ann = (await prospects.by_email(unit, ["ann@example.com"]))["ann@example.com"]
    assert (ann.first_name, ann.last_name, ann.country) == ("Anna", "Jones", "US")


async def test_an_import_of_nothing_does_nothing(store: Store):
    async with store.begin() as unit:
        assert await prospects.put(unit, [], NOON) == Counts(0, 0, 0)


async def test_r18_a_mark_is_the_first_one_and_an_import_does_not_take_it_back(store: Store):
    async with store.begin() as unit:
        [ann] = await add_prospects(unit, "ann@example.com")
        assert await prospects.mark(unit, ann, "opted_out_at", NOON)
        assert not await prospects.mark(unit, ann, "opted_out_at", NOON + HOUR)
        await prospects.put(unit, [ANN], NOON + HOUR)
        [back] = await prospects.get(unit, [ann])
    assert (back.opted_out_at, back.opted_in_at, back.first_name) == (NOON, None, "Ann")


async def test_a_listing_finds_every_word_in_any_case_and_goes_on_where_the_page_ended(store: Store):
    async with store.begin() as unit:
        [acme] = await companies.put(unit, [Company("Acme Pumps", "acme.example")], NOON)
        await prospects.put(unit, [ANN, NewProspect("bo_b@acme.example", "Bob", company_id=acme)], NOON)
        await add_prospects(unit, "cid@example.com", "dee@example.com")
        names = [one.email for one in await prospects.listing(unit, Choice("PUMPS bob"))]
        assert names == ["bo_b@acme.example"]
        assert [one.email for one in await prospects.listing(unit, Choice("o_b"))] == ["bo_b@acme.example"]
        assert [one.email for one in await prospects.listing(unit, Choice("n_n"))] == []
        first = await prospects.listing(unit, limit=2)
        rest = await prospects.listing(unit, after=first[-1].id)
    assert [one.email for one in [*first, *rest]] == [
        "ann@example.com",
        "bo_b@acme.example",
        "cid@example.com",
        "dee@example.com",
    ]


async def test_a_listing_can_be_of_one_rep(store: Store):
    async with store.begin() as unit:
        kim = await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)
        await prospects.put(unit, [ANN, NewProspect("bob@example.com", owner_rep_id=kim)], NOON)
        assert [one.email for one in await prospects.listing(unit, Choice(owner_rep_id=kim))] == ["bob@example.com"]


async def test_the_database_keeps_one_row_an_address_and_only_lower_case(store: Store):
    with pytest.raises(IntegrityError):
        await put_one(store, NewProspect("Ann@Example.com"))
    with pytest.raises(IntegrityError):
        await put_one(store, NewProspect("ann"))


async def put_one(store: Store, new: NewProspect) -> None:
    """One prospect as a unit of its own."""
    async with store.begin() as unit:
        await prospects.put(unit, [new], NOON)


async def test_a_company_is_known_by_its_domain_and_without_one_by_its_name(store: Store):
    given = [Company("Acme", "Acme.example"), Company("Bolt"), Company("Acme Inc", "acme.example"), Company("Bolt")]
    async with store.begin() as unit:
        ids = await companies.put(unit, given, NOON)
        assert await companies.put(unit, given, NOON) == ids
        found = await companies.get(unit, ids)
    assert ids[0] == ids[2]
    assert ids[1] == ids[3]
    assert [found[one].name for one in (ids[0], ids[1])] == ["Acme Inc", "Bolt"]


async def test_what_is_unknown_of_a_company_never_erases(store: Store):
    full = Company(
        "Acme", "acme.example", "3561", "333914", 240, Decimal("12500000.50"), "EUR", "DE", Relation.CUSTOMER
    )
    async with store.begin() as unit:
        [acme] = await companies.put(unit, [full], NOON)
        await companies.put(unit, [Company("", "acme.example")], NOON + timedelta(days=1))
        assert await companies.get(unit, [acme]) == {acme: full}
        await companies.put(unit, [Company("Acme", "acme.example", employees=300, revenue=Decimal(9))], NOON)
        changed = (await companies.get(unit, [acme]))[acme]
    assert (changed.employees, changed.revenue, changed.currency, changed.sic) == (300, Decimal(9), "USD", "3561")


async def test_r4_what_a_domain_is_to_us_is_found_for_many_at_once(store: Store):
    async with store.begin() as unit:
        given = [
            Company("Acme", "acme.example", relation=Relation.CUSTOMER),
            Company("Bolt", "bolt.example", relation=Relation.OPEN_DEAL),
            Company("Cog", "cog.example"),
        ]
        await companies.put(unit, given, NOON)
        found = await companies.relations(unit, ["acme.example", "bolt.example", "cog.example", "dot.example"])
    assert found == {"acme.example": Relation.CUSTOMER, "bolt.example": Relation.OPEN_DEAL}


async def test_r34_colleagues_are_the_others_at_the_same_company(store: Store):
    async with store.begin() as unit:
        acme, bolt = await companies.put(unit, [Company("Acme", "acme.example"), Company("Bolt")], NOON)
        new = [NewProspect(f"{name}@acme.example", company_id=acme) for name in ("ann", "bob", "cid")]
        await prospects.put(unit, [*new, NewProspect("dee@bolt.example", company_id=bolt)], NOON)
        await add_prospects(unit, "eve@example.com", "fay@example.com")
        found = {one.email: one.id for one in await prospects.listing(unit)}
        colleagues = await companies.colleagues(unit, found["bob@acme.example"])
        alone = await companies.colleagues(unit, found["eve@example.com"])
    assert colleagues == [found["ann@acme.example"], found["cid@acme.example"]]
    assert alone == []
