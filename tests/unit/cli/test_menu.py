"""The menu: the commands there are, found without importing them, each with help that fits."""

import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from drip.cli.group import Entry, Item, Shelf
from drip.cli.main import main
from drip.cli.menu import menu
from tests.unit.cli.typing_in import Terminal

EXPECTED = {
    *("demo", "up", "doctor", "db upgrade", "simulate", "outcome", "classify", "enroll", "timeline", "forecast"),
    *(f"campaign {one}" for one in ("list", "new", "check", "preview", "send-test", "publish", "show")),
    *("worker", "scheduler", "web", "inbound", "pulse"),
    *(
        "rep add",
        "rep list",
        "rep calendar",
        "rep notices",
        "rep hours",
        "notices",
        "rep away add",
        "rep away list",
        "rep away cancel",
        "rep handover",
    ),
    *("receive", "inbox list", "inbox show", "inbox place", "inbox dismiss", "events key", "events send"),
    *("sends uncertain", "sends resolve", "opt-in record", "email record", "reply record", "reply resolve"),
    *(f"mailbox {one}" for one in ("add", "list", "show", "set", "check", "dkim", "pause", "resume")),
    *(f"prospect {one}" for one in ("import", "add", "list", "show")),
    *(f"enrollment {one}" for one in ("list", "pause", "resume", "set", "skip", "end")),
    *(f"recall {one}" for one in ("list", "done", "promise", "call-off")),
    *(f"suppress {one}" for one in ("add", "lift", "list")),
}
HEAVY = ("pydantic", "sqlalchemy", "alembic", "jinja2", "rich", "dramatiq", "starlette", "cryptography")


def commands() -> Iterator[tuple[str, Item]]:
    """Every command with its words."""
    for entries in menu().sections.values():
        yield from _within("", entries)


def _within(words: str, entries: Mapping[str, Entry]) -> Iterator[tuple[str, Item]]:
    for name, entry in entries.items():
        if isinstance(entry, Shelf):
            yield from _within(f"{words}{name} ", entry.items)
        else:
            yield f"{words}{name}", entry


def test_the_commands_are_those_of_the_plan() -> None:
    assert {words for words, _ in commands()} == EXPECTED


@pytest.mark.parametrize("words", sorted(EXPECTED))
def test_every_command_explains_itself_in_eighty_columns(drip: Terminal, words: str) -> None:
    told = drip(f"{words} --help")
    assert told.code == 0
    assert told.out.startswith(f"Usage: drip {words}")
    assert max(len(line) for line in told.out.splitlines()) <= 80


def test_the_menu_fits_and_names_everything(drip: Terminal) -> None:
    told = drip("--help")
    assert max(len(line) for line in told.out.splitlines()) <= 80
    assert all(f"\n  {words.split()[0]} " in told.out for words in EXPECTED)


def test_no_line_of_the_menu_is_cut() -> None:
    assert all(item.help.endswith(".") and len(item.help) <= 66 for _, item in commands())


@pytest.mark.parametrize("words", [("--help",), ("campaign", "--help"), ("--version",), ("simulate", "nowhere.toml")])
def test_quick_commands_import_nothing_heavy(words: tuple[str, ...]) -> None:
    program = (
        "import sys; from drip.cli.main import main; main(sys.argv[1:]); "
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_word_that_is_nearly_a_command_is_suggested(drip: Terminal) -> None:
    told = drip("campain list")
    assert (told.code, told.out) == (2, "")
    assert "No such command 'campain'. Did you mean 'campaign'" in told.err
    assert "See `drip --help`." in told.err


def test_no_words_at_all_show_the_menu_and_count_as_a_mistake(drip: Terminal) -> None:
    told = drip("")
    assert (told.code, told.out) == (2, "")
    assert "Every day:" in told.err


def test_commands_are_said_as_they_are_typed_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rep"], program="./run") == 2
    assert main(["--help"], program="./run") == 0
    assert main(["suppress", "--help"], program="./run") == 0
    out, err = capsys.readouterr()
    assert err.startswith("Usage: ./run rep ")
    assert "`./run demo` shows" in " ".join(out.split())
    assert "`./run suppress ann@example.com` does" in " ".join(out.split())
    assert "`drip " not in out


def test_the_version_is_told(drip: Terminal) -> None:
    assert drip("--version").out == "drip 0.1.0\n"
