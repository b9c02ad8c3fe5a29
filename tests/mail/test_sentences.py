"""Every numbered sentence of MAIL about outgoing mail has a test that carries its number, as test_m13_… does."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
LAST = 50
OUTGOING = {*range(1, 19), *range(20, 28), 29, 34, 40, 44, 45, 46, 48, 49, 50}
INCOMING = {19, 28, *range(30, 34), *range(35, 40), *range(41, 44)}  # and what came in by mail is for later
OF_PEOPLE = {47}  # what is kept of a consent, and erased: R18
_NUMBERED = re.compile(r"^(?:async )?def (test_m(\d+)_\w+)", re.MULTILINE)


@cache
def numbered() -> dict[int, list[str]]:
    """The tests that carry the number of a sentence, by it."""
    found = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, number in _NUMBERED.findall(path.read_text("utf-8")):
            found[int(number)].append(f"{path.relative_to(TESTS)}: {name}")
    return found


def test_every_sentence_about_outgoing_mail_has_a_test() -> None:
    assert sorted(OUTGOING - set(numbered())) == []


def test_every_number_is_that_of_a_sentence() -> None:
    assert set(range(1, LAST + 1)) == OUTGOING | INCOMING | OF_PEOPLE
    assert {number: tests for number, tests in numbered().items() if not 1 <= number <= LAST} == {}
