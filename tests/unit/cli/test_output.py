"""How a command ends, and what JSON lines are made of."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from drip.cli import output
from drip.cli.output import Exit, InputError, RefusedError, plain
from drip.domain.campaign import Campaign, Step
from drip.domain.errors import DripError, MovedError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RefusedError("no"), Exit.NO),
        (MovedError("somebody was faster"), Exit.NO),
        (InputError("what?"), Exit.WRONG),
        (DripError("what?"), Exit.WRONG),
    ],
)
def test_an_error_says_its_words_on_stderr_and_ends_with_its_code(
    error: DripError, code: Exit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert output.fail(error) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"error: {error}\n")


def test_a_file_that_cannot_be_used_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    error = PermissionError(13, "Permission denied", "report.csv")
    assert output.fail_on_disk(error) == Exit.WRONG
    assert capsys.readouterr().err.startswith("error: report.csv: permission denied. ")


def test_an_error_of_our_own_making_is_not_dressed_up() -> None:
    assert output.misused(ValueError("a bug")) is None


def test_every_kind_of_value_becomes_plain_json() -> None:
    campaign = Campaign("x", (Step("a", "x/a"),))
    assert plain(campaign)["steps"] == [{"key": "a", "template": "x/a", "after": None, "continues": False}]
    assert plain({1: Decimal("1.50"), "p": Path("a/b"), "d": date(2026, 4, 21)}) == {
        "1": "1.50",
        "p": "a/b",
        "d": "2026-04-21",
    }
    assert plain(datetime(2026, 4, 21, 11, tzinfo=UTC)) == "2026-04-21T11:00:00+00:00"


def test_colours_are_only_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    output.prepare(colors=True)
    try:
        assert output.strong("Date") == "Date"  # what captures us here is no terminal
    finally:
        output.prepare(colors=False)


def test_a_command_is_told_as_it_is_typed_where_we_are() -> None:
    told = "Next: `drip web`.\n  drip doctor\n  KEY=$(drip events key)\nSo drip is up."
    output.prepare(colors=False, program="./run")
    try:
        typed = output.as_typed(told)
    finally:
        output.prepare(colors=False)
    assert typed == "Next: `./run web`.\n  ./run doctor\n  KEY=$(./run events key)\nSo drip is up."
    assert output.as_typed(told) == told
