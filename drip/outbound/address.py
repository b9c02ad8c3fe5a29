"""Addresses as SMTP wants them: lengths, IDN domains as A-labels, who needs SMTPUTF8 (MAIL 9, 10)."""

import re
from functools import lru_cache
from typing import NamedTuple

import idna

from drip.domain.errors import AddressError

LONGEST_LOCAL, LONGEST_DOMAIN, LONGEST_PATH = 64, 255, 256  # octets, RFC 5321 section 4.5.3.1
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u00a1-\ud7ff\ue000-\U0010ffff]"
_LOCAL = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # 63 octets at most, RFC 1035 section 2.3.4
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


class Address(NamedTuple):
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
    path, octets = f"{local}@{ascii_domain}", len(local.encode())
    if octets > LONGEST_LOCAL or len(ascii_domain) > LONGEST_DOMAIN or octets + len(ascii_domain) + 3 > LONGEST_PATH:
        raise AddressError(f'"{text}" is too long: 64 octets before the @, 254 in all.')
    return Address(path, ascii_domain, not local.isascii())


def _a_labels(domain: str, text: str) -> str:
    """The domain in ASCII, lower case where it had to be changed."""
    try:
        name = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(f'The domain of "{text}" is not a valid name: {error}') from None
    if not _DOMAIN.fullmatch(name):
        raise AddressError(f'The domain of "{text}" is not a valid name.')
    return name
