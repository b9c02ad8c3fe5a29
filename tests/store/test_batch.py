"""A batch as a parameter: the JSON the database reads is that of Python's own writer."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.store.batch import packed, packed_for_postgresql


class Colour(StrEnum):
    """A text with a name."""

    RED = "red"


WHOLE = st.integers(-(2**80), 2**80)  # more than a database's number holds, and than 64 bits
PLAIN = st.none() | st.booleans() | WHOLE | st.text() | st.floats(allow_nan=False, allow_infinity=False)
ZONES = st.sampled_from([UTC, ZoneInfo("America/St_Johns"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/Berlin")])
TIMES = st.datetimes(datetime(1973, 1, 1), timezones=ZONES) | st.dates()  # noqa: DTZ001 - zones follow
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=3))
def test_a_batch_reads_as_it_would_from_the_plain_writer(rows: list[dict[str, Any]]) -> None:
    assert json.loads(packed(rows)["rows"]) == json.loads(json.dumps(rows))


def test_times_days_and_amounts_are_written_at_one_width() -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    abroad = datetime(2026, 3, 10, 14, tzinfo=timezone(timedelta(hours=2)))
    row = {"utc": noon, "abroad": abroad, "day": date(2026, 3, 10), "amount": Decimal("5.5"), "word": Colour.RED}
    assert json.loads(packed([row], "told")["told"]) == [
        {
            "utc": "2026-03-10T12:00:00.000000+00:00",
            "abroad": "2026-03-10T12:00:00.000000+00:00",
            "day": "2026-03-10",
            "amount": "5.50",
            "word": "red",
        }
    ]


@given(st.lists(st.dictionaries(st.text(), VALUES | TIMES, max_size=4), max_size=3))
def test_postgresql_is_given_the_same_moments_and_days_at_any_width(rows: list[dict[str, Any]]) -> None:
    slow, quick = json.loads(packed(rows)["rows"]), json.loads(packed_for_postgresql(rows)["rows"])
    for row, plainly, quickly in zip(rows, slow, quick, strict=True):
        for name, value in row.items():
            if isinstance(value, datetime):
                assert datetime.fromisoformat(quickly[name]) == datetime.fromisoformat(plainly[name])
            else:
                assert quickly[name] == plainly[name]


def test_half_a_character_is_written_as_it_is() -> None:
    assert json.loads(packed([{"word": "\ud800"}])["rows"]) == [{"word": "\ud800"}]


@pytest.mark.parametrize("write", [packed, packed_for_postgresql])
def test_a_time_without_a_zone_is_refused(write: Callable[[list[dict[str, Any]]], dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        write([{"at": datetime(2026, 3, 10, 12)}])  # noqa: DTZ001 - that is what is wrong with it


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot stand in a batch"):
        packed([{"what": object()}])
