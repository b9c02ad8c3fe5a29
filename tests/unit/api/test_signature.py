"""A signature is good for these bytes, this key and these minutes, and for nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.api.signature import SignatureError, check, events_key, sign, valid_keys

SECRET = b"a secret for the tests that is long enough"
NOW = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)  # 1760000000
BODY = b'{"events": []}'
KEY = "4d9f0c6b2a7e81350d94f6ab1c83e27f5b60d1a9c4e7f83a2916b5d0c7e4f218"
# printf '1760000000.{"events": []}' | openssl dgst -sha256 -hmac KEY
PROOF = "0f5687e32873864b905fb02a1b9c8c7b43ea029f81ee080ee6ee7be5f7fd2e08"


def why(header: str | None, body: bytes = BODY, at: datetime = NOW, key: str = KEY) -> str:
    """Why a request is not believed; "" where it is."""
    try:
        check(header, (key,), body, at)
    except SignatureError as error:
        return str(error)
    return ""


def test_it_is_what_openssl_makes() -> None:
    assert sign(KEY, BODY, NOW) == f"t=1760000000,v1={PROOF}"
    assert why(f"t=1760000000,v1={PROOF}") == ""
    assert why(f"t=1760000000, v1={'0' * 64}, v1={PROOF}") == ""  # by who changes from one key to another


@given(st.binary(max_size=200), st.data())
def test_a_changed_byte_a_changed_time_and_another_key_are_refused(body: bytes, data: st.DataObject) -> None:
    header = sign(KEY, body, NOW)
    at = data.draw(st.integers(0, len(body)))
    assert why(header, body) == ""
    assert "does not fit" in why(header, body[:at] + b"x" + body[at:])
    assert "does not fit" in why(header.replace("t=1760000000", "t=1760000001"), body)
    assert "does not fit" in why(header, body, key=KEY[:-1] + "9")


@pytest.mark.parametrize(
    ("seconds", "said"), [(300, ""), (301, "301 seconds old"), (-300, ""), (-301, "301 seconds a")]
)
def test_it_is_good_for_five_minutes_by_the_clock_of_this_machine(seconds: int, said: str) -> None:
    found = why(sign(KEY, BODY, NOW), at=NOW + timedelta(seconds=seconds))
    assert said in found and bool(found) == bool(said)


@pytest.mark.parametrize(
    "header", [None, "", "v1=00", f"t=1,v1={'0' * 63}", f"t=-1,v1={'0' * 64}", "t=1", f"t=²,v1={'0' * 64}"]
)
def test_what_is_no_signature_is_told_from_one_that_does_not_fit(header: str | None) -> None:
    assert "t=SECONDS,v1=HEX" in why(header)


@given(st.text(max_size=100))
def test_no_header_makes_it_fail(header: str) -> None:
    assert why(header)


def test_the_key_before_is_good_until_the_next_change() -> None:
    keys = [events_key(SECRET, number) for number in (1, 2, 3)]
    assert len(set(keys)) == 3 and all(len(one) == 64 for one in keys)
    assert valid_keys(SECRET, 1) == (keys[0],)
    assert valid_keys(SECRET, 3) == (keys[2], keys[1])
