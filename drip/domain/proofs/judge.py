"""All proofs of a sender, judged by what the DNS says (MAIL 12, 23, 27)."""

from drip.domain.proofs.answers import Ask
from drip.domain.proofs.bounces import judge_bounces
from drip.domain.proofs.dkim import judge_dkim
from drip.domain.proofs.dmarc import Proofs, judge_dmarc
from drip.domain.proofs.finding import Finding, Verdict, fail, warn, worst
from drip.domain.proofs.reverse import judge_reverse
from drip.domain.proofs.sender import Sender
from drip.domain.proofs.spf import judge_spf


def judge(sender: Sender, ask: Ask) -> list[Finding]:
    """Everything found out, in the order one would mend it."""
    if sender.is_private:
        return [_private(sender)]
    spf, passes = judge_spf(sender, ask)
    dkim, signed_for = judge_dkim(sender, ask)
    proofs = Proofs(passes, signed_for, sure=worst([*spf, *dkim]) is Verdict.FAIL)
    return [*spf, *dkim, *judge_dmarc(sender, ask, proofs), *judge_bounces(sender, ask), *judge_reverse(sender, ask)]


def judge_silence(why: str) -> list[Finding]:
    """Nothing at all could be looked up."""
    advice = "Is the network there? `--resolver 1.1.1.1` asks another server, --no-dns leaves all this out."
    return [fail("DNS", f"Nothing could be looked up: {why}.", None, advice)]


def _private(sender: Sender) -> Finding:
    own = "A domain of your own can be set up to prove your letters, and is what prospects expect."
    if sender.domain in sender.provider.domains:
        said = f"{sender.domain} is {sender.provider.title}'s, who proves its letters; nothing can be set up there."
        return warn("domain", said, None, own)
    said = f"Letters from {sender.domain} are believed only from its provider's own servers, and {sender.host} is none."
    return fail("domain", said, None, own)
