"""Feedback-ID: by what a mail provider counts complaints for us (Gmail's feedback loop)."""

import hashlib
from functools import lru_cache


@lru_cache(maxsize=1024)
def feedback_id(campaign: str, step: str, mailbox_id: int | None, domain: str) -> str:
    """Such as "monthly-value:cost-of-downtime:m12:drip4f1a09bc": campaign, letter, mailbox, and who sends.

    The last part, which Gmail wants to be of 5 to 15 characters and the same in all mail of a sender, stands for the
    sender's domain. No part names the person written to: a provider counts by each of them, and shows what is many.
    """
    mailbox = "shelf" if mailbox_id is None else f"m{mailbox_id}"
    sender = f"drip{hashlib.sha256(domain.lower().encode()).hexdigest()[:8]}"
    return f"{campaign}:{step}:{mailbox}:{sender}"
