"""The line finder must name the line a person would look at, whatever TOML they write."""

import pytest

from drip.catalog.lines import line_of, locate

WRITTEN = '''# a comment with [brackets] = and "quotes
name = "x # no comment"
"quoted key" = 1
days = [
  "mon", # ] not the end
  "tue",
]
text = """
gap = "not a key"
"""
raw = \'\'\'
[not.a.header]
\'\'\'
recall.tries = 3

[silence] # behind
  after = "8 months"
[ campaign . window ]
from = "08:00"
[[steps]]
key = "a"
[[steps]]
key = "b"
after = "3 weeks"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("quoted key",), 3),
        (("days",), 4),
        (("text",), 8),
        (("raw",), 11),
        (("recall", "tries"), 14),
        (("silence",), 16),
        (("silence", "after"), 17),
        (("campaign", "window", "from"), 19),
        (("steps", 0, "key"), 21),
        (("steps", 1), 22),
        (("steps", 1, "key"), 23),
        (("steps", 1, "after"), 24),
    ],
)
def test_a_key_is_found_on_its_line(path, line):
    assert locate(WRITTEN)[path] == line


def test_what_stands_inside_texts_is_no_key():
    assert ("gap",) not in locate(WRITTEN)
    assert ("not", "a", "header") not in locate(WRITTEN)


def test_arrays_within_arrays_are_counted_each_in_its_own():
    lines = locate("[[a]]\n[[a.b]]\nk=1\n[[a.b]]\nk=1\n[[a]]\n[[a.b]]\nk=1\n")
    assert lines["a", 0, "b", 1, "k"] == 5
    assert lines["a", 1, "b", 0, "k"] == 8


def test_a_key_inside_an_inline_table_stands_on_the_line_of_its_holder():
    lines = locate("\n[profile]\nemployees = { min = 50, max = 2000 }\n")
    assert line_of(("profile", "employees", "max"), lines) == 3


def test_a_missing_key_stands_where_its_table_begins():
    lines = locate("\n[prospect]\n")
    assert line_of(("prospect", "email"), lines) == 2
    assert line_of(("nowhere",), lines) == 1


def test_line_ends_of_windows_count_once():
    assert locate("a = 1\r\nb = 2\r\n\r\nc = 3\r\n")["c",] == 4
