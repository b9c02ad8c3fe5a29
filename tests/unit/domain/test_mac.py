"""Proofs under our secret are those of RFC 2104, as the standard library makes them."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from drip.domain.mac import mac

SECRETS = st.binary(max_size=200)  # shorter and longer than a block of the hash


@given(SECRETS, st.binary(max_size=300))
def test_a_proof_is_the_hmac_of_the_message(secret: bytes, message: bytes) -> None:
    assert mac(secret, message) == hmac.digest(secret, message, "sha256")


@given(SECRETS, st.lists(st.binary(max_size=100), max_size=5))
def test_one_proof_leaves_nothing_behind_for_the_next(secret: bytes, messages: list[bytes]) -> None:
    assert [mac(secret, one) for one in messages] == [hmac.digest(secret, one, "sha256") for one in messages]
