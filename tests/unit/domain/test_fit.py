"""R2: does a company fit the profile of a good account?"""

from decimal import Decimal

import pytest

from drip.domain.campaign import Profile, Range
from drip.domain.company import Company
from drip.domain.fit import fits

PROFILE = Profile(
    sic=("35", "3674"),
    naics=("333",),
    employees=Range(Decimal(50), Decimal(2000)),
    revenue=Range(Decimal(5_000_000), None),
    countries=("US", "CA"),
)
GOOD = {"sic": "3541", "employees": 400, "revenue": Decimal(9_000_000), "country": "US"}


def misfits(**changes: object) -> list[str]:
    return [one.field for one in fits(PROFILE, Company("Acme", **{**GOOD, **changes}))[0]]  # type: ignore[arg-type]


def unknown(**changes: object) -> list[str]:
    return fits(PROFILE, Company("Acme", **{**GOOD, **changes}))[1]  # type: ignore[arg-type]


def test_r02_a_good_account_fits() -> None:
    assert fits(PROFILE, Company("Acme", **GOOD)) == ([], [])  # type: ignore[arg-type]


def test_r02_a_profile_that_asks_for_nothing_fits_everybody() -> None:
    assert fits(Profile(), None) == ([], [])


@pytest.mark.parametrize(
    ("sic", "naics", "fitting"),
    [
        ("3541", None, True),  # by the prefix 35
        ("3674", None, True),
        ("3679", None, False),
        ("36", None, False),  # shorter than the prefix
        (None, "333517", True),
        ("5812", "333517", True),  # one of the two is enough
        ("5812", "722511", False),
    ],
)
def test_r02_industry_codes_match_by_prefix(sic: str | None, naics: str | None, fitting: bool) -> None:
    assert misfits(sic=sic, naics=naics) == ([] if fitting else ["industry"])


@pytest.mark.parametrize(("employees", "fitting"), [(49, False), (50, True), (2000, True), (2001, False)])
def test_r02_a_range_includes_its_ends(employees: int, fitting: bool) -> None:
    assert misfits(employees=employees) == ([] if fitting else ["employees"])


@pytest.mark.parametrize(("revenue", "fitting"), [(4_999_999, False), (5_000_000, True), (10**12, True)])
def test_r02_an_open_end_is_open(revenue: int, fitting: bool) -> None:
    assert misfits(revenue=Decimal(revenue)) == ([] if fitting else ["revenue"])


def test_r02_a_country_is_one_of_those_asked_for() -> None:
    assert misfits(country="CA") == []
    assert misfits(country="MX") == ["country"]


@pytest.mark.parametrize("field", ["employees", "revenue", "country"])
def test_r02_an_unknown_value_is_no_misfit_but_unknown(field: str) -> None:
    assert misfits(**{field: None}) == []
    assert unknown(**{field: None}) == [field]


def test_r02_an_industry_is_unknown_without_any_code_that_is_asked_for() -> None:
    assert unknown(sic=None) == ["industry"]
    assert unknown(sic="") == ["industry"]


def test_r02_a_revenue_in_another_currency_is_unknown() -> None:
    assert unknown(currency="EUR") == ["revenue"]
    assert misfits(currency="EUR", revenue=Decimal(1)) == []


def test_r02_without_a_company_everything_asked_for_is_unknown() -> None:
    assert fits(PROFILE, None) == ([], ["industry", "employees", "revenue", "country"])


def test_r02_the_reasons_are_words_a_rep_can_read() -> None:
    company = Company("Acme", sic="5812", employees=12, revenue=Decimal(1_000_000), country="MX")
    assert [one.words for one in fits(PROFILE, company)[0]] == [
        "industry SIC 5812 is none of SIC 35, SIC 3674, NAICS 333",
        "employees 12 is under 50",
        "revenue 1,000,000 is under 5,000,000",
        "country MX is none of US, CA",
    ]
    assert misfits(employees=3000) == ["employees"]
    assert fits(PROFILE, Company("Acme", **{**GOOD, "employees": 3000}))[0][0].words == "employees 3,000 is over 2,000"  # type: ignore[arg-type]
