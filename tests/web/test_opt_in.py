"""The opt-in page: what is said yes to, the yes, and its proof."""

import html
import re

import httpx

from drip.domain.facts import HardBounced
from drip.domain.token import Link
from drip.store import opt_ins, tasks
from tests.web.scene import NOW, Scene, words_of


def wording_of(page: str) -> str:
    """The sentence in the page's quotation."""
    [found] = re.findall(r"<blockquote>(.*?)</blockquote>", page, re.DOTALL)
    return html.unescape(found)


async def test_r18_the_page_shows_what_is_said_yes_to_and_who_asks(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await client.get(scene.path(Link.OPT_IN))
    assert answer.status_code == 200
    assert wording_of(answer.text).startswith("Yes, please send me useful emails from Ann Carter (Brightline Controls)")
    assert "48 Mercer Street" in answer.text and "maria@northfield.example" in words_of(answer.text)


async def test_r18_the_yes_is_kept_with_the_very_words_that_were_shown(scene: Scene, client: httpx.AsyncClient) -> None:
    asked = await client.get(scene.path(Link.OPT_IN))
    seen = re.findall(r'name="seen" value="(\w+)"', asked.text)[0]
    await client.post(scene.path(Link.OPT_IN), data={"seen": seen})
    async with scene.store.reading() as unit:
        [proof] = await opt_ins.of_prospect(unit, scene.prospect_id)
    assert proof.wording == wording_of(asked.text)
    assert (proof.through, proof.send_id, proof.address, proof.at) == ("link", scene.send_id, "203.0.113.9", NOW)


async def test_r16_after_the_yes_the_page_says_what_happens_now(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await client.post(scene.path(Link.OPT_IN))
    said = words_of(answer.text)
    # anchor Tuesday 6 January; a month later is 6 February: 31 days on, a Friday
    assert "The next one around Friday 6 February, then once a month" in said
    # Wednesday 7 January + 6 weeks = 42 days: 24 left in January, so Wednesday 18 February
    assert "Ann will call you on Wednesday 18 February, between 7:30 and 8:30 in the morning, your time" in said


async def test_r16_a_second_yes_changes_nothing_in_the_recall(scene: Scene, client: httpx.AsyncClient) -> None:
    await client.post(scene.path(Link.OPT_IN))
    first = (await scene.picture()).recall
    again = await client.post(scene.path(Link.OPT_IN))
    shown = await client.get(scene.path(Link.OPT_IN))
    assert (await scene.picture()).recall == first
    assert "You are on the list" in again.text and "You are on the list" in shown.text


async def test_r18_words_that_changed_since_they_were_shown_are_shown_again(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    answer = await client.post(scene.path(Link.OPT_IN), data={"seen": "0123456789abcdef"})
    assert "<blockquote>" in answer.text
    assert (await scene.picture()).opted_in_at is None


async def test_r18_a_yes_after_an_opt_out_makes_a_task_and_lifts_nothing(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    await client.post(scene.path(Link.OPT_OUT))
    before = await scene.picture()
    asked = await client.get(scene.path(Link.OPT_IN))
    told = await client.post(scene.path(Link.OPT_IN))
    assert "You asked us to stop" in asked.text and "Ann has been told" in told.text
    assert await scene.picture() == before
    async with scene.store.reading() as unit:
        assert "opt_in_after_opt_out" in {one.code for one in await tasks.listing(unit)}


async def test_r29_a_yes_opens_a_closed_file_again(scene: Scene, client: httpx.AsyncClient) -> None:
    closed = await scene.closing_letter()
    await client.post(closed.path(Link.CLOSE_FILE))
    await client.post(scene.path(Link.OPT_IN))
    assert (await scene.picture()).is_open


async def test_r18_a_yes_after_the_address_died_is_kept_and_no_email_is_promised(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    await scene.befall(HardBounced(NOW))
    done = await client.post(scene.path(Link.OPT_IN))
    said = words_of(done.text)
    assert "These emails have ended" in said and "Ann has your yes all the same." in said
    assert "The next one around" not in said
    async with scene.store.reading() as unit:
        assert len(await opt_ins.of_prospect(unit, scene.prospect_id)) == 1
