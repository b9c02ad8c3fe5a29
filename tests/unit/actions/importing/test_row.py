"""A hundred and more kinds of bad rows are each refused with their line, column and reason."""

from decimal import Decimal

import pytest

from drip.actions.importing.columns import columns_of
from drip.actions.importing.report import RowIssue
from drip.actions.importing.row import Incoming, clean_row
from drip.actions.importing.sheet import Record
from drip.domain.company import Relation

HEADER = (
    "Email",
    "First Name",
    "Last Name",
    "Job Title",
    "Phone Number",
    "Company name",
    "Company Domain Name",
    "Country/Region",
    "State/Region",
    "Time Zone",
    "Industry code SIC",
    "NAICS code",
    "Number of Employees",
    "Annual Revenue",
    "Currency",
    "Contact owner",
    "Unsubscribed from all email",
    "Industry code",
)
COLUMNS = columns_of(HEADER, "contacts.csv")


def row(**cells: str) -> Incoming | RowIssue:
    """One row with a good address, and the cells given by field name."""
    values = {"email": "ann.jones@example.com"} | cells
    by_column = {COLUMNS.at[name]: value for name, value in values.items()}
    return clean_row(Record(7, tuple(by_column.get(i, "") for i in range(len(HEADER)))), COLUMNS)


def taken(**cells: str) -> Incoming:
    """The row, which must be good."""
    found = row(**cells)
    assert isinstance(found, Incoming), found
    return found


BAD_ADDRESSES = [
    "ann",
    "ann.example.com",
    "@example.com",
    "ann@",
    "ann@@example.com",
    "ann@example",
    "ann@.com",
    "ann@example..com",
    "ann@-example.com",
    "ann@example-.com",
    "ann@exam_ple.com",
    "ann@example.c",
    "ann@example.com.",
    "ann jones@example.com",
    "ann@exam ple.com",
    ".ann@example.com",
    "ann.@example.com",
    "ann..jones@example.com",
    "ann,jones@example.com",
    "ann;@example.com",
    "ann@example.com, bob@example.com",
    "ann@example.com;bob@example.com",
    "ann@example.com bob@example.com",
    "ann@example.com / bob@example.com",
    "ann@example.com\nbob@example.com",
    "ann@example.com | bob@example.com",
    "Ann Jones <ann@example.com>",
    "<ann@example.com>",
    '"ann jones"@example.com',
    "ann@[192.0.2.1]",
    "ann@192.0.2.1",
    "ann(work)@example.com",
    "ann@example.com (work)",
    "ann@example.com?subject=hello",
    "http://example.com",
    "ann at example dot com",
    "ann[at]example.com",
    "ann\\@example.com",
    "ann@localhost",
    "ann@printer.local",
    "ann@example.test",
    "ann@example.invalid",
    "ann@xn--.com",
    "ann@exa%mple.com",
    "ann@example.com:25",
    "a" * 65 + "@example.com",
    "ann@" + "a" * 64 + ".com",
    "#REF!",
    "=A2@example.com x",
    "12345",
    "ann@пример",
    "ann@exam\u200bple.com",
]
BAD_CELLS = [
    ("email", "", "no_email"),
    ("email", "   ", "no_email"),
    ("email", "n/a", "no_email"),
    ("email", "(No value)", "no_email"),
    ("email", "a" * 250 + "@example.com", "too_long"),
    ("email", "an\0n@example.com", "nul_byte"),
    ("email", "an\x07n@example.com", "control_character"),
    ("email", "an\ufffdn@example.com", "broken_text"),
    ("first_name", "A\0nn", "nul_byte"),
    ("first_name", "A\x1bnn", "control_character"),
    ("first_name", "Ann\u202egnp", "control_character"),
    ("first_name", "J\ufffdrg", "broken_text"),
    ("first_name", "x" * 101, "too_long"),
    ("last_name", "x" * 101, "too_long"),
    ("last_name", "M\ufffdller", "broken_text"),
    ("title", "x" * 201, "too_long"),
    ("title", "Plant\x00manager", "nul_byte"),
    ("company", "x" * 201, "too_long"),
    ("company", "Acme\x02", "control_character"),
    ("owner", "x" * 255, "too_long"),
    ("phone", "call the desk", "bad_phone"),
    ("phone", "12", "bad_phone"),
    ("phone", "+", "bad_phone"),
    ("phone", "4,41234E+11", "bad_phone"),
    ("phone", "4.41234E+11", "bad_phone"),
    ("phone", "555-CALL-NOW", "bad_phone"),
    ("phone", "1" * 51, "too_long"),
    ("phone", "ann@example.com", "bad_phone"),
    ("domain", "acme", "bad_domain"),
    ("domain", "ann@acme.com", "bad_domain"),
    ("domain", "acme .com", "bad_domain"),
    ("domain", "-acme.com", "bad_domain"),
    ("domain", "acme..com", "bad_domain"),
    ("domain", "192.0.2.1", "bad_domain"),
    ("domain", "http://", "bad_domain"),
    ("domain", "a" * 254, "too_long"),
    ("country", "Atlantis", "unknown_country"),
    ("country", "XX", "unknown_country"),
    ("country", "49", "unknown_country"),
    ("country", "Unted States", "unknown_country"),
    ("country", "EMEA", "unknown_country"),
    ("country", "US, CA", "unknown_country"),
    ("country", "x" * 101, "too_long"),
    ("time_zone", "Mars/Base", "unknown_time_zone"),
    ("time_zone", "GMT+2 or so", "unknown_time_zone"),
    ("time_zone", "eastern", "unknown_time_zone"),
    ("time_zone", "us_slash_middle", "unknown_time_zone"),
    ("time_zone", "-05:00", "unknown_time_zone"),
    ("time_zone", "../../etc/passwd", "unknown_time_zone"),
    ("sic", "machinery", "bad_sic"),
    ("sic", "3", "bad_sic"),
    ("sic", "35599999901", "bad_sic"),
    ("sic", "A359", "bad_sic"),
    ("naics", "factory 333", "bad_naics"),
    ("naics", "3", "bad_naics"),
    ("naics", "3332491", "bad_naics"),
    ("naics", "n.333", "bad_naics"),
    ("industry_code", "machines", "bad_industry_code"),
    ("industry_code", "1", "bad_industry_code"),
    ("employees", "many", "bad_employees"),
    ("employees", "51-200", "bad_employees"),
    ("employees", "-5", "bad_employees"),
    ("employees", "12.5", "bad_employees"),
    ("employees", "$500", "bad_employees"),
    ("employees", "10,000,001", "bad_employees"),
    ("employees", "1,2,3", "bad_employees"),
    ("employees", "500+", "bad_employees"),
    ("employees", "#DIV/0!", "bad_employees"),
    ("employees", "1e3", "bad_employees"),
    ("employees", "\u0665\u0660", "bad_employees"),
    ("revenue", "a lot", "bad_revenue"),
    ("revenue", "-1000", "bad_revenue"),
    ("revenue", "$1M-$5M", "bad_revenue"),
    ("revenue", "5..0", "bad_revenue"),
    ("revenue", "5 gazillion", "bad_revenue"),
    ("revenue", "99999999999999", "bad_revenue"),
    ("revenue", "NaN dollars", "bad_revenue"),
    ("revenue", "Infinity", "bad_revenue"),
    ("currency", "$", "bad_currency"),
    ("currency", "dollars", "bad_currency"),
    ("currency", "12", "bad_currency"),
    ("opted_out", "maybe", "bad_yes_no"),
    ("opted_out", "2", "bad_yes_no"),
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_bad_address_is_refused_with_its_line_and_column(address: str):
    found = row(email=address)
    assert isinstance(found, RowIssue), found
    assert (found.line, found.code, found.column) == (7, "invalid_email", "Email")
    assert len(found.words) > 20


@pytest.mark.parametrize(("field", "cell", "code"), BAD_CELLS)
def test_a_bad_cell_is_refused_with_its_line_column_and_reason(field: str, cell: str, code: str):
    found = row(**{field: cell})
    assert isinstance(found, RowIssue), found
    assert (found.line, found.code) == (7, code)
    assert found.column == COLUMNS.written[field]
    assert found.words


def test_there_are_more_than_a_hundred_kinds_of_bad_rows():
    assert len(set(BAD_ADDRESSES)) + len({(f, c) for f, c, _ in BAD_CELLS}) > 100


@pytest.mark.parametrize("cells", [("ann@example.com",), ("ann@example.com", *[""] * 17, "extra")])
def test_a_row_with_the_wrong_number_of_cells_is_refused(cells: tuple[str, ...]):
    found = clean_row(Record(3, cells), COLUMNS)
    assert isinstance(found, RowIssue)
    assert found.code == "cell_count"
    assert "18" in found.words


def test_empty_cells_beyond_the_header_do_no_harm():
    found = clean_row(Record(3, ("ann@example.com", *[""] * 20)), COLUMNS)
    assert isinstance(found, Incoming)


def test_what_could_not_be_read_keeps_its_reason():
    found = clean_row(Record(3, problem="a quote is opened"), COLUMNS)
    assert found == RowIssue(3, "unreadable", "a quote is opened")


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        (" Ann.Jones@Example.COM ", "ann.jones@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ("ann+drip@example.co.uk", "ann+drip@example.co.uk"),
        ("o'brien@example.ie", "o'brien@example.ie"),
        ("jürgen@example.de", "jürgen@example.de"),
        ("ann@bücher.example.com", "ann@bücher.example.com"),
    ],
)
def test_a_good_address_is_lower_cased(cell: str, address: str):
    assert taken(email=cell).email == address


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("1,200", 1200),
        ("1.200", 1200),
        ("1 200", 1200),
        ("1'200", 1200),
        ("2k", 2000),
        ("250.0", 250),
        ("0", 0),
    ],
)
def test_employees_are_read_as_people_write_them(cell: str, count: int):
    assert taken(employees=cell).employees == count


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("5000000", "5000000", None),
        ("$5M", "5000000", "USD"),
        ("5.000.000", "5000000", None),
        ("€ 1.234.567,89", "1234567.89", "EUR"),
        ("$1,234,567.89", "1234567.89", "USD"),
        ("1.5 million USD", "1500000", "USD"),
        ("GBP 12,000", "12000", "GBP"),
        ("0.5bn", "500000000", None),
    ],
)
def test_revenue_is_read_as_people_write_it(cell: str, amount: str, currency: str | None):
    found = taken(revenue=cell)
    assert found.revenue == Decimal(amount)
    assert found.currency == currency


@pytest.mark.parametrize(
    ("cell", "zone"),
    [
        ("us_slash_eastern", "US/Eastern"),
        ("america_slash_new_york", "America/New_York"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("(GMT+01:00) Central European Time (Europe/Paris)", "Europe/Paris"),
        ("america/los angeles", "America/Los_Angeles"),
    ],
)
def test_time_zones_are_read_as_exports_write_them(cell: str, zone: str):
    assert taken(time_zone=cell).time_zone == zone


@pytest.mark.parametrize(
    ("country", "region", "code", "part"),
    [
        ("United States", "New York", "US", "NY"),
        ("USA", "CA", "US", "CA"),
        ("Germany", "Bayern", "DE", "BY"),
        ("Germany", "Bavaria", "DE", "BY"),
        ("Germany", "North Rhine Westphalia", "DE", "NW"),
        ("Austria", "Vienna", "AT", "9"),
        ("Spain", "Catalonia", "ES", "CT"),
        ("Deutschland", "", "DE", None),
        ("UK", "Scotland", "GB", "SCT"),
        ("Scotland", "", "GB", "SCT"),
        ("Côte d'Ivoire", "", "CI", None),
    ],
)
def test_places_become_codes(country: str, region: str, code: str, part: str | None):
    found = taken(country=country, region=region)
    assert (found.country, found.region) == (code, part)


def test_an_unknown_region_is_left_out_and_told():
    found = taken(country="US", region="Middle-earth")
    assert found.region is None
    assert [note.code for note in found.notes] == ["region_unknown"]


def test_the_codes_of_an_industry_are_told_apart_by_length():
    assert taken(industry_code="3559").sic == "3559"
    assert taken(industry_code="333249").naics == "333249"
    assert taken(sic="3559 - Special machinery").sic == "3559"


def test_a_website_becomes_a_domain():
    assert taken(domain="https://www.Acme-Works.co.uk/about?x=1").domain == "acme-works.co.uk"


def test_white_space_and_line_ends_inside_a_name_become_one_space():
    assert taken(first_name=" Ann \r\n  Marie ").first_name == "Ann Marie"


def test_an_opt_out_is_read_from_the_export():
    assert taken(opted_out="TRUE").opted_out
    assert not taken(opted_out="").opted_out


def test_a_lifecycle_stage_says_what_the_company_is_to_us():
    columns = columns_of(("Email", "Lifecycle Stage"), "x.csv")
    found = clean_row(Record(2, ("ann@example.com", "Customer")), columns)
    assert isinstance(found, Incoming)
    assert found.relation is Relation.CUSTOMER
