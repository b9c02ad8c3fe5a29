"""`drip rep calendar` tells a private address; `drip recall` makes appointments and calls them off."""

from tests.unit.cli.typing_in import Terminal


def test_the_address_is_told_and_renewed(desk: Terminal) -> None:
    first = desk("rep calendar kim@seller.com")
    assert first.code == 0 and first.out.startswith("http://") and first.out.endswith(".ics\n")
    assert "It is private" in first.err and "kim" not in first.out
    assert "Only programs on this machine reach it: DRIP_PUBLIC_URL" in first.err
    assert desk("rep calendar KIM@seller.com").out == first.out
    renewed = desk("rep calendar kim@seller.com --renew")
    assert renewed.code == 0 and renewed.out != first.out
    assert "The old address of Kim Lee" in renewed.err
    [told] = desk("rep calendar kim@seller.com --json").objects
    assert told == {"email": "kim@seller.com", "name": "Kim Lee", "address": renewed.out.strip(), "renewed": 1}


def test_a_rep_who_is_not_there_is_told(desk: Terminal) -> None:
    told = desk("rep calendar lou@seller.com")
    assert (told.code, told.out) == (2, "")
    assert "There is no rep lou@seller.com" in told.err and "drip rep list" in told.err


def test_a_promise_with_an_hour_is_an_appointment_that_can_be_called_off(desk: Terminal) -> None:
    assert desk("enroll ann.jones@acme.com --tried-to-disqualify --hot-button stops --rep kim@seller.com").code == 0
    made = desk("recall promise ann.jones@acme.com 2031-03-14 --at 9:30 --invite --by kim@seller.com")
    assert made.code == 0
    assert "Appointment on Friday 14 March 2031, 09:30; an invitation goes to them" in made.out
    moved = desk("recall done ann.jones@acme.com promised --on 2031-03-17 --at 14:00 --json")
    [told] = moved.objects
    # Monday 17 March 2031, 14:00 in New York on daylight saving time
    assert (told["recall_on"], told["recall_at"]) == ("2031-03-17", "2031-03-17T18:00:00+00:00")
    assert "moved_told" in [one["reason"] for one in told["effects"]["consequences"]]
    gone = desk('recall call-off ann.jones@acme.com --reason "they are ill"')
    assert gone.code == 0 and "The appointment on Monday 17 March 2031, 14:00 is called off" in gone.out
    assert "The call is still promised for Mon 17 Mar 2031, without an hour" in gone.err
    assert "`drip recall promise ann.jones@acme.com DATE --at HH:MM` agrees on another." in gone.err
    again = desk("recall call-off ann.jones@acme.com")
    assert again.code == 2 and "has no appointment to come" in again.err


def test_an_hour_that_cannot_be_used_is_told(desk: Terminal) -> None:
    for words, needed in (
        ("recall promise ann.jones@acme.com 2031-03-14 --invite", "--invite needs the hour"),
        ("recall promise ann.jones@acme.com 2031-03-14 --minutes 45", "--minutes needs the hour"),
        ("recall promise ann.jones@acme.com 2031-03-14 --at noon", '"noon" is no hour'),
        ("recall done ann.jones@acme.com meeting_set --at 10:00", "--at needs the day"),
    ):
        told = desk(words)
        assert (told.code, told.out) == (2, "") and needed in told.err, words
