"""An SPF record with all it includes: who may send, and how many questions it costs (RFC 7208 section 4.6.4)."""

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from drip.domain.proofs.answers import Ask, addresses
from drip.domain.proofs.spf_record import ASKING, SpfError, Term, read_terms, spf_records

MOST = 10  # questions, section 4.6.4
MOST_HOSTS = 10  # of one mx, section 4.6.4
MOST_VOID = 2  # questions that find nothing, section 4.6.4
_ENOUGH = 60  # questions after which we stop to count
Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Branch:
    """A term with what it leads to. `cost`: questions it takes, its own among them."""

    term: Term
    networks: tuple[Network, ...] = ()
    below: "Spf | None" = None
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Spf:
    """The SPF of a domain. `records`: the texts there are; `problem`: why a receiver can make nothing of it, `bad`
    the term of it to blame; `unknown`: why the DNS did not say. `void`: the term of each look-up that finds nothing."""

    domain: str
    records: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    problem: str | None = None
    bad: str | None = None
    unknown: str | None = None
    cost: int = 0
    void: tuple[str, ...] = ()
    reached: frozenset[str] = field(default_factory=frozenset)

    def sign(self, address: Address) -> str:
        """What it says of an address: + - ~ or ? (neither)."""
        for branch in self.branches:
            if branch.term.name == "redirect" and branch.below:
                return branch.below.sign(address)
            if _matches(branch, address):
                return branch.term.sign
        return "?"

    @property
    def end(self) -> str | None:
        """The sign of its "all", after a redirect as well; None where there is none."""
        for branch in self.branches:
            if branch.term.name == "all":
                return branch.term.sign
            if branch.term.name == "redirect" and branch.below:
                return branch.below.end
        return None


def read_spf(domain: str, ask: Ask) -> Spf:
    """Read a domain's SPF with all it includes."""
    return _read(domain.lower(), _Asking(ask), ())


@dataclass(slots=True)
class _Asking:
    """How the DNS is asked, and how many more records are read."""

    ask: Ask
    left: int = _ENOUGH


def _read(domain: str, asking: _Asking, above: tuple[str, ...]) -> Spf:
    asking.left -= 1
    answer = asking.ask(domain, "TXT")
    records = tuple(spf_records(answer.values))
    if answer.failed:
        return Spf(domain, unknown=f"{domain}: {answer.failed}")
    if len(records) != 1:
        return Spf(domain, records, problem=f"{domain} has {'several SPF records' if records else 'no SPF record'}")
    try:
        terms = read_terms(records[0])
    except SpfError as error:
        return Spf(domain, records, problem=f"{domain}: {error}", bad=error.term)
    return _whole(Spf(domain, records), _heeded(terms), asking, (*above, domain))


def _heeded(terms: tuple[Term, ...]) -> list[Term]:
    """The terms that count, up to "all"; a redirect comes last, and not where there is an "all" (section 6.1)."""
    heeded: list[Term] = []
    for term in terms:
        if term.name == "all":
            return [*heeded, term]
        if term.name != "redirect":
            heeded.append(term)
    return heeded + [term for term in terms if term.name == "redirect"]


def _whole(own: Spf, terms: list[Term], asking: _Asking, above: tuple[str, ...]) -> Spf:
    branches: list[Branch] = []
    void: list[str] = []
    found: Spf | None = None
    for term in terms:
        branch, in_vain = _branch(term, own.domain, asking, above)
        branches.append(branch)
        void += [term.text] * in_vain
        below = branch.below
        if below is not None:
            void += below.void
            if found is None and (below.problem or below.unknown):
                found = Spf(own.domain, problem=below.problem, bad=term.text, unknown=below.unknown)
    reached = [one.below.reached | {one.below.domain} for one in branches if one.below and one.term.sign == "+"]
    return replace(
        own,
        branches=tuple(branches),
        problem=found.problem if found else None,
        bad=found.bad if found else None,
        unknown=found.unknown if found else None,
        cost=sum(one.cost for one in branches),
        void=tuple(void),
        reached=frozenset().union(*reached),
    )


def _branch(term: Term, domain: str, asking: _Asking, above: tuple[str, ...]) -> tuple[Branch, int]:
    """The term with what it leads to, and how many of its look-ups found nothing."""
    cost = int(term.name in ASKING)
    target = (term.value or domain).rstrip(".").lower()
    if term.network is not None:
        return Branch(term, (term.network,)), 0
    if term.depends or term.name in ("all", "exists", "ptr"):
        return Branch(term, cost=cost), 0
    if term.name in ("include", "redirect"):
        if target in above:
            below = Spf(target, problem=f"{above[-1]} and {target} include each other")
        elif asking.left <= 0:
            below = Spf(target, problem=f"{target} is one of too many records to read")
        else:
            below = _read(target, asking, above)
        return Branch(term, (), below, cost + below.cost), 0
    hosts = _exchanges(target, asking.ask) if term.name == "mx" else [target]
    each = [addresses(host, asking.ask) for host in hosts[:MOST_HOSTS]]
    networks = tuple(_widened(one, term.prefixes) for found in each for one in found)
    return Branch(term, networks, cost=cost), sum(1 for found in each if not found) or int(not hosts)


def _exchanges(domain: str, ask: Ask) -> list[str]:
    return [one.partition(" ")[2].rstrip(".") for one in ask(domain, "MX").values if not one.endswith(" .")]


def _widened(address: str, prefixes: tuple[int, int]) -> Network:
    bits = prefixes[0] if ip_address(address).version == 4 else prefixes[1]
    return ip_network(f"{address}/{bits}", strict=False)


def _matches(branch: Branch, address: Address) -> bool:
    if branch.term.name == "all":
        return True
    if branch.term.name == "include":
        return branch.below is not None and branch.below.sign(address) == "+"
    return any(address in network for network in branch.networks)
