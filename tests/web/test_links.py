"""The value link, view in browser, and what scanners and forgers may not do."""

from itertools import permutations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.clock import ControlledClock
from drip.domain.token import Link, LinkToken, sign, sign_link
from drip.serve import make_app
from drip.store import visits
from drip.store.engine import open_store
from drip.web.desk import Desk
from tests.web.scene import GUIDE, NOW, PERSON, PUBLIC, SECRET, SENT, Scene, asking

LINKS = list(Link)
ANSWERING = [link for link in Link if link not in (Link.VIEW, Link.TO)]


async def test_r25_a_persons_click_on_a_value_link_leads_on_and_is_hearing(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    answer = await client.get(scene.path(Link.TO, 0))
    assert (answer.status_code, answer.headers["location"]) == (302, GUIDE)
    assert (await scene.picture()).heard_at == NOW
    async with scene.store.reading() as unit:
        [visit] = await visits.of_send(unit, scene.send_id)
    assert (visit.link, visit.idx, visit.judged, visit.address) == ("to", 0, "person", "203.0.113.9")


async def test_a_value_link_leads_to_a_stored_web_address_or_nowhere(scene: Scene, client: httpx.AsyncClient) -> None:
    for index in (1, 2, 255):
        answer = await client.get(scene.path(Link.TO, index))
        assert answer.status_code == 404
        assert "location" not in answer.headers


async def test_view_shows_the_letter_with_the_same_links(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await client.get(scene.path(Link.VIEW))
    assert "Dear Maria, Unplanned stops?" in answer.text and "48 Mercer Street" in answer.text
    for path in (scene.path(Link.TO, 0), scene.path(Link.OPT_OUT)):
        assert f'href="{PUBLIC}{path}"' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "sandbox" in policy


@pytest.mark.parametrize("agent", ["", "Barracuda Sentinel (EE)", PERSON])
async def test_r25_a_scanner_that_opens_every_link_changes_nothing(scene: Scene, agent: str) -> None:
    closing = await scene.closing_letter(NOW)  # it left this very moment
    before = await scene.everything()
    async with asking(scene, agent) as client:
        for ask in (client.head, client.get):
            for link in LINKS:
                answer = await ask(closing.path(link))
                assert answer.status_code == (302 if link is Link.TO else 200), link
    assert await scene.everything() == before
    async with scene.store.reading() as unit:
        kept = await visits.of_send(unit, closing.send_id)
    assert len(kept) == 2 * len(LINKS) and {visit.judged for visit in kept} == {"scanner"}


async def test_m16_head_changes_nothing_at_any_time(scene: Scene, client: httpx.AsyncClient) -> None:
    before = await scene.everything()
    for link in LINKS:
        await client.head(scene.path(link))
    assert await scene.everything() == before


async def test_m17_the_token_of_one_link_opens_no_other(scene: Scene, client: httpx.AsyncClient) -> None:
    before = await scene.everything()
    for asked, link in permutations(LINKS, 2):
        for method in ("GET", "POST"):
            answer = await client.request(method, f"/{asked.path}/{scene.token(link)}")
            only_get = asked in (Link.VIEW, Link.TO) and method == "POST"
            assert answer.status_code == (405 if only_get else 404)
    assert await scene.everything() == before


async def test_m17_a_genuine_token_of_a_letter_that_is_not_kept_is_not_found(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    before = await scene.everything()
    for enrollment, send in ((scene.enrollment_id, 999), (999, scene.send_id)):
        for link in ANSWERING:
            token = sign_link(SECRET, LinkToken(enrollment, send, 1, "downtime", link))
            assert (await client.get(f"/{link.path}/{token}")).status_code == 404
            assert (await client.post(f"/{link.path}/{token}")).status_code == 404
    assert await scene.everything() == before


def forgeries() -> st.SearchStrategy[str]:
    """Tokens that are genuine but for something: cut, changed, of another secret or purpose, or noise."""
    genuine = sign_link(SECRET, LinkToken(1, 1, 1, "downtime", Link.OPT_OUT))
    places = st.integers(0, len(genuine) - 1)
    letters = st.sampled_from("ABCxyz019-_.~")
    changed = st.tuples(places, letters).map(lambda at: genuine[: at[0]] + at[1] + genuine[at[0] + 1 :])
    cut = places.map(lambda at: genuine[:at])
    other_secret = st.binary(min_size=16, max_size=32).map(
        lambda secret: sign_link(secret, LinkToken(1, 1, 1, "downtime", Link.OPT_OUT))
    )
    other_purpose = st.tuples(st.sampled_from("abkz"), st.binary(max_size=40)).map(lambda of: sign(SECRET, *of))
    noise = st.text(alphabet="ABCDEFabcdef0123456789-_", min_size=1, max_size=600)
    return st.one_of(changed, cut, other_secret, other_purpose, noise, letters.map(lambda one: genuine + one)).filter(
        lambda token: token not in (genuine, "")
    )


@given(token=forgeries(), method=st.sampled_from(["GET", "POST", "HEAD"]), link=st.sampled_from(ANSWERING))
async def test_m17_a_forged_token_never_reaches_the_database(token: str, method: str, link: Link) -> None:
    store = open_store("sqlite+aiosqlite:////nonexistent/folder/drip.db")  # using it would be a 503
    app = make_app(Desk(store, ControlledClock(SENT), SECRET, PUBLIC))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as client:
        answer = await client.request(method, f"/{link.path}/{token}")
    await store.close()
    assert answer.status_code == 404
    if method != "HEAD":
        assert "This link does not work" in answer.text
