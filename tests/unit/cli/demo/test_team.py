"""The demo's team: what stands under its letters."""

from drip.cli.demo.team import POSTAL_ADDRESS, SELLER


def test_the_firm_is_in_the_name_of_the_sender_and_not_once_more_in_the_address_after_it() -> None:
    assert SELLER not in POSTAL_ADDRESS
