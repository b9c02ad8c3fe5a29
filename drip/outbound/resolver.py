"""The DNS as it is asked for the proofs of our domains, by dnspython."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from drip.domain.errors import DripError
from drip.domain.proofs.answers import Answer, Question

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver as Asker

PATIENCE = 5.0  # seconds for one question, over all servers and tries
DNS_PORT = 53


class ResolverError(DripError):
    """What was given as a resolver is none."""


@dataclass(slots=True)
class Resolver:
    """Asks `server`, such as "1.1.1.1" or "127.0.0.1:5353"; by default those of this machine. Raises ResolverError."""

    server: str | None = None
    patience: float = field(default_factory=lambda: PATIENCE)
    _asker: "Asker" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        import dns.asyncresolver  # late: few commands ask the DNS
        import dns.resolver

        place = _place(self.server) if self.server else None
        try:
            self._asker = dns.asyncresolver.Resolver(configure=place is None)
        except dns.resolver.NoResolverConfiguration:
            raise ResolverError("This machine names no resolver. Name one: `--resolver 1.1.1.1`.") from None
        if place is not None:
            self._asker.nameservers, self._asker.port = [place[0]], place[1]
        self._asker.lifetime = self.patience

    async def look_up(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        """The answers to some questions, asked at once. Whatever the DNS does is an answer, never an error."""
        asked = list(questions)
        return dict(zip(asked, await asyncio.gather(*map(self._ask, asked)), strict=True))

    async def _ask(self, question: Question) -> Answer:
        import dns.exception
        import dns.resolver

        try:
            found = await self._asker.resolve(question.name, question.type, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Answer()
        except dns.resolver.NoNameservers as error:
            return Answer(failed=_refused(error))
        except dns.exception.Timeout:
            return Answer(failed=f"{self._whom()} did not answer within {self.patience:g} seconds")
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            return Answer(failed=f"{type(error).__name__}: {error}".rstrip(": ."))
        return Answer(tuple(_text(one) for one in found))

    def _whom(self) -> str:
        return self.server or "the resolver of this machine"


def _place(server: str) -> tuple[str, int]:
    """The address and port of a resolver. Raises ResolverError."""
    host, port = server, ""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        port = port.removeprefix(":")
    elif server.count(":") == 1:
        host, _, port = server.partition(":")
    try:
        place = str(ip_address(host)), int(port or DNS_PORT)
        if place[1] > 65_535:
            raise ValueError(place)
    except ValueError:
        raise ResolverError(f'"{server}" is no resolver. Give its address: 1.1.1.1, or 127.0.0.1:5353.') from None
    return place


def _refused(error: Any) -> str:
    """The words of a server that would not say: SERVFAIL, REFUSED; or what the network did."""
    said = sorted({str(one[3]) for one in error.kwargs.get("errors", ())})
    if any("SERVFAIL" in one for one in said):
        return "SERVFAIL: the servers of that domain are broken, or its DNSSEC is"
    return ", ".join(said) or "no server answered"


def _text(record: Any) -> str:
    """A record as the judges read it."""
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("latin-1")
    if hasattr(record, "exchange"):
        return f"{record.preference} {record.exchange.to_text()}"
    return str(record.to_text()).rstrip(".")
