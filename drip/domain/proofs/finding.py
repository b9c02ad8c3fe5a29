"""What was found out about one thing: well, doubtful or wrong, in a sentence, with what to paste."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from drip.domain.proofs.record import Record


class Verdict(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"  # letters arrive, but not everywhere, or we cannot know
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`about` names the thing (SPF, TLS, …); `paste` is the record that would mend it; `advice` is what else to do."""

    about: str
    verdict: Verdict
    said: str
    paste: Record | None = None
    advice: str = ""


def ok(about: str, said: str, advice: str = "") -> Finding:
    """It is as it should be."""
    return Finding(about, Verdict.OK, said, None, advice)


def warn(about: str, said: str, paste: Record | None = None, advice: str = "") -> Finding:
    """It is doubtful."""
    return Finding(about, Verdict.WARN, said, paste, advice)


def fail(about: str, said: str, paste: Record | None = None, advice: str = "") -> Finding:
    """It is wrong."""
    return Finding(about, Verdict.FAIL, said, paste, advice)


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict of some; OK where there is none."""
    verdicts = {one.verdict for one in findings}
    return next((one for one in (Verdict.FAIL, Verdict.WARN) if one in verdicts), Verdict.OK)
