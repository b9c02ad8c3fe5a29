"""Every letter of every campaign, as a real server received it, is what MAIL section 1 wants."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from drip.catalog.files import CAMPAIGNS
from tests.acceptance.post import Letter, Post
from tests.mail.checker.checks import check_letter, check_together
from tests.mail.spamassassin import LIMIT, spamassassin

pytestmark = pytest.mark.xdist_group("letters")  # one run of the service for all of them
KEYS = sorted(file.stem for file in CAMPAIGNS.glob("*.toml"))


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """The service that wrote them, and still runs."""
    with Post(tmp_path_factory.mktemp("post")) as running:
        yield running


@pytest.fixture(scope="module")
def letters(post: Post) -> list[Letter]:
    """All that came."""
    return post.write_all()


@pytest.mark.parametrize("campaign", KEYS)
def test_every_letter_of_a_campaign_passes_every_check(campaign: str, letters: list[Letter], post: Post) -> None:
    own = [one for one in letters if one.campaign == campaign]
    assert own
    assert [(one.step, one.person.local, *found) for one in own for found in check_letter(one.mail, post.known)] == []


def test_every_letter_of_every_campaign_came_and_each_of_them_once(letters: list[Letter], post: Post) -> None:
    assert post.missing(letters) == set()
    assert len({(one.campaign, one.run, one.step, one.person.local) for one in letters}) == len(letters)
    assert len(letters) == len(post.peer.received)


def test_m02_nothing_is_wrong_between_the_letters_of_a_service(letters: list[Letter]) -> None:
    assert check_together([one.mail for one in letters]) == []


def test_m02_a_letter_that_was_deferred_comes_as_the_same_letter(letters: list[Letter], post: Post) -> None:
    came = {one.mail.data for one in letters}
    assert len(post.deferred) == 2 * len(KEYS)  # the first of each campaign from each of two mailboxes
    assert set(post.deferred.values()) <= came


def test_m21_a_campaign_is_one_list_of_each_sender(letters: list[Letter]) -> None:
    lists = defaultdict(set)
    for one in letters:
        lists[one.campaign, one.person.rep].add(one.mail.whole.one("list-id"))
    assert all(len(found) == 1 for found in lists.values())
    assert len(set.union(*lists.values())) == len(lists)


@pytest.mark.long
def test_spamassassin_scores_every_letter_under_one(letters: list[Letter], tmp_path: Path) -> None:
    steps = {(one.campaign, one.step, one.person.rep): one for one in letters}
    found = spamassassin(tmp_path, [one.mail.data for one in steps.values()])
    assert len(found) == len(steps)
    assert {name: told for name, told in zip(steps, found, strict=True) if told[0] >= LIMIT} == {}


@pytest.mark.long
def test_spamassassin_would_say_if_it_took_a_letter_for_spam(letters: list[Letter], tmp_path: Path) -> None:
    white = "<p style='color:#ffffff;font-size:1px'>Buy cheap pills, 100% FREE, act now! You are a winner!</p>"
    spoilt = letters[0].mail.data.replace(b"<body", white.encode() + b"<body").replace(b"Subject: ", b"Subject: FREE! ")
    [(score, _why)] = spamassassin(tmp_path, [spoilt])
    assert score >= LIMIT
