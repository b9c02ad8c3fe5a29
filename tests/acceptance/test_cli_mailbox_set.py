"""`drip mailbox set|show`: a mailbox's pace, its warm-up and its policy, changed and shown."""

import io

import pytest

from tests.unit.cli.typing_in import Terminal

ADD = "mailbox add kim --address kim@seller.com --host mail.seller.com --postal-address 'Main Street 1'"


def test_a_pace_is_given_shown_changed_and_taken_away(drip: Terminal) -> None:
    assert drip(f"{ADD} --per-day 500 --warm-up 20+10 --per-domain 20/hour --per-domain gmail.com=5/minute").code == 0
    assert {"20/day", "warming", "500,", "20/hour", "5/minute"} <= set(drip("mailbox list").out.split())
    shown = drip("mailbox show kim").out
    assert "24 hours     20; 0 sent\n" in shown
    assert "20 on the first day, 10 more each working day" in shown
    assert drip("mailbox set kim --per-minute 7 --warm-up none --per-domain none --uncertain again").code == 0
    [one] = drip("mailbox show kim --json").objects
    assert (one["per_minute"], one["per_day"], one["day_limit"]) == (7, 500, 500)
    assert (one["warm_up"], one["domain_pace"], one["uncertain_policy"]) == (None, {}, "again")
    assert drip("mailbox set kim --per-minute 0 --per-day 0").code == 0
    [one] = drip("mailbox show kim --json").objects
    assert (one["per_minute"], one["per_day"], one["postal_address"]) == (None, None, "Main Street 1")


def test_a_preset_sets_what_its_provider_documents_and_what_is_given_goes_before(
    drip: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("app password\napp password\n"))
    told = drip("mailbox add kim --preset gmail --address kim@seller.com")
    assert told.code == 0
    assert told.out == "Added kim: kim@seller.com by smtp.gmail.com port 587, STARTTLS.\nAt most 2000/day.\n"
    assert "app password only (myaccount.google.com/apppasswords" in told.err
    assert drip("mailbox add lea --preset microsoft365 --address lea@seller.com --per-day 400 --security tls").code == 0
    [one] = drip("mailbox show lea --json").objects
    assert (one["host"], one["port"], one["security"]) == ("smtp.office365.com", 465, "tls")
    assert (one["login"], one["per_minute"], one["per_day"]) == ("lea@seller.com", 30, 400)


def test_m29_a_token_is_in_the_return_path_where_the_server_leaves_it_there(
    drip: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("app password\n"))
    assert drip(ADD).code == 0
    assert "Bounces      to kim+TOKEN@seller.com" in drip("mailbox show kim").out
    assert drip("mailbox add lea --preset gmail --address lea@seller.com").code == 0
    assert "Bounces      to lea@seller.com" in drip("mailbox show lea").out
    assert "Postal       none, and no letter goes without" in drip("mailbox show lea").out
    assert 'no_postal_address: "lea"' in drip("doctor").out and '"kim": no letter' not in drip("doctor").out
    assert drip("mailbox set kim --bounces-to Bücher.example").code == 0
    assert drip("mailbox show kim --json").objects[0]["bounces_to"] == "xn--bcher-kva.example"
    assert drip("mailbox set kim --host smtp.office365.com").code == 0
    assert drip("mailbox show kim --json").objects[0]["bounces_to"] == "own"
    long = f"{'k' * 32}@seller.com"
    assert drip(f"mailbox add bob --host mail.seller.com --address {long}").code == 0
    assert drip("mailbox show bob --json").objects[0]["bounces_to"] == "own"


def test_a_new_password_takes_the_place_of_the_old_one(drip: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("one\ntwo\n"))
    assert drip(f"{ADD} --login kim").code == 0
    assert drip("mailbox set kim --login kim").code == 0
    assert drip("doctor").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("mailbox set kim", 1, ""),
        ("mailbox add bob --address bob@seller.com", 2, "Which server? Give --host, such as mail.example.com"),
        ("mailbox add bob --address bob@seller.com --preset gmail --host h.seller.com", 2, "is not a server of Gmail"),
        ("mailbox set bob --per-day 3", 2, 'There is no mailbox "bob". Mailboxes: kim.'),
        ("mailbox set kim --warm-up 20+10", 2, "give that as well (--per-day)"),
        ("mailbox set kim --warm-up 20", 2, 'Write "20+10"'),
        ("mailbox set kim --per-domain 20", 2, 'Write "20/hour" for each of them'),
        ("mailbox set kim --per-domain 2/hour --per-domain 3/hour", 2, "a second time"),
        ("mailbox set kim --per-domain gmail=2/hour", 2, '"gmail" is no domain'),
        ("mailbox set kim --time-zone Mars/Olympus", 2, "is no time zone"),
        ("mailbox set kim --bounces-to nowhere", 2, "Choose own, tagged, or a domain of yours."),
        ("mailbox set kim --address kimberly-jane.van-der-kooij-jones@seller.com", 2, "too long for a token: 31"),
        ("mailbox set kim --password-file secret", 2, "belongs to --login"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(drip: Terminal, words: str, code: int, said: str) -> None:
    assert drip(ADD).code == 0
    told = drip(words)
    assert told.code == code
    assert said in " ".join(told.err.split())
