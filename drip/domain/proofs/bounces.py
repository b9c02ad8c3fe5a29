"""Can bounces and replies come back (RFC 5321 section 5.1, RFC 7505; MAIL 12, 27)?"""

from drip.domain.proofs.answers import Ask, addresses
from drip.domain.proofs.finding import Finding, fail, ok, warn
from drip.domain.proofs.record import Record
from drip.domain.proofs.sender import Sender, is_address

ABOUT = "bounces"
NULL = "0 ."


def judge_bounces(sender: Sender, ask: Ask) -> list[Finding]:
    """What is found about the domains that bounces and replies go to."""
    return [_judge(sender, domain, ask) for domain in dict.fromkeys((sender.bounce, sender.domain))]


def _judge(sender: Sender, domain: str, ask: Ask) -> Finding:
    answer = ask(domain, "MX")
    paste = Record(domain, "MX", sender.provider.exchange or f"10 {_exchange(sender, domain)}.")
    if answer.failed:
        return fail(ABOUT, f"The MX of {domain} could not be looked up: {answer.failed}.")
    hosts = [one.partition(" ")[2].rstrip(".") for one in answer.values]
    if "" in hosts:
        said = f"{domain} says that it takes no mail (a null MX): bounces and replies are lost, letters refused."
        return fail(ABOUT, said, paste, "Put the host that takes its mail in place of it.")
    if not hosts:
        if addresses(domain, ask):
            return warn(ABOUT, f"{domain} has no MX; mail goes to the machine of that name, if it takes any.", paste)
        return fail(ABOUT, f"{domain} has no MX: bounces and replies cannot come back.", paste)
    dead = [host for host in hosts if not addresses(host, ask)]
    if len(dead) == len(hosts):
        return fail(ABOUT, f"No MX of {domain} has an address ({', '.join(dead)}): bounces and replies are lost.")
    if dead:
        return warn(ABOUT, f"{', '.join(dead)}, an MX of {domain}, has no address.")
    return ok(ABOUT, f"Mail to {domain} goes to {', '.join(hosts)}.")


def _exchange(sender: Sender, domain: str) -> str:
    return f"mail.{domain}" if is_address(sender.host) else sender.host
