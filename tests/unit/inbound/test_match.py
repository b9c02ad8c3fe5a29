"""What a mail is about: proofs before addresses, and nothing made up is a proof (MAIL 28, 29, 33, 42)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.ids import message_id
from drip.domain.return_path import bounce_token
from drip.domain.token import Link, LinkToken, link_url, sign_link
from drip.inbound.match import Clue, How, is_ours, match
from drip.inbound.parse import parse

SECRET, FORGED = b"a secret of the tests", b"a secret of somebody else"
OURS = message_id(SECRET, 17, "seller.example")
LETTER = LinkToken(5, 17, 1, "downtime", Link.OPT_OUT)


def clues(raw: str, *to: str) -> list[tuple[How, int | None]]:
    """How each clue in a mail was found, and the send it names."""
    return [(one.how, one.send_id) for one in match(parse(raw.encode()), SECRET, to)]


def verp(secret: bytes = SECRET) -> str:
    """The address bounces of letter 17 come to."""
    return f"b+{bounce_token(secret, 17)}@bounce.seller.example"


def returned(kind: str, fields: str, about: str = "") -> str:
    """A report with the header fields of the letter it is about."""
    return (
        'From: <daemon@mx.example>\nContent-Type: multipart/report; boundary="=b"\n\n'
        f"--=b\nContent-Type: {kind}\n\n{fields}\n"
        f"--=b\nContent-Type: message/rfc822\n\nSubject: Downtime\n{about}\n\nHello\n--=b--\n"
    )


@pytest.mark.parametrize("name", ["To", "Delivered-To", "X-Original-To"])
def test_m29_the_address_for_bounces_names_the_letter(name: str) -> None:
    assert clues(f"{name}: <{verp()}>\n\n") == [(How.RETURN_PATH, 17)]
    assert clues(f"{name}: <{verp(FORGED)}>\n\n") == []


def test_m29_so_does_the_envelope_whatever_a_mail_says() -> None:
    assert clues("To: somebody@else.example\n\n", verp().upper()) == [(How.RETURN_PATH, 17)]


def test_m33_envelope_id_message_id_and_thread_name_the_letter() -> None:
    envelope_id = OURS.strip("<>").partition("@")[0]
    status = f"Original-Envelope-Id: {envelope_id}\n\nFinal-Recipient: rfc822; ann@acme.example\nAction: failed\n"
    assert clues(returned("message/delivery-status", status))[0] == (How.ENVELOPE_ID, 17)
    assert clues(returned("text/plain", "Sorry", f"Message-ID: {OURS}"))[0] == (How.MESSAGE_ID, 17)
    assert clues(f"In-Reply-To: {OURS}\n\n") == [(How.THREAD, 17)]
    assert clues(f"References: <x@y.example>\n {OURS}\n\n") == [(How.THREAD, 17)]


def test_m42_a_complaint_names_the_letter_by_its_way_out_or_its_sender() -> None:
    url = link_url("https://drip.example", SECRET, LETTER)
    report = "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"
    assert clues(returned("message/feedback-report", report, f"List-Unsubscribe: <{url}>"))[0] == (How.LINK, 17)
    assert clues(returned("message/feedback-report", f"{report}Original-Mail-From: <{verp()}>\n"))[0][1] == 17


def test_m19_a_way_out_by_mail_is_known_by_its_token() -> None:
    token = sign_link(SECRET, LETTER)
    assert clues(f"Subject: unsubscribe {token}\n\n") == [(How.OPT_OUT_LINK, 17)]
    assert clues(f"Subject: unsubscribe {sign_link(FORGED, LETTER)}\n\n") == []
    asks = sign_link(SECRET, LinkToken(5, 17, 1, "downtime", Link.CALL_ME))
    assert clues(f"Subject: unsubscribe {asks}\n\n") == []


def test_m28_an_address_is_the_last_clue_and_proves_nothing() -> None:
    raw = f"From: Ann <ann@acme.example>\nReply-To: ann@home.example\nIn-Reply-To: {OURS}\n\nHello"
    found = match(parse(raw.encode()), SECRET)
    assert [one.how for one in found] == [How.THREAD, How.ADDRESS, How.ADDRESS]
    assert [one.address for one in found[1:]] == ["ann@acme.example", "ann@home.example"]
    assert [one.is_proof for one in found] == [True, False, False]


def test_a_letter_of_ours_that_comes_to_us_is_known() -> None:
    assert is_ours(parse(f"Message-ID: {OURS}\n\nHello".encode()), SECRET)
    assert not is_ours(parse(f"Message-ID: {message_id(FORGED, 17, 'seller.example')}\n\n".encode()), SECRET)
    assert not is_ours(parse(f"In-Reply-To: {OURS}\n\n".encode()), SECRET)


@given(st.integers(0, len(verp()) - 1), st.sampled_from("0123456789abcdef"))
def test_m29_a_changed_character_is_no_other_letter(at: int, instead: str) -> None:
    changed = verp()[:at] + instead + verp()[at + 1 :]
    assert clues(f"To: <{changed}>\n\n") in ([], [(How.RETURN_PATH, 17)])


@given(st.binary(max_size=400), st.sampled_from(["", "From: ", "Content-Type: message/rfc822\n\n", "References: <"]))
def test_any_bytes_have_their_clues(raw: bytes, before: str) -> None:
    assert all(isinstance(one, Clue) for one in match(parse(before.encode() + raw), SECRET, [raw.decode("latin-1")]))
