"""`drip receive` and `drip inbox`, as typed."""

import asyncio
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from drip.actions.receive import receive
from drip.domain.ids import message_id
from drip.domain.return_path import bounce_token
from drip.inbound.source import Incoming
from drip.store import suppressions
from drip.store.engine import open_store
from tests.actions.desk import ANN, Desk
from tests.actions.test_receive import DEAD, away, complaint, mail, report
from tests.actions.test_sending_chores import TUESDAY
from tests.unit.cli.typing_in import Terminal

BOB = "bob@beta.example.com"
STRANGER = "cy@else.example"
SECRET = b"a secret of more than thirty-two characters"


@pytest.fixture
def drip(drip: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in a folder with a database, whose secret is that of the tests."""
    monkeypatch.setenv("DRIP_SECRET", SECRET.decode())
    return drip


async def enroll(*emails: str) -> dict[str, int]:
    """These people have a letter each; its number by address."""
    store = open_store("sqlite+aiosqlite:///drip.db")
    desk = await Desk.set_up(store)
    letters = {email: await desk.due(await desk.enroll(email), at=TUESDAY) for email in emails}
    await store.close()
    return letters


async def suppressed(*emails: str) -> dict[str, str]:
    """Which of them are suppressed, and why."""
    store = open_store("sqlite+aiosqlite:///drip.db")
    async with store.reading() as unit:
        found = await suppressions.find(unit, list(emails))
    await store.close()
    return found


def test_every_class_of_mail_is_acted_on_from_a_maildir_and_a_second_time_nothing_happens(drip: Terminal) -> None:
    names = ("reply", "auto", "bounce", "complaint", "stop", "left", "challenge", "delay", "stranger")
    people = {name: f"{name}@{name}.example" for name in names}
    letters = asyncio.run(enroll(*(people[name] for name in names if name != "stranger")))
    ours = {name: message_id(SECRET, letters[people[name]], "seller.example") for name in names if name != "stranger"}
    dead = report(DEAD, about=f"Message-ID: {ours['bounce']}", address=people["bounce"])
    slow = report("451 4.4.1 no answer", "delayed", f"Message-ID: {ours['delay']}", people["delay"])
    asks = "To deliver your message, please confirm that you are a person by clicking the link below."
    mails = {
        "reply": mail("Call me", people["reply"], In_Reply_To=ours["reply"]),
        "auto": away("I am out of the office until 14 January 2030.", In_Reply_To=ours["auto"]),
        "bounce": dead,
        "complaint": complaint(f"Message-ID: {ours['complaint']}"),
        "stop": mail("unsubscribe", people["stop"], In_Reply_To=ours["stop"]),
        "left": away("She has left the company. Please write to new@left.example.", In_Reply_To=ours["left"]),
        "challenge": away(asks, In_Reply_To=ours["challenge"]),
        "delay": slow,
        "stranger": mail("Who are you?", STRANGER),
    }
    Path("box/new").mkdir(parents=True)
    for name, text in mails.items():
        Path("box/new", name).write_text(text)
    told = {Path(one["file"]).name: one for one in drip("receive box --json").objects}
    assert {name: one["done"] for name, one in told.items()} == {
        "reply": "replied",
        "auto": "away",
        "bounce": "bounced",
        "complaint": "complained",
        "stop": "opted_out",
        "left": "left",
        "challenge": "challenged",
        "delay": "nothing",
        "stranger": "unplaced",
    }
    assert told["reply"]["email"] == people["reply"] and told["reply"]["enrollment_id"]
    again = drip("receive box --json").objects
    assert {one["done"] for one in again} == {"already"}
    assert [one["id"] for one in again] == [told[Path(one["file"]).name]["id"] for one in again]
    assert asyncio.run(suppressed(*people.values())) == {
        people["bounce"]: "hard_bounce",
        people["complaint"]: "complained",
        people["stop"]: "opted_out",
    }
    assert "Call me" in drip(f"timeline {people['reply']}").out
    assert "new@left.example" in drip(f"timeline {people['left']}").out


def test_a_mail_comes_through_a_pipe_with_the_recipient_of_its_envelope(
    drip: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    [letter] = asyncio.run(enroll(ANN)).values()
    to = f"b+{bounce_token(SECRET, letter)}@bounce.seller.example"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(report(DEAD).encode())))
    told = drip(f"receive --to {to}")
    assert (told.code, told.out) == (
        0,
        f"Standard input: bounce; {ANN} is never written to again: the address is dead.\n",
    )


def test_a_mail_nobody_can_be_found_for_is_shown_and_placed_by_a_person(drip: Terminal) -> None:
    asyncio.run(enroll(ANN, BOB))
    assert "The inbox is empty" in drip("inbox list").err
    Path("one").write_text(mail("Please never write to me again", STRANGER, Subject="Letters"))
    Path("two").write_text(mail("Win a prize", "spam@else.example"))
    first, second = (one["id"] for one in drip("receive one two --json").objects)
    assert STRANGER in drip("inbox list").out
    shown = drip(f"inbox show {first}")
    assert (
        "To:      kim@seller.example\nSubject: Letters" in shown.out and "Please never write to me again" in shown.out
    )
    assert "is never written to again" in drip(f"inbox place {first} {ANN} --as opt_out --by kim@seller.example").out
    assert asyncio.run(suppressed(ANN, BOB)) == {ANN: "opted_out"}
    assert drip(f"inbox place {first} {BOB}").code == 1
    assert drip(f"inbox dismiss {second} --json").objects == [{"id": second, "done": "dismissed"}]
    assert drip("inbox list --json").out == ""
    kept = drip("inbox list --all --json").objects
    assert [one["state"] for one in kept] == ["placed", "dismissed"]
    assert drip(f"inbox show {second} --json").objects[0]["text"] == ""  # its words are erased


def test_a_reply_that_is_placed_waits_for_the_rep_with_its_words(drip: Terminal) -> None:
    asyncio.run(enroll(ANN))
    Path("one").write_text(mail("Call me on Friday", STRANGER))
    [done] = drip("receive one --json").objects
    [placed] = drip(f"inbox place {done['id']} {ANN} --json").objects
    assert (placed["done"], placed["how"]) == ("replied", "by_hand")
    told = [one["why"] for one in drip(f"timeline {ANN} --json").objects]
    assert "Call me on Friday" in told


PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Length 3 >>\nstream\n\0\x01\x02\nendstream\n"


@pytest.mark.parametrize("raw", [PDF, b"", b"Dear all,\n\nthe pump stopped: twice.\n", b"Note: call Ann\n\nSoon.\n"])
def test_a_file_that_is_no_mail_is_named_and_the_mails_beside_it_are_received(drip: Terminal, raw: bytes) -> None:
    Path("box").mkdir()
    Path("box/1").write_text(mail("Hello", "first@else.example"))
    Path("box/2").write_bytes(raw)
    Path("box/3").write_text(mail("Hello again", "third@else.example"))
    told = drip("receive box")
    assert told.code == 2
    assert "error: box/2 is " in told.err and "Nothing of it was kept. Give a mail as it came" in told.err
    assert [one["sender"] for one in drip("inbox list --all --json").objects] == [
        "first@else.example",
        "third@else.example",
    ]


def test_several_files_that_are_no_mails_are_each_named(drip: Terminal) -> None:
    Path("one").write_bytes(PDF)
    Path("two").write_text("")
    told = drip("receive one two")
    assert told.code == 2 and "one is no mail: " in told.err and "two is empty: " in told.err
    assert "Nothing of them was kept." in told.err


def test_a_mail_that_an_editor_saved_with_a_mark_is_one(drip: Terminal) -> None:
    Path("one").write_text(mail("Hello", STRANGER), encoding="utf-8-sig")
    assert drip("receive one").code == 0
    assert [one["sender"] for one in drip("inbox list --json").objects] == [STRANGER]


async def _bring(*mails: tuple[bytes, tuple[str, ...]]) -> None:
    """Have mails kept as a listener or a maildir brings them, with the recipients of their envelopes."""
    store = open_store("sqlite+aiosqlite:///drip.db")
    for raw, to in mails:
        await receive(store, Incoming(raw, to), SECRET, TUESDAY)
    await store.close()


def test_what_a_mail_server_brought_without_a_header_waits_for_a_person_in_words(drip: Terminal) -> None:
    asyncio.run(_bring((PDF, ()), ("Rückruf bitte.\n".encode(), ("kim@seller.example",)), (b"", ())))
    listed = drip("inbox list").out
    assert listed.count("no mail") == listed.count("(nobody is named)") == listed.count("(no subject)") == 3
    file, words, empty = (drip(f"inbox show {one['id']}") for one in drip("inbox list --json").objects)
    told = "It came without a header, as no mail does: nothing in it says from whom it is, and is waiting."
    assert told in file.out and told in words.out and told in empty.out
    assert f"These are no words: {len(PDF)} octets that begin with b'%PDF-1.4" in file.out
    assert "Rückruf bitte." in words.out and "There are no words in it." in empty.out
    assert "WHO --as reply`" in words.err
    asyncio.run(enroll(ANN))
    assert f"{ANN} replied" in drip(f"inbox place 2 {ANN} --as reply").out


def test_what_has_no_header_but_came_back_to_a_letter_waits_for_a_person(drip: Terminal) -> None:
    [letter] = asyncio.run(enroll(ANN)).values()
    to = f"b+{bounce_token(SECRET, letter)}@bounce.seller.example"
    asyncio.run(_bring((b"The pump stopped again.\n", (to,))))
    assert [one["state"] for one in drip("inbox list --json").objects] == ["waiting"]


@pytest.mark.parametrize(
    "words", ["receive gone", "receive empty", "inbox show 7", "inbox place 7 nobody", "inbox dismiss 7"]
)
def test_what_cannot_be_meant_is_refused(drip: Terminal, words: str) -> None:
    Path("empty").write_text("\n")
    told = drip(words)
    assert told.code == 2 and "error:" in told.err
