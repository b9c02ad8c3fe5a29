"""Suppressed addresses and domains (R4, R32, R33)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.errors import AddressError
from drip.domain.suppression import Suppression, keys, normal, why


def test_an_address_is_compared_in_lower_case() -> None:
    assert why(" Ann@Firm.Example ", [Suppression("ann@firm.example", "opted_out")]) == "opted_out"


def test_another_address_of_the_firm_is_not_suppressed_with_it() -> None:
    assert why("bob@firm.example", [Suppression("ann@firm.example", "opted_out")]) is None


def test_a_domain_suppresses_everybody_there_and_below() -> None:
    domain = [Suppression("firm.example", "by_hand")]
    assert why("ann@firm.example", domain) == "by_hand"
    assert why("ann@mail.firm.example", domain) == "by_hand"


@pytest.mark.parametrize("address", ["ann@otherfirm.example", "ann@example", "firm.example@other.example"])
def test_a_domain_suppresses_nobody_else(address: str) -> None:
    assert why(address, [Suppression("firm.example", "by_hand")]) is None


def test_the_gravest_reason_is_told() -> None:
    both = [Suppression("ann@firm.example", "hard_bounce"), Suppression("firm.example", "do_not_contact")]
    assert why("ann@firm.example", both) == "do_not_contact"


def test_a_reason_of_a_person_s_own_words_is_told_too() -> None:
    assert why("ann@firm.example", [Suppression("firm.example", "competitor")]) == "competitor"


def test_the_keys_are_all_that_can_suppress_an_address() -> None:
    assert keys("Ann@Mail.Firm.Example") == ("ann@mail.firm.example", "mail.firm.example", "firm.example")
    assert keys("firm.example") == ("firm.example",)


@pytest.mark.parametrize("between", ["@", "@Mail.", "@é.", "@-", ".", "@@", "@ "])
@pytest.mark.parametrize("local", ["ann", "Ann", " ann", "a n", "é", "@ann", "ann.", "a@n", "", "[a", "a\n"])
def test_the_first_key_is_the_normal_address_however_it_is_written(local: str, between: str) -> None:
    address = f"{local}{between}firm.example"
    try:
        what = normal(address)
    except AddressError:
        with pytest.raises(AddressError):
            keys(address)
    else:
        assert keys(address)[0] == what
        assert keys(address) == keys(what)


def test_a_domain_may_be_written_with_an_at_sign() -> None:
    assert normal("@Firm.Example") == "firm.example"


@pytest.mark.parametrize("text", ["", "@", "ann@", "ann", "ann bob@firm.example", "a@b@firm.example", "com"])
def test_what_is_neither_is_refused_in_words(text: str) -> None:
    with pytest.raises(AddressError, match=r"example\.com"):
        normal(text)


@given(st.text(st.characters(categories=["Cc", "Zs", "Zl", "Zp", "L"]), min_size=1, max_size=4))
def test_an_address_with_a_blank_of_any_kind_in_it_is_refused(inside: str) -> None:
    if not any(character.isspace() for character in inside):
        assert normal(f"a{inside}b@firm.example") == f"a{inside}b@firm.example".lower()
        return
    with pytest.raises(AddressError):
        normal(f"a{inside}b@firm.example")
