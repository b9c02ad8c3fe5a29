"""An SPF record: read term by term, and mended (RFC 7208 sections 4.6, 5 and 6)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from drip.domain.errors import DripError

VERSION = "v=spf1"
ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})  # section 4.6.4
_MECHANISM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>all|include|exists|ptr|ip4|ip6|a|mx)"
    r"(?::(?P<value>[^/\s]+))?(?:/(?P<first>\d{1,3}))?(?://(?P<second>\d{1,3}))?",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>\S*)")
_NEEDS_VALUE = frozenset({"include", "exists", "ip4", "ip6", "redirect"})
_NO_VALUE = frozenset({"all"})
_NO_PREFIX = frozenset({"all", "include", "exists", "ptr"})


class SpfError(DripError):
    """A record that no receiver can read: which `term`, and why."""

    def __init__(self, term: str, why: str) -> None:
        self.term = term
        super().__init__(f'"{term}" {why}')


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism, or the modifier redirect. `value` is the name it is about, None for the record's own;
    `network` that of ip4 and ip6; `prefixes` those of a and mx, IPv4 and IPv6."""

    text: str
    sign: str
    name: str
    value: str | None = None
    network: IPv4Network | IPv6Network | None = None
    prefixes: tuple[int, int] = (32, 128)

    @property
    def depends(self) -> bool:
        """Whether its name is made of who sends to whom (a macro), so that it cannot be known here."""
        return self.value is not None and "%" in self.value


def spf_records(values: Sequence[str]) -> list[str]:
    """Those TXT records that are SPF records."""
    return [one for one in values if one.lower() == VERSION or one.lower().startswith(VERSION + " ")]


def read_terms(text: str) -> tuple[Term, ...]:
    """The terms of a record, in order. Raises SpfError."""
    terms, seen = [], set()
    for word in text.split()[1:]:
        term = _modifier(word) if "=" in word.partition(":")[0] else _mechanism(word)
        name = word.partition("=")[0].lower() if term is None or term.name == "redirect" else ""
        if name in ("redirect", "exp") and name in seen:
            raise SpfError(word, "stands there a second time")
        seen.add(name)
        if term is not None:
            terms.append(term)
    return tuple(terms)


def mended(records: Sequence[str], add: str, without: Collection[str] = ()) -> str:
    """One record of these: with `add`, without some terms, and with one "all" (or redirect) at its end."""
    words = [word for record in records for word in record.split()[1:]]
    kept = [word for word in dict.fromkeys(words) if word not in without and not _ends(word)]
    if add and add not in kept:
        kept.append(add)
    onward = [word for word in kept if word.lower().startswith("redirect=")]
    if onward and not any(map(_ends, words)):
        return " ".join([VERSION, *(word for word in kept if word not in onward), onward[0]])
    ends = [word for word in words if _ends(word) and word.lower() not in ("+all", "all")]
    strictest = min(ends, key=lambda word: "-~?".find(word[0]) if word[0] in "-~?" else 9) if ends else "~all"
    return " ".join([VERSION, *kept, strictest])


def _ends(word: str) -> bool:
    return word.lower().lstrip("+?~-") == "all"


def _modifier(word: str) -> Term | None:
    found = _MODIFIER.fullmatch(word)
    if found is None:
        raise SpfError(word, "is no term of SPF")
    if found["name"].lower() != "redirect":
        return None
    if not found["value"]:
        raise SpfError(word, "names no domain")
    return Term(word, "+", "redirect", found["value"])


def _mechanism(word: str) -> Term:
    found = _MECHANISM.fullmatch(word) or _ip6(word)
    if found is None:
        raise SpfError(word, "is no term of SPF")
    sign, name, value = found["sign"] or "+", found["name"].lower(), found["value"]
    if (name in _NEEDS_VALUE and value is None) or (name in _NO_VALUE and value is not None):
        raise SpfError(word, f"has {'no' if value is None else 'a'} value")
    if name in _NO_PREFIX and (found["first"] or found["second"]):
        raise SpfError(word, "has a prefix length")
    if name in ("ip4", "ip6"):
        return Term(word, sign, name, value, _network(word, name))
    prefixes = (int(found["first"] or 32), int(found["second"] or 128))
    if prefixes[0] > 32 or prefixes[1] > 128:
        raise SpfError(word, "has a prefix length that is too long")
    return Term(word, sign, name, value, None, prefixes)


def _ip6(word: str) -> re.Match[str] | None:
    """ip6:…, whose value has colons and may end in "::/32"."""
    return re.fullmatch(
        r"(?P<sign>[+?~-]?)(?P<name>ip6):(?P<value>[0-9A-Fa-f:.]+)(?:/(?P<first>\d{1,3}))?(?P<second>)",
        word,
        re.IGNORECASE,
    )


def _network(word: str, name: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(word.partition(":")[2], strict=False)
    except ValueError:
        network = None
    if network is None or network.version != int(name[2]):
        raise SpfError(word, f"holds no {'IPv4' if name == 'ip4' else 'IPv6'} address")
    return network
