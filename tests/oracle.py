"""Judge a demo's folder without any of drip's code: `python tests/oracle.py DIR` looks at every letter, day by day."""

import base64
import csv
import email
import json
import re
import sys
from collections.abc import Collection, Iterator
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
STOPS = {"opt_out", "do_not_contact"}  # on a page or by mail, or on the telephone
STOP = re.compile(
    r"(?:(?:please |bitte |veuillez me )?"
    r"(?:stop|unsubscribe|remove me|d\xe9sabonner|abmelden)(?: me)?(?: please| from your list)?)\W*",
    re.IGNORECASE,
)
DEALT = {"resolve", "meeting_set", "not_ready", "not_interested", "promised", "do_not_contact"}  # with a reply
ABSENCE = timedelta(days=14)  # that names no day; and how long colleagues are left alone
RETURNS = 3  # letters running that came back count as a dead address
AUTOMATIC = ("Auto-Submitted", "X-Autorespond")


@dataclass(frozen=True)
class Letter:
    """A mail as received: `key` is the run and the step in its signed link."""

    name: str
    at: datetime
    key: tuple[int, str]
    ident: str  # its Message-ID


@dataclass(frozen=True)
class Answer:
    """A mail that was sent back: `what` is stop, complaint, dead, returned, late, automatic or reply; `about` the
    Message-ID of the letter it names; `back_on` the day of return its sender meant."""

    name: str
    at: datetime
    what: str
    about: str
    back_on: date | None


@dataclass
class Person:
    """One prospect: where, what came, and what they and their rep say they did."""

    email: str
    zone: ZoneInfo
    closed: holidays.HolidayBase
    letters: list[Letter] = field(default_factory=list)
    happened: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

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
        at, ident = parsedate_to_datetime(message["Date"]), str(message["Message-ID"]).strip()
        letter = Letter(path.name, at, signed_key(message["List-Unsubscribe"]), ident)
        people[parseaddr(message["To"])[1]].letters.append(letter)
    for line in (folder / "happenings.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        if told["email"]:  # else somebody who is no prospect
            people[told["email"]].happened.append(told | {"at": datetime.fromisoformat(told["at"])})
    for person in people.values():
        person.letters.sort(key=lambda letter: letter.at)
        mails = {one["mail"]: one.get("back_on") for one in person.happened if "mail" in one}
        person.answers += [read_answer(folder / "answers" / name, back_on) for name, back_on in sorted(mails.items())]
    return people


def read_answer(path: Path, back_on: str | None) -> Answer:
    """A mail that came back, by what stands in it; only the day of return is told beside."""
    message = email.message_from_bytes(path.read_bytes())
    report = message.get_param("report-type")
    parts = {part.get_content_type(): part for part in reversed(list(message.walk()))}
    words = parts["text/plain"].get_payload(decode=True) if "text/plain" in parts else b""
    first = words.decode().strip().partition("\n")[0] if isinstance(words, bytes) else ""
    if report == "feedback-report":
        what = "complaint"
    elif report == "delivery-status":
        told = parts["message/delivery-status"].as_string()
        dead = "dead" if re.search(r"^Status: 5\.1\.", told, re.MULTILINE) else "returned"
        what = dead if "Action: failed" in told else "late"
    elif any(name in message for name in AUTOMATIC):
        what = "automatic"
    else:
        what = "stop" if STOP.fullmatch(first) or "+" in parseaddr(message["To"])[1] else "reply"
    enclosed = parts.get("message/rfc822") or parts.get("text/rfc822-headers")
    named = re.search(r"^Message-ID:\s*(\S+)", enclosed.as_string(), re.MULTILINE) if enclosed else None
    about = named[1] if named else str(message["In-Reply-To"] or "").strip()
    day = date.fromisoformat(back_on) if back_on else None
    return Answer(path.name, parsedate_to_datetime(message["Date"]), what, about, day)


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
    yield from judge_answers(person)


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


def judge_answers(person: Person) -> Iterator[str]:
    """Letters after what a mail of theirs, or about them, said."""
    for one in person.answers:
        later = [letter for letter in person.letters if letter.at > one.at]
        if one.about and one.about not in {letter.ident for letter in person.letters}:
            yield f"about nothing: {one.name} names {one.about}, which {person.email} never got"
        rule, until = silence_after(person, one)
        for letter in later:
            if until is None or letter.at < until:
                yield f"{rule}: {letter.name} to {person.email} on {person.day(letter.at)}, {one.name} had come"


def silence_after(person: Person, one: Answer) -> tuple[str, datetime | None]:
    """The rule by which an answer stops letters, and until when; None: for good."""
    if one.what in ("stop", "complaint", "dead"):
        return f"after {one.what}", None
    if one.what == "reply" and one.about:
        dealt = (told["at"] for told in person.happened if {told["what"], told.get("outcome")} & DEALT)
        return "after a reply", next((at for at in dealt if at > one.at), None)
    if one.what == "automatic" and not is_challenge(person, one):
        day = person.day(one.at) + ABSENCE
        if one.back_on is not None:
            day = next(on for on in days_after(one.back_on) if person.is_business_day(on))
        return "while away", datetime.combine(day, time(), person.zone)
    came_back = {some.about for some in person.answers if some.what == "returned" and some.at <= one.at}
    last = [letter.ident for letter in person.letters if letter.at <= one.at][-RETURNS:]
    if one.what == "returned" and len(last) == RETURNS and came_back.issuperset(last):
        return "after three returns", None
    return "", one.at


def is_challenge(person: Person, one: Answer) -> bool:
    """Whether a program only asked who we are, which stops nothing."""
    return any(told.get("mail") == one.name and told["what"] == "challenge" for told in person.happened)


def days_after(day: date) -> Iterator[date]:
    """Every day after this one."""
    while True:
        day += timedelta(days=1)
        yield day


def judge_colleagues(people: Collection[Person]) -> Iterator[str]:
    """Letters to others at a firm in the two weeks after somebody there wrote."""
    for person in people:
        for told in person.happened:
            if told["what"] not in ("reply", "colleague"):
                continue
            own = {person.email} if told["what"] == "reply" else set()
            firm = person.email.partition("@")[2]
            for other in people:
                if other.email in own or other.email.partition("@")[2] != firm:
                    continue
                until = other.day(told["at"]) + ABSENCE
                for letter in other.letters:
                    if letter.at > told["at"] and other.day(letter.at) < until:
                        yield f"colleague: {letter.name} to {other.email}, {person.email} or another there wrote"


def judge_kept(folder: Path) -> Iterator[str]:
    """Mails kept that nobody tells of."""
    lines = (folder / "happenings.jsonl").read_text("utf-8").splitlines()
    told = {json.loads(line).get("mail") for line in lines}
    yield from (f"untold: {path.name}" for path in (folder / "answers").iterdir() if path.name not in told)


def main(folder: Path) -> int:
    """Judge everybody; how many things are wrong."""
    people = load(folder).values()
    wrong = [found for person in people for found in judge(person)]
    wrong += [*judge_colleagues(people), *judge_kept(folder)]
    letters, reached = sum(len(one.letters) for one in people), sum(bool(one.letters) for one in people)
    back = sum(1 for _ in (folder / "answers").iterdir())
    said = [*wrong, f"{letters} letters to {reached} people, {back} mails back: {len(wrong) or 'nothing'} wrong"]
    sys.stdout.write("\n".join(said) + "\n")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0 if len(sys.argv) == 2 else "Usage: python tests/oracle.py DIR")
