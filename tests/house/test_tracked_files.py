"""What is tracked names no machine, no registry and no secret, and the locks are whole."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-boot.txt")
REQUIREMENT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==\S+( ;[^\\]+)?( \\)?$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
# Each is written in pieces, so that this file does not find itself.
NOT_OURS = [
    "/" + "root/",
    "/" + "home/[a-z]",
    r"(?<![\w}])/" + "work/",
    r"\.\./" + r"shared(?!/mail-corpus)",
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "registry" + r"\.npmjs",
    "deb" + r"\.debian\.org",
    "--" + "(extra-)?index-url",
    "--" + "find-links",
    "BEGIN [A-Z ]*" + "PRIVATE KEY",
]


def tracked() -> list[Path]:
    """The files git keeps, or all but the hidden ones where there is no git."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("pattern", NOT_OURS)
def test_no_tracked_file_names_a_machine_or_a_registry(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if (match := re.search(pattern, path.read_text(errors="replace")))
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if not REQUIREMENT.match(line) and not HASH.match(line)] == []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert not REQUIREMENT.match(line) or HASH.match(following), f"{line} has no hash"


def test_the_runtime_lock_is_part_of_the_one_for_tests() -> None:
    runtime, everything = ((ROOT / name).read_text().split("\n") for name in LOCKS[:2])
    assert {line for line in runtime if "==" in line} <= {line for line in everything if "==" in line}


def test_no_file_is_tracked_that_tools_leave_behind() -> None:
    left = [str(path.relative_to(ROOT)) for path in tracked() if path.suffix in (".pyc", ".sqlite3", ".db", ".log")]
    assert left == []
