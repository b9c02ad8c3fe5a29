"""A campaign's letters are answered by real mail, over IMAP and LMTP, to a receiver that is killed: every enrollment
ends where the rules say, nothing is lost and nothing done twice. Who answers how stands in answers/fates.py."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.acceptance.answers.bringing import HANDLED, WORD, Postbox
from tests.acceptance.answers.fates import PEOPLE, UNPLACED
from tests.acceptance.answers.seller import KIM, LEE, Seller
from tests.acceptance.answers.story import BANK, STRANGER, Kills, Story
from tests.servers.dovecot import PASSWORD, dovecot
from tests.servers.imap import ImapPeer

pytestmark = pytest.mark.xdist_group("answers_come_back")  # each wiring lives the story once for all of these tests


@pytest.fixture(
    scope="module",
    params=[
        "embedded",
        "distributed",
        pytest.param("embedded, many", marks=pytest.mark.long),
        pytest.param("distributed, many", marks=pytest.mark.long),
    ],
)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The story, lived by `drip up` on SQLite, or by many processes on PostgreSQL and Valkey; also by two hundred
    people, whose reps' inboxes are Dovecot's."""
    folder = tmp_path_factory.mktemp("seller")
    wiring, _, many = request.param.partition(", ")
    if wiring == "embedded":
        shutil.copy(request.getfixturevalue("migrated_file"), folder / "drip.sqlite3")
        url, redis_url = f"sqlite+aiosqlite:///{folder / 'drip.sqlite3'}", None
    else:
        valkey = request.getfixturevalue("valkey")
        valkey.flush()
        url, redis_url = request.getfixturevalue("migrated_database"), valkey.url()
    with ExitStack() as ending:
        if redis_url:
            ending.callback(request.getfixturevalue("empty"))
        inboxes = _of_dovecot(ending) if many else None
        imap = ImapPeer({KIM: WORD, LEE: WORD})
        ending.callback(imap.stop)
        seller = ending.enter_context(Seller(folder, url, redis_url))
        if inboxes is not None:
            lived = Story(seller, inboxes, Kills((), frozenset({5, 25, 45, 65, 85})), copies=8)
        else:
            lived = Story(seller, {rep: Postbox(imap.port, rep, WORD) for rep in (KIM, LEE)}, Kills((3,)))
            lived.watch(imap)
        lived.live()
        yield lived


def _of_dovecot(ending: ExitStack) -> dict[str, Postbox]:
    """A server for each, since all of one have the same mail; in a folder that its user can reach."""
    made = {}
    for rep in (KIM, LEE):
        folder = Path(ending.enter_context(TemporaryDirectory()))
        folder.chmod(0o755)
        made[rep] = Postbox(ending.enter_context(dovecot(folder / "dovecot", "Sent")), rep, PASSWORD)
    return made


def day(value: object) -> str | None:
    """A date as text, whichever database it is from."""
    return None if value is None else str(value)


def everybody(story: Story) -> list[tuple[str, str]]:
    """Each fate with each address that has it."""
    return [(name, email) for name in PEOPLE for email in story.emails(name)]


def test_no_kill_loses_a_mail(story: Story) -> None:
    assert story.lost == ""
    assert story.killed == story.kills.all


def test_every_enrollment_ends_where_the_rules_say(story: Story) -> None:
    columns = "e.email, e.state, e.waiting_for, e.absent_until, e.colleague_until, e.recall_on, e.recall_reason"
    found = {
        email: (state, waits == "replied", day(absent or colleague), (day(on), why) if on else None)
        for email, state, waits, absent, colleague, on, why in story.seller.ask(f"SELECT {columns} FROM enrollments e")
    }
    ends = {email: PEOPLE[name].end for name, email in everybody(story)}
    assert found == {
        email: (
            end.state,
            end.waits,
            end.held_until and str(end.held_until),
            end.recall and (str(end.recall[0]), end.recall[1]),
        )
        for email, end in ends.items()
    }


def test_everybody_got_the_letters_of_their_days_and_none_after_a_stop(story: Story) -> None:
    got = {email: tuple(one.sent_on for one in letters) for email, letters in story.letters().items()}
    assert got == {email: tuple(map(str, PEOPLE[name].end.letters)) for name, email in everybody(story)}


def test_every_timeline_says_what_happened_once(story: Story) -> None:
    found: dict[str, list[str]] = {}
    rows = "SELECT e.email, f.what FROM facts f JOIN enrollments e ON e.id = f.enrollment_id ORDER BY f.id"
    for email, what in story.seller.ask(rows):
        found.setdefault(email, []).append(what)
    assert {email: " ".join(told) for email, told in found.items()} == {
        email: PEOPLE[name].end.told for name, email in everybody(story)
    }


def test_reps_have_the_tasks_of_what_came_and_no_other(story: Story) -> None:
    joined = "JOIN prospects p ON p.id = t.prospect_id JOIN reps r ON r.id = t.rep_id"
    assert Counter(story.seller.ask(f"SELECT p.email, t.code, r.email FROM tasks t {joined}")) == Counter(
        (email, code, PEOPLE[name].rep) for name, email in everybody(story) for code in PEOPLE[name].end.tasks
    )


def test_only_who_is_dead_complained_or_said_stop_is_suppressed(story: Story) -> None:
    assert Counter(story.seller.ask("SELECT address, reason FROM suppressions")) == Counter(
        (email, PEOPLE[name].end.suppressed) for name, email in everybody(story) if PEOPLE[name].end.suppressed
    )


def test_each_mail_was_kept_once_whatever_it_came_by_and_a_private_one_not_at_all(story: Story) -> None:
    rows = story.seller.ask("SELECT message_id, kind FROM received")
    mails = Counter((known.partition(">")[0].removeprefix("<"), kind) for known, kind in rows if known[0] == "<")
    assert mails == Counter(story.brought.items())
    assert BANK not in story.brought
    events = [known.partition(" ")[0] for known, _ in rows if known[0] != "<"]
    told = story.emails("sue") if story.seller.address else []
    assert Counter(events) == Counter(f"event:e:{email}" for email in told)
    kims, lees = story.inboxes[KIM], story.inboxes[LEE]
    assert kims.idents("INBOX") == Counter()
    assert kims.idents(HANDLED) == Counter(story.lies_in[KIM])
    assert lees.idents("INBOX") == Counter(story.lies_in[LEE])
    assert lees.unread() == len(story.lies_in[LEE])


def test_the_inbox_holds_what_nobody_could_place_and_nothing_else(story: Story) -> None:
    rows = "SELECT r.message_id, i.cls FROM inbox i JOIN received r ON r.id = i.received_id WHERE i.state = 'waiting'"
    found = [
        (known.partition("@")[0].removeprefix("<").removeprefix("0310."), cls) for known, cls in story.seller.ask(rows)
    ]
    expected = [(name, cls) for name, cls in UNPLACED.items() for _ in range(story.copies)]
    assert Counter(found) == Counter([*expected, (STRANGER.partition("@")[0], "reply")])


def test_a_day_they_ask_for_is_only_suggested(story: Story) -> None:
    told = story.seller.type(f"timeline {story.emails('ray')[0]} --json")
    [reply] = [line for line in told if line["code"] == "replied"]
    assert reply["why"] == "Not now, please try me in September."
    assert reply["suggested"]["on"] == "2026-09-01"
