"""A rep's pages of a recall: opening one changes nothing, one confirmation records a call, an old link does nothing."""

import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from drip.actions.happen import Context
from drip.actions.link_recalls import Signing, link_recalls
from drip.actions.record_call import call_of, record_call
from drip.actions.whose import Whose
from drip.domain.enrollment import State
from drip.domain.facts import EndedByMistake, Outcome, Replied, Suppressed
from drip.domain.rep_links import RecallToken, read_recall, sign_recall
from drip.domain.token import Link
from drip.store import appointments, facts, notes, notices, rep_links, reps, suppressions, tables, tasks, visits
from drip.store.visits import NewVisit
from tests.web.scene import EMAIL, NOW, PUBLIC, SECRET, Scene, words_of

ON_ONE = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # its SQL runs on both elsewhere here
DUE = datetime(2026, 7, 6, 15, tzinfo=UTC)  # Monday: the recall's day, 11:00 in New York


async def address(scene: Scene, now: datetime | None = None) -> str:
    """The path of the recall's page as a mail would print it."""
    async with scene.store.reading() as unit:
        found = await link_recalls(unit, Signing(PUBLIC, SECRET), [scene.enrollment_id], now or scene.clock.now())
    return found[scene.enrollment_id].removeprefix(PUBLIC)


async def called(scene: Scene) -> list[str | None]:
    """The outcomes of the calls that were recorded."""
    async with scene.store.reading() as unit:
        return [one.reason for one in await facts.of_enrollment(unit, scene.enrollment_id) if one.what == "called"]


async def test_the_page_shows_what_one_needs_before_a_call(scene: Scene, client: httpx.AsyncClient) -> None:
    async with scene.store.begin() as unit:
        await unit.run(update(tables.prospects).values(phone="+1 216 555 0148", title="Plant manager"))
        for link, index, judged in (("to", 0, "person"), ("to", 0, "person"), ("view", None, "scanner")):
            await visits.add(unit, NewVisit(scene.send_id, link, index, NOW, "GET", judged))
    scene.clock.jump(DUE)
    page = await client.get(await address(scene))
    said = words_of(page.text)
    assert page.status_code == 200
    assert "Today, 07:30–08:30 Maria Gonzalez Plant manager" in said and "11:00 there now" in said
    assert 'href="tel:+12165550148"' in page.text
    assert "Hot button unplanned stops" in said
    # the scanner's look in the browser is nobody's; the person's click is told once
    assert "Downtime, Maria 6 January: opened brightline.example/guide" in said
    assert page.headers["cache-control"] == "no-store" and page.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@ON_ONE
async def test_m16_whoever_opens_the_pages_changes_nothing(
    scene: Scene, client: httpx.AsyncClient, method: str
) -> None:
    await scene.befall(Replied(NOW))
    before = await scene.everything()
    base = await address(scene)
    for path in (base, f"{base}/resolve", *(f"{base}/{one.value}" for one in Outcome)):
        answer = await client.request(method, path, headers={"User-Agent": "Barracuda Sentinel"})
        assert answer.status_code == 200, path
        if method == "GET":
            assert (answer.text.count("<button") == 1) is (path != base), path
    assert await scene.everything() == before


@pytest.mark.parametrize("outcome", ["meeting_set", "promised", "bad_number"])
async def test_r20_one_confirmation_records_the_outcome_by_the_rep(
    scene: Scene, client: httpx.AsyncClient, outcome: str
) -> None:
    scene.clock.jump(DUE)
    base = await address(scene)
    done = await client.post(
        f"{base}/{outcome}",
        data={"on": "2026-07-20", "hour": "", "note": "She was in a hurry"}
        if outcome == "promised"
        else {"note": "She was in a hurry"},
    )
    assert done.status_code == 200 and "Recorded: " in words_of(done.text)
    async with scene.store.reading() as unit:
        [fact] = [one for one in await facts.of_enrollment(unit, scene.enrollment_id) if one.what == "called"]
        kept = await notes.of_prospect(unit, scene.prospect_id)
        [rep] = await reps.listing(unit)
    assert (fact.reason, fact.who, fact.rep_id, fact.data["through"]) == (outcome, f"rep:{rep.id}", rep.id, "link")
    assert kept[fact.data["note"]].words == "She was in a hurry"
    picture = await scene.picture()
    assert picture.state is (State.WON if outcome == "meeting_set" else State.DRIPPING)
    if outcome == "promised":
        assert picture.recall is not None and (picture.recall.on, picture.recall.promised) == (date(2026, 7, 20), True)


async def test_a_tick_invites_both_to_the_hour(scene: Scene, client: httpx.AsyncClient) -> None:
    base = await address(scene)
    agreed = {"on": "2026-01-12", "hour": "14:30", "invite": "yes"}
    said = words_of((await client.post(f"{base}/promised", data=agreed)).text)
    assert "Call Monday 12 January, 14:30 their time, as promised" in said
    assert "Invited Monday 12 January, 14:30 their time; the invitation goes to both" in said
    async with scene.store.reading() as unit:
        found = [one.notice for one in await notices.listing(unit, {"due"})]
        firm = await appointments.firm(unit, [scene.enrollment_id])
    assert sorted((one.kind, one.recipient or "") for one in found) == [("invitation", ""), ("invitation", EMAIL)]
    assert firm[scene.enrollment_id].starts_at == datetime(2026, 1, 12, 19, 30, tzinfo=UTC)
    recall = (await scene.picture()).recall
    assert recall is not None and recall.at == firm[scene.enrollment_id].starts_at


@ON_ONE
async def test_an_hour_that_is_missing_is_asked_for(scene: Scene, client: httpx.AsyncClient) -> None:
    base, before = await address(scene), await scene.everything()
    for outcome in ("promised", "meeting_set"):
        refused = await client.post(f"{base}/{outcome}", data={"on": "2026-01-12", "invite": "yes"})
        assert refused.status_code == 422 and "At what hour?" in words_of(refused.text)
        assert 'name="invite" value="yes" checked' in refused.text and 'value="2026-01-12"' in refused.text
    assert await scene.everything() == before


@ON_ONE
async def test_r20_after_it_the_page_says_what_happens_next(scene: Scene, client: httpx.AsyncClient) -> None:
    scene.clock.jump(DUE)
    said = words_of((await client.post(f"{await address(scene)}/no_answer")).text)
    # 4 business days after Monday 6 July: Friday 10 July
    assert "Call Friday 10 July, 07:30–08:30 their time, try 2 of 3" in said
    assert "Letters They go on: the next around" in said


@ON_ONE
async def test_r20_a_button_pressed_twice_records_once(scene: Scene, client: httpx.AsyncClient) -> None:
    scene.clock.jump(DUE)
    base = await address(scene)
    first = await client.post(f"{base}/promised", data={"on": "2026-07-06"})  # later today, so still the same day
    second = await client.post(f"{base}/promised", data={"on": "2026-07-06"})
    assert words_of(first.text) == words_of(second.text) and "Recorded: agreed on a day." in words_of(second.text)
    assert await called(scene) == ["promised"]


async def test_a_link_of_a_recall_that_is_dealt_with_says_so_and_changes_nothing(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    scene.clock.jump(DUE)
    base = await address(scene)
    whose, rep = Whose(enrollment_id=scene.enrollment_id), Context("cli")
    await record_call(scene.store, whose, call_of("voicemail", None, DUE), rep, DUE)
    before = await scene.everything()
    for path, method in (("", "GET"), ("/resolve", "POST"), ("/not_interested", "GET"), ("/not_interested", "POST")):
        said = words_of((await client.request(method, base + path)).text)
        assert "This call is dealt with" in said and "recorded “left a voicemail”" in said, path
        assert "Somebody at the command line" in said and "Friday 10 July" in said
    assert await scene.everything() == before


@ON_ONE
async def test_another_outcome_is_recorded_by_the_link_beside_which_lasts_no_longer(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    scene.clock.jump(DUE)
    base = await address(scene)
    done = await client.post(f"{base}/not_interested")
    found = re.search(r'href="(/r/[^"]+)">record what is right', done.text)
    assert found is not None
    old, new = (read_recall(SECRET, path.removeprefix("/r/")) for path in (base, found[1]))
    assert new.until == old.until and new.last_call > old.last_call
    sheet = await client.get(found[1])
    assert "No call is owed" in words_of(sheet.text) and "You did not reach" not in sheet.text
    await client.post(f"{found[1]}/not_ready")
    assert (await scene.picture()).state is State.DRIPPING
    assert await called(scene) == ["not_interested", "not_ready"]


@ON_ONE
async def test_r14_a_day_that_cannot_be_promised_is_refused_in_words(scene: Scene, client: httpx.AsyncClient) -> None:
    path = f"{await address(scene)}/promised"
    before = await scene.everything()
    for typed in ("", "2026-01-10", "2026-01-06", "tomorrow"):  # none, a Saturday, yesterday, no day
        refused = await client.post(path, data={"on": typed, "note": "<b>leave</b>"})
        assert refused.status_code == 422 and 'role="alert"' in refused.text, typed
        assert 'aria-describedby="error"' in refused.text and "&lt;b&gt;leave" in refused.text
        assert refused.text.count('name="pick"') == 3
    assert await scene.everything() == before
    picked = await client.post(path, data={"on": "2026-01-10", "pick": "2026-01-12"})
    assert "Call Monday 12 January, 07:30–08:30 their time, as promised" in words_of(picked.text)


async def test_r30_a_reply_that_waits_is_dealt_with_once(scene: Scene, client: httpx.AsyncClient) -> None:
    await scene.befall(Replied(NOW))
    base = await address(scene)
    assert "Maria replied. No letter goes until" in words_of((await client.get(base)).text)
    done = await client.post(f"{base}/resolve")
    assert "Dealt with." in words_of(done.text) and "They go on" in words_of(done.text)
    assert (await scene.picture()).waiting_for is None
    async with scene.store.reading() as unit:
        assert await tasks.listing(unit) == []
    before = await scene.everything()
    assert "Nothing waits for you." in words_of((await client.post(f"{base}/resolve")).text)
    assert "Nothing waits for you." in words_of((await client.get(f"{base}/resolve")).text)
    assert await scene.everything() == before


@ON_ONE
async def test_do_not_contact_stops_everything_and_says_that_it_stays(scene: Scene, client: httpx.AsyncClient) -> None:
    base = await address(scene)
    asked = words_of((await client.get(f"{base}/do_not_contact")).text)
    assert "Nobody can lift that, and a wrong click cannot be taken back." in asked
    said = words_of((await client.post(f"{base}/do_not_contact")).text)
    assert "None, ever again" in said and "nobody can lift it" in said
    async with scene.store.reading() as unit:
        assert await suppressions.find(unit, [EMAIL]) == {EMAIL: "do_not_contact"}


@ON_ONE
async def test_a_link_expires_thirty_days_after_the_recall(scene: Scene, client: httpx.AsyncClient) -> None:
    base = await address(scene)
    scene.clock.jump(datetime(2026, 8, 5, 12, tzinfo=UTC))  # 6 July and 30 days
    assert (await client.get(base)).status_code == 200
    scene.clock.jump(datetime(2026, 8, 6, tzinfo=UTC))
    await refuses(scene, client, base, "This link has expired")


@ON_ONE
async def test_renewing_the_reps_links_switches_this_one_off(scene: Scene, client: httpx.AsyncClient) -> None:
    base = await address(scene)
    async with scene.store.begin() as unit:
        await rep_links.renew(unit, (await reps.listing(unit))[0].id)
    await refuses(scene, client, base, "This link was switched off")
    assert (await client.get(await address(scene))).status_code == 200


@ON_ONE
async def test_after_a_hand_over_the_old_reps_link_is_dead(scene: Scene, client: httpx.AsyncClient) -> None:
    base = await address(scene)
    async with scene.store.begin() as unit:
        lou = await reps.add(unit, reps.NewRep("Lou Poe", "lou@brightline.example"), NOW)
        await unit.run(update(tables.enrollments).values(rep_id=lou))
    await refuses(scene, client, base, "Lou Poe calls now")


async def refuses(scene: Scene, client: httpx.AsyncClient, base: str, words: str) -> None:
    """The link does nothing any more, and shows nothing of the prospect."""
    before = await scene.everything()
    for path, method in (("", "GET"), ("/no_answer", "POST"), ("/resolve", "POST")):
        answer = await client.request(method, base + path)
        assert answer.status_code == 410 and words in words_of(answer.text)
        assert "Maria" not in answer.text and EMAIL not in words_of(answer.text)
    assert await scene.everything() == before


@ON_ONE
async def test_m17_a_changed_link_is_not_found_whatever_is_behind_it(scene: Scene, client: httpx.AsyncClient) -> None:
    base, before = await address(scene), await scene.everything()
    nobody = sign_recall(SECRET, RecallToken(999, 1, 0, 0, date(2027, 1, 1)))
    token = base.removeprefix("/r/")
    other = "A" if token[20] != "A" else "B"
    changed = [f"/r/{token[:20]}{other}{token[21:]}", f"/r/{token[:-1]}", f"/r/{nobody}", f"{base}/maybe", "/r/x"]
    for path in (*changed, changed[0] + "/no_answer"):
        for method in ("GET", "POST") if path.endswith("no_answer") else ("GET",):
            answer = await client.request(method, path)
            assert answer.status_code == 404 and "Nothing was changed." in words_of(answer.text)
    assert await scene.everything() == before


@ON_ONE
async def test_an_enrollment_that_is_over_has_nothing_to_record(scene: Scene, client: httpx.AsyncClient) -> None:
    base = await address(scene)
    await scene.befall(EndedByMistake(NOW, "the wrong Maria"))
    said = words_of((await client.get(base)).text)
    assert "There is nothing to record here." in said and "it was enrolled by mistake" in said


@ON_ONE
async def test_r33_a_rep_reads_before_the_call_that_they_want_no_more_emails(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    await client.post(scene.path(Link.OPT_IN))
    assert "Opted in today" in words_of((await client.get(await address(scene))).text)
    await client.post(scene.path(Link.OPT_OUT))
    said = words_of((await client.get(await address(scene))).text)
    assert "Stopped They want no more emails (today)" in said and "Opted in" not in said


@ON_ONE
async def test_a_stopped_prospect_can_still_be_called_and_the_page_says_so(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    await scene.befall(Suppressed(NOW, "opted_out"))
    scene.clock.jump(DUE + timedelta(hours=1))
    base = await address(scene)
    said = words_of((await client.get(f"{base}/not_ready")).text)
    assert "None: the file is closed" in said
    await client.post(f"{base}/not_ready")
    assert (await scene.picture()).state is State.CLOSED
