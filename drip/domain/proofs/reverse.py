"""Does the address letters leave from have a name, and the name that address (RFC 1912 section 2.1; MAIL 27)?"""

from dataclasses import replace
from ipaddress import ip_address

from drip.domain.proofs.answers import Ask, addresses
from drip.domain.proofs.finding import Finding, Verdict, fail, ok, warn
from drip.domain.proofs.record import Record
from drip.domain.proofs.sender import Sender, is_address

ABOUT = "reverse DNS"
_OWNER = "Whoever gave you the address sets it: the host's panel, or the network's provider."


def judge_reverse(sender: Sender, ask: Ask) -> list[Finding]:
    """What is found about each address of our own server; a provider sees to that of its own."""
    if sender.provider.hosts:
        return []
    ours = sender.addresses(ask)
    if not ours:
        said = f"{sender.host} has no address that others see; the one its letters leave from must have a name."
        return [warn(ABOUT, said)]
    found = [_judge(sender, address, ask) for address in ours]
    if all(one.verdict is not Verdict.OK for one in found):
        return found
    return [_milder(one) if one.verdict is Verdict.FAIL else one for one in found]


def _milder(finding: Finding) -> Finding:
    """A server with several addresses may send from the good ones only."""
    advice = f"This matters if letters may leave by that address. {finding.advice}"
    return replace(finding, verdict=Verdict.WARN, advice=advice.strip())


def _judge(sender: Sender, address: str, ask: Ask) -> Finding:
    pointer = ip_address(address).reverse_pointer
    answer = ask(pointer, "PTR")
    named = sender.host if not is_address(sender.host) else f"mail.{sender.domain}"
    paste = Record(pointer, "PTR", f"{named}.")
    if answer.failed:
        return fail(ABOUT, f"The name of {address} could not be looked up: {answer.failed}.")
    if not answer.values:
        return fail(ABOUT, f"{address} has no name; Gmail and others refuse letters from such.", paste, _OWNER)
    for name in answer.values:
        if ip_address(address) in map(ip_address, addresses(name, ask)):
            return ok(ABOUT, f"{address} is {name}, and {name} is {address}.")
    name = answer.values[0]
    kind = "A" if ip_address(address).version == 4 else "AAAA"
    said = (
        f"{address} is called {name}, but {name} does not lead back to it; Gmail and others refuse letters from such."
    )
    return fail(ABOUT, said, Record(name, kind, address), f"Or name it {named}. {_OWNER}")
