"""The sales team of the demo: four reps, each with a mailbox, and the profile of their good accounts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """One rep. Phone numbers and addresses are of the kinds kept free for examples."""

    name: str
    email: str
    title: str
    phone: str
    zone: str
    box: str


SELLER = "Larkfield Reliability"
POSTAL_ADDRESS = "400 Mill Street, Dayton, OH 45402"  # the firm stands before it: it is in the name of the sender
TEAM = (
    Member(
        "Dana Whitlock", "dana@larkfield.example", "Account Executive", "+1 937-555-0141", "America/New_York", "dana"
    ),
    Member("Marco Ruiz", "marco@larkfield.example", "Account Executive", "+1 312-555-0172", "America/Chicago", "marco"),
    Member(
        "Annika Bergström",
        "annika@larkfield.example",
        "Senior Account Executive",
        "+1 503-555-0118",
        "America/Los_Angeles",
        "annika",
    ),
    Member("Joe Pelletier", "joe@larkfield.example", "Account Manager", "+1 416-555-0163", "America/Toronto", "joe"),
)
PROFILE = """
[profile]  # what this team calls a good account
sic = ["20", "26", "28", "30", "32", "33", "34", "35", "36"]
naics = ["31", "32", "33"]
employees = { min = 50, max = 5000 }
countries = ["US", "CA", "GB", "IE", "DE", "AU"]
"""


def signature(member: Member) -> str:
    """What stands under a letter."""
    return f"{member.name}\n{member.title}, {SELLER}\n{member.phone}"
