"""Absences and hours of a rep, and how every enrollment reads them, on both databases."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from drip.domain.hours import RepTime, Span, spell
from drip.store import absences, enrollments
from drip.store.absences import NewAbsence
from drip.store.engine import Store, Unit
from drip.store.times import read_times, write_times
from tests.store.scene import HOUR, NOON, enroll

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = (Span(0, 480, 1020), Span(4, 480, 720))


async def enter(unit: Unit, rep_id: int, first: date, last: date) -> int:
    begin, end = spell(first, last, BERLIN)
    return await absences.add(unit, NewAbsence(rep_id, first, last, begin, end, "holiday", "cli"), NOON)


def test_a_rep_who_is_always_there_leaves_no_text_and_another_reads_as_written():
    assert write_times(RepTime(BERLIN)) is None
    times = RepTime(BERLIN, HOURS, (spell(date(2026, 3, 28), date(2026, 3, 29), BERLIN),))
    text = write_times(times)
    assert text is not None
    assert read_times(text) == times
    assert times.away[0] == (datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))


async def test_every_enrollment_reads_the_times_of_its_rep(store: Store):
    scene, ids = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        assert [one.terms.rep for one in await enrollments.load(unit, ids, lock=True)] == [None]
        await enter(unit, scene.rep_id, date(2026, 8, 3), date(2026, 8, 14))
        times = await absences.keep_times(unit, scene.rep_id, BERLIN, HOURS)
        assert await absences.times_of(unit, [scene.rep_id, 99]) == {scene.rep_id: times}
        assert times.away == (spell(date(2026, 8, 3), date(2026, 8, 14), BERLIN),)
    async with store.begin() as unit:
        assert [one.terms.rep for one in await enrollments.load(unit, ids)] == [times]
        assert [one.terms.rep for one in await enrollments.due(unit, NOON + HOUR, 10)] == [times]
        assert await absences.untold(unit) == {scene.rep_id: 0}
        assert await absences.told_to(unit, scene.rep_id, 0, ids[0])
        assert not await absences.told_to(unit, scene.rep_id, 0, None), "somebody else went on from there"
        assert await absences.told_to(unit, scene.rep_id, ids[0], None)
        assert await absences.untold(unit) == {}


async def test_a_cancelled_absence_keeps_what_it_held_already(store: Store):
    scene, _ = await enroll(store, "ann@example.com")
    begun, to_come = (date(2026, 1, 5), date(2026, 1, 9)), (date(2026, 2, 2), date(2026, 2, 6))
    async with store.begin() as unit:
        ids = [await enter(unit, scene.rep_id, *days) for days in (begun, to_come)]
        assert [one.id for one in await absences.listing(unit, NOON, scene.rep_id)] == ids
        assert [await absences.cancel(unit, one, NOON) for one in (*ids, ids[0], 99)] == [True, True, False, False]
        times = await absences.keep_times(unit, scene.rep_id, BERLIN, ())
        assert await absences.listing(unit, NOON - timedelta(days=9)) == []
    assert times.away == ((spell(*begun, BERLIN)[0], NOON),)
