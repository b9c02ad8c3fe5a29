"""A customer list is read whatever made it, and what is no list is refused in one sentence."""

import csv
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drip.actions.importing.columns import columns_of
from drip.actions.importing.sheet import BLOCK, LONGEST_LINE, Record, SheetError, _Lines, _record, open_sheet

TEXT = "Email,First Name,Company name\nann@example.com,Zoë,Müller GmbH\n"


def rows(path: Path) -> list[Record]:
    """Every record of the file."""
    return list(open_sheet(path).records())


def one_by_one(path: Path) -> list[Record]:
    """Every record of the file, read line after line."""
    with path.open(encoding="utf-8", newline=None) as stream:
        lines, found = _Lines(stream), list[Record]()
        while (line := lines.take()) is not None:
            found.append(_record(lines, line, open_sheet(path).delimiter))
    return [one for one in found if one.problem or any(map(str.strip, one.cells))]


def written(folder: Path, data: bytes | str) -> Path:
    """A file with these bytes."""
    path = folder / "contacts.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        b"sep=;\r\n" + TEXT.replace(",", ";").encode("cp1252"),
        b"\n\n" + TEXT.encode(),
        TEXT.rstrip("\n").encode(),
    ],
)
def test_every_usual_encoding_and_delimiter_is_found(tmp_path: Path, data: bytes):
    header, first = rows(written(tmp_path, data))
    assert header.cells == ("Email", "First Name", "Company name")
    assert first.cells == ("ann@example.com", "Zoë", "Müller GmbH")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"PK\x03\x04\x14\x00", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n", "picture"),
        (b"SQLite format 3\0" + b"\0" * 100, "database"),
        (bytes(range(256)) * 20, "not text"),
        (b"\x7fELF" + b"\0\x01\x02\x03" * 500, "not text"),
    ],
)
def test_what_is_no_csv_file_is_refused_in_one_sentence(tmp_path: Path, data: bytes, word: str):
    with pytest.raises(SheetError, match=word):
        open_sheet(written(tmp_path, data))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(SheetError, match=r"nowhere\.csv.*no such file"):
        open_sheet(tmp_path / "nowhere.csv")


def test_a_quote_never_closed_costs_only_its_own_line(tmp_path: Path):
    lines = ["Email,First Name", '"ann@example.com,Ann'] + [f"p{i}@example.com,P" for i in range(60)]
    found = rows(written(tmp_path, "\n".join(lines)))
    assert found[1].line == 2
    assert "never closed" in (found[1].problem or "")
    assert [record.line for record in found[2:]] == list(range(3, 63))
    assert found[2].cells == ("p0@example.com", "P")


def test_a_quote_never_closed_in_the_last_line_is_told(tmp_path: Path):
    found = rows(written(tmp_path, 'Email,Name\nann@example.com,"Ann'))
    assert "never closed" in (found[1].problem or "")


def test_quotes_that_do_not_match_are_told(tmp_path: Path):
    found = rows(written(tmp_path, 'Email,Name\nann@example.com,"Ann"e\nbob@example.com,Bob'))
    assert "quotes" in (found[1].problem or "")
    assert found[2].cells == ("bob@example.com", "Bob")


def test_a_cell_over_two_lines_counts_from_its_first(tmp_path: Path):
    found = rows(written(tmp_path, 'Email,Name\na@example.com,"Ann\nMarie"\nb@example.com,Bob'))
    assert [(r.line, r.cells[1]) for r in found[1:]] == [(2, "Ann\nMarie"), (4, "Bob")]


def test_a_line_beyond_all_measure_is_told_and_passed_over(tmp_path: Path):
    found = rows(written(tmp_path, "Email,Name\n" + "x" * 450_000 + "\nb@example.com,Bob\n"))
    assert "longer than" in (found[1].problem or "")
    assert (found[2].line, found[2].cells[0]) == (3, "b@example.com")


def test_a_damaged_utf_16_file_ends_in_a_row_that_says_so(tmp_path: Path):
    data = TEXT.encode("utf-16-le") + "b@example.com,B,".encode("utf-16-le") + b"\x00\xd8x"
    found = rows(written(tmp_path, b"\xff\xfe" + data))
    assert found[1].cells[0] == "ann@example.com"


def test_blank_rows_are_passed_over(tmp_path: Path):
    found = rows(written(tmp_path, "Email,Name\n\n , \n,,\nb@example.com,Bob\n"))
    assert [record.line for record in found] == [1, 5]


@settings(max_examples=100, deadline=None)
@given(
    line=st.text(st.characters(codec="utf-8", exclude_characters='\r\n"'), max_size=40),
    delimiter=st.sampled_from(",;\t|"),
)
def test_a_line_without_quotes_is_split_as_any_other(line: str, delimiter: str):
    with TemporaryDirectory() as folder:
        found = rows(written(Path(folder), f"sep={delimiter}\nEmail\n{line}\n{'x' * 2_000}\n"))[1:-1]
    [cells] = csv.reader([line + "\n"], delimiter=delimiter, strict=True)
    assert found == ([Record(3, tuple(cells))] if any(map(str.strip, cells)) else [])


PLAIN = "a@example.com,Ann", 'b@example.com,"Bob, jr."', 'c@example.com,"Cy ""C"" Orr"', "d@example.com", " , "
ODD = (
    'e@example.com,"Eve\nAnn"',
    'f@example.com,"Flo',
    'g@example.com,"Gus"x',
    '"',
    "",
    'h"x,y"',
    "\x1c and \x85 and \0 among many words,I",
)


@settings(max_examples=60, deadline=None)
@given(
    few=st.lists(st.sampled_from(PLAIN + ODD), max_size=12),
    many=st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4),
    times=st.integers(0, BLOCK // 2),
    more=st.lists(st.sampled_from(PLAIN * 4 + ODD), max_size=60),
    end=st.sampled_from(["", "\n", "\r\n", '"']),
)
def test_blocks_of_lines_are_read_as_line_after_line(
    few: list[str], many: list[str], times: int, more: list[str], end: str
):
    with TemporaryDirectory() as folder:
        path = written(Path(folder), "\n".join(["Email,Name", *few, *many * times, *more]) + end)
        assert rows(path) == one_by_one(path)


def test_a_line_beyond_all_measure_behind_an_open_quote_is_read_as_line_after_line(tmp_path: Path):
    lines = ["a@example.com,A", 'b@example.com,"B', "x" * (2 * LONGEST_LINE + 5), "c@example.com,C"]
    path = written(tmp_path, "\n".join(["Email,Name", *lines * 40]))
    assert rows(path) == one_by_one(path)


def test_reading_takes_the_same_memory_for_any_length(tmp_path: Path):
    path = written(tmp_path, "Email,Name\n" + "someone@example.com,Some One\n" * 60_000)
    tracemalloc.start()
    count = sum(1 for _ in open_sheet(path).records())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_001
    assert peak < 2_000_000


@pytest.mark.parametrize(
    "header",
    [
        ("Record ID", "First Name", "Last Name", "Email", "Associated Company", "Country/Region"),
        ("Salutation", "First Name", "Last Name", "Account Name", "Mailing Country", "Email"),
        ("Person - Name", "Person - Organization", "Person - Email - Work", "Person - Phone - Work"),
        ("E-MAIL ADDRESS", "first_name", "LAST NAME", "job-title"),
    ],
)
def test_the_exports_of_the_usual_makers_are_understood(header: tuple[str, ...]):
    assert "email" in columns_of(header, "contacts.csv").at


def test_columns_nobody_reads_are_named_once():
    found = columns_of(("Email", "Favourite colour", ""), "contacts.csv")
    assert found.ignored == ("Favourite colour", "(column 3, no name)")


def test_the_better_of_two_address_columns_is_read():
    found = columns_of(("Person - Email - Home", "Person - Email - Work"), "contacts.csv")
    assert found.at["email"] == 1
    assert found.ignored == ("Person - Email - Home",)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("Name", "Firm"), 'no column "Email"'),
        (("ann@example.com", "Ann"), "must name the columns"),
        (("Email;Name",), 'no column "Email"'),
    ],
)
def test_a_wrong_header_is_one_clear_error(header: tuple[str, ...], says: str):
    with pytest.raises(SheetError, match=says):
        columns_of(header, "contacts.csv")
