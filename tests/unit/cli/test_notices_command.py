"""`drip rep notices` and `drip notices`: who gets which mail and when, and what became of each."""

import pytest

from drip.cli.notices import _SAYS
from tests.unit.cli.typing_in import Terminal

KIM = "kim@seller.com"
ADD = "mailbox add kim --address kim@seller.com --host mx.seller.com --postal-address 'Mill St 1' --rep kim@seller.com"


def test_a_rep_has_everything_until_something_else_is_said(drip: Terminal) -> None:
    drip(f"rep add {KIM} --name 'Kim Lee' --time-zone Europe/Berlin")
    told = drip(f"rep notices {KIM}")
    assert told.code == 0
    assert "Morning mail  7:00 on working days (Europe/Berlin)" in told.out
    assert "Weekly        on Monday, about the week before" in told.out
    assert "drip mailbox set NAME --for-notices yes" in told.out
    assert drip(ADD).code == 0
    [one] = drip(f"rep notices {KIM} --json").objects
    assert one.pop("next_at").endswith(("05:00:00+00:00", "06:00:00+00:00"))  # seven in Berlin
    assert one == {
        "email": KIM,
        "name": "Kim Lee",
        "morning": "07:00",
        "alerts": True,
        "weekly": "mon",
        "time_zone": "Europe/Berlin",
        "mailbox": "kim",
    }


def test_what_is_changed_is_shown_and_what_is_not_given_stays(drip: Terminal) -> None:
    drip(f"rep add {KIM} --name 'Kim Lee'")
    [one] = drip(f"rep notices {KIM} --morning 6:30 --weekly friday --json").objects
    assert (one["morning"], one["alerts"], one["weekly"]) == ("06:30", True, "fri")
    [one] = drip(f"rep notices {KIM} --alerts off --morning off --json").objects
    assert (one["morning"], one["alerts"], one["weekly"], one["next_at"]) == (None, False, "fri", None)
    again = drip(f"rep notices {KIM} --alerts off")
    assert (again.code, again.err) == (1, "Nothing of what Kim Lee gets was to be changed.\n")


def test_what_cannot_be_is_said_with_what_can(drip: Terminal) -> None:
    drip(f"rep add {KIM} --name 'Kim Lee'")
    told = drip(f"rep notices {KIM} --morning late")
    assert (told.code, "--morning" in told.err, "7:00" in told.err) == (2, True, True)
    assert drip(f"rep notices {KIM} --weekly someday").code == 2
    assert "drip rep list" in drip("rep notices joe@seller.com").err
    assert "drip rep list" in drip("notices --rep joe@seller.com").err


def test_one_mailbox_is_for_notices_and_the_last_one_named(drip: Terminal) -> None:
    drip(f"rep add {KIM} --name 'Kim Lee'")
    assert drip(ADD).code == 0
    assert drip(ADD.replace("add kim", "add office").replace(" --rep kim@seller.com", "")).code == 0
    assert drip("mailbox set kim --for-notices yes").code == 0
    assert drip("mailbox set office --for-notices yes").code == 0
    assert [one["for_notices"] for one in drip("mailbox list --json").objects] == [False, True]
    assert "Notices      mail to reps goes from here" in drip("mailbox show office").out
    assert drip(f"rep notices {KIM} --json").objects[0]["mailbox"] == "office"
    assert drip("mailbox set office --for-notices yes").code == 1
    assert drip("mailbox set office --for-notices no").code == 0
    assert drip(f"rep notices {KIM} --json").objects[0]["mailbox"] == "kim"


def test_notices_are_listed_with_why_they_wait(desk: Terminal) -> None:
    empty = desk("notices")
    assert (empty.code, empty.out) == (0, "")
    assert "drip rep notices EMAIL" in empty.err
    enroll = "enroll ann.jones@acme.com --campaign monthly-value --rep kim@seller.com --hot-button stops"
    enroll += " --tried-to-disqualify"
    assert desk(ADD).code == 0
    assert desk(enroll).code == 0
    assert desk("reply record ann.jones@acme.com --note Yes").code == 0
    [one] = desk("notices --state waiting --json").objects
    assert (one["kind"], one["to"], one["state"], one["subject"]) == ("alert", KIM, "due", None)
    assert "alert" in desk(f"notices --rep {KIM}").out
    assert desk("notices --state sent --json").objects == []


def test_where_they_are_off_it_is_said(drip: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    drip(f"rep add {KIM} --name 'Kim Lee'")
    monkeypatch.setenv("DRIP_NOTICES", "off")
    assert "DRIP_NOTICES is off here" in drip("notices").err
    assert "DRIP_NOTICES is off here" in drip(f"rep notices {KIM} --json").err


def test_every_reason_is_said_in_words() -> None:
    assert all(" " in words for words in _SAYS.values())
