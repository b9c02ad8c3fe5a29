"""Whether an address is one a letter can be sent to (R4), each asked once."""

import re
from functools import lru_cache

import email_validator

from drip.domain.errors import AddressError

_SEVERAL = re.compile(r"@[^@]*[\s,;/|]+[^@]*@")


@lru_cache(maxsize=20_000)
def clean_address(text: str, reserved: bool = False) -> str:
    """The address lower-cased and normalised. Nothing is looked up on the network.

    `reserved` lets names through that only tests use (.test, .invalid, .example).
    Raises AddressError saying what is wrong.
    """
    text = text.strip().removeprefix("mailto:").strip()
    if _SEVERAL.search(text):
        raise AddressError(f'"{text[:100]}" holds more than one address; keep one')
    if "<" in text or ">" in text:
        raise AddressError(f'"{text[:100]}" holds more than the address; keep only name@domain')
    try:
        found = email_validator.validate_email(
            text,
            check_deliverability=False,
            test_environment=reserved,
            strict=True,
        )
    except email_validator.EmailNotValidError as error:
        why = str(error).rstrip(".")
        raise AddressError(f'"{text[:100]}" is no email address: {why}') from error
    if len(found.ascii_domain.rpartition(".")[2]) < 2:
        raise AddressError(f'"{text[:100]}" is no email address: its domain has no real ending')
    return found.normalized.lower()


def domain_of(address: str) -> str:
    """What stands after the @."""
    return address.rpartition("@")[2]
