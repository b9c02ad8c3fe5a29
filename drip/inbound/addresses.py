"""Addresses as they stand in mail: in header fields, in reports, and between words."""

import re
from collections.abc import Iterable

LONGEST = 254  # octets, RFC 5321 section 4.5.3.1.3
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]"
_LOCAL = rf"{_ATEXT}{{1,64}}(?:\.{{1,3}}{_ATEXT}{{1,64}}){{0,16}}\.{{0,3}}"  # bounded, as the time to look is
_QUOTED = r'"[^"\r\n\\]{1,64}"'
_LABEL = r"[A-Za-z0-9_\u00a1-\uffff](?:[A-Za-z0-9_\u00a1-\uffff-]{0,61}[A-Za-z0-9_\u00a1-\uffff])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{0,12}}|\[[0-9A-Fa-f.:]{{3,45}}\]"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL}){{1,12}}|\[[0-9A-Fa-f.:]{{3,45}}\]"
_END = r"(?![A-Za-z0-9_@-]|\.[A-Za-z0-9])"
BARE = rf"(?:{_LOCAL}|{_QUOTED})@(?:{_DOMAIN}){_END}"  # as a regular expression
_TYPED_ADDRESS = re.compile(rf"(?:{_LOCAL}|{_QUOTED})@(?:{_HOST}){_END}")
ADDRESS = re.compile(rf"(?<![A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.@-])({BARE})")
_COMMENT = re.compile(r"\([^()]*\)")
_TYPED = re.compile(r"\s*(?:[A-Za-z0-9-]{1,20}\s*;)?\s*")


def addresses(text: str) -> list[str]:
    """Every address between the words of a text, in lower case, each once."""
    if "@" not in text:
        return []
    return list(dict.fromkeys(one.lower().removeprefix("'") for one in ADDRESS.findall(text) if len(one) <= LONGEST))


def addresses_of(values: Iterable[str]) -> list[str]:
    """The addresses in header values such as To, whatever names stand beside them."""
    found: dict[str, None] = {}
    for value in values:
        for part in _COMMENT.sub(" ", value).split(","):
            bracket = part.rpartition("<")[2].partition(">")[0] if "<" in part else part
            found |= dict.fromkeys(addresses(bracket))
    return list(found)


def typed_address(value: str) -> str:
    """The address in a field such as "rfc822; ann@firm.example" (RFC 3464 section 2.3.1); "" without one."""
    typed = _TYPED.match(value)
    found = _TYPED_ADDRESS.search(value, typed.end() if typed else 0)
    return found[0].lower() if found and len(found[0]) <= LONGEST else ""
