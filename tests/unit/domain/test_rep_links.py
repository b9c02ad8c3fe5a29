"""Links that act for a rep: nothing can be changed, and none passes for another kind."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.errors import TokenError
from drip.domain.rep_links import (
    FeedToken,
    RecallToken,
    feed_url,
    read_feed,
    read_recall,
    recall_url,
    sign_feed,
    sign_recall,
)
from drip.domain.token import Link, LinkToken, read_link, sign_link

SECRET = b"a secret of the tests"
IDS = st.integers(0, 2**48 - 1)
RECALLS = st.builds(RecallToken, IDS, IDS, IDS, st.integers(0, 2**24 - 1), st.dates())
FEEDS = st.builds(FeedToken, IDS, st.integers(0, 2**24 - 1))
RECALL = RecallToken(enrollment=4, rep=1, last_call=0, renewed=0, until=date(2026, 12, 24))


@given(RECALLS, FEEDS)
def test_a_token_says_what_was_signed(recall: RecallToken, feed: FeedToken) -> None:
    assert read_recall(SECRET, sign_recall(SECRET, recall)) == recall
    assert read_feed(SECRET, sign_feed(SECRET, feed)) == feed


@given(RECALLS, st.data())
def test_m17_a_changed_character_is_found_out(recall: RecallToken, data: st.DataObject) -> None:
    token = sign_recall(SECRET, recall)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("Aa0-_Zz9").filter(lambda one: one != token[at]))
    with pytest.raises(TokenError):
        read_recall(SECRET, token[:at] + other + token[at + 1 :])


def test_a_token_under_another_secret_is_found_out() -> None:
    with pytest.raises(TokenError):
        read_recall(b"another secret", sign_recall(SECRET, RECALL))


def test_no_kind_of_link_passes_for_another() -> None:
    recall, feed = sign_recall(SECRET, RECALL), sign_feed(SECRET, FeedToken(1, 0))
    letter = sign_link(SECRET, LinkToken(4, 9, 1, "three-reps-in-one", Link.VIEW))
    for read, own in ((read_recall, recall), (read_feed, feed), (read_link, letter)):
        for token in {recall, feed, letter} - {own}:
            with pytest.raises(TokenError):
                read(SECRET, token)


def test_the_addresses_are_short_and_name_nobody() -> None:
    page = recall_url("https://drip.example.com/sales/", SECRET, RECALL)
    assert page == f"https://drip.example.com/sales/r/{sign_recall(SECRET, RECALL)}"
    feed = feed_url("https://drip.example.com", SECRET, FeedToken(1, 0))
    assert feed == f"https://drip.example.com/i/{sign_feed(SECRET, FeedToken(1, 0))}.ics"
    # version and purpose 2, payload 24 (9 for a feed), proof 16 bytes; 4 characters for 3 bytes
    assert (len(sign_recall(SECRET, RECALL)), len(sign_feed(SECRET, FeedToken(1, 0)))) == (56, 36)
