"""The values a letter may use, which of them may be empty, and examples of all (CAMPAIGN.md)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

LINKS = ("opt_in", "opt_out", "less_often", "keep_open", "call_me", "close_file", "view")

# The value after each name says whether it can be empty for a real prospect.
_MAY_BE_EMPTY: dict[str, dict[str, bool]] = {
    "prospect": {
        "first_name": True,
        "last_name": True,
        "title": True,
        "company": True,
        "email": False,
        "country": True,
    },
    "rep": {"name": False, "title": True, "phone": True, "signature": True, "email": False},
    "campaign": {"name": False, "key": False},
    "step": {"key": False, "n": False},
    "enrollment": {"hot_button": True, "next_step": True, "enrolled_on": False},
    "recall": {"on": True, "window": True, "promised": True},
    "links": dict.fromkeys(LINKS, False),
    "sender": {"name": False, "postal_address": False},
}
_DATES = {("enrollment", "enrolled_on"), ("recall", "on")}

# If the key is true, the values are not empty either.
IMPLIED: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {
    ("recall", "promised"): (("recall", "on"), ("recall", "window"))
}


def known_paths(fields: Iterable[str]) -> dict[tuple[str, ...], bool]:
    """Every value as a path, and whether it may be empty; `fields` are the campaign's own."""
    paths = {(group, name): empty for group, names in _MAY_BE_EMPTY.items() for name, empty in names.items()}
    return paths | {("enrollment", "fields", name): True for name in fields}


def is_date(path: tuple[str, ...]) -> bool:
    """Whether the value is a day, which only the day filters can show."""
    return path in _DATES


def example_values(fields: Iterable[str] = ()) -> dict[str, Any]:
    """A full set of values for checking and for the preview; `links.to` gives the address back."""
    return {
        "prospect": {
            "first_name": "Ann",
            "last_name": "O'Neill-Jones",
            "title": "Plant manager",
            "company": "Baker & Sons <Tools>",
            "email": "ann@example.com",
            "country": "US",
        },
        "rep": {
            "name": "Dana Whitfield",
            "title": "Account executive",
            "phone": "+1 555 0134",
            "signature": "Dana",
            "email": "dana@sender.example",
        },
        "campaign": {"name": "Monthly value", "key": "monthly-value"},
        "step": {"key": "example", "n": 1},
        "enrollment": {
            "hot_button": "unplanned stops on line 2",
            "next_step": "look at it again after the summer",
            "enrolled_on": date(2026, 1, 5),
            "fields": {name: f"example of {name}" for name in fields},
        },
        "recall": {"on": date(2026, 3, 16), "window": "07:30-08:30", "promised": True},
        "links": {name: f"https://sender.example/{name}?a=1&b=2" for name in LINKS} | {"to": str},
        "sender": {
            "name": "Dana Whitfield",
            "postal_address": "400 Mill Street, Dayton, OH 45402, USA",
        },
    }


def empty_values(fields: Iterable[str] = ()) -> dict[str, Any]:
    """The same, with everything empty that may be."""
    values = example_values(fields)
    for group, names in _MAY_BE_EMPTY.items():
        values[group] |= {name: "" for name, empty in names.items() if empty}
    values["enrollment"]["fields"] = dict.fromkeys(fields, "")
    values["recall"] |= {"on": None, "promised": False}
    return values
