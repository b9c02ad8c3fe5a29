"""Show how the demo goes on while it does: a calm display on a terminal, else a line for each month."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from drip.cli.demo.play import Audience
from drip.cli.output import note, wants_colors
from drip.cli.words import day

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live

_EVERY = 0.12  # seconds between two pictures
_BAR = 40  # columns
_SHOWN = (  # what is counted, and the happenings it is
    ("opt-ins", ("opt_in",)),
    ("clicks", ("click", "view")),
    ("replies", ("reply",)),
    ("calls", ("call",)),
    ("meetings", ("meeting_set",)),
    ("opt-outs", ("opt_out", "do_not_contact")),
    ("answers to closing emails", ("keep_open", "call_me", "close_file")),
)


@contextmanager
def watching(begin: datetime, end: datetime, counts: Mapping[str, int]) -> Iterator[Audience]:
    """Somebody who watches from `begin` to `end`; `counts` are the happenings, by what they are."""
    if not sys.stderr.isatty():
        yield _Reader(counts)
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, no_color=not wants_colors(sys.stderr), highlight=False)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield _Watcher(begin, end, counts, live)


class _Reader:
    """Reads a line a month."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._seen: dict[str, int] = {}
        self._month: datetime | None = None

    def see(self, now: datetime, letters: int) -> None:
        """Say what a month brought, once it is over."""
        month = self._month or now
        if (now.year, now.month) == (month.year, month.month):
            self._month = now
            return
        totals = {"letters": letters} | dict(_totals(self._counts))
        news = {name: total - self._seen.get(name, 0) for name, total in totals.items()}
        said = ", ".join(f"{number:,} {name}" for name, number in news.items() if number)
        note(f"{month:%b %Y}: {said or 'nothing'}")
        self._seen, self._month = totals, now


class _Watcher:
    """Sees a bar and a few numbers, drawn in one place some times a second."""

    def __init__(self, begin: datetime, end: datetime, counts: Mapping[str, int], live: "Live") -> None:
        self._begin = begin
        self._end = end
        self._counts = counts
        self._live = live
        self._drawn = 0.0
        self._since = time.monotonic()

    def see(self, now: datetime, letters: int) -> None:
        """Draw again, if it is time."""
        moment = time.monotonic()
        if moment - self._drawn >= _EVERY:
            self._drawn = moment
            self._live.update(self._picture(now, letters, moment - self._since), refresh=True)

    def _picture(self, now: datetime, letters: int, seconds: float) -> "Group":
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        share = (now - self._begin) / (self._end - self._begin)
        top = Table.grid(padding=(0, 2))
        top.add_row(
            Text(f"{day(now.date()):>15}", style="bold"),
            ProgressBar(total=1.0, completed=share, width=_BAR),
            Text(f"{share:4.0%}"),
            Text(f"{seconds:3.0f} s", style="dim"),
        )
        numbers = Table.grid(padding=(0, 3))
        cells = [
            Text.assemble((f"{n:>6,}", "bold"), f" {name}")
            for name, n in [("letters", letters), *_totals(self._counts)]
        ]
        for row in (cells[:4], cells[4:]):
            numbers.add_row(*row)
        return Group(Text(), top, Text(), numbers, Text())


def _totals(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(name, sum(counts.get(what, 0) for what in whats)) for name, whats in _SHOWN]
