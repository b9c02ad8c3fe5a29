"""A prospect's firm, as far as the rules of fit need it (R2, R4)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Relation(StrEnum):
    """What the company is to us already (R4, `do_not_enroll`)."""

    NONE = "none"
    CUSTOMER = "customer"
    OPEN_DEAL = "open_deal"


@dataclass(frozen=True, slots=True)
class Company:
    """A firm. Codes are digits; revenue is a yearly figure in `currency`; None is unknown."""

    name: str
    domain: str | None = None
    sic: str | None = None
    naics: str | None = None
    employees: int | None = None
    revenue: Decimal | None = None
    currency: str = "USD"
    country: str | None = None
    relation: Relation = Relation.NONE
