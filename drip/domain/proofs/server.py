"""What became of connecting to a mailbox's server, doing TLS and logging in: what failed, and what to do."""

import re
from dataclasses import dataclass

from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.proofs.finding import Finding, fail, ok, warn
from drip.domain.provider import provider_of


@dataclass(frozen=True, slots=True)
class Place:
    """A mailbox's server as we connect to it. `security`: none, starttls or tls; no login: it wants none."""

    host: str
    port: int
    security: str
    login: str | None


def judge_server(place: Place, outcome: Outcome) -> list[Finding]:
    """What is found about the server, its TLS and the login, from how a probe of it ended."""
    if outcome.kind is not Kind.ACCEPTED:
        answer = f"{outcome.code} {outcome.text}" if outcome.code else _shorter(outcome.text)
        about = _ABOUT.get(outcome.phase, "server")
        return [fail(about, f"{_WHERE[outcome.phase].format(at=place)}: {answer}", None, _advice(place, outcome))]
    found = [ok("server", outcome.text)]
    if place.security == "none":
        said = "Letters and the password go to it unprotected; that is fine only within one machine."
        found.append(warn("TLS", said, None, "Submission is port 587 with starttls, or 465 with tls."))
    return found


_ABOUT = {Phase.STARTTLS: "TLS", Phase.AUTH: "login"}
_WHERE = {
    Phase.CONNECT: "no connection to {at.host} port {at.port}",
    Phase.GREETING: "{at.host} port {at.port} took the connection and did not greet as a mail server",
    Phase.EHLO: "{at.host} did not take our EHLO",
    Phase.STARTTLS: "TLS with {at.host} port {at.port} failed",
    Phase.AUTH: "{at.host} did not let {at.login} in",
}
_DO = {
    Phase.GREETING: "Is it the port for submission? It is 587 with starttls, 465 with tls.",
    Phase.EHLO: "Ask who runs that server; it may take connections only from some addresses.",
}
_LOGIN = "Check login and password. Many providers want an app password, or SMTP switched on for the account."


def _shorter(text: str) -> str:
    """What the system said, without our own words and numbers before it."""
    if "Connect call failed" in text:
        return "connection refused"
    return re.sub(r"^Error connecting to .*? on port \d+: |\[Errno -?\d+\] ", "", text)


def _advice(place: Place, outcome: Outcome) -> str:
    said = outcome.text.lower()
    if outcome.phase is Phase.CONNECT:
        return _without_connection(place, said)
    if outcome.phase is Phase.STARTTLS:
        return _without_tls(place, said)
    if outcome.phase is Phase.AUTH:
        return provider_of(place.host).login or _LOGIN
    if outcome.phase is Phase.GREETING and "tim" in said:
        return f"A server that speaks TLS from the start waits in silence: is {place.port} a port for --security tls?"
    return _DO.get(outcome.phase, "")


def _without_connection(place: Place, said: str) -> str:
    if any(sign in said for sign in ("name or service", "nodename", "getaddrinfo", "no address", "name resolution")):
        return f'There is no host "{place.host}". Check its spelling.'
    if "refused" in said or "connect call failed" in said:
        return f"Nothing listens on port {place.port} there. Check host and port: 587 with starttls, 465 with tls."
    if "tim" in said:
        return f"Nobody answers. A firewall may block port {place.port}; many networks block 25. Try 587."
    return "Check host, port and the network."


def _without_tls(place: Place, said: str) -> str:
    if "self-signed" in said or "self signed" in said or "local issuer" in said:
        return (
            f"Nobody we trust has signed the certificate of {place.host}. Is it the right host? If the server is your "
            "own, SSL_CERT_FILE=FILE names a file (PEM) with whom to trust, for every process of drip."
        )
    if "certificate" in said:
        return f"Its certificate is not one we trust for {place.host}. Use the name that stands in the certificate."
    if "wrong version" in said or "record layer" in said:
        return f"Port {place.port} does not begin with TLS. Use starttls, which is usually port 587."
    if "not supported" in said or "extension" in said:
        return "It offers no STARTTLS on that port. Use tls on port 465, or ask who runs the server."
    return "Check port and security: 587 goes with starttls, 465 with tls."
