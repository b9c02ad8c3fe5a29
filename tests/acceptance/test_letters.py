"""Every letter of every campaign, as a real server received it, is what MAIL section 1 wants."""

from collections import defaultdict
from collections.abc import Iterator

import pytest

from drip.catalog.files import CAMPAIGNS
from tests.acceptance.post import Letter, Post
from tests.mail.checker.checks import check_letter, check_together

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
    assert len({(one.campaign, one.step, one.person.local) for one in letters}) == len(letters)
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
