"""Signed tokens: nothing can be changed, cut off or added (MAIL 17)."""

import base64
import hmac
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drip.domain.errors import TokenError
from drip.domain.token import LetterLinks, Link, LinkToken, Token, link_url, read, read_link, sign, sign_link

SECRET = b"a secret of the tests"
ALPHABET = string.ascii_letters + string.digits + "-_"
LINKS = st.builds(
    LinkToken,
    enrollment=st.integers(0, 2**48 - 1),
    send=st.integers(0, 2**48 - 1),
    run=st.integers(0, 2**16 - 1),
    step=st.text("abcdefghijklmnopqrstuvwxyz0123456789-/", max_size=40),
    link=st.sampled_from(Link),
    index=st.integers(0, 255),
)


@given(st.sampled_from(string.ascii_letters), st.binary(max_size=200))
def test_a_token_says_what_was_signed(purpose: str, payload: bytes) -> None:
    assert read(SECRET, sign(SECRET, purpose, payload)) == Token(purpose, payload)


@given(LINKS)
def test_a_link_says_which_letter_it_was_in(link: LinkToken) -> None:
    assert read_link(SECRET, sign_link(SECRET, link)) == link


@given(LINKS, st.data())
def test_m17_a_changed_character_is_found_out(link: LinkToken, data: st.DataObject) -> None:
    token = sign_link(SECRET, link)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters())
    assume(other != token[at])
    with pytest.raises(TokenError):
        read_link(SECRET, token[:at] + other + token[at + 1 :])


def test_m17_every_other_last_character_is_found_out() -> None:
    for step in ("a", "ab", "abc"):  # base64 leaves 0, 2 and 4 bits of the last character unused
        token = sign_link(SECRET, LinkToken(1, 2, 1, step, Link.OPT_OUT))
        for other in set(ALPHABET) - {token[-1]}:
            with pytest.raises(TokenError):
                read_link(SECRET, token[:-1] + other)


@given(LINKS, st.data())
def test_m17_a_token_that_was_cut_is_found_out(link: LinkToken, data: st.DataObject) -> None:
    token = sign_link(SECRET, link)
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, len(token)))
    assume((start, end) != (0, len(token)))
    with pytest.raises(TokenError):
        read_link(SECRET, token[start:end])


@given(LINKS, st.text(min_size=1, max_size=8), st.integers(0, 200))
def test_m17_a_token_with_something_added_is_found_out(link: LinkToken, more: str, at: int) -> None:
    token = sign_link(SECRET, link)
    longer = token[:at] + more + token[at:]
    assume(longer != token)
    with pytest.raises(TokenError):
        read_link(SECRET, longer)


@given(LINKS)
def test_another_secret_does_not_read_it(link: LinkToken) -> None:
    with pytest.raises(TokenError):
        read_link(b"another secret", sign_link(SECRET, link))


@given(st.text(max_size=600))
def test_a_text_that_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenError):
        read(SECRET, text)


def test_a_token_of_another_purpose_is_no_link() -> None:
    with pytest.raises(TokenError):
        read_link(SECRET, sign(SECRET, "b", bytes(20)))


def test_a_token_never_changes_so_that_old_letters_stay_good() -> None:
    """Worked out by hand from the layout; if this fails, links in letters already sent are dead."""
    link = LinkToken(enrollment=3, send=258, run=1, step="why-now", link=Link.OPT_OUT)
    signed = b"\x01l" + b"\0\0\0\0\0\x03" + b"\0\0\0\0\x01\x02" + b"\0\x01" + b"\x02\0" + b"why-now"
    raw = base64.urlsafe_b64decode(sign_link(SECRET, link) + "==")
    assert raw[:-16] == signed


def test_m48_the_step_is_readable_and_no_address_is_in_it() -> None:
    raw = base64.urlsafe_b64decode(sign_link(SECRET, LinkToken(1, 2, 1, "proof", Link.TO, 3)) + "=" * 3)
    assert raw[18:-16] == b"proof"


@pytest.mark.parametrize(
    ("link", "path"),
    [
        (Link.OPT_IN, "/o/"),
        (Link.OPT_OUT, "/u/"),
        (Link.LESS_OFTEN, "/l/"),
        (Link.KEEP_OPEN, "/k/"),
        (Link.CALL_ME, "/c/"),
        (Link.CLOSE_FILE, "/x/"),
        (Link.VIEW, "/v/"),
        (Link.TO, "/t/"),
    ],
)
def test_each_link_has_its_page(link: Link, path: str) -> None:
    url = link_url("https://drip.acme.example/", SECRET, LinkToken(1, 2, 1, "proof", link))
    assert url.startswith(f"https://drip.acme.example{path}")
    assert read_link(SECRET, url.rpartition("/")[2]).link is link


@given(LINKS)
def test_m17_the_links_of_a_letter_are_signed_as_they_always_were(link: LinkToken) -> None:
    numbers = (link.enrollment.to_bytes(6, "big"), link.send.to_bytes(6, "big"), link.run.to_bytes(2, "big"))
    signed = b"\x01l" + b"".join(numbers) + bytes([link.link.value, link.index]) + link.step.encode()
    whole = signed + hmac.digest(SECRET, signed, "sha256")[:16]
    plain = base64.urlsafe_b64encode(whole).decode().rstrip("=")
    links = LetterLinks("https://drip.acme.example/", SECRET, (link.enrollment, link.send, link.run, link.step))
    assert links.url(link.link, link.index) == f"https://drip.acme.example/{link.link.path}/{plain}"


def test_a_link_fits_into_a_header_line() -> None:
    url = link_url("https://drip.acme.example", SECRET, LinkToken(1, 2, 1, "first-idea", Link.OPT_OUT))
    assert len(url) < 100
