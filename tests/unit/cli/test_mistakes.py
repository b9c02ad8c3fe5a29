"""A person's mistakes: each is told in words that say what was wrong, where, and what to do."""

from pathlib import Path

import pytest

from tests.unit.cli.typing_in import Terminal

ANN = "enroll ann.jones@acme.com --tried-to-disqualify --hot-button stops"
SHORT = 'name = "Short"\n[[steps]]\nkey = "a"\ntemplate = "monthly-value/cost-of-downtime"\n'


@pytest.mark.parametrize(
    ("url", "needed"),
    [
        ("nonsense", ("The database URL cannot be read (DRIP_DATABASE_URL)", "Write sqlite+aiosqlite:///drip.db")),
        ("mysql://u:secret@host/x", ('"mysql" is no database drip can use (DRIP_DATABASE_URL)', "postgresql+psycopg")),
        ("sqlite:///nowhere/drip.db", ("nowhere/drip.db cannot be reached", "Check that the folder exists")),
        ("sqlite:///:memory:", ("in memory is gone when it is closed", "sqlite+aiosqlite:///drip.db")),
        ("postgresql://u:secret@127.0.0.1:1/x", ("refused. Check host, port, user, password",)),
        ("postgresql://u:secret@host:port/x", ("The database URL cannot be read", "postgresql+psycopg://user:")),
        ("postgresql://u:secret@host:0/x", ("The database URL cannot be read", "postgresql+psycopg://user:")),
        ("postgresql://u:a@secret@127.0.0.1:1/x", ("Write an @ in a password as %40",)),
    ],
)
def test_a_wrong_database_is_told_without_its_password(
    drip: Terminal, monkeypatch: pytest.MonkeyPatch, url: str, needed: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DRIP_DATABASE_URL", url)
    for words in ("rep list", "db upgrade"):
        told = drip(words)
        assert (told.code, told.out) == (2, "")
        assert all(part in told.err for part in needed) and "secret" not in told.err


@pytest.mark.parametrize("words", ["prospect import .", "enroll --csv ."])
def test_a_folder_is_no_list(desk: Terminal, words: str) -> None:
    told = desk(words)
    assert told.code == 2 and "this is a folder. Name a file in it" in told.err


def test_a_file_that_is_no_database_is_told(drip: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("this is no database at all, only some notes\n" * 10)
    monkeypatch.setenv("DRIP_DATABASE_URL", "sqlite:///notes.txt")
    told = drip("prospect list")
    assert told.code == 2 and "notes.txt cannot be reached: file is not a database. Name another file" in told.err


def test_wrong_settings_are_all_told_at_once(drip: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIP_PORT", "99999")
    monkeypatch.setenv("DRIP_PUBLIC_URL", "drip.example.com")
    told = drip("rep list")
    assert told.code == 2
    assert 'DRIP_PORT is "99999"' in told.err and 'DRIP_PUBLIC_URL is "drip.example.com"' in told.err


@pytest.mark.parametrize(
    ("content", "needed"),
    [
        (b"Name,Phone\nAnn,1\n", 'there is no column "Email" among "Name", "Phone"'),
        (b"ann@acme.com,Ann\n", "it must name the columns"),
        (b"PK\x03\x04" + bytes(100), "this is an Excel workbook"),
        (bytes(range(256)) * 20, "not a CSV file"),
        (b"", "the file is empty"),
        (None, "there is no such file"),
    ],
)
@pytest.mark.parametrize("words", ["prospect import list.csv", "enroll --csv list.csv"])
def test_a_file_that_is_no_list_is_told(
    desk: Terminal, tmp_path: Path, content: bytes | None, needed: str, words: str
) -> None:
    if content is not None:
        (tmp_path / "list.csv").write_bytes(content)
    told = desk(words)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("error: list.csv") and needed in told.err


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("enroll", "Say whom to enroll: an EMAIL, or --csv FILE"),
        (
            f"{ANN} --campaign montly-valeu",
            'There is no campaign "montly-valeu". Published: monthly-value. Did you mean',
        ),
        (f"{ANN} --rep nobody@seller.com", ""),
        (f'{ANN} --cadence "6 weeks"', '"6 weeks" is not a cadence. Write "monthly"'),
        (f"{ANN} --promised-call-on 16/3/2027", '"16/3/2027" is no day. Write it as year-month-day'),
        (f"{ANN} --call-window noon", '"noon" is not one of early, late, any'),
        (f"{ANN} --field goal", '"goal" is no field. Write NAME=TEXT'),
        ("prospect show nobody@acme.com", "There is no prospect for the address nobody@acme.com"),
        ("timeline 99", "There is no enrollment 99. Look with `drip enrollment list`"),
        ("timeline Ann", '"Ann" is neither an email address nor the number of an enrollment'),
        ("enrollment pause ann.jones@acme.com", "is in no campaign. Enroll with `drip enroll ann.jones@acme.com`"),
        ("enrollment end ann.jones@acme.com", "Missing option '--reason'"),
        ("enrollment pause 1 --by who@seller.com", "There is no rep who@seller.com. `drip rep list` shows them"),
        ("recall list --rep who@seller.com", "There is no rep who@seller.com"),
        ("rep away cancel 99999999999999999999", "is not between 1 and 2,147,483,647"),
        ("notices --before 99999999999999999999", "is not between 1 and 2,147,483,647"),
        ("recall done ann.jones@acme.com voicemial", "no outcome of a call: meeting_set, not_ready"),
        ("recall done ann.jones@acme.com", "What came of the call? Add one of: meeting_set, not_ready"),
        ("recall promise ann.jones@acme.com soon", '"soon" is no day'),
        ('opt-in record ann.jones@acme.com --wording " "', "--wording is empty"),
        ("suppress nonsense", '"nonsense" is neither an address nor a domain. Write "ann@example.com"'),
        ("suppress lift acme.com --reason x", "acme.com is not suppressed; there is nothing to lift"),
        ("mailbox check kim", 'There is no mailbox "kim". Mailboxes: none yet; `drip mailbox add`'),
        ("mailbox add kim --address kim --host h", "The mailbox's address cannot be used"),
        ("mailbox add kim --address k@s.com --host h --port 0x1", '"0x1" is no number'),
        ("mailbox add kim --address k@s.com --host h --rep who@s.com", "There is no rep who@s.com"),
        ("mailbox add kim --address k@s.com --host h --password-file p", "--password-file belongs to --login"),
        ("rep add kim@seller.com --name Kim", "kim@seller.com is a rep already"),
        ("rep add k@s.com --name K --time-zone Mars", '"Mars" is no time zone. Write it like America/New_York'),
        ("prospect add ann.jones@acme.com", "is a prospect already"),
        ("campaign check montly-value", 'Did you mean "monthly-value"?'),
        ("campaign publish nowhere.toml", 'There is no campaign "nowhere.toml"'),
        ("prospect import contacts.csv --report nowhere/issues.csv", "nowhere/issues.csv: no such file or directory"),
        ("enroll ann.jones@acme.com bob@acme.com", "Got unexpected extra argument(s) (bob@acme.com)"),
        ("timeline 99999999999999999999", "There is no enrollment"),
        ("prospect list --limit 0", "0 is not between 1 and 10,000"),
        ("prospect list --owner who@seller.com", "There is no rep who@seller.com"),
        ("recall list --days -1", "-1 is not between 0 and 36,500"),
        ("mailbox add kim --address k@s.com --host h --port 99999", "99999 is not between 1 and 65,535"),
        ("timeline \udce9@acme.com", "it holds bytes that are no text"),
        ("recall promise 99 2027-03-16", "There is no enrollment 99"),
    ],
)
def test_what_cannot_be_used_is_told(desk: Terminal, words: str, needed: str) -> None:
    told = desk(words)
    if needed:
        assert (told.code, told.out) == (2, "")
        assert needed in told.err
    else:
        assert told.code == 1 and 'there is no rep "nobody@seller.com"' in told.out


def test_a_promise_that_cannot_be_kept_names_a_better_day(desk: Terminal) -> None:
    assert desk(ANN).code == 0
    told = desk("recall promise 1 2099-03-15")  # a Sunday
    assert (told.code, told.out) == (2, "")
    assert "it is a Sunday. The next business day is Monday 2099-03-16" in told.err


@pytest.mark.parametrize(
    ("change", "line", "needed"),
    [
        ('name = "Short"|name = 3', 1, "name: "),
        ('key = "a"|key = "a"\nafter = "3 weekz"', 4, '"3 weekz" is not a duration'),
        ('[[steps]]|colour = "blue"\n[[steps]]', 2, "colour"),
        ("cost-of-downtime|no-such-letter", 4, 'there is no template "monthly-value/no-such-letter"'),
        ('name = "Short"|name = "Short', 1, "this is not TOML"),
        ('name = "Short"|name = “Short”', 1, 'Write straight quotes, ", in place of “.'),
    ],
)
def test_a_broken_campaign_is_told_with_its_line(
    drip: Terminal, tmp_path: Path, change: str, line: int, needed: str
) -> None:
    before, _, after = change.partition("|")
    (tmp_path / "short.toml").write_text(SHORT.replace(before, after), "utf-8")
    told = drip("campaign check short.toml")
    assert told.code == 1
    assert told.out.startswith(f"short.toml:{line}: error: ") and needed in told.out
    assert "short.toml: 1 error, 0 warnings." in told.err


def test_a_broken_campaign_is_not_published(drip: Terminal, tmp_path: Path) -> None:
    (tmp_path / "short.toml").write_text(SHORT.replace("cost-of", "price-of"), "utf-8")
    told = drip("campaign publish short.toml")
    assert (told.code, told.out) == (1, "")
    assert "short.toml cannot be published:" in told.err and "short.toml:4: error: " in told.err
    [shown] = [one for one in drip("campaign list --json").objects if one["version"]] or [None]
    assert shown is None


def test_a_doctor_without_a_database_makes_none(drip: Terminal, tmp_path: Path) -> None:
    told = drip("doctor")
    assert told.code == 1
    assert "There is no database drip.db yet" in told.err
    assert not (tmp_path / "drip.db").exists()
