"""The public holidays of one country, its tables read alone: all of them take a quarter of a second and much memory."""

import sys
from functools import lru_cache
from threading import Lock
from types import ModuleType

import holidays
from holidays.registry import EntityLoader

_PACKAGE = "holidays.countries"
_READING = Lock()


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(EntityLoader.get_country_codes())


def is_known(country: str) -> bool:
    """Whether there is a table for this ISO 3166 alpha-2 code."""
    return country in _codes()


@lru_cache(maxsize=256)
def table_of(country: str) -> type[holidays.HolidayBase]:
    """The table of a known country; something bare stands in for the package meanwhile, which would read every one."""
    with _READING:
        if _PACKAGE in sys.modules:
            return _read(country)
        bare = ModuleType(_PACKAGE)
        bare.__path__ = [f"{folder}/countries" for folder in holidays.__path__]
        sys.modules[_PACKAGE] = bare
        try:
            return _read(country)
        finally:
            del sys.modules[_PACKAGE]


def _read(country: str) -> type[holidays.HolidayBase]:
    found: type[holidays.HolidayBase] = getattr(holidays, country).get_entity()
    return found
