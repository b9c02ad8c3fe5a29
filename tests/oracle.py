"""Judge a demo's folder without any of drip's code: `python tests/oracle.py DIR` looks at every letter, day by day."""

import base64
import csv
import email
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays

GAP = 4  # business days
OPENS, CLOSES = time(8), time(17)
TOKEN = re.compile(r"/u/([A-Za-z0-9_-]+)")  # the way out, which every letter has
HEAD, MAC = 2 + 6 + 6, 16  # bytes: version and purpose, enrollment, send; and the signature at the end
STOPS = {"opt_out", "do_not_contact"}  # on a page, or on the telephone


@dataclass(frozen=True)
class Letter:
    """A mail as received: `key` is the run and the step in its signed link."""

    name: str
    at: datetime
    key: tuple[int, str]


@dataclass
class Person:
    """One prospect: where, what came, and what they and their rep say they did."""

    email: str
    zone: ZoneInfo
    closed: holidays.HolidayBase
    letters: list[Letter] = field(default_factory=list)
    happened: list[dict[str, Any]] = field(default_factory=list)

    def day(self, at: datetime) -> date:
        """The day by this person's clock."""
        return at.astimezone(self.zone).date()

    def is_business_day(self, day: date) -> bool:
        """Monday to Friday, and no public holiday here."""
        return day.weekday() < 5 and day not in self.closed

    def free_from(self, touched: date) -> date:
        """The first day that keeps the gap after a touch."""
        day, left = touched, GAP
        while left:
            day += timedelta(days=1)
            left -= self.is_business_day(day)
        return day


def load(folder: Path) -> dict[str, Person]:
    """Everybody in prospects.csv, with their mails and happenings in order of time."""
    people = {}
    with (folder / "prospects.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            region = row["region"] or ("ENG" if row["country"] == "GB" else None)
            closed = holidays.country_holidays(row["country"], subdiv=region, categories=(holidays.PUBLIC,))
            people[row["email"]] = Person(row["email"], ZoneInfo(row["time_zone"]), closed)
    for path in sorted((folder / "mail").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes())
        letter = Letter(path.name, parsedate_to_datetime(message["Date"]), signed_key(message["List-Unsubscribe"]))
        people[parseaddr(message["To"])[1]].letters.append(letter)
    for line in (folder / "happenings.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        people[told["email"]].happened.append(told | {"at": datetime.fromisoformat(told["at"])})
    for person in people.values():
        person.letters.sort(key=lambda letter: letter.at)
    return people


def signed_key(header: str) -> tuple[int, str]:
    """Run and step, readable in a link's token: ..., run (2 bytes), link (1), index (1), step, signature (16)."""
    found = TOKEN.search("".join(header.split()))
    if found is None:
        raise ValueError(f"no way out in {header!r}")
    raw = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    return int.from_bytes(raw[HEAD : HEAD + 2], "big"), raw[HEAD + 4 : -MAC].decode()


def judge(person: Person) -> Iterator[str]:
    """Everything wrong with one person's letters, each with the rule it breaks."""
    seen = set()
    stopped = [one["at"] for one in person.happened if {one["what"], one.get("outcome")} & STOPS]
    enrolled = [one["at"] for one in person.happened if one["what"] == "enrolled"]
    for letter in person.letters:
        local = letter.at.astimezone(person.zone)
        told = f"{letter.name} to {person.email} on {local:%a %Y-%m-%d %H:%M}"
        if local.weekday() > 4 or not OPENS <= local.time() < CLOSES:
            yield f"window: {told}"
        if local.date() in person.closed:
            yield f"holiday: {told}, {person.closed[local.date()]}"
        if letter.key in seen:
            yield f"twice: {told}, step {letter.key[1]}"
        seen.add(letter.key)
        if any(at < letter.at for at in stopped):
            yield f"after opt-out: {told}"
        if not any(at < letter.at for at in enrolled):
            yield f"not enrolled: {told}"
    yield from judge_gap(person)
    yield from judge_promises(person)


def judge_gap(person: Person) -> Iterator[str]:
    """Touches too near to one another; a call that was promised or asked for needs no gap before it."""
    touches = [(letter.at, "letter") for letter in person.letters]
    touches += [(one["at"], one["why"]) for one in person.happened if one["what"] == "call"]
    touches.sort()
    for (before, _), (after, kind) in pairwise(touches):
        if kind in ("letter", "routine") and person.day(after) < person.free_from(person.day(before)):
            yield f"gap: {kind} to {person.email} on {person.day(after)}, touched on {person.day(before)}"


def judge_promises(person: Person) -> Iterator[str]:
    """Letters on a promised call's day, or in the gap before it, sent after the promise was made."""
    for index, made in enumerate(person.happened):
        if "on" not in made:
            continue
        on = date.fromisoformat(made["on"])
        later = [one["at"] for one in person.happened[index + 1 :] if "on" in one or one["what"] == "call_me"]
        for letter in person.letters:
            if made["at"] < letter.at and (not later or letter.at < later[0]):
                day = person.day(letter.at)
                if day <= on < person.free_from(day):
                    yield f"promise: {letter.name} to {person.email} on {day}, a call was promised for {on}"


def main(folder: Path) -> int:
    """Judge everybody; how many things are wrong."""
    people = load(folder).values()
    wrong = [found for person in people for found in judge(person)]
    letters, reached = sum(len(one.letters) for one in people), sum(bool(one.letters) for one in people)
    said = [*wrong, f"{letters} letters to {reached} people: {len(wrong) or 'nothing'} wrong"]
    sys.stdout.write("\n".join(said) + "\n")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0 if len(sys.argv) == 2 else "Usage: python tests/oracle.py DIR")
