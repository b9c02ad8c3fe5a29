"""Prove breakages: in copies of the tree, never in the checkout, each is applied and its tests are run."""

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as Tree
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.guards.breakages import ROOT, Breakage

WITHIN = 240.0  # seconds for the tests of one breakage; one that hangs has not been caught
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.sqlite3*", "*.db", "node_modules", "drip-demo")
NO_PROOF = ("SyntaxError", "ImportError", "ModuleNotFoundError", "NameError", "IndentationError", "fixture '")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a breakage came to: caught by which test, in how many seconds; or `why` it was not."""

    breakage: Breakage
    caught_by: str | None
    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of tests: pytest's exit code, the first failure and its words, and the end of what it printed."""

    code: int
    failed: str | None
    words: str
    output: str


def copies(folder: Path, count: int) -> list[Path]:
    """So many copies of the tree, without environments, caches and databases."""
    made = [folder / f"copy-{number}" for number in range(1, count + 1)]
    for one in made:
        shutil.copytree(ROOT, one, ignore=LEFT_OUT)
    return made


def prove_all(breakages: Iterable[Breakage], trees: list[Path]) -> Iterator[Proof]:
    """Each breakage in one of the copies, as many at a time as there are; as they are done."""
    free: SimpleQueue[Path] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def work(breakage: Breakage) -> Proof:
        tree = free.get()
        try:
            return prove(breakage, tree)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        for done in as_completed([pool.submit(work, one) for one in breakages]):
            yield done.result()


def prove(breakage: Breakage, tree: Path) -> Proof:
    """Break the guard in a copy, demand that a test fails for it, and mend it again."""
    began = time.monotonic()
    if breakage.found(tree) != 1:
        return Proof(breakage, None, f"its text stands {breakage.found(tree)} times in {breakage.file}", 0.0)
    with broken(breakage, tree):
        ran = run_tests(breakage.tests, tree)
    seconds = time.monotonic() - began
    if ran.code == 1 and ran.failed and not any(word in ran.words for word in NO_PROOF):
        return Proof(breakage, ran.failed, "", seconds)
    return Proof(breakage, None, _why(ran), seconds)


@contextmanager
def broken(breakage: Breakage, tree: Path) -> Iterator[None]:
    """The file with its guard taken away, until the end of the block."""
    path = tree / breakage.file
    whole = path.read_text()
    path.write_text(whole.replace(breakage.old, breakage.new))
    _forget_bytecode(path)
    try:
        yield
    finally:
        path.write_text(whole)
        _forget_bytecode(path)


def run_tests(nodes: Iterable[str], tree: Path, *options: str) -> Ran:
    """Run these tests of a copy until the first that fails; `options` are more words for pytest."""
    report = tree / "report.xml"
    report.unlink(missing_ok=True)
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-o", f"cache_dir={tree / '.cache'}"]
    words += [f"--junitxml={report}", *options, *nodes]
    outer = os.environ  # noqa: TID251 - what the tests themselves are started with
    env = {name: value for name, value in outer.items() if not name.startswith("PYTHON")}
    env["PYTHONPATH"] = str(tree)  # before the checkout, which the environment knows too
    try:
        done = subprocess.run(
            words, cwd=tree, env=env, capture_output=True, text=True, timeout=WITHIN, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return Ran(-1, None, "", f"no end within {WITHIN:g} s")
    failed, said = _first_failure(report)
    return Ran(done.returncode, failed, said, "\n".join((done.stdout + done.stderr).splitlines()[-25:]))


def _first_failure(report: Path) -> tuple[str | None, str]:
    """The first test that failed in its own words; one that could not begin is none."""
    if not report.is_file():
        return None, ""
    for case in Tree.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
        failure = case.find("failure")
        if failure is not None:
            return case.get("name"), f"{failure.get('message')}\n{failure.text}"
    return None, ""


def _why(ran: Ran) -> str:
    if ran.code == 0:
        return "its tests pass all the same"
    if ran.failed:
        return f"{ran.failed} failed for another reason:\n{ran.words[-1500:]}"
    return f"its tests did not run (exit code {ran.code}):\n{ran.output}"


def _forget_bytecode(path: Path) -> None:
    """Python knows a changed file by size and second alone."""
    for old in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        old.unlink()
