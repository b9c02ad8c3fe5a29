"""Taking people in, in a process of its own: importing a customer list, and enrolling many at once."""

from pathlib import Path

from drip.actions.enroll import enroll_many
from drip.actions.enrolling.request import Enrolling
from drip.actions.import_prospects import ImportOptions, import_prospects
from drip.domain.qualification import Qualification
from drip.store.engine import open_store
from tests.bench.answering import Answer, Meter, answer_until_end
from tests.bench.crowd import A_DAY, HOT_BUTTON, TUESDAY, email, rep_email


async def take_list(asked: Answer) -> Answer:
    """Import the file at `path`; every row must be taken."""
    store = open_store(asked["url"])
    try:
        meter = Meter()
        report = await import_prospects(store, Path(asked["path"]), ImportOptions(), TUESDAY)
        used = meter.read(report.added)
    finally:
        await store.close()
    if report.added != asked["rows"] or report.counts:
        return {"error": f"of {asked['rows']} rows {report.added} were added; {report.counts}"}
    return used


async def enroll(asked: Answer) -> Answer:
    """Enroll the prospects `first` to `last`, 75 of each rep; nobody may be skipped."""
    said = Qualification(tried_to_disqualify=True, hot_button=HOT_BUTTON, next_step="a call in spring")
    numbers = range(asked["first"], asked["last"] + 1)
    wanted = [Enrolling(email(one), "monthly-value", rep_email(1 + (one - 1) // A_DAY), said) for one in numbers]
    store = open_store(asked["url"])
    try:
        meter = Meter()
        report = await enroll_many(store, list(enumerate(wanted, 1)), TUESDAY)
        used = meter.read(len(report.enrolled))
    finally:
        await store.close()
    if report.skipped or len(report.enrolled) != len(wanted):
        return {"error": f"{len(report.enrolled)} of {len(wanted)} were enrolled; {report.skipped[:1]}"}
    return used


if __name__ == "__main__":
    answer_until_end({"import": take_list, "enroll": enroll})
