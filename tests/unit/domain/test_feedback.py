"""The Feedback-ID is the same in all mail of a sender, and names nobody (Gmail's feedback loop)."""

import re

from drip.domain.feedback import feedback_id


def test_it_names_campaign_letter_mailbox_and_sender() -> None:
    *parts, sender = feedback_id("monthly-value", "checklist", 12, "seller.example").split(":")
    assert parts == ["monthly-value", "checklist", "m12"]
    assert re.fullmatch(r"[a-z0-9]{5,15}", sender)


def test_the_sender_is_the_same_in_all_mail_of_a_domain_and_another_in_that_of_others() -> None:
    def sender(mailbox_id: int | None, step: str, domain: str) -> str:
        return feedback_id("monthly-value", step, mailbox_id, domain).rpartition(":")[2]

    assert sender(1, "checklist", "seller.example") == sender(2, "spares", "Seller.example")
    assert sender(1, "checklist", "seller.example") != sender(1, "checklist", "other.example")
    assert feedback_id("monthly-value", "checklist", None, "seller.example").split(":")[2] == "shelf"
