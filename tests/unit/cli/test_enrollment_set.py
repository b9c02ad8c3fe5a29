"""`drip enrollment set`: a rep changes what the letters say, for one customer or from a sheet."""

import re
import shutil
from pathlib import Path

import pytest

from drip.catalog.files import CAMPAIGNS
from drip.cli.main import main
from tests.unit.cli.typing_in import Terminal

README = (CAMPAIGNS / "README.md").read_text("utf-8")
ANN, BOB = "ann.jones@acme.com", "bob@acme.com"
ENROLLING = """Email,field.goal,Fields.baseline,Shoe size
ann.jones@acme.com,6 hours a week,11 hours a week,41
bob@acme.com,,9 hours a week,42
"""


@pytest.fixture(scope="module")
def reviewed(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where Ann and Bob are in the review of customers, enrolled from a sheet."""
    folder = tmp_path_factory.mktemp("reviewed")
    shutil.copytree(begun, folder, dirs_exist_ok=True)
    (folder / "customers.csv").write_text(ENROLLING, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIP_DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'drip.db'}")
        assert main(["campaign", "publish", "customer-value-review"]) == 0
        assert main(["enroll", "--csv", str(folder / "customers.csv"), "--campaign", "customer-value-review"]) == 0
    return folder


@pytest.fixture
def desk(drip: Terminal, reviewed: Path, tmp_path: Path) -> Terminal:
    """A terminal in a copy of that folder."""
    shutil.copytree(reviewed, tmp_path, dirs_exist_ok=True)
    return drip


def fields(desk: Terminal, email: str) -> dict[str, str]:
    """The fields of somebody's only file."""
    [shown] = desk(f"prospect show {email} --json").objects
    [found] = shown["fields"].values()
    return dict(found)


def test_a_sheet_brings_the_fields_and_each_quarter_they_are_changed(desk: Terminal) -> None:
    assert fields(desk, ANN) == {"goal": "6 hours a week", "baseline": "11 hours a week"}
    assert fields(desk, BOB) == {"baseline": "9 hours a week"}
    told = desk(f'enrollment set {ANN} --field result="7 hours a week" --field goal=6 --by kim@seller.com')
    assert told.code == 0
    assert told.out.splitlines() == [
        "result: 7 hours a week",
        "goal: 6",
        f"{ANN}, enrollment 1, is set; the next customer-value-review letter says so.",
    ]
    assert fields(desk, ANN) == {"goal": "6", "baseline": "11 hours a week", "result": "7 hours a week"}
    shown = desk(f"prospect show {ANN}").out
    assert "result" in shown and "7 hours a week" in shown
    [line] = [one for one in desk(f"timeline {ANN} --json").objects if one["code"] == "fields_set"]
    assert (line["who"], line["why"]) == ("Kim Lee", "result: 7 hours a week; goal: 6 (was: 6 hours a week)")


def test_no_letter_of_a_closed_file_is_promised(desk: Terminal) -> None:
    assert desk(f"recall done {BOB} not_interested").code == 0
    told = desk(f"enrollment set {BOB} --field result=8")
    assert told.code == 0 and "the file is closed, so no letter says so" in told.out


def test_what_is_so_already_is_told(desk: Terminal) -> None:
    told = desk(f'enrollment set {ANN} --field goal="6 hours a week"')
    assert (told.code, told.out) == (1, "")
    assert "That changes nothing" in told.err


def test_a_sheet_changes_many_and_tells_the_rows_it_cannot_use(desk: Terminal, tmp_path: Path) -> None:
    rows = ("Email,field.result,field.reslut,Name", f"{ANN},7 hours,,Ann", f"{BOB},,9 hours,Bob")
    more = ("zed@acme.com,1,,Zed", f"{BOB},8 hours,,")
    (tmp_path / "june.csv").write_text("\n".join((*rows, *more)), "utf-8")
    told = desk("enrollment set --csv june.csv --json")
    assert told.code == 0
    assert "Columns not read: Name. (A column for a campaign's field is called field.NAME.)" in told.err
    assert [one.get("changed", one.get("row")) for one in told.objects] == [["result"], 3, 4, ["result"]]
    assert 'declares no field "reslut"' in told.objects[1]["why"]
    assert "There is no prospect for the address zed@acme.com" in told.objects[2]["why"]
    assert fields(desk, BOB) == {"baseline": "9 hours a week", "result": "8 hours"}
    assert "Line 3: not set: " in desk("enrollment set --csv june.csv").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Say whose: WHO, or --csv FILE with many."),
        (f"{ANN} --csv june.csv", "Say whose: WHO, or --csv FILE with many."),
        (ANN, 'Say what to set, such as --field goal="fewer stops".'),
        (f"{ANN} --field goal", '--field: "goal" is no field. Write NAME=TEXT'),
        (f"{ANN} --field gaol=6", 'has goal, measure, baseline, result, next_goal; did you mean "goal"?'),
        ("zed@acme.com --field goal=6", "There is no prospect for the address zed@acme.com."),
        ("--csv june.csv", "june.csv, line 1: no column is for a field. Call one field.NAME"),
        ("--csv nowhere.csv --field goal=6", "nowhere.csv"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_set(desk: Terminal, tmp_path: Path, words: str, told: str) -> None:
    (tmp_path / "june.csv").write_text(f"Email,Result\n{ANN},7 hours\n", "utf-8")
    answer = desk(f"enrollment set {words}")
    assert (answer.code, answer.out) == (2, "")
    assert told in " ".join(answer.err.split())


def test_enrolling_with_a_field_nobody_declared_says_which_there_are(desk: Terminal) -> None:
    told = desk("enroll carol@other.co.uk --campaign customer-value-review --field reslut=7 --dry-run")
    assert told.code == 1
    assert 'declares no field "reslut"; it has goal, measure' in told.out and 'did you mean "result"?' in told.out


def test_the_readme_of_campaigns_is_followed_word_for_word(desk: Terminal, tmp_path: Path) -> None:
    [block] = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    typed = [line.partition("  #")[0].removeprefix("drip ") for line in block.splitlines()]
    assert len(typed) == 3
    desk("prospect add ann@example.org --country US")
    (tmp_path / "june.csv").write_text("email,field.result\nann@example.org,6 hours a week\n", "utf-8")
    for words, result in zip(typed, (None, "7 hours a week, in June", "6 hours a week"), strict=True):
        assert desk(words).code == 0
        assert fields(desk, "ann@example.org").get("result") == result
    assert fields(desk, "ann@example.org")["goal"] == "6 hours of stops a week"
