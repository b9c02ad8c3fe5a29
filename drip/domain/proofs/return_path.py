"""Does the server take the return path of letters, and would a bounce come back by it (MAIL 29)?"""

from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.proofs.finding import Finding, fail, ok, warn

ABOUT = "return path"


def judge_return_path(mailbox: str, path: str, outcome: Outcome) -> Finding:
    """What is found about a tagged return path, from how the server answered MAIL and RCPT with it."""
    if outcome.kind is Kind.ACCEPTED:
        return ok(ABOUT, f"Letters may leave with a token in their return path, such as {path}.")
    answer = f"{outcome.code} {outcome.text}" if outcome.code else outcome.text
    own = f"`drip mailbox set {mailbox} --bounces-to own` lets them go without a token."
    if outcome.kind is Kind.DEFERRED:
        return warn(ABOUT, f"Whether letters may leave with the return path {path} was not to be found out: {answer}")
    if outcome.phase is Phase.MAIL:
        return fail(ABOUT, f"The server takes no letter with the return path {path}: {answer}", None, own)
    said = f"A bounce to {path} would be lost, and so what it says: {answer}"
    return fail(ABOUT, said, None, f"Let the server deliver addresses with a + to the mailbox; or {own}")
