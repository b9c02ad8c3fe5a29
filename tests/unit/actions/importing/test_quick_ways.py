"""The short ways of cleaning a row say what reading cell by cell says."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from drip.actions.importing.address import clean_address
from drip.actions.importing.cells import CELLS, CellError, is_plain_phone, region_of, text_of
from drip.actions.importing.columns import columns_of
from drip.actions.importing.report import RowIssue
from drip.actions.importing.row import FILLS_IN, Cleaner, Incoming
from drip.actions.importing.sheet import Record
from drip.domain.errors import AddressError

CELLS_SEEN: dict[str, tuple[str, ...]] = {
    "Email": ("ann@acme.com", "Bob@Acme.COM", "c@acme.test", "eve@localhost.localhost", "ann", "", "ä@acme.de"),
    "Name": ("Jones, Ann", "Ann Jones", "Cher", ""),
    "Last name": ("Miller", " Van  Dyk ", "n/a", "", "x" * 101),
    "Phone": ("+1 555 1234", "(0221) 12-34", "1234", "12345", "555 x12", "+" + "1" * 40, "9" * 41, "", "call"),
    "Country": ("Germany", "US", "Scotland", "Atlantis", ""),
    "Region": ("Bavaria", "CA", "Nowhere", "CA\0", ""),
    "Time zone": ("Europe/Berlin", "Mars", ""),
    "Industry code": ("3559", "NAICS 333249", "x", ""),
    "SIC": ("2834", "", "y"),
    "Revenue": ("$5M", "5000", "much", ""),
    "Currency": ("EUR", "", "?"),
    "Opted out": ("yes", "no", "", "maybe"),
}
COLUMNS = columns_of(tuple(CELLS_SEEN), "list.csv")
rows = st.tuples(*(st.sampled_from(cells) for cells in CELLS_SEEN.values()))
PHONE_SIGNS = "0123456789 ().+/-x#,E\t\n\x00\u00a0\u0663\ufffd"


def cell_by_cell(record: Record) -> Incoming | RowIssue:
    """What each cell says, put together by names."""
    name, address, found = "email", None, dict[str, Any]()
    try:
        address = address_in(text_of(name, record.cells[COLUMNS.at[name]]))
        for name in [one for one in COLUMNS.at if one != "email"]:
            text = text_of(name, record.cells[COLUMNS.at[name]])
            said = said_of(name, text, found.get("country")) if text else {}
            found = {**said, **found} if name in FILLS_IN else {**found, **said}
    except CellError as error:
        return RowIssue(record.line, error.code, str(error), COLUMNS.written[name], address)
    if words := found.pop("unknown_region", ""):
        found["notes"] = (RowIssue(record.line, "region_unknown", words, "Region", address),)
    return Incoming(record.line, address, **found)


def address_in(text: str) -> str:
    if not text:
        raise CellError("no_email", "there is no email address in this row")
    try:
        return clean_address(text)
    except AddressError as error:
        raise CellError("invalid_email", str(error)) from error


def said_of(name: str, text: str, country: str | None) -> dict[str, Any]:
    if name != "region":
        return dict(CELLS[name](text))
    code = region_of(country, text)
    where = f"of {country}" if country else "without a country"
    return (
        {"region": code}
        if code
        else {"unknown_region": f'"{text}" is no region {where} that we know; taken without it'}
    )


@given(st.lists(rows, min_size=1, max_size=8))
def test_a_cleaner_says_of_row_after_row_what_their_cells_say(lists: list[tuple[str, ...]]):
    cleaner = Cleaner(COLUMNS)
    for line, cells in enumerate(lists, 2):
        record = Record(line, cells)
        assert cleaner.clean(record) == cell_by_cell(record)


@given(st.one_of(st.text(PHONE_SIGNS, max_size=45), st.from_regex(r"[+(]?[\d ().+/-]{3,42}", fullmatch=True)))
@example("+" + "1" * 40)
@example("1" * 40)
@example("1" * 41)
@example("(1) 234")
@example("\u0663\u0663\u0663\u0663\u0663")
def test_a_phone_number_that_is_plain_is_read_as_it_stands(raw: str):
    if is_plain_phone(raw):
        assert text_of("phone", raw) == raw
        assert CELLS["phone"](raw) == {"phone": raw}


def test_usual_phone_numbers_are_plain():
    assert all(map(is_plain_phone, ("+1 555 1234", "(0221) 12-34 56", "+49 221/1234-0", "555.123.4567", "12345")))
