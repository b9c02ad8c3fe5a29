"""Addresses as SMTP wants them: lengths, IDN domains as A-labels, who needs SMTPUTF8 (MAIL 9, 10)."""

import re
from dataclasses import dataclass
from functools import lru_cache

import idna

from drip.domain.errors import AddressError

LONGEST_LOCAL, LONGEST_DOMAIN, LONGEST_PATH = 64, 255, 256  # octets, RFC 5321 section 4.5.3.1
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u00a1-\ud7ff\ue000-\U0010ffff]"
_LOCAL = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address. `text` is what stands in headers and on the wire, its domain in ASCII."""

    text: str
    domain: str
    smtputf8: bool


@lru_cache(maxsize=8192)
def checked(text: str) -> Address:
    """Check an address and bring its domain to A-labels (RFC 5321 section 4.5.3.1, RFC 6531).

    Raises AddressError for one no letter can be sent to, quoted local parts among them: we do not
    write to those.
    """
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise AddressError(f'"{text}" is not an address a letter can be sent to.')
    ascii_domain = _a_labels(domain, text)
    path = f"{local}@{ascii_domain}".encode()
    if len(local.encode()) > LONGEST_LOCAL or len(ascii_domain) > LONGEST_DOMAIN or len(path) + 2 > LONGEST_PATH:
        raise AddressError(f'"{text}" is too long: 64 octets before the @, 254 in all.')
    return Address(path.decode(), ascii_domain, not local.isascii())


def _a_labels(domain: str, text: str) -> str:
    """The domain in ASCII, lower case where it had to be changed."""
    try:
        name = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(f'The domain of "{text}" is not a valid name: {error}') from None
    if not _DOMAIN.fullmatch(name) or any(len(label) > 63 for label in name.split(".")):
        raise AddressError(f'The domain of "{text}" is not a valid name.')
    return name
