"""The links of a test letter: each says what it does in a real one, and changes nothing."""

import httpx

from drip.domain.token import TEST_SEND, Link, LinkToken, link_url
from tests.web.scene import PUBLIC, SECRET, Scene, words_of


def path(link: Link) -> str:
    """Where a link of a test letter leads."""
    token = LinkToken(enrollment=0, send=TEST_SEND, run=1, step="downtime", link=link)
    return link_url(PUBLIC, SECRET, token).removeprefix(PUBLIC)


DOES = {
    Link.OPT_IN: "says yes to these letters",
    Link.OPT_OUT: "stops these letters",
    Link.LESS_OFTEN: "gets fewer of these letters",
    Link.KEEP_OPEN: "keeps the file open",
    Link.CALL_ME: "asks for a call",
    Link.CLOSE_FILE: "closes the file",
    Link.VIEW: "sees the letter in the browser",
    Link.TO: "is led on",
}


async def test_a_link_of_a_test_letter_says_what_it_is_for_and_changes_nothing(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    before = await scene.everything()
    for link in Link:
        answer = await client.get(path(link))
        assert answer.status_code == 200, link
        assert "This was a test letter" in answer.text and "Nothing was changed." in answer.text, link
        assert DOES[link] in answer.text
        assert "request" not in words_of(answer.text)  # nothing went wrong that one could ask about
        assert (await client.head(path(link))).status_code == 200, link
    assert await scene.everything() == before


async def test_m15_one_click_on_a_test_letter_is_answered_and_opts_nobody_out(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    before = await scene.everything()
    answer = await client.post(path(Link.OPT_OUT), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert await scene.everything() == before
