"""`drip rep calendar` tells a rep's private address, and makes another when it is asked to."""

from tests.unit.cli.typing_in import Terminal


def test_the_address_is_told_and_renewed(desk: Terminal) -> None:
    first = desk("rep calendar kim@seller.com")
    assert first.code == 0 and first.out.startswith("http://") and first.out.endswith(".ics\n")
    assert "It is private" in first.err and "kim" not in first.out
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
