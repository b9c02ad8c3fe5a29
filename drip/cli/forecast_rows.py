"""The rows of a forecast for programs, and each letter and call of it in order of time."""

import csv as csv_text
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from drip.actions.forecast import Forecast, Team
from drip.actions.forecasting.expected import LETTERS, Coming, Kind
from drip.actions.words import ENDS, RECALLS
from drip.cli.output import plain, say, say_json, strong
from drip.cli.table import Column, show
from drip.cli.words import day

MAILDIR = "the maildir"
ASSUMED = "If nobody answers and no call is made."
Row = Mapping[str, Any]


class Earliest:
    """Keeps the first so many things that come, whatever the order they are told in; `seen` counts all."""

    def __init__(self, most: int) -> None:
        self.seen = 0
        self._most = most
        self._kept: list[Coming] = []

    def add(self, one: Coming) -> None:
        """One more thing that comes."""
        self.seen += 1
        self._kept.append(one)
        if len(self._kept) >= 2 * self._most + 100:
            self._kept = self.sorted()

    def sorted(self) -> list[Coming]:
        """The first ones, in order of time."""
        return sorted(self._kept, key=lambda one: (one.at.timestamp(), one.email, one.kind))[: self._most]


STOPPED = {"paused": "is paused", "no_postal_address": "has no postal address"}


def as_rows(found: Iterable[Coming], team: Team) -> Iterator[Row]:
    """Each as an object for programs; `at` carries the prospect's offset."""
    for one in found:
        yield {
            "at": one.at.isoformat(timespec="seconds"),
            "day": one.day,
            "what": one.kind,
            "email": one.email,
            "enrollment_id": one.enrollment_id,
            "step": one.step,
            "n": one.n,
            "rep": team.reps[one.rep_id].email,
            "mailbox": mailbox_name(team, one.mailbox_id),
            "campaign": one.campaign,
            "reason": one.reason,
            "promised": one.promised,
            "owed": one.owed,
            "waits": one.waits,
        }


def print_rows(rows: Iterable[Row], *, csv: bool) -> None:
    """Print rows, which all have the same names: JSON lines, or CSV with a header."""
    writer = csv_text.writer(sys.stdout, lineterminator="\n")
    for number, row in enumerate(rows):
        if not csv:
            say_json(row)
            continue
        if number == 0:
            writer.writerow(row)
        writer.writerow([_cell(plain(value)) for value in row.values()])


def tell_each(found: Sequence[Coming], made: Forecast) -> None:
    """A table of each letter and call, by the prospects' clocks."""
    several = len({one.campaign for one in found}) > 1
    say(strong(f"What comes, {day(found[0].day)} to {day(found[-1].day)}"))
    say(ASSUMED + " Times are the prospects' own.")
    say()
    show(
        ["Date", "Time", "Who", Column("What", wraps=True), "From", "Campaign"],
        [
            (
                day(one.at.date()),
                f"{one.at:%H:%M}",
                one.email,
                in_words(one),
                made.team.reps[one.rep_id].name if one.kind is Kind.CALL else _from(one, made.team),
                one.campaign if several else "",
            )
            for one in found
        ],
    )


def _from(one: Coming, team: Team) -> str:
    return (mailbox_name(team, one.mailbox_id) or MAILDIR) if one.kind in LETTERS else ""


def mailbox_name(team: Team, mailbox_id: int | None) -> str | None:
    """The name of a mailbox; None: letters go to the maildir."""
    return None if mailbox_id is None else team.mailboxes[mailbox_id].name


def in_words(one: Coming) -> str:
    """What comes, such as "letter 2: checklist"."""
    if one.kind is Kind.CALL:
        why = "promised" if one.promised else RECALLS.get(one.reason or "", one.reason)
        return f"call, owed since then: {why}" if one.owed else f"call: {why}"
    if one.kind is Kind.FILE_CLOSED:
        return f"file closes: {ENDS.get(one.reason or '', one.reason)}"
    number = f"letter {one.n}: {one.step}" if one.n else f"letter {one.step}, once more"
    said = {Kind.INVITATION: f"invitation: {one.step}", Kind.CLOSING_EMAIL: "closing email"}.get(one.kind, number)
    return f"{said} (waits: its mailbox {STOPPED[one.waits]})" if one.waits else said


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value
