"""Show how the demo goes on while it does: a calm display on a terminal, else a line for each month."""

import sys
import textwrap
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from drip.cli.demo.play import Audience
from drip.cli.output import note, wants_colors
from drip.cli.words import count, day

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live

_EVERY = 0.2  # seconds between two pictures
_WIDTH = 78  # columns
_BAR = 40
_SHOWN = (  # what is counted, and the happenings it is
    ("opt-in", "opt-ins", ("opt_in",)),
    ("click", "clicks", ("click", "view")),
    ("reply", "replies", ("reply",)),
    ("call", "calls", ("call",)),
    ("meeting", "meetings", ("meeting_set",)),
    ("opt-out", "opt-outs", ("opt_out",)),
    ("closing answer", "closing answers", ("keep_open", "call_me", "close_file")),
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
        self._told = self._seen = _totals(0, {})
        self._month: datetime | None = None

    def see(self, now: datetime, letters: int) -> None:
        """Say what a month brought, once it is over."""
        month = self._month or now
        if (now.year, now.month) != (month.year, month.month):
            pairs = zip(self._seen, self._told, strict=True)
            news = [(total - told, one, many) for (total, one, many), (told, _, _) in pairs]
            said = ", ".join(count(number, one, many) for number, one, many in news if number)
            note(textwrap.fill(f"{month:%b %Y}: {said or 'nothing'}", _WIDTH, subsequent_indent=" " * 10))
            self._told = self._seen
        self._seen, self._month = _totals(letters, self._counts), now


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
            ProgressBar(total=1.0, completed=share, width=_BAR, complete_style="cyan", finished_style="cyan"),
            Text(f"{share:4.0%}"),
            Text(f"{seconds:3.0f} s", style="dim"),
        )
        numbers = Table.grid(padding=(0, 3))
        totals = _totals(letters, self._counts)
        cells = [Text.assemble((f"{n:>6,}", "bold"), f" {one if n == 1 else many}") for n, one, many in totals]
        for row in (cells[:4], cells[4:]):
            numbers.add_row(*row)
        return Group(Text(), top, Text(), numbers, Text())


def _totals(letters: int, counts: Mapping[str, int]) -> list[tuple[int, str, str]]:
    """What to show: how many so far, and the word for one and for many."""
    happened = [(sum(counts.get(what, 0) for what in whats), one, many) for one, many, whats in _SHOWN]
    return [(letters, "letter", "letters"), *happened]
