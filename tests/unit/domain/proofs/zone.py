"""A DNS on paper: records to judge by, and the sender of a firm whose mail is in order."""

from dataclasses import replace
from typing import Any

from drip.domain.proofs.answers import Answer, Ask
from drip.domain.proofs.finding import Finding, Verdict
from drip.domain.proofs.sender import OurKey, Sender

Zone = dict[tuple[str, str], tuple[str, ...] | str]
KEY = OurKey("acme.example", "drip1", "MIIBpublic", 2048)
GOOD: Zone = {
    ("acme.example", "TXT"): ("a-token-of-somebody", "v=spf1 a:mail.acme.example -all"),
    ("acme.example", "MX"): ("10 mail.acme.example.",),
    ("mail.acme.example", "A"): ("192.0.2.25",),
    ("drip1._domainkey.acme.example", "TXT"): ("v=DKIM1; k=rsa; p=MIIBpublic",),
    ("_dmarc.acme.example", "TXT"): ("v=DMARC1; p=none; rua=mailto:kim@acme.example",),
    ("25.2.0.192.in-addr.arpa", "PTR"): ("mail.acme.example",),
}


def sender(**changes: Any) -> Sender:
    """Kim of acme.example, whose own server is mail.acme.example and whose letters are signed."""
    usual = Sender(
        "acme.example", "acme.example", "mail.acme.example", organisation, key=KEY, report_to="kim@acme.example"
    )
    return replace(usual, **changes)


def organisation(domain: str) -> str:
    """The last two labels."""
    return ".".join(domain.split(".")[-2:])


def asking(zone: Zone | None = None, **texts: str) -> Ask:
    """Answers from the good zone with changes; a text instead of records is why nobody knows. `spf=…` sets that."""
    whole: Zone = {**GOOD, **(zone or {})}
    if "spf" in texts:
        whole["acme.example", "TXT"] = (texts["spf"],)

    def ask(name: str, kind: str) -> Answer:
        found = whole.get((name.rstrip(".").lower(), kind), ())
        return Answer(failed=found) if isinstance(found, str) else Answer(found)

    return ask


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """What each is about, and how it is."""
    return [(one.about, one.verdict.value) for one in findings]


def line(finding: Finding) -> str:
    """What it says to paste."""
    assert finding.paste is not None
    return finding.paste.line


def only(findings: list[Finding], verdict: Verdict) -> Finding:
    """The one finding there is, which has this verdict."""
    [found] = findings
    assert found.verdict is verdict, found
    return found
