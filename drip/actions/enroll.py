"""Enroll prospects: one, or many at once; a bad row never stops the others (R1-R6)."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from drip.actions.enrolling.batch import Batch, Passed, look_up
from drip.actions.enrolling.request import Enrolled, Enrolling, EnrollReport, Skipped
from drip.actions.happen import lines
from drip.store import enrollments, facts, opt_ins, prospects
from drip.store.engine import Store, Unit
from drip.store.enrollments import NewEnrollment
from drip.store.facts import NewFact
from drip.store.opt_ins import NewOptIn

BATCH = 500  # rows of a unit, and some more up to the end of a rep's
MOST = 750  # rows of a unit
AT_ONCE = 3  # units

Portion = list[tuple[int | None, Enrolling | Skipped]]


async def enroll(store: Store, asked: Enrolling, now: datetime, *, dry_run: bool = False) -> Enrolled | Skipped:
    """Enroll one prospect, or say why not. A dry run asks everything and changes nothing."""
    report = await enroll_many(store, [(None, asked)], now, dry_run=dry_run)
    return report.enrolled[0] if report.enrolled else report.skipped[0]


async def enroll_many(
    store: Store,
    rows: Iterable[tuple[int | None, Enrolling | Skipped]],
    now: datetime,
    *,
    dry_run: bool = False,
) -> EnrollReport:
    """Enroll (row number, request) after (row number, request), in units of some 500 rows.

    A row that could not even be read comes as Skipped and stays so. What was enrolled before a
    failure of the database stays; the same idempotency keys make going on safe (R6). Units of
    different reps and people are under way at once: one is decided while others are written.
    """
    done: list[Batch] = []
    skipped: list[Skipped] = []
    under_way: deque[tuple[frozenset[str], asyncio.Future[Batch]]] = deque()
    try:
        for portion in _portions(rows):
            skipped += [replace(one, row=row) for row, one in portion if isinstance(one, Skipped)]
            asked = [(row, one) for row, one in portion if isinstance(one, Enrolling)]
            about = _about(asked)
            while len(under_way) >= AT_ONCE or not all(about.isdisjoint(others) for others, _ in under_way):
                done.append(await under_way[0][1])
                under_way.popleft()
            under_way.append((about, asyncio.ensure_future(_enroll_some(store, asked, now, dry_run))))
        while under_way:
            done.append(await under_way[0][1])
            under_way.popleft()
    finally:
        await asyncio.gather(*(unit for _, unit in under_way), return_exceptions=True)
    enrolled = [one for batch in done for one in batch.enrolled]
    skipped += [one for batch in done for one in batch.skipped]
    return EnrollReport(tuple(enrolled), tuple(sorted(skipped, key=lambda one: one.row or 0)), dry_run)


def _portions(rows: Iterable[tuple[int | None, Enrolling | Skipped]]) -> Iterator[Portion]:
    """The rows in units that end, if they can, where another rep's begin."""
    portion: Portion = []
    for row in rows:
        if len(portion) >= MOST or (len(portion) >= BATCH and _rep(portion[-1][1]) != _rep(row[1])):
            yield portion
            portion = []
        portion.append(row)
    if portion:
        yield portion


def _rep(asked: Enrolling | Skipped) -> str | None:
    return asked.rep if isinstance(asked, Enrolling) else None


def _about(asked: list[tuple[int | None, Enrolling]]) -> frozenset[str]:
    """What units under way at once may not share: reps, people and idempotency keys."""
    shared = ((one.rep, one.email, one.idempotency_key or "") for _, one in asked)
    return frozenset(text.strip().lower() for three in shared for text in three if text)


async def _enroll_some(store: Store, asked: list[tuple[int | None, Enrolling]], now: datetime, dry_run: bool) -> Batch:
    async def work(unit: Unit) -> Batch:
        batch = await look_up(unit, asked, now)
        if not dry_run:
            await _write(unit, batch, now)
        return batch

    return await store.unit(work)


async def _write(unit: Unit, batch: Batch, now: datetime) -> None:
    """Insert what passed; a row that another unit was faster with is skipped after all (R1)."""
    ids = await enrollments.add(unit, [one.new for one in batch.passed])
    made = [one for one in batch.passed if one.new.prospect_id in ids]
    for one in batch.passed:
        if one.new.prospect_id not in ids:
            batch.skip(one.row, one.asked, "already_enrolled", "somebody enrolled the prospect just now")
    batch.enrolled = [one for one in batch.enrolled if one.again] + [
        one.told.made(ids[one.new.prospect_id]) for one in made
    ]
    await _tell(unit, made, ids)
    for one in made:
        if one.asked.opt_in_words:
            await _keep_yes(unit, one.new, ids[one.new.prospect_id], one.asked.opt_in_words, now)


async def _tell(unit: Unit, made: list[Passed], ids: Mapping[int, int]) -> None:
    """The facts of a batch: the first of all, then the second of all, since those that are alike are
    written soonest together."""
    alike: dict[tuple[int, int], list[NewFact]] = {}  # what one rep's begin tells, of nobody yet
    told = []
    for one in made:
        key = (id(one.effects), id(one.context))
        if key not in alike:
            alike[key] = lines(one.effects, (0, 0), one.context)
        prospect_id = one.new.prospect_id
        told.append([line.of(prospect_id, ids[prospect_id]) for line in alike[key]])
    for each in zip_longest(*told):
        await facts.append(unit, [line for line in each if line is not None])


async def _keep_yes(unit: Unit, new: NewEnrollment, enrollment_id: int, words: str, now: datetime) -> None:
    """The proof of a yes the rep was told of (R18)."""
    proof = NewOptIn(new.prospect_id, now, "rep", words.strip(), f"rep:{new.rep_id}", enrollment_id)
    await opt_ins.add(unit, proof)
    await prospects.mark(unit, new.prospect_id, "opted_in_at", now)
