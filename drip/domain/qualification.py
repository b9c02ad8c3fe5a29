"""What the rep found out before enrolling: is this prospect qualified, and why not yet? (R3)"""

from dataclasses import dataclass

from drip.domain.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Qualification:
    """The rep's record at enrollment. None or "" is not recorded.

    `contact_method` is how the prospect likes to be reached (phone, email, ...).
    """

    tried_to_disqualify: bool | None = None
    reason: str = ""  # the specific reason the prospect gave to be called back
    hot_button: str = ""
    next_step: str = ""
    contact_method: str = ""
    call_window: str = ""


FIELDS = tuple(Qualification.__dataclass_fields__)


def missing(campaign: Campaign, qualification: Qualification) -> list[str]:
    """The required fields that are not recorded, in the campaign's order.

    "Tried to disqualify: no" is as good as not recorded: the rule is that the rep tried.
    """
    return [name for name in campaign.require if not getattr(qualification, name)]
