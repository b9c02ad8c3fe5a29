"""For whom letters are shown: a made-up person of whom everything is known, or a real prospect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drip.catalog.values import LINKS, example_values
from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign, Step
from drip.domain.enroll import begin
from drip.domain.enrollment import Enrollment, Terms


@dataclass(frozen=True, slots=True)
class Reader:
    """`values` as in CAMPAIGN.md, without campaign, step and links; `about` says who it is.

    `enrollment` is the file of a real prospect, else one that begins `now` (aware).
    """

    values: Mapping[str, Any]
    about: str
    terms: Terms
    enrollment: Enrollment
    now: datetime

    def values_for(self, step: Step, number: int) -> dict[str, Any]:
        """All that a letter to the reader is rendered from; its links lead nowhere, value links to their pages."""
        campaign = self.terms.campaign
        links = {name: f"https://drip.example/{name}" for name in LINKS}
        return {
            **self.values,
            "campaign": {"name": campaign.name, "key": campaign.key or ""},
            "step": {"key": step.key, "n": number},
            "links": {**links, "to": str},
        }


def sample_reader(campaign: Campaign, now: datetime) -> Reader:
    """A made-up plant manager of whom everything is known, and who was promised a call."""
    values = example_values(campaign.fields)
    person = values["prospect"]
    terms = Terms(campaign, person["email"], ZoneInfo(campaign.time_zone), Calendar(person["country"], None))
    enrollment, _ = begin(terms, now)
    about = f"{person['first_name']} {person['last_name']}, who is made up: everything is known of her"
    return Reader(values, about, terms, enrollment, now)
