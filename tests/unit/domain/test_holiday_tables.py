"""The holiday tables: those of one country are read alone, and say what the library says."""

import subprocess
import sys

import holidays
import pytest

from drip.domain.holiday_tables import is_known, table_of

ONE_COUNTRY = """
import sys
from drip.domain.holiday_tables import table_of
table_of("DE")
print(sorted(name for name in sys.modules if name.startswith("holidays.countries")))
from holidays.countries import France
print(France.country, table_of("PL").country)
"""


def test_the_tables_of_one_country_are_read_alone_and_the_others_when_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", ONE_COUNTRY], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['holidays.countries.germany']", "FR PL"]


@pytest.mark.parametrize("country", ["AX", "BR", "DE", "GB", "MA", "NP", "US", "USA"])
def test_they_say_what_the_library_says(country: str) -> None:
    known = holidays.country_holidays(country, years=(2026, 2027))
    assert dict(table_of(country)(years=(2026, 2027))) == dict(known)


def test_a_country_without_a_table_is_unknown() -> None:
    assert is_known("DE")
    assert not is_known("XX")
