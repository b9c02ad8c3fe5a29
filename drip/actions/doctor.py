"""Examine a database: does anything stand there that must not be, or that nobody will look at?"""

from dataclasses import dataclass
from datetime import datetime

from drip.store import invariants, migrations
from drip.store.engine import Store

NOTICES = frozenset({"late", "uncertain", "mailbox_paused_with_letters"})
_WORDS = {
    "adrift": "open files nobody would ever look at again: no next time, no letter, no person awaited",
    "late": "files that should have been looked at an hour ago: is the scheduler running (`drip up`)?",
    "twice_waiting": "files that wait for a letter and for a time at once",
    "letter_of_closed_file": "letters due for files that are closed",
    "letter_to_suppressed": "letters due to suppressed addresses",
    "key_sent_twice": "letters that were sent twice to one prospect",
    "uncertain": "letters whose answer was lost: say what became of them",
    "opted_out_unsuppressed": "prospects who opted out but are not suppressed",
    "email_differs": "files whose address is not the prospect's any more",
    "letter_missing": "letters due whose version has no such letter",
    "told_of_nothing": "lines of what happened that tell of a prospect, a file, a letter or a rep there is no row of",
    "tried_nothing": "tries of letters there is no row of",
    "mailbox_paused_with_letters": "paused mailboxes with letters waiting",
}
_UNREAD = "files the rules cannot be asked of, so that nothing is sent to them; mend their rows"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a stable code, words, up to 20 ids of rows. `broken` False: only a notice."""

    code: str
    words: str
    ids: tuple[int, ...]
    broken: bool


async def doctor(store: Store, now: datetime) -> list[Finding]:
    """Every invariant that does not hold; empty when all is well. Changes nothing.

    Raises StoreSchemaError for a database of another version, StoreUnreachableError.
    """
    await migrations.demand_newest(store)
    async with store.reading() as unit:
        found = await invariants.broken(unit, now)
        unread = await invariants.unreadable(unit)
    findings = [Finding(code, _WORDS[code], tuple(ids), code not in NOTICES) for code, ids in found.items()]
    if unread:
        why = "; ".join(dict.fromkeys(str(error) for error in unread.values()))
        findings.append(Finding("unreadable", f"{_UNREAD}: {why}", tuple(unread), broken=True))
    return findings
