"""Is our server let by SPF (RFC 7208; MAIL 27)?"""

from ipaddress import ip_address

from drip.domain.proofs.answers import Ask
from drip.domain.proofs.finding import Finding, Verdict, fail, ok, warn, worst
from drip.domain.proofs.record import Record
from drip.domain.proofs.sender import Sender, is_address
from drip.domain.proofs.spf_record import mended
from drip.domain.proofs.spf_tree import MOST, MOST_VOID, Spf, read_spf

ABOUT = "SPF"


def judge_spf(sender: Sender, ask: Ask) -> tuple[list[Finding], bool]:
    """What is found about it, and whether letters pass."""
    spf, ours = read_spf(sender.bounce, ask), sender.addresses(ask)
    found = _readable(sender, spf, ours)
    if found:
        return found, False
    found = [*_cost(spf), *_letting(sender, spf, ours), *_weak(sender, spf)]
    if worst(found) is Verdict.OK:
        found = [ok(ABOUT, f"{sender.bounce} lets {_whom(sender, ours)} send; {spf.cost} of {MOST} look-ups.")]
    return found, all(one.verdict is not Verdict.FAIL for one in found) and _passes(sender, spf, ours)


def _readable(sender: Sender, spf: Spf, ours: tuple[str, ...]) -> list[Finding]:
    """What keeps every receiver from reading it."""
    own = sender.bounce
    if spf.unknown:
        return [fail(ABOUT, f"The SPF record could not be looked up. {spf.unknown}.")]
    if not spf.records:
        paste = Record(own, "TXT", mended([], _wanted(sender, ours)))
        return [fail(ABOUT, f"{own} has no SPF record: nobody is said to send for it.", paste)]
    if len(spf.records) > 1:
        paste = Record(own, "TXT", mended(spf.records, _wanted(sender, ours)))
        said = f"{own} has {len(spf.records)} SPF records; receivers then heed none (RFC 7208 section 4.5)."
        return [fail(ABOUT, said, paste, "Put this one in their place.")]
    if spf.problem:
        paste = Record(own, "TXT", mended(spf.records, _wanted(sender, ours), [spf.bad] if spf.bad else []))
        return [fail(ABOUT, f"No receiver can use the SPF record: {spf.problem}.", paste, "Put this in its place.")]
    return []


def _cost(spf: Spf) -> list[Finding]:
    found = []
    if spf.cost > MOST:
        parts = ", ".join(
            f"{one.term.text} {one.cost}" for one in sorted(spf.branches, key=lambda one: -one.cost) if one.cost
        )
        said = f"{spf.domain} takes {spf.cost} look-ups; receivers stop at {MOST} and then heed none of it ({parts})."
        found.append(
            fail(ABOUT, said, None, "Take out what no longer sends for you, or write its addresses as ip4: and ip6:.")
        )
    if len(spf.void) > MOST_VOID:
        terms = ", ".join(dict.fromkeys(spf.void))
        said = f"{len(spf.void)} look-ups find nothing ({terms}); receivers stop after {MOST_VOID}."
        without = mended(spf.records, "", spf.void)
        paste = Record(spf.domain, "TXT", without) if without != spf.records[0] else None
        found.append(fail(ABOUT, said, paste, "Take them out, or what includes them."))
    return found


def _letting(sender: Sender, spf: Spf, ours: tuple[str, ...]) -> list[Finding]:
    """Whether our server is among those that may send."""
    paste = Record(sender.bounce, "TXT", mended(spf.records, _wanted(sender, ours)))
    if _passes(sender, spf, ours):
        left_out = [] if sender.provider.include else [one for one in ours if not _lets(spf, one)]
        said = f"{sender.bounce} does not let {', '.join(left_out)} send, another address of {sender.host}."
        return [warn(ABOUT, said, paste, "Put this in its place, if letters may leave by it.")] if left_out else []
    whom = _whom(sender, ours)
    if sender.provider.changes:
        said = f"{sender.provider.title} puts a return address of its own on letters; this record does not count."
        return [warn(ABOUT, said, None, "With a MAIL FROM domain of yours set there, its SPF counts as well.")]
    if sender.provider.include:
        return [fail(ABOUT, f"{sender.bounce} does not let {whom} send.", paste, "Put this in its place.")]
    if not ours:
        said = f"{sender.host} has no address that others see, so it is not known whether its letters pass."
        return [warn(ABOUT, said, None, f"The record is: {spf.records[0]}")]
    if any(one.below or one.term.depends for one in spf.branches):
        said = f"{whom} is not among those that may send for {sender.bounce}."
        return [warn(ABOUT, said, paste, "If its letters leave by another machine that the record names, all is well.")]
    return [fail(ABOUT, f"{sender.bounce} does not let {whom} send.", paste, "Put this in its place.")]


def _weak(sender: Sender, spf: Spf) -> list[Finding]:
    found = []
    paste = Record(sender.bounce, "TXT", mended(spf.records, ""))
    if spf.end == "+":
        found.append(fail(ABOUT, f'"+all" lets everybody send as {sender.bounce}.', paste, "Put this in its place."))
    elif spf.end in (None, "?"):
        found.append(
            warn(ABOUT, "The record does not say what to do with other senders.", paste, "Put this in its place.")
        )
    if any(one.term.name == "ptr" for one in spf.branches):
        without = [one.term.text for one in spf.branches if one.term.name == "ptr"]
        paste = Record(sender.bounce, "TXT", mended(spf.records, "", without))
        found.append(
            warn(ABOUT, '"ptr" should not be used; some receivers leave it out (RFC 7208 section 5.5).', paste)
        )
    return found


def _passes(sender: Sender, spf: Spf, ours: tuple[str, ...]) -> bool:
    if sender.provider.changes:
        return False
    if sender.provider.include:
        return sender.provider.include in spf.reached
    return any(_lets(spf, one) for one in ours)


def _lets(spf: Spf, address: str) -> bool:
    return spf.sign(ip_address(address)) == "+"


def _wanted(sender: Sender, ours: tuple[str, ...]) -> str:
    """The term that would let it."""
    if sender.provider.include:
        return f"include:{sender.provider.include}"
    if is_address(sender.host):
        return f"ip{ip_address(sender.host).version}:{sender.host}"
    return f"a:{sender.host}" if ours else "mx"


def _whom(sender: Sender, ours: tuple[str, ...]) -> str:
    if sender.provider.include:
        return f"{sender.provider.title} (include:{sender.provider.include})"
    return sender.host if is_address(sender.host) or not ours else f"{sender.host} ({', '.join(ours)})"
