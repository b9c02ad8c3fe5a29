"""Addresses as SMTP wants them (MAIL 3, 9 and 10)."""

import pytest

from drip.domain.errors import AddressError
from drip.outbound.address import checked


def test_m03_an_author_is_one_address() -> None:
    for authors in ("ann@firm.example, bob@firm.example", "ann@firm.example,bob@firm.example", "a@b@firm.example"):
        with pytest.raises(AddressError):
            checked(authors)


def test_m09_an_idn_domain_is_sent_as_a_label_and_needs_no_smtputf8() -> None:
    address = checked("ann@bücher.example")
    assert (address.text, address.smtputf8) == ("ann@xn--bcher-kva.example", False)


def test_m09_a_non_ascii_local_part_needs_smtputf8() -> None:
    address = checked("jürgen@bücher.example")
    assert (address.text, address.smtputf8) == ("jürgen@xn--bcher-kva.example", True)


def test_m10_a_local_part_has_64_octets_at_most() -> None:
    assert checked("a" * 64 + "@firm.example")
    for local in ("a" * 65, "ü" * 33):
        with pytest.raises(AddressError):
            checked(f"{local}@firm.example")


def test_m10_a_path_has_256_octets_at_most() -> None:
    domain = ".".join(["d" * 60] * 4)  # 243 characters
    assert checked("a" * 10 + "@" + domain)  # 254, and two brackets
    with pytest.raises(AddressError):
        checked("a" * 11 + "@" + domain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "@firm.example",
        "ann@",
        "a b@firm.example",
        "ann@firm..example",
        "ann@-firm.example",
        "ann@firm.example>",
        "<ann@firm.example",
        "ann@x.example\r\nRCPT TO:<b@x.example>",
        "ann@firm.example\n",
        ".ann@firm.example",
        "ann@bob@firm.example",
        "ann@" + "a" * 64 + ".example",
        "ann@☃⁂.example",
        "a\ud800@firm.example",
        "ann@fi\ud800rm.example",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        checked(text)
