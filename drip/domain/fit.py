"""Does a company fit the profile of a good account that a campaign states? (R2)"""

from dataclasses import dataclass
from decimal import Decimal

from drip.domain.campaign import Profile, Range
from drip.domain.company import Company


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing about a company that is outside the profile, in words for the rep."""

    field: str  # industry, employees, revenue or country
    words: str


def fits(profile: Profile, company: Company | None) -> tuple[list[Misfit], list[str]]:
    """What is outside the profile, and which fields the profile asks for are unknown.

    Both empty: the company fits. A profile that asks for nothing fits everybody. Revenue in
    another currency than the profile's counts as unknown: nobody converts it behind the rep's back.
    """
    firm = company or Company(name="")
    revenue = firm.revenue if firm.currency == profile.currency else None
    verdicts = {
        "industry": _industry(profile, firm),
        "employees": _range("employees", profile.employees, firm.employees),
        "revenue": _range("revenue", profile.revenue, revenue),
        "country": _country(profile, firm),
    }
    misfits = [Misfit(field, words) for field, words in verdicts.items() if words]
    return misfits, [field for field, words in verdicts.items() if words is None]


def _industry(profile: Profile, firm: Company) -> str | None:
    """Words if no code fits, "" if one does or none is asked for, None if none is known."""
    systems = (("SIC", firm.sic, profile.sic), ("NAICS", firm.naics, profile.naics))
    asked = [(name, code, prefixes) for name, code, prefixes in systems if prefixes]
    known = [(name, code, prefixes) for name, code, prefixes in asked if code]
    if not asked or any(code and code.startswith(prefixes) for _, code, prefixes in known):
        return ""
    if not known:
        return None
    has = ", ".join(f"{name} {code}" for name, code, _ in known)
    wanted = ", ".join(f"{name} {prefix}" for name, _, prefixes in asked for prefix in prefixes)
    return f"industry {has} is none of {wanted}"


def _range(what: str, asked: Range | None, value: Decimal | int | None) -> str | None:
    if asked is None:
        return ""
    if value is None:
        return None
    if asked.least is not None and value < asked.least:
        return f"{what} {value:,} is under {asked.least:,}"
    if asked.most is not None and value > asked.most:
        return f"{what} {value:,} is over {asked.most:,}"
    return ""


def _country(profile: Profile, firm: Company) -> str | None:
    if not profile.countries or firm.country in profile.countries:
        return ""
    return None if firm.country is None else f"country {firm.country} is none of {', '.join(profile.countries)}"
