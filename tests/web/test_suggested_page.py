"""The page that offers the day a reply asks for: looking changes nothing, one confirmation makes a promise of it."""

from datetime import date

import httpx
import pytest

from drip.domain.enrollment import Recall
from drip.domain.facts import Replied
from drip.store import facts, received
from drip.store.received import NewReceived
from tests.web.scene import NOW, Scene, words_of
from tests.web.test_recall_pages import address

MONDAY = date(2026, 3, 2)  # the first business day of March
ON_ONE = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # its SQL runs on both elsewhere here


async def replies(scene: Scene, words: str) -> str:
    """Maria writes; the page of what she asks for."""
    now = scene.clock.now()
    await scene.befall(Replied(now))
    async with scene.store.begin() as unit:
        mail = NewReceived("reply", now, "prospect", scene.prospect_id, scene.enrollment_id, note=words)
        await received.add(unit, mail)
    return f"{await address(scene)}/suggested"


async def recall(scene: Scene) -> Recall:
    """The call that is owed."""
    found = (await scene.picture()).recall
    assert found is not None
    return found


@ON_ONE
async def test_m16_opening_the_offer_changes_nothing(scene: Scene, client: httpx.AsyncClient) -> None:
    page = await replies(scene, "Not now, try me in March.")
    before = await scene.everything()
    for method in ("GET", "HEAD"):
        answer = await client.request(method, page, headers={"User-Agent": "Barracuda Sentinel"})
        assert answer.status_code == 200
    said = words_of((await client.get(page)).text)
    assert "Promise Monday 2 March?" in said and "Not now, try me in March." in said
    sheet = await client.get(page.removesuffix("/suggested"))
    shown = words_of(sheet.text)
    assert "They seem to ask for Monday 2 March: “try me in March”" in shown
    assert shown.index("Promise that day") < shown.index("I have dealt with it")  # the letters go on after the promise
    assert await scene.everything() == before


async def test_r14_one_confirmation_promises_the_day_by_the_rep(scene: Scene, client: httpx.AsyncClient) -> None:
    page = await replies(scene, "Not now, try me in March.")
    before = await recall(scene)
    assert not before.promised and before.on < MONDAY
    done = await client.post(page, data={"on": "2026-03-02"})
    said = words_of(done.text)
    assert done.status_code == 200 and "Promised." in said and "Monday 2 March" in said
    assert "I have dealt with it" in said  # the letters still wait for the rep (R30)
    after = await recall(scene)
    assert (after.on, after.promised) == (MONDAY, True)
    async with scene.store.reading() as unit:
        [fact] = [one for one in await facts.of_enrollment(unit, scene.enrollment_id) if one.reason == "promised"]
    assert fact.what == "recall_set" and fact.who.startswith("rep:") and fact.data["through"] == "link"
    kept = await scene.everything()
    again = await client.post(page, data={"on": "2026-03-02"})
    assert "Nothing is left to promise." in words_of(again.text)
    assert await scene.everything() == kept


@ON_ONE
async def test_another_day_than_the_one_that_was_shown_is_asked_anew(scene: Scene, client: httpx.AsyncClient) -> None:
    page = await replies(scene, "Not now, try me in March.")
    scene.clock.jump(NOW.replace(hour=18))
    await replies(scene, "Sorry: please call me in May.")
    for on in ("2026-03-02", "", "2026-05-04"):
        before = await scene.everything()
        answer = await client.post(page, data={"on": on})
        assert answer.status_code == 200 and "Promise Friday 1 May?" in words_of(answer.text), on
        assert await scene.everything() == before


@ON_ONE
async def test_where_nothing_is_asked_for_nothing_is_offered(scene: Scene, client: httpx.AsyncClient) -> None:
    page = await replies(scene, "What does it cost?")
    before = await scene.everything()
    for answer in (await client.get(page), await client.post(page, data={"on": "2026-03-02"})):
        assert "Nothing is left to promise." in words_of(answer.text)
    assert "seem to ask" not in (await client.get(page.removesuffix("/suggested"))).text
    assert await scene.everything() == before
