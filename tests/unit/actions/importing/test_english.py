"""The English names of regions."""

from drip.actions.importing import english
from drip.domain.holiday_tables import table_of


def test_every_english_name_stands_for_a_region_the_tables_know():
    unknown = [
        (country, name)
        for country, names in english.REGIONS.items()
        for name, code in names.items()
        if code not in table_of(country).subdivisions
    ]
    assert unknown == []
