"""A composed letter, judged by Python's own parser (MAIL 1-11, 13, 15, 20-22)."""

import email
import email.policy
from email.message import EmailMessage
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.errors import AddressError
from drip.outbound.compose import LetterKind, LetterParts, compose
from drip.outbound.letter import Letter, LetterError, LineError
from tests.unit.outbound.parts import ORDINARY, changed

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=2000)


def parsed(parts: LetterParts) -> EmailMessage:
    message = email.message_from_bytes(compose(parts).data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def bodies(parts: LetterParts) -> list[tuple[str, str]]:
    found = []
    for part in parsed(parts).iter_parts():
        assert not part.defects
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        found.append((part.get_content_type(), raw.decode().replace("\r\n", "\n")))
    return found


def normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def test_m01_each_field_stands_once() -> None:
    names = [name.lower() for name in parsed(ORDINARY)]
    assert len(names) == len(set(names))
    assert {"from", "to", "reply-to", "date", "subject", "message-id"} <= set(names)


def test_m02_the_same_parts_give_the_same_bytes() -> None:
    assert compose(ORDINARY).data == compose(changed()).data
    assert parsed(ORDINARY)["Message-ID"] == "<17.abcdefgh@mail.acme.example>"


@given(ANY_TEXT, ANY_TEXT)
def test_m04_no_line_is_too_long_and_every_line_ends_with_crlf(html: str, text: str) -> None:
    data = compose(changed(html=html, text=text)).data
    head, _, body = data.partition(b"\r\n\r\n")
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
    assert all(len(line) <= 998 for line in body.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert data.endswith(b"\r\n")


def test_m05_header_injection_is_refused() -> None:
    evil = "x\r\nBcc: all@firm.example"
    for change in (
        {"subject": evil},
        {"from_name": evil},
        {"to_name": evil},
        {"message_id": evil},
        {"message_id": "<a@b>\r\nBcc: c@d.example"},
        {"list_id": evil},
        {"list_unsubscribe": f"https://a.example/{evil}"},
        {"feedback_id": evil},
        {"in_reply_to": evil},
    ):
        with pytest.raises(LetterError):
            compose(changed(**change))
    for name in ("from_address", "to_address", "reply_to", "envelope_from"):
        with pytest.raises(AddressError):
            compose(changed(**{name: evil}))


def test_m06_a_letter_that_continues_a_thread_says_so() -> None:
    first, second = "<1.a@mail.acme.example>", "<2.b@mail.acme.example>"
    message = parsed(changed(subject="Re: An idea", in_reply_to=second, references=(first,)))
    assert message["In-Reply-To"] == second
    assert message["References"] == f"{first} {second}"


@pytest.mark.parametrize("subject", ["Re: your dock", "RE:dock", "Fwd: dock", "fw : dock"])
def test_m06_a_letter_that_answers_none_does_not_look_like_a_reply(subject: str) -> None:
    with pytest.raises(LetterError):
        compose(changed(subject=subject))


def test_m08_the_text_comes_first() -> None:
    assert parsed(ORDINARY).get_content_type() == "multipart/alternative"
    assert [kind for kind, _ in bodies(ORDINARY)] == ["text/plain", "text/html"]


@given(ANY_TEXT, ANY_TEXT)
def test_m08_bodies_in_any_script_come_back_as_they_were(html: str, text: str) -> None:
    plain, page = bodies(changed(html=html, text=text))
    assert plain == ("text/plain", normal(text))
    assert page[0] == "text/html"
    assert unescape(page[1]) == unescape(normal(html))


def test_m08_each_body_has_the_shorter_encoding() -> None:
    parts = changed(text="wenige Zeichen außer der Reihe", html="<p>" + "日本語の手紙" * 40)
    plain, html = parsed(parts).iter_parts()
    assert plain["Content-Transfer-Encoding"] == "quoted-printable"
    assert html["Content-Transfer-Encoding"] == "base64"


def test_m08_a_body_in_ascii_stands_as_it_is_unless_a_line_is_too_long() -> None:
    for letters, encoding in ((991, "7bit"), (992, "quoted-printable")):  # and seven for the tags
        [_, html] = parsed(changed(html=f"<p>{'x' * letters}</p>")).iter_parts()
        assert html["Content-Transfer-Encoding"] == encoding


def test_m08_a_page_with_few_other_letters_spells_them_out_but_not_in_its_styles() -> None:
    words = "a page of plain words, not many signs, and one café " * 4
    [_, spelled] = parsed(changed(html=f"<style>p {{}}</style><p>{words}</p>")).iter_parts()
    assert spelled["Content-Transfer-Encoding"] == "7bit"
    assert b"caf&#233;" in bytes(spelled)
    [_, styled] = parsed(changed(html=f'<style>p::before {{ content: "é" }}</style><p>{words}</p>')).iter_parts()
    assert b"&#233;" not in bytes(styled)


def test_m08_no_body_has_the_line_that_divides_the_parts() -> None:
    divider = parsed(ORDINARY).get_boundary()
    assert bodies(changed(text=f"--{divider}--"))[0][1] == f"--{divider}--"


def test_m08_a_body_may_have_what_another_letter_is_divided_by() -> None:
    [plain, _] = parsed(changed(text="--=_0123456789abcdef01234567--")).iter_parts()
    assert plain["Content-Transfer-Encoding"] == "7bit"


def test_a_dot_alone_on_a_line_comes_back() -> None:
    parts = changed(text="one\n.\n..\n.two\nFrom me\n")
    assert bodies(parts)[0][1] == "one\n.\n..\n.two\nFrom me"


def test_m09_smtputf8_is_asked_for_only_where_it_is_needed() -> None:
    assert not compose(ORDINARY).smtputf8
    assert not compose(changed(to_address="paul@bücher.example")).smtputf8
    letter = compose(changed(to_address="jürgen@bücher.example"))
    assert letter.smtputf8
    assert letter.recipient == "jürgen@xn--bcher-kva.example"


def test_m11_there_is_no_return_path_and_the_envelope_has_a_real_one() -> None:
    assert "Return-Path" not in parsed(ORDINARY)
    with pytest.raises(AddressError):
        compose(changed(envelope_from=""))


def test_m29_the_return_path_has_the_token_of_the_letter() -> None:
    assert compose(changed(bounce_token="00ff")).envelope_from == "bounce+00ff@mail.acme.example"
    assert compose(ORDINARY).envelope_from == "bounce@mail.acme.example"
    assert b"00ff" not in compose(changed(bounce_token="00ff")).data


def test_m10_a_token_makes_no_local_part_longer_than_64_octets() -> None:
    full = f"{'x' * 59}@mail.acme.example"
    assert (
        compose(changed(envelope_from=full, bounce_token="00ff")).envelope_from == f"{'x' * 59}+00ff@mail.acme.example"
    )
    with pytest.raises(LetterError):
        compose(changed(envelope_from=f"x{full}", bounce_token="00ff"))
    for token in ("0@x", "0 1", "0+1", "ü"):
        with pytest.raises(LetterError):
            compose(changed(bounce_token=token))


def test_m13_one_click_headers() -> None:
    message = parsed(ORDINARY)
    assert message.get_all("List-Unsubscribe") == ["<https://drip.acme.example/u/AWxtoken>"]
    assert message.get_all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]


def test_m13_a_mail_that_stops_stands_behind_the_one_https_address() -> None:
    token = "a" * 58
    message = parsed(changed(stop_word=token, bounce_token="00ff" * 8))
    [value] = message.get_all("List-Unsubscribe") or []
    https, by_mail = "".join(value.split()).split(",")
    assert https == "<https://drip.acme.example/u/AWxtoken>"
    assert by_mail == f"<mailto:bounce+{'00ff' * 8}@mail.acme.example?subject=unsubscribe%20{token}>"
    assert message.get_all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]


@pytest.mark.parametrize("path", ["a&b@acme.example", "a%b@acme.example", "büro@acme.example", "a?b@acme.example"])
def test_m13_an_address_that_would_need_escapes_is_left_out(path: str) -> None:
    message = parsed(changed(stop_word="a" * 58, envelope_from=path))
    assert message.get_all("List-Unsubscribe") == ["<https://drip.acme.example/u/AWxtoken>"]


def test_m13_a_marketing_letter_without_them_is_refused() -> None:
    for change in ({"list_unsubscribe": None}, {"list_id": None}, {"list_unsubscribe": "mailto:x"}):
        with pytest.raises(LetterError):
            compose(changed(**change))


def test_m13_an_address_that_would_hold_two_is_refused() -> None:
    for url in ("https://a.example/>,<https://b.example/", "https://a.example/ b"):
        with pytest.raises(LetterError):
            compose(changed(list_unsubscribe=url))


def test_m21_list_id_is_one_name_of_at_most_255() -> None:
    assert parsed(ORDINARY).get_all("List-Id") == ["<monthly-value.acme.example>"]
    for wrong in ("no-dot", "a.b>", "x." * 128 + "y"):
        with pytest.raises(LetterError):
            compose(changed(list_id=wrong))


def test_m22_a_transactional_letter_needs_no_list_headers() -> None:
    kind = LetterKind.TRANSACTIONAL
    message = parsed(changed(kind=kind, list_unsubscribe=None, list_id=None))
    assert not [name for name in message if name.lower().startswith("list-")]


def test_m40_a_letter_to_a_person_is_not_marked_automatic() -> None:
    assert "Auto-Submitted" not in parsed(ORDINARY)


@pytest.mark.parametrize("data", [b"a\nb\r\n", b"a\rb\r\n", b"a", b"x" * 999 + b"\r\n"])
def test_m04_a_letter_cannot_be_made_of_unclean_bytes(data: bytes) -> None:
    with pytest.raises(LetterError):
        Letter(1, "<a@b>", "a@b.example", "c@d.example", data)


def judged(data: bytes) -> type[Exception] | None:
    """What is wrong with the bytes of a letter, by their lines one after the other."""
    *lines, rest = data.split(b"\r\n")
    if rest or not lines or any(b"\r" in line or b"\n" in line for line in lines):
        return LetterError
    return LineError if any(len(line) > 998 for line in lines) else None


PIECES = st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"x" * 499, b"y" * 997, b"z" * 998, b"\x85\x0b\xff"])


@given(st.lists(PIECES, max_size=12).map(b"".join), st.sampled_from([b"", b"\r\n"]))
def test_m04_the_bytes_of_a_letter_are_judged_as_its_lines_would_be(data: bytes, end: bytes) -> None:
    found: type[Exception] | None = None
    try:
        Letter(1, "<a@b>", "a@b.example", "c@d.example", data + end)
    except LetterError as error:
        found = type(error)
    assert found is judged(data + end)


ENVELOPE = (1, "<a@b>", "a@b.example", "c@d.example")


@given(st.lists(st.sampled_from(["a", "\n", "\r", " .", "x" * 499, "y" * 998]), max_size=8).map("".join))
def test_m04_a_letter_with_a_text_behind_it_is_the_same_as_one_of_its_octets(text: str) -> None:
    made: Letter | None = None
    try:
        made = Letter(*ENVELOPE, b"head\r\n", text=f"{text}\n")
    except LineError:
        pass
    except LetterError:
        assert "\r" in text
        return
    octets = f"head\n{text}\n".replace("\n", "\r\n").encode()
    assert judged(octets) is (LineError if made is None else None)
    assert made is None or made == Letter(*ENVELOPE, octets)


@pytest.mark.parametrize(("data", "text"), [(b"a\n", "b\n"), (b"a\r\n", "b"), (b"a\r\n", "b\r\n"), (b"a", "b\n")])
def test_m04_a_text_behind_a_letter_makes_up_for_nothing(data: bytes, text: str) -> None:
    with pytest.raises(LetterError):
        Letter(*ENVELOPE, data, text=text)


def test_a_letter_cannot_carry_a_command_in_its_envelope() -> None:
    for evil in ("a@b.example>\r\nDATA", "a b@c.example", "a@b.example> SIZE=1"):
        with pytest.raises(LetterError):
            Letter(1, "<a@b>", "a@b.example", evil, b"x\r\n")
