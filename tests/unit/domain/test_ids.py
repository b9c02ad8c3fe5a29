"""Message-IDs: the same for every try of a send, and no others (MAIL 2, 33)."""

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.errors import TokenError
from drip.domain.ids import message_id, send_of, send_of_envelope

SECRET = b"a secret of the tests"
SENDS = st.integers(1, 2**62)


@given(SENDS)
def test_m02_a_retry_has_the_same_message_id(send: int) -> None:
    assert message_id(SECRET, send, "acme.example") == message_id(SECRET, send, "acme.example")


@given(st.lists(SENDS, unique=True, min_size=2, max_size=20))
def test_m02_no_two_sends_share_one(sends: list[int]) -> None:
    assert len({message_id(SECRET, send, "acme.example") for send in sends}) == len(sends)


def test_m02_its_right_side_is_our_domain() -> None:
    assert message_id(SECRET, 17, "acme.example").endswith("@acme.example>")
    assert message_id(SECRET, 17, "acme.example").startswith("<17.")


@given(SENDS)
def test_m33_a_message_id_names_its_send(send: int) -> None:
    assert send_of(SECRET, f" {message_id(SECRET, send, 'acme.example')} ") == send


@given(SENDS)
def test_m02_its_proof_is_an_hmac_in_base_32(send: int) -> None:
    proof = hmac.digest(SECRET, b"message-id|%d" % send, "sha256")[:15]
    written = base64.b32encode(proof).decode().lower()
    assert message_id(SECRET, send, "acme.example") == f"<{send}.{written}@acme.example>"


@given(SENDS, SENDS)
def test_m33_a_message_id_cannot_be_made_up(send: int, other: int) -> None:
    made = message_id(SECRET, send, "acme.example").replace(f"<{send}.", f"<{other}.")
    if send == other:
        assert send_of(SECRET, made) == send
    else:
        with pytest.raises(TokenError):
            send_of(SECRET, made)


@given(SENDS)
def test_m33_an_envelope_id_names_its_send_and_cannot_be_made_up(send: int) -> None:
    envelope_id = message_id(SECRET, send, "acme.example").strip("<>").partition("@")[0]
    assert len(envelope_id) <= 100
    assert send_of_envelope(SECRET, envelope_id) == send
    for forged in (f"1{envelope_id}", envelope_id[:-1], "", "17"):
        with pytest.raises(TokenError):
            send_of_envelope(SECRET, forged)


@pytest.mark.parametrize("text", ["", "<a@b.example>", "<17@acme.example>", "17", "<17.abc@acme.example>"])
def test_m33_a_foreign_message_id_is_none_of_ours(text: str) -> None:
    with pytest.raises(TokenError):
        send_of(SECRET, text)
