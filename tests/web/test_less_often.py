"""The less-often page: fewer emails instead of none, and back."""

import httpx

from drip.domain.duration import Duration, Unit
from drip.domain.facts import CadenceAgreed
from drip.domain.token import Link
from tests.web.scene import NOW, Scene, words_of


async def test_r5_less_often_doubles_the_interval_and_says_so(scene: Scene, client: httpx.AsyncClient) -> None:
    asked = await client.get(scene.path(Link.LESS_OFTEN))
    done = await client.post(scene.path(Link.LESS_OFTEN))
    assert "The emails come once a month now." in words_of(asked.text)
    assert "Done: every 2 months." in words_of(done.text)
    # two months from the letter of Tuesday 6 January: 6 March; 6 March 2026 is a Friday
    assert "around Friday 6 March, then every 2 months" in words_of(done.text)
    assert (await scene.picture()).interval == Duration(2, Unit.MONTH)


async def test_r5_undo_takes_it_back(scene: Scene, client: httpx.AsyncClient) -> None:
    done = await client.post(scene.path(Link.LESS_OFTEN))
    assert 'name="undo" value="1 month"' in done.text
    undone = await client.post(scene.path(Link.LESS_OFTEN), data={"undo": "1 month"})
    assert "As before: once a month." in words_of(undone.text)
    assert (await scene.picture()).interval == Duration(1, Unit.MONTH)
    again = await client.post(scene.path(Link.LESS_OFTEN), data={"undo": "1 month"})
    assert "As before: once a month." in words_of(again.text)


async def test_r5_undo_leads_nowhere_but_back(scene: Scene, client: httpx.AsyncClient) -> None:
    await client.post(scene.path(Link.LESS_OFTEN))
    before = await scene.picture()
    for undo in ("1 day", "3 weeks", "", "soon", "1 minute", "9 years"):
        answer = await client.post(scene.path(Link.LESS_OFTEN), data={"undo": undo})
        assert answer.status_code == 200
    assert await scene.picture() == before


async def test_r5_a_quarter_is_as_seldom_as_it_gets(scene: Scene, client: httpx.AsyncClient) -> None:
    for _ in range(2):
        await client.post(scene.path(Link.LESS_OFTEN))
    assert (await scene.picture()).interval == Duration(1, Unit.QUARTER)
    asked = await client.get(scene.path(Link.LESS_OFTEN))
    assert "That is as seldom as they get" in asked.text
    assert "Stop all emails" in asked.text
    before = await scene.picture()
    await client.post(scene.path(Link.LESS_OFTEN))
    assert await scene.picture() == before


async def test_r5_one_who_stopped_everything_is_not_offered_less(scene: Scene, client: httpx.AsyncClient) -> None:
    await client.post(scene.path(Link.OPT_OUT))
    before = await scene.picture()
    asked = await client.get(scene.path(Link.LESS_OFTEN))
    done = await client.post(scene.path(Link.LESS_OFTEN))
    assert "No more emails" in asked.text and "No more emails" in done.text
    assert await scene.picture() == before


async def test_r5_an_agreed_interval_is_doubled_as_well(scene: Scene, client: httpx.AsyncClient) -> None:
    await scene.befall(CadenceAgreed(NOW, Duration(6, Unit.WEEK)))
    before = await scene.picture()
    done = await client.post(scene.path(Link.LESS_OFTEN))
    assert "every 12 weeks" in done.text
    assert await scene.picture() == before.changed(interval=Duration(12, Unit.WEEK))
