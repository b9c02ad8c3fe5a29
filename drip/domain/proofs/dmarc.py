"""Is there a DMARC record, and does one of the proofs count for From (RFC 7489; MAIL 27)?"""

from dataclasses import dataclass

from drip.domain.proofs.answers import Ask
from drip.domain.proofs.finding import Finding, fail, ok, warn
from drip.domain.proofs.record import Record
from drip.domain.proofs.sender import Sender
from drip.domain.proofs.tags import read_tags

ABOUT = "DMARC"
POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is known of a letter's proofs: whether SPF passes, the domain of its signature, and `sure`: whether
    that is all there can be, since a server may sign by itself."""

    spf: bool
    signed_for: str | None
    sure: bool


def judge_dmarc(sender: Sender, ask: Ask, proofs: Proofs) -> list[Finding]:
    """What is found about it: the record, and which proofs are aligned with From."""
    domain, texts, failed = _record(sender, ask)
    paste = Record(f"_dmarc.{sender.organisation(sender.domain)}", "TXT", _simplest(sender))
    if failed:
        return [fail(ABOUT, f"_dmarc.{domain} could not be looked up: {failed}.")]
    if not texts:
        said = f"{sender.domain} has no DMARC record; Gmail, Yahoo and Microsoft want one."
        return [fail(ABOUT, said, paste), *_alignment(sender, {}, proofs)]
    if len(texts) > 1:
        return [fail(ABOUT, f"_dmarc.{domain} has {len(texts)} DMARC records; receivers then heed none.", paste)]
    tags = read_tags(texts[0])
    policy = (tags or {}).get("p", "").lower()
    if tags is None or policy not in POLICIES:
        what = f"p={policy or 'nothing'} is no policy" if tags is not None else "it is no list of tags"
        return [fail(ABOUT, f"_dmarc.{domain} cannot be read: {what}.", paste, "Put this in its place.")]
    if domain != sender.domain:
        policy = tags.get("sp", policy).lower()
    found = ok(ABOUT, f"_dmarc.{domain} asks for {_MEANING.get(policy, policy)}.", _reports(tags))
    return [found, *_alignment(sender, tags, proofs)]


_MEANING = {"none": "nothing (p=none)", "quarantine": "the spam folder (p=quarantine)", "reject": "refusal (p=reject)"}


def _record(sender: Sender, ask: Ask) -> tuple[str, list[str], str | None]:
    """The records of From's domain, else those of its organisation (section 6.6.3)."""
    for domain in dict.fromkeys((sender.domain, sender.organisation(sender.domain))):
        answer = ask(f"_dmarc.{domain}", "TXT")
        texts = [one for one in answer.values if one.replace(" ", "").startswith("v=DMARC1")]
        if texts or answer.failed:
            return domain, texts, answer.failed
    return sender.domain, [], None


def _simplest(sender: Sender) -> str:
    return "v=DMARC1; p=none" + (f"; rua=mailto:{sender.report_to}" if sender.report_to else "")


def _reports(tags: dict[str, str]) -> str:
    return "" if "rua" in tags else "Nobody gets its reports; rua=mailto:… would say who does."


def _alignment(sender: Sender, tags: dict[str, str], proofs: Proofs) -> list[Finding]:
    """Which of SPF and DKIM count for From."""
    by_spf = proofs.spf and sender.is_aligned(sender.bounce, tags.get("aspf") == "s")
    by_dkim = proofs.signed_for is not None and sender.is_aligned(proofs.signed_for, tags.get("adkim") == "s")
    if by_spf and by_dkim:
        return [ok("alignment", f"SPF and DKIM both count for From: {sender.domain}.")]
    if by_spf or by_dkim:
        counts, not_yet = ("SPF", "DKIM") if by_spf else ("DKIM", "SPF")
        said = f"Only {counts} counts for From: {sender.domain}. A forwarded or changed letter then has no proof left."
        strict = _strict(tags, proofs)
        return [warn("alignment", said, None, strict or f"Mend {not_yet} as said above; large receivers want both.")]
    said = f"Neither SPF nor DKIM is known to count for From: {sender.domain}; letters may be refused or go to spam."
    verdict = fail if proofs.sure else warn
    advice = _strict(tags, proofs) or "Mend SPF or DKIM as said above."
    return [verdict("alignment", said, None, advice)]


def _strict(tags: dict[str, str], proofs: Proofs) -> str:
    strict = [
        name for name, there in (("adkim", proofs.signed_for), ("aspf", proofs.spf)) if tags.get(name) == "s" and there
    ]
    if not strict:
        return ""
    said = ", ".join(f"{one}=s" for one in strict)
    return f"The record wants the very same domain ({said}); without that it would count."
