"""Who follows drip/api/README.md word for word posts events to a real `drip web` on PostgreSQL; they are acted on."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drip.config import load_settings
from drip.domain.ids import message_id
from drip.domain.return_path import bounce_token
from drip.store import suppressions
from drip.store.engine import open_store
from tests.acceptance.fleet import start
from tests.acceptance.shell import Shell
from tests.actions.desk import Desk
from tests.actions.test_sending_chores import TUESDAY

README = Path(__file__).parents[2].joinpath("drip/api/README.md").read_text("utf-8")
SECRET = "a secret for the tests that is long enough"
PEOPLE = {name: f"{name}@{name}.example" for name in ("ann", "bob", "cy", "dan", "eve", "flo")}


@dataclass(frozen=True, slots=True)
class Town:
    """A `drip web`, a shell beside it, and people with a letter each."""

    shell: Shell
    url: str
    letters: dict[str, int]

    def ours(self, name: str) -> str:
        """The Message-ID of somebody's letter."""
        return message_id(SECRET.encode(), self.letters[PEOPLE[name]], "seller.example")


@pytest.fixture
def town(migrated_database: str, empty: Callable[[], None], tmp_path: Path) -> Iterator[Town]:
    """A web server of the service as it is started in production, and a shell with the same settings."""
    letters = asyncio.run(_enroll(migrated_database))
    web = start("web", load_settings(database_url=migrated_database, secret=SECRET), "--port", "0")
    try:
        [address] = re.findall(r"http://[\d.:]+", "".join(web.output))
        settings = {"DRIP_DATABASE_URL": migrated_database, "DRIP_SECRET": SECRET, "DRIP_PUBLIC_URL": address}
        yield Town(Shell(tmp_path, settings), f"{address}/events", letters)
    finally:
        web.stop()
        empty()


async def _enroll(url: str) -> dict[str, int]:
    store = open_store(url)
    try:
        desk = await Desk.set_up(store)
        return {email: await desk.due(await desk.enroll(email), at=TUESDAY) for email in PEOPLE.values()}
    finally:
        await store.close()


async def suppressed(url: str) -> dict[str, str]:
    """Which of the people are suppressed, and why."""
    store = open_store(url)
    try:
        async with store.reading() as unit:
            found = await suppressions.find(unit, list(PEOPLE.values()))
    finally:
        await store.close()
    return {name: found[email] for name, email in PEOPLE.items() if email in found}


def notified(ident: str, kind: str, about: dict[str, Any], headers: dict[str, str], source: str) -> dict[str, Any]:
    """What SNS gives to Lambda of a notification of SES, in the form of Amazon's documentation."""
    named = [{"name": name, "value": value} for name, value in headers.items()]
    mail = {"timestamp": "2026-11-22T10:00:00.000Z", "messageId": "0100019a-000000", "source": source, "headers": named}
    told = {"notificationType": kind, "mail": mail, kind.lower(): {"timestamp": "2026-11-22T10:00:05.000Z", **about}}
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": ident, "Message": json.dumps(told)}}]}


def python_of(heading: str) -> dict[str, Any]:
    """What the Python under a heading of the README makes."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    [block] = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    made: dict[str, Any] = {"__name__": "adapter"}
    exec(compile(block, "drip/api/README.md", "exec"), made)
    return made


def test_the_readme_is_followed_word_for_word(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    [key] = town.shell("events key").out.split()
    monkeypatch.setenv("DRIP_EVENTS_URL", town.url)
    monkeypatch.setenv("DRIP_KEY", key)
    handler = python_of("An adapter")["handler"]
    dead = {
        "emailAddress": PEOPLE["ann"],
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 <ann@ann.example>... User unknown",
    }
    late = {"emailAddress": PEOPLE["cy"], "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 no answer"}
    bounce = notified(
        "a-1",
        "Bounce",
        {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [dead]},
        {"From": "kim@seller.example", "Message-ID": town.ours("ann")},
        "kim@seller.example",
    )
    complaint = notified(
        "a-2",
        "Complaint",
        {"complainedRecipients": [{"emailAddress": PEOPLE["bob"]}], "complaintFeedbackType": "abuse"},
        {},
        f"b+{bounce_token(SECRET.encode(), town.letters[PEOPLE['bob']])}@bounce.seller.example",
    )
    delay = notified("a-3", "DeliveryDelay", {}, {"Message-ID": town.ours("cy")}, "kim@seller.example")
    delay["Records"][0]["Sns"]["Message"] = delay["Records"][0]["Sns"]["Message"].replace(
        '"deliverydelay": {', f'"deliveryDelay": {{"delayedRecipients": [{json.dumps(late)}], '
    )
    taken_back = notified("a-4", "Complaint", {"complaintFeedbackType": "not-spam"}, {}, "kim@seller.example")
    no_headers = notified("a-5", "Bounce", {"bouncedRecipients": [dead]}, {}, "kim@seller.example")
    arrived = notified(
        "a-6", "Delivery", {"recipients": [PEOPLE["dan"]]}, {"Message-ID": town.ours("dan")}, "kim@seller.example"
    )
    events = [bounce, complaint, delay, no_headers, arrived, bounce]
    results = [one for event in events for one in handler(event, None)]
    assert [(one["done"], one["how"]) for one in results] == [
        ("bounced", "message_id"),
        ("complained", "return_path"),
        ("nothing", "message_id"),
        ("unplaced", None),
        ("nothing", "message_id"),
        ("already", None),
    ]
    assert handler(taken_back, None) == []
    [told] = python_of("The signature")["post"](
        town.url, key, [{"id": "x:1", "kind": "opt_out", "message_id": town.ours("eve")}]
    )
    assert (told["event"], told["done"], told["email"]) == ("x:1", "opted_out", PEOPLE["eve"])
    assert asyncio.run(suppressed(town.shell.settings["DRIP_DATABASE_URL"])) == {
        "ann": "hard_bounce",
        "bob": "complained",
        "eve": "opted_out",
    }
    _by_command(town, waits=results[3]["id"])


def _by_command(town: Town, waits: int) -> None:
    """The same over `drip events send`, and what waits for a person."""
    flo = PEOPLE["flo"]
    event = {"id": "f:1", "kind": "complaint", "recipient": flo, "message_id": town.ours("flo")}
    town.shell.folder.joinpath("one").write_text(json.dumps({"events": [event]}))
    town.shell.folder.joinpath("two").write_text(json.dumps({"events": [event, {"id": "f:2"}]}))
    sent = town.shell("events send one two")
    assert sent.out == f"f:1: complaint; {flo} is never written to again: they called a letter spam.\n"
    assert sent.code == 1 and "answered 422: events[1].kind: It is missing. Write one of bounce" in sent.err
    page = town.shell(f"events send one --to {town.url.removesuffix('events')}")
    assert page.code == 1 and "answered 405: not in the words of drip. Is the address right?" in page.err
    [again] = town.shell("events send one --json").objects
    assert (again["event"], again["done"]) == ("f:1", "already")
    shown = town.shell(f"inbox show {waits}").out.splitlines()
    assert f"Subject: bounce: {PEOPLE['ann']}" in shown
    assert "text: smtp; 550 5.1.1 <ann@ann.example>... User unknown" in shown
    assert "at: 2026-11-22T10:00:05+00:00" in shown
