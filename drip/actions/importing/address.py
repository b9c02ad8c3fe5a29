"""Whether an address is one a letter can be sent to (R4)."""

import re
from functools import lru_cache

import email_validator

from drip.domain.errors import AddressError

_SEVERAL = re.compile(r"@[^@]*[\s,;/|]+[^@]*@")

# What nearly all addresses look like: a dot-atom (RFC 5322, 3.2.3) of at most 64 characters at a host
# name (RFC 1123, 2.1) whose labels are no IDNA and whose ending is letters with hyphens and digits within.
_ATOM = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+"
_LABEL = r"(?![A-Za-z0-9-]{2}--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ENDING = r"(?![A-Za-z0-9-]{2}--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61})?[A-Za-z]"
_PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_PLAIN_HOST = re.compile(rf"(?:{_LABEL}\.)+({_ENDING})")
_LONGEST = 254  # RFC 3696, erratum 1690
_LONGEST_BEFORE_AT = 64  # RFC 5321, 4.5.3.1.1
_NO_ENDINGS = frozenset(email_validator.SPECIAL_USE_DOMAIN_NAMES)


def clean_address(text: str, reserved: bool = False) -> str:
    """The address lower-cased and normalised. Nothing is looked up on the network.

    `reserved` lets domains through that only tests use (.test, RFC 6761).
    Raises AddressError saying what is wrong.
    """
    return plain_address(text, reserved) or full_address(text, reserved)


def plain_address(text: str, reserved: bool = False) -> str | None:
    """The address if it is plain ASCII and good, lower-cased; None says nothing about it.

    Many times faster than `full_address`, which says the same of all that this one takes.
    """
    local, _, host = text.partition("@")
    if len(text) > _LONGEST or len(local) > _LONGEST_BEFORE_AT or not _PLAIN.fullmatch(local):
        return None
    return text.lower() if _is_plain_host(host, reserved) else None


@lru_cache(maxsize=5_000)
def full_address(text: str, reserved: bool = False) -> str:
    """`clean_address` by email-validator alone, each text asked once."""
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
        allow = "; --allow-test-domains takes it" if text.lower().endswith(".test") and not reserved else ""
        raise AddressError(f'"{text[:100]}" is no email address: {why[:1].lower()}{why[1:]}{allow}') from error
    if len(found.ascii_domain.rpartition(".")[2]) < 2:
        raise AddressError(f'"{text[:100]}" is no email address: its domain has no real ending')
    return found.normalized.lower()


@lru_cache(maxsize=5_000)
def _is_plain_host(host: str, reserved: bool) -> bool:
    """Asked once for all who are at it."""
    found = _PLAIN_HOST.fullmatch(host)
    if found is None:
        return False
    ending = found[1].lower()
    return ending not in _NO_ENDINGS or (reserved and ending == "test")
