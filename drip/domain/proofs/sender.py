"""Who sends: all that the proofs of a mailbox are judged by."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from drip.domain.proofs.answers import Ask, addresses
from drip.domain.provider import PLAIN, Provider

_INSIDE = tuple(
    ip_network(one)
    for one in (
        *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)


@dataclass(frozen=True, slots=True)
class OurKey:
    """The key that signs: the domain it is for, its selector, its public half (DER in base64) and its length."""

    domain: str
    selector: str
    public: str
    bits: int


@dataclass(frozen=True, slots=True)
class Sender:
    """A mailbox as receivers see it: `domain` that of From, `bounce` that of MAIL FROM, `host` our server.

    `key`: what signs its letters; `key_problem`: why the one there is cannot be used. `organisation` finds the part of
    a domain that somebody registered. `report_to` is an address of ours, for DMARC reports. `is_private`: the domain
    is a mail provider's, where anybody can have an address.
    """

    domain: str
    bounce: str
    host: str
    organisation: Callable[[str], str]
    provider: Provider = PLAIN
    key: OurKey | None = None
    key_problem: str | None = None
    report_to: str = ""
    is_private: bool = False

    def is_aligned(self, other: str, strictly: bool) -> bool:
        """Whether a proof for `other` counts for From (RFC 7489 section 3.1)."""
        if strictly:
            return self.domain == other
        return self.organisation(self.domain) == self.organisation(other)

    def addresses(self, ask: Ask) -> tuple[str, ...]:
        """Those of our server that others see; none where it has none, or is inside."""
        known = (self.host,) if is_address(self.host) else addresses(self.host, ask)
        return tuple(one for one in known if not is_inside(one))


def is_address(host: str) -> bool:
    """Whether a host is given by its address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_inside(address: str) -> bool:
    """Whether an address is of a private network or this machine (RFC 1918, 4193, 6598)."""
    own = ip_address(address)
    return any(own in network for network in _INSIDE if network.version == own.version)
