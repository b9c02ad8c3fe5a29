"""Events that are posted: read all or not at all, in words that say what to write; judged as reports are."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.ids import message_id
from drip.domain.return_path import bounce_token
from drip.inbound.classify import Cls
from drip.inbound.posted import LONGEST_TEXT, Event, EventError, TooManyEventsError, kept_event, read_events
from drip.inbound.seen import see, understand

SECRET, FORGED = b"a secret of the tests", b"a secret of somebody else"
OURS = message_id(SECRET, 17, "seller.example")
FIELDS = ("id", "kind", "recipient", "message_id", "envelope_id", "return_path", "code", "status", "text", "at")
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner),
    max_leaves=12,
)
ODD = st.fixed_dictionaries(
    {"id": ANY, "kind": st.sampled_from(["bounce", "opt_out", 1])}, optional=dict.fromkeys(FIELDS[2:], ANY)
)


def read(**fields: Any) -> Event:
    """The one event with these fields."""
    [found] = read_events({"events": [{"id": "1", "kind": "bounce", **fields}]})
    return found


def test_an_event_is_read_with_what_is_known_and_what_is_not_known_is_left_alone() -> None:
    told = {
        "recipient": "Ann <ANN@acme.example>",
        "code": 550,
        "status": "5.01.1 (no such user)",
        "text": None,
        "more": [1],
    }
    assert read(**told, at="2026-11-22T10:15:00Z") == Event(
        "1", "bounce", "ann@acme.example", code="550", status="5.1.1", at="2026-11-22T10:15:00+00:00"
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", None, "It is missing. Write what this event alone is known by"),
        ("id", "", '"" cannot be used'),
        ("id", "a\nb", "on one line"),
        ("id", "x" * 301, "1 to 300"),
        ("id", True, "true cannot be used"),
        ("kind", "bounced", '"bounced" cannot be used. Write one of bounce, delayed, delivered, complaint, opt_out.'),
        ("kind", None, "It is missing"),
        ("recipient", "ann", "one address such as ann@example.com"),
        ("message_id", ["<1@x>"], "A list or an object cannot be used. Write the Message-ID of the letter"),
        ("code", "55", 'such as "550"'),
        ("code", 5.5, 'such as "550"'),
        ("status", "hard", 'such as "5.1.1"'),
        ("text", 5, "the words of the server"),
        ("at", "2026-11-22 10:15", "with its zone"),
        ("at", 1760000000, "with its zone"),
    ],
)
def test_what_is_wrong_is_said_with_event_and_field_and_what_to_write(field: str, value: object, said: str) -> None:
    with pytest.raises(EventError) as caught:
        read_events({"events": [{"id": "0", "kind": "bounce"}, {"id": "1", "kind": "bounce", field: value}]})
    assert str(caught.value).startswith(f"events[1].{field}: ") and said in str(caught.value)
    assert (caught.value.index, caught.value.field) == (1, field)


@pytest.mark.parametrize("told", [None, [], {}, {"events": {}}, {"events": None}, "events"])
def test_a_body_without_a_list_of_events_is_told_how_one_looks(told: object) -> None:
    with pytest.raises(EventError, match="no list of events"):
        read_events(told)


def test_a_thousand_events_are_read_and_not_one_more() -> None:
    one = {"id": "1", "kind": "bounce"}
    assert len(read_events({"events": [one] * 1000})) == 1000
    with pytest.raises(TooManyEventsError, match=r"1001 events\. Send at most 1000"):
        read_events({"events": [one] * 1001})


@given(ANY | st.fixed_dictionaries({"events": st.lists(ODD | ANY, max_size=3)}))
def test_any_json_is_read_or_refused_in_words_and_what_is_read_can_be_acted_on(told: object) -> None:
    try:
        found, refused = read_events(told), ""
    except EventError as error:
        found, refused = (), str(error)
    assert not refused or "Write" in refused
    for one in found:
        seen = see(one, SECRET)
        assert seen.clues == () and kept_event(seen.raw) == one
        assert understand(kept_event(seen.raw)) == seen.understood


@pytest.mark.parametrize(
    ("fields", "hard", "reason"),
    [
        ({"code": "550", "status": "5.1.1", "text": "user unknown"}, True, "recipient_dead"),
        ({"text": "smtp; 550 5.1.1 <ann@acme.example> user unknown"}, True, "recipient_dead"),
        ({"code": "550", "status": "5.0.0", "text": "No such user here"}, True, "recipient_dead"),
        ({"code": "452", "status": "4.2.2", "text": "mailbox full"}, False, "mailbox_full"),
        ({"status": "5.7.1", "text": "550 your IP address is blocked by blocklist.example"}, False, "sender_blocked"),
        ({"text": "Permanent General"}, False, "unknown"),
        ({}, False, "unknown"),
    ],
)
def test_m32_the_servers_answer_says_whether_an_address_is_dead(
    fields: dict[str, str], hard: bool, reason: str
) -> None:
    found = understand(Event("1", "bounce", "ann@acme.example", **fields))
    assert (found.cls, found.hard, found.reason, found.suppress) == (Cls.BOUNCE, hard, reason, hard)


@pytest.mark.parametrize(
    ("kind", "cls", "suppress"),
    [
        ("delayed", Cls.DELAY, False),
        ("delivered", Cls.DELIVERED, False),
        ("complaint", Cls.COMPLAINT, True),
        ("opt_out", Cls.OPT_OUT, False),
    ],
)
def test_m32_only_a_bounce_is_judged_by_the_answer(kind: str, cls: Cls, suppress: bool) -> None:
    found = understand(Event("1", kind, code="550", status="5.1.1", text="user unknown"))
    assert (found.cls, found.suppress, found.recipients) == (cls, suppress, ())


def test_m28_m29_m33_only_what_our_secret_made_names_a_letter() -> None:
    token = bounce_token(SECRET, 17)
    for how, names in (
        ("message_id", {"message_id": OURS}),
        ("message_id", {"message_id": OURS.strip("<>")}),
        ("envelope_id", {"envelope_id": OURS.strip("<>").partition("@")[0]}),
        ("return_path", {"return_path": f"b+{token}@bounce.seller.example"}),
    ):
        assert [(str(one.how), one.send_id) for one in see(read(**names), SECRET).clues] == [(how, 17)]
        assert see(read(**names), FORGED).clues == ()
    assert see(read(recipient="ann@acme.example", envelope_id="17"), SECRET).clues == ()


def test_an_event_is_known_by_its_id_and_what_it_is_about() -> None:
    """Some programs give a bounce and a complaint about one letter the same id. No mail has the key of an event."""
    same = [read(), read(text="more words"), read(at="2026-11-22T10:15:00Z")]
    assert len({see(one, SECRET).key for one in same}) == 1
    others = [read(), read(kind="complaint"), read(id="2"), read(recipient="a@b.example"), read(message_id=OURS)]
    assert len({see(one, SECRET).key for one in others}) == 5
    assert all(see(one, SECRET).key.startswith("event:") for one in others)


def test_what_is_kept_of_an_event_is_kept_whole() -> None:
    widest = read(text="\x01" * 5000, recipient="a@b.example", **dict.fromkeys(FIELDS[3:6], '"' * 300))
    assert len(widest.text) == LONGEST_TEXT and len(see(widest, SECRET).raw) < 16_384
    assert orjson.loads(see(widest, SECRET).raw)["kind"] == "bounce"
