"""What the service did, as lines of a scenario: letters from the peer's mail, all else from the facts it kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from drip.store.engine import Store
from drip.store.tables import facts, prospects
from tests.acceptance.equivalence.inbox import Mail

LETTERS = ("email", "closing_email")
KINDS = (
    *("recall_set", "recall_due", "recall_cancelled", "held", "opted_in", "heard", "paused", "resumed"),
    *("reopened", "suppressed", "undeliverable", "completed", "won", "file_closed"),
)
TOLD = ("step", "reason", "on", "until")


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of facts."""

    id: int
    at: datetime
    what: str
    reason: str | None
    send: int | None
    data: dict[str, Any]


async def facts_by_email(store: Store) -> dict[str, list[Fact]]:
    """Every fact of every prospect, in the order of time and of writing."""
    columns = (facts.c.id, facts.c.at, facts.c.what, facts.c.reason, facts.c.send_id, facts.c.data)
    statement = (
        select(prospects.c.email, *columns)
        .join(prospects, prospects.c.id == facts.c.prospect_id)
        .order_by(facts.c.at, facts.c.id)
    )
    async with store.reading() as unit:
        found: dict[str, list[Fact]] = {}
        for email, *row in await unit.rows(statement):
            found.setdefault(email, []).append(Fact(*row))
    return found


def lines_of(mails: Sequence[Mail], rows: Sequence[Fact], zone: ZoneInfo, end: datetime) -> list[dict[str, Any]]:
    """The lines of one prospect up to `end`, as CAMPAIGN.md's `--json` writes them.

    A letter stands where its fact does. A letter without a fact, or a fact without its letter, is a
    line that no simulation has.
    """
    sent = {mail.send: (number, mail) for number, mail in _numbered(mails)}
    lines = []
    for row in rows:
        if row.at > end:
            break
        if row.what in LETTERS:
            number, mail = sent.pop(row.send or 0, (0, None))
            lines.append(_letter(mail, number, row, zone))
        elif row.what in KINDS:
            lines.append(_line(row, zone))
    late = [mail for _, mail in sent.values() if mail.sent_at <= end]
    return lines + [{"what": "a mail without its fact", "subject": mail.subject} for mail in late]


def _numbered(mails: Sequence[Mail]) -> list[tuple[int, Mail]]:
    """Each mail with its number, counted in the order they came; a closing email has none."""
    counted, number = [], 0
    for mail in mails:
        number += mail.step != "closing"
        counted.append((0 if mail.step == "closing" else number, mail))
    return counted


def _letter(mail: Mail | None, number: int, row: Fact, zone: ZoneInfo) -> dict[str, Any]:
    if mail is None:
        return {"at": _told_at(row.at, zone), "what": f"a fact without its mail: {row.what}"}
    line: dict[str, Any] = {"at": _told_at(mail.sent_at, zone), "what": "closing_email"}
    if mail.step != "closing":
        line |= {"what": "email", "step": mail.step, "n": number}
        assert mail.subject == f"{mail.step}, number {number}"
    assert (row.what, row.data.get("n")) == (line["what"], line.get("n"))
    assert abs(row.at - mail.sent_at) < timedelta(seconds=1)
    return line | ({"reason": row.reason} if row.reason else {})


def _line(row: Fact, zone: ZoneInfo) -> dict[str, Any]:
    line: dict[str, Any] = {"at": _told_at(row.at, zone), "what": row.what}
    known = {**row.data, "reason": row.reason}
    for name in TOLD:
        value = known.get(name)
        if value is not None:
            line[name] = _told_at(datetime.fromisoformat(value), zone) if name == "on" else value
    return line


def _told_at(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(microsecond=0).isoformat()
