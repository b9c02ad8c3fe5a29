"""A return path names the letter that bounced, and cannot be made up (MAIL 29)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.errors import TokenError
from drip.domain.return_path import LENGTH, LONGEST_TAGGED, OWN, TAGGED, bounce_token, bounced_send, return_address

SECRET = b"a secret of the tests"
SENDS = st.integers(1, 2**48 - 1)


@given(SENDS)
def test_m29_a_return_path_names_its_send_whatever_a_server_does_to_its_case(send: int) -> None:
    token = bounce_token(SECRET, send)
    for address in (f"b+{token}@bounce.acme.example", f"<Kim+Sales+{token.upper()}@ACME.example>"):
        assert bounced_send(SECRET, address) == send


@given(SENDS, st.integers(0, LENGTH - 1), st.sampled_from("0123456789abcdef"))
def test_m29_a_token_with_one_character_changed_is_refused(send: int, place: int, other: str) -> None:
    token = bounce_token(SECRET, send)
    forged = token[:place] + other + token[place + 1 :]
    if forged != token:
        with pytest.raises(TokenError):
            bounced_send(SECRET, f"b+{forged}@acme.example")


def test_m29_a_token_of_another_service_is_refused() -> None:
    with pytest.raises(TokenError):
        bounced_send(SECRET, f"b+{bounce_token(b'another secret', 17)}@acme.example")


@pytest.mark.parametrize("address", ["", "<>", "kim@acme.example", "kim+sales@acme.example", "+@", f"{'0' * 32}@a.b"])
def test_m29_an_address_without_a_token_names_no_letter(address: str) -> None:
    with pytest.raises(TokenError):
        bounced_send(SECRET, address)


def test_m10_a_token_has_only_letters_and_digits_and_leaves_room_before_it() -> None:
    token = bounce_token(SECRET, 2**48 - 1)
    assert len(token) == LENGTH == 32
    assert token.isascii() and token.isalnum()
    assert LONGEST_TAGGED + 1 + LENGTH == 64


def test_m29_bounces_go_to_the_mailbox_or_to_a_domain_that_is_there_for_them() -> None:
    assert return_address("kim@acme.example", OWN) == ("kim@acme.example", False)
    assert return_address("kim@acme.example", TAGGED) == ("kim@acme.example", True)
    assert return_address("kim@acme.example", "bounce.acme.example") == ("b@bounce.acme.example", True)
    long = f"{'x' * 32}@acme.example"
    assert return_address(long, TAGGED) == (long, False)
    assert return_address(f"{'x' * 31}@acme.example", TAGGED)[1]
