"""Which fields of an enrollment changed is told without comparing those that stayed the very same."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drip.domain.enrollment import Enrollment, Recall, State
from drip.store.pictures import changed_fields, columns_of, picture

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
BEFORE = Enrollment(NOON, NOON)


def a_value(name: str) -> st.SearchStrategy[Any]:
    """One of two that differ, each made anew so that equal ones need not be the same."""
    if name == "state":
        return st.sampled_from([State.DRIPPING, State.CLOSING])
    if name == "recall":
        return st.none() | st.integers(0, 1).map(lambda tries: Recall(NOON, NOON.date(), "heard", tries=1000 + tries))
    times = st.integers(0, 1).map(lambda hours: NOON.replace(hour=12 + hours))
    numbers = st.integers(1000, 1001).map(lambda number: int(str(number)))
    told = st.integers(1, 2).map(lambda count: tuple(f"s{n}:gap:2026-04-01" for n in range(count)))
    spans = st.integers(1, 2).map(lambda day: ((NOON.date(), NOON.date().replace(day=day)),))
    return {"held_days": spans, "held_told": told, "run": numbers, "sent": numbers}.get(name, times | st.none())


CHANGES = st.fixed_dictionaries({}, optional={name: a_value(name) for name in Enrollment._fields})
PAIRS = st.builds(lambda first, then: (BEFORE.changed(**first), BEFORE.changed(**first | then)), CHANGES, CHANGES)


def test_a_field_that_differs_in_one_pair_is_told_once_and_in_its_place() -> None:
    sent = BEFORE.changed(sent=1, accepted=1, touched_on=NOON.date())
    assert changed_fields([(BEFORE, BEFORE), (BEFORE, sent), (sent, sent.changed(step=1))]) == [
        "step",
        "sent",
        "accepted",
    ]


@given(st.lists(PAIRS, max_size=4))
def test_the_changed_fields_are_those_whose_columns_would_hold_something_else(
    pairs: list[tuple[Enrollment, Enrollment]],
) -> None:
    written = [(picture(was), picture(now)) for was, now in pairs]
    differ = {name for was, now in written for name in now if was[name] != now[name]}
    told = changed_fields(pairs)
    assert differ <= set(columns_of(told))
    order = [name for name in Enrollment._fields if name != "touched_on"]
    assert told == [name for name in order if any(getattr(was, name) != getattr(now, name) for was, now in pairs)]
