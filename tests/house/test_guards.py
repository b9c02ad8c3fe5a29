"""The kept list of breakages does not go stale: what each takes away is there, and so is the test that notices."""

from tests.guards.breakages import load

AT_LEAST = 20


def test_each_guard_that_can_be_broken_stands_where_the_list_says() -> None:
    stale = {one.guard: f"{one.found()} times in {one.file}" for one in load() if one.found() != 1}
    assert stale == {}, "bring tests/guards/breakages.toml up to date with the code"


def test_each_breakage_has_tests_that_exist() -> None:
    missing = {one.guard: names for one in load() if (names := one.missing()) or not one.tests}
    assert missing == {}, "bring tests/guards/breakages.toml up to date with the tests"


def test_no_guard_is_listed_twice_and_there_are_enough() -> None:
    names = [one.guard for one in load()]
    assert sorted(set(names)) == sorted(names)
    assert len(names) >= AT_LEAST
