"""In what order and by which of several processes the tests are run, so that they are through soon."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
LONG = "tests/acceptance/"
_GROUP = re.compile(r'^pytestmark = .*pytest\.mark\.xdist_group\("(\w+)"\)', re.MULTILINE)


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each process of the tests what shares dear things in one go. It asks the files, since the groups that
    xdist 3.8 writes behind the ids of tests are lost in pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return part(nodeid)


def part(nodeid: str) -> str:
    """What a test is run together with: its group, else its file; a long one goes alone."""
    file = nodeid.partition("::")[0]
    return _group(file) or (nodeid if file.startswith(LONG) else file)


@cache
def _group(file: str) -> str | None:
    path = ROOT / file
    found = _GROUP.search(path.read_text("utf-8")) if path.is_file() else None
    return found and found[1]


def mixed(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """The tests so ordered that no core is idle: while the processes of a long one wait, others compute.

    Groups come first. Between two of the long ones there are so many files of short ones that the long ones
    are through at three quarters, and what is left at the end is short.
    """
    parts: dict[str, list[pytest.Item]] = {}
    for item in items:
        parts.setdefault(part(item.nodeid), []).append(item)
    groups = [name for name in parts if "/" not in name]
    long = [name for name in parts if name.startswith(LONG)]
    short = [name for name in parts if name not in {*groups, *long}]
    for name in [*groups, *_between(long, short)]:
        yield from parts[name]


def _between(long: Sequence[str], short: Sequence[str]) -> Iterator[str]:
    done = 0
    for number, name in enumerate(long, 1):
        yield name
        upto = len(short) * 3 * number // (4 * len(long))
        yield from islice(short, done, upto)
        done = upto
    yield from islice(short, done, None)
