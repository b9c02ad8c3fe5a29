"""The short way for plain addresses says what email-validator says, of every address it answers for."""

import string

import email_validator
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drip.actions.importing.address import clean_address, full_address, plain_address
from drip.domain.errors import AddressError

ATOM = string.ascii_letters + string.digits + "_!#$%&'*+-/=?^`{|}~"
NASTY = ATOM + '..@@--  \t\n\x00"\\()<>[],;:\x7fäßİıſＡ＠。\u0301\u200b\u202e'
ENDINGS = (
    "com",
    "co.uk",
    "de",
    "xn--p1ai",
    "c",
    "c0",
    "0c",
    "museum",
    "example",
    *email_validator.SPECIAL_USE_DOMAIN_NAMES,
)

labels = st.one_of(
    st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=8),
    st.sampled_from(("xn--", "xn--mnchen-3ya", "ab--c", "a-", "-a", "", "A", "1", "w" * 63, "w" * 64, "münchen")),
)
hosts = st.builds(lambda parts, end: ".".join([*parts, end]), st.lists(labels, max_size=4), st.sampled_from(ENDINGS))
locals_ = st.one_of(
    st.text(ATOM + ".", max_size=12),
    st.sampled_from(("info", "WebMaster", "a" * 64, "a" * 65, ".a", "a.", "a..b", '"a b"', "", "mailto:a", "ä")),
)
ends_in = st.sampled_from(("", "", "", "", " ", ".", "\n", "\r\n", "\t", ">", ",", "@x.de"))
likely = st.builds(lambda local, host, last: f"{local}@{host}{last}", locals_, hosts, ends_in)
long = st.builds(
    lambda n, m: "a" * n + "@" + ".".join(["b" * 49] * 4)[:m] + ".com", st.integers(50, 70), st.integers(175, 199)
)


def verdict(text: str, reserved: bool) -> str | None:
    """What email-validator makes of it; None where it is no address."""
    try:
        return full_address(text, reserved)
    except AddressError:
        return None


@given(text=st.one_of(likely, likely, long, st.text(NASTY, max_size=20)), reserved=st.booleans())
@example(text="ann@localhost.localhost", reserved=True)
@example(text="ann@acme.test", reserved=True)
@example(text="ann@acme.TEST", reserved=False)
@example(text="ann@test", reserved=True)
@example(text="ann@acme.c", reserved=False)
@example(text="ann@acme.7", reserved=False)
@example(text="ann@acme.c7", reserved=False)
@example(text="ann@acme.com\n", reserved=False)
@example(text="ann@ac--me.com", reserved=False)
@example(text="ann@acme.c--m", reserved=False)
@example(text="ann@acme.a--m", reserved=False)
@example(text="ANN@K\u212aacme.com", reserved=False)
def test_the_short_way_says_what_email_validator_says(text: str, reserved: bool):
    short = plain_address(text, reserved)
    if short is not None:
        assert short == verdict(text, reserved)


@given(
    name=st.from_regex(r"[a-z]{1,8}([._+-][a-z0-9]{1,8}){0,2}", fullmatch=True),
    host=st.from_regex(r"[a-z0-9]{1,8}(-[a-z]{1,5})?\.(com|co\.uk|de|io|museum)", fullmatch=True),
)
def test_usual_addresses_take_the_short_way(name: str, host: str):
    address = f"{name}@{host}"
    assert plain_address(address.upper()) == address == full_address(address)


@pytest.mark.parametrize("text", ["a" * 64 + "@" + "b" * 63 + ".com", "aa@" + ".".join(["b" * 61] * 4) + ".com"])
def test_the_longest_addresses_take_the_short_way_and_no_longer_ones(text: str):
    assert plain_address(text) == text == full_address(text)
    longer = "a" + text
    assert plain_address(longer) is None
    with pytest.raises(AddressError, match="too long"):
        clean_address(longer)
