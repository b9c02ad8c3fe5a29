"""Is the key that signs the one the DNS shows (RFC 6376 section 3.6; MAIL 23, 27)?"""

from drip.domain.proofs.answers import Ask
from drip.domain.proofs.finding import Finding, Verdict, fail, ok, warn
from drip.domain.proofs.record import dkim_record
from drip.domain.proofs.sender import OurKey, Sender
from drip.domain.proofs.tags import read_tags

ABOUT = "DKIM"
GOOD_BITS = 2048  # RFC 8301 section 3.2


def judge_dkim(sender: Sender, ask: Ask) -> tuple[list[Finding], str | None]:
    """What is found about it, and the domain a valid signature is for; None where there is none we know of."""
    if sender.key_problem:
        return [fail(ABOUT, f"The key cannot be used, so letters go unsigned: {sender.key_problem}")], None
    if sender.key is None:
        return _without_a_key(sender, ask)
    found = judge_key(sender.key, ask)
    if sender.provider.changes:
        said = (
            f"{sender.provider.title} rewrites {sender.provider.changes}, which our signature covers: it cannot hold."
        )
        return [warn(ABOUT, said, None, f"Let it sign by itself: {sender.provider.console}.")], None
    own = _own_selector(sender, ask) if sender.provider.may_change else None
    if own is not None:
        found = ok(
            ABOUT, f"{sender.provider.title} signs with its own key, {own}; so do we, with {sender.key.selector}."
        )
        return [found], sender.domain
    if sender.provider.may_change and found.verdict is Verdict.OK:
        said = f"Letters are signed, but {sender.provider.title} rewrites some of them, whose signature then fails."
        found = warn(ABOUT, said, None, f"Let it sign as well: {sender.provider.console}.")
    return [found], None if found.verdict is Verdict.FAIL else sender.key.domain


def judge_key(key: OurKey, ask: Ask) -> Finding:
    """Our key against its record."""
    record = dkim_record(key.domain, key.selector, key.public)
    answer = ask(record.name, "TXT")
    if answer.failed:
        return fail(ABOUT, f"{record.name} could not be looked up: {answer.failed}.", record)
    if not answer.values:
        return fail(ABOUT, f"{record.name}, which shows the key letters are signed with, is not there.", record)
    if len(answer.values) > 1:
        said = f"{record.name} has {len(answer.values)} records; receivers may take any (RFC 6376 section 3.6.2.2)."
        return fail(ABOUT, said, record, "Leave only this one.")
    wrong = _wrong(answer.values[0], key)
    if wrong:
        return fail(ABOUT, f"{record.name} {wrong}.", record, "Put this in its place.")
    tags = read_tags(answer.values[0]) or {}
    if "y" in _listed(tags.get("t", "")):
        return warn(ABOUT, f"{record.name} says that it is only a test (t=y).", record, "Put this in its place.")
    if key.bits < GOOD_BITS:
        make = f"`drip mailbox dkim {key.domain} --another` makes one of {GOOD_BITS}."
        return warn(ABOUT, f"The key has {key.bits} bits; receivers want {GOOD_BITS}.", None, make)
    return ok(ABOUT, f"Letters are signed for {key.domain}, and {record.name} shows the same key of {key.bits} bits.")


def _without_a_key(sender: Sender, ask: Ask) -> tuple[list[Finding], str | None]:
    """Letters go unsigned, unless the server signs them."""
    make = f"`drip mailbox dkim {sender.domain}` makes a key."
    own = _own_selector(sender, ask)
    if own is not None:
        said = f"We have no key for {sender.domain}; {sender.provider.title} signs with its own, {own}."
        return [ok(ABOUT, said)], sender.domain
    if sender.provider.console:
        said = f"Letters of {sender.domain} go unsigned: we have no key for it."
        if not sender.provider.selectors:
            said += f" Whether {sender.provider.title} signs them cannot be seen from here."
            return [warn(ABOUT, said, None, f"See {sender.provider.console}.")], None
        said += f" {sender.provider.title} has none there, either ({sender.provider.selectors[0]}._domainkey)."
        return [fail(ABOUT, said, None, f"Switch it on in {sender.provider.console}; or {make}")], None
    said = f"Letters of {sender.domain} go unsigned: there is no key for it, and {sender.host} may sign or not."
    return [warn(ABOUT, said, None, make)], None


def _own_selector(sender: Sender, ask: Ask) -> str | None:
    """Where the provider publishes a key of its own for From's domain."""
    for selector in sender.provider.selectors:
        if any("p=" in text for text in ask(f"{selector}._domainkey.{sender.domain}", "TXT").values):
            return selector
    return None


def _wrong(text: str, key: OurKey) -> str | None:
    tags = read_tags(text)
    if tags is None or tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return "is no DKIM record"
    shown = "".join(tags["p"].split())
    if not shown:
        return "says that this key is no longer used (p= is empty)"
    if tags.get("k", "rsa") != "rsa":
        return f"is for another kind of key (k={tags['k']})"
    if "h" in tags and "sha256" not in _listed(tags["h"]):
        return f"allows only {tags['h']}, and letters are signed with sha256"
    if not {"*", "email"} & set(_listed(tags.get("s", "*"))):
        return f"is not for mail (s={tags['s']})"
    if shown != key.public:
        return "shows a part of our key: it was cut" if key.public.startswith(shown) else "shows another key than ours"
    return None


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(":")]
