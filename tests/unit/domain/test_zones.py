"""The prospect's time zone: stated, else inferred from country and region, else the first fallback."""

from datetime import UTC, datetime

import pytest

from drip.domain.errors import PlaceError
from drip.domain.zones import inferred_zone, zone_named, zone_of


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("US", "NY", "America/New_York"),
        ("us", "ca", "America/Los_Angeles"),
        ("US", "AZ", "America/Phoenix"),
        ("US", "HI", "Pacific/Honolulu"),
        ("CA", "NL", "America/St_Johns"),
        ("AU", "QLD", "Australia/Brisbane"),
        ("BR", "SP", "America/Sao_Paulo"),
        ("GB", None, "Europe/London"),
        ("FR", None, "Europe/Paris"),
        ("NP", None, "Asia/Kathmandu"),
        ("DE", None, "Europe/Berlin"),
        ("CL", None, "America/Santiago"),
        ("ES", "CN", "Atlantic/Canary"),
        ("ES", None, "Europe/Madrid"),
        ("US", None, None),
        ("US", "ZZ", None),
        ("AU", None, None),
        ("XX", None, None),
        (None, "NY", None),
    ],
)
def test_a_zone_is_inferred_only_without_doubt(country: str | None, region: str | None, zone: str | None) -> None:
    assert inferred_zone(country, region) == zone


def test_the_prospects_own_zone_comes_first() -> None:
    assert zone_of("Asia/Tokyo", "US", "NY", ("Europe/Berlin",)).key == "Asia/Tokyo"


def test_then_the_inferred_one() -> None:
    assert zone_of(None, "US", "NY", ("Europe/Berlin",)).key == "America/New_York"
    assert zone_of("", "GB", None, ()).key == "Europe/London"


def test_then_the_first_fallback_that_is_set() -> None:
    assert zone_of(None, "US", None, (None, "America/Denver", "Europe/Berlin")).key == "America/Denver"


def test_an_unknown_zone_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(PlaceError, match=r'"Mars/Olympus" is not a time zone.*America/New_York'):
        zone_named("Mars/Olympus")
    with pytest.raises(PlaceError):
        zone_named("../etc/passwd")


def test_nothing_known_is_an_error() -> None:
    with pytest.raises(PlaceError, match="No time zone is known"):
        zone_of(None, None, None, (None, ""))


@pytest.mark.parametrize(
    ("zone", "moment", "hours"),
    [
        ("Australia/Lord_Howe", datetime(2026, 7, 1, tzinfo=UTC), 10.5),
        ("Australia/Lord_Howe", datetime(2026, 12, 1, tzinfo=UTC), 11),
        ("Africa/Casablanca", datetime(2026, 3, 1, tzinfo=UTC), 0),
        ("Africa/Casablanca", datetime(2026, 4, 1, tzinfo=UTC), 1),
        ("America/Santiago", datetime(2026, 7, 1, tzinfo=UTC), -4),
        ("Asia/Kathmandu", datetime(2026, 7, 1, tzinfo=UTC), 5.75),
    ],
)
def test_the_zone_tables_know_odd_daylight_saving(zone: str, moment: datetime, hours: float) -> None:
    offset = moment.astimezone(zone_named(zone)).utcoffset()
    assert offset is not None
    assert offset.total_seconds() == hours * 3600
