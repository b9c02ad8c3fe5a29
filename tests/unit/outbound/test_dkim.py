"""DKIM signatures verify by another implementation, and no longer when anything signed is changed."""

import base64
from email.message import EmailMessage

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from drip.outbound.compose import compose
from drip.outbound.dkim import DkimError, Signer, load_signer
from tests.unit.outbound.parts import ORDINARY, changed

KEY = rsa.generate_private_key(65537, 2048)
PLAIN = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
PEM = KEY.private_bytes(serialization.Encoding.PEM, *PLAIN)
SIGNER = load_signer(PEM, "drip1")
SIGNED = SIGNER.sign(compose(ORDINARY).data, "acme.example")


def verifies(data: bytes) -> bool:
    """Whether dkimpy, asking for our key, is content with a letter."""
    public = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def answer(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"drip1._domainkey.acme.example."
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    return bool(dkim.verify(data, dnsfunc=answer))


def tags(data: bytes) -> dict[str, str]:
    """The tags of a letter's first field."""
    value = data.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b"").split(b"\r\n")[0].partition(b":")[2].decode()
    return dict(tag.strip().split("=", 1) for tag in value.split(";"))


def test_m23_it_is_rsa_sha256_relaxed_over_the_whole_body() -> None:
    found = tags(SIGNED)
    assert (found["v"], found["a"], found["c"], found["d"], found["s"]) == (
        *("1", "rsa-sha256", "relaxed/relaxed"),
        *("acme.example", "drip1"),
    )
    assert not {"l", "t", "x"} & set(found)


def test_m24_every_field_that_counts_is_signed_and_three_are_signed_once_more() -> None:
    names = tags(SIGNED)["h"].replace(" ", "").split(":")
    there = [
        line.partition(b":")[0].lower().decode()
        for line in compose(ORDINARY).data.split(b"\r\n\r\n")[0].split(b"\r\n")
        if line[:1].isalpha()
    ]
    assert sorted(names) == sorted([*there, "from", "to", "subject"])
    assert {"list-unsubscribe", "list-unsubscribe-post", "date", "message-id", "mime-version"} <= set(names)


def test_m26_a_signed_letter_verifies_until_a_byte_of_its_body_is_changed() -> None:
    assert verifies(SIGNED)
    assert not verifies(SIGNED.replace(b"one idea", b"two idea", 1))


@pytest.mark.parametrize("name", [b"From", b"To", b"Subject"])
def test_m24_a_second_field_breaks_the_signature(name: bytes) -> None:
    assert not verifies(name + b": Somebody Else <else@evil.example>\r\n" + SIGNED)


@pytest.mark.parametrize("name", [b"List-Unsubscribe", b"List-Unsubscribe-Post"])
def test_m14_both_one_click_fields_are_in_h_of_a_signature_that_is_valid(name: bytes) -> None:
    assert name.decode().lower() in tags(SIGNED)["h"].replace(" ", "").split(":")
    assert verifies(SIGNED)
    assert not verifies(SIGNED.replace(b"\r\n" + name + b": ", b"\r\n" + name + b": x"))


def test_m25_no_length_and_no_field_that_mail_servers_add_is_signed() -> None:
    added = b"Return-Path: <a@b.example>\r\nReceived: from a by b\r\nDKIM-Signature: v=1; d=b.example\r\n"
    found = tags(SIGNER.sign(added + compose(ORDINARY).data, "acme.example"))
    assert found["c"] == "relaxed/relaxed"
    assert "l" not in found
    assert not {"return-path", "received", "dkim-signature"} & set(found["h"].replace(" ", "").split(":"))


@pytest.mark.parametrize("name", [b"List-Unsubscribe", b"List-Unsubscribe-Post", b"Date", b"Message-ID"])
def test_m24_a_signed_field_cannot_be_changed_or_taken_away(name: bytes) -> None:
    assert SIGNED.count(b"\r\n" + name + b":") == 1
    assert not verifies(SIGNED.replace(b"\r\n" + name + b":", b"\r\nX-" + name + b":"))


def test_m2_the_same_letter_always_has_the_same_signature() -> None:
    assert load_signer(PEM, "drip1").sign(compose(ORDINARY).data, "acme.example") == SIGNED


def test_no_line_of_a_signature_is_long() -> None:
    field = SIGNED.partition(b"\r\nFrom:")[0]
    assert max(len(line) for line in field.split(b"\r\n")) <= 100


@settings(max_examples=10, deadline=None)
@given(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=120).map("A letter: {}".format),
    st.text(st.sampled_from("a  \t.é=\n"), max_size=200),
)
def test_whatever_a_letter_says_its_signature_verifies(subject: str, text: str) -> None:
    letter = compose(changed(subject=subject, text=text, in_reply_to="<1@mail.acme.example>"))
    assert verifies(SIGNER.sign(letter.data, "acme.example"))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([b"", b" ", b"\t", b"a", b" a  b\t ", b".", b"  x"]), max_size=8))
def test_whatever_its_lines_end_in_a_signature_verifies(lines: list[bytes]) -> None:
    data = b"From: a@acme.example\r\nSubject:  two\r\n\twords \r\n\r\n" + b"".join(line + b"\r\n" for line in lines)
    assert verifies(SIGNER.sign(data, "acme.example"))


def test_a_letter_of_the_standard_library_s_making_verifies() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Rita <rita@acme.example>", "long words " * 20
    mail.set_content("Hello  Paul \n\n\n")
    assert verifies(SIGNER.sign(mail.as_bytes().replace(b"\n", b"\r\n"), "acme.example"))


@pytest.mark.parametrize("selector", ["", "a b", "-x", "x;d=evil.example", "a..b"])
def test_a_selector_that_is_no_name_is_refused(selector: str) -> None:
    with pytest.raises(DkimError, match="selector"):
        load_signer(PEM, selector)


def short_key() -> rsa.RSAPrivateKey:
    """A key of 648 bits, of two primes known since Mersenne."""
    p, q, e = 2**521 - 1, 2**127 - 1, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    parts = (d % (p - 1), d % (q - 1), pow(q, -1, p))
    return rsa.RSAPrivateNumbers(p, q, d, *parts, rsa.RSAPublicNumbers(e, p * q)).private_key()


def test_m23_a_key_that_is_none_short_or_of_another_kind_is_refused() -> None:
    def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, secret: bytes = b"") -> bytes:
        how = serialization.BestAvailableEncryption(secret) if secret else serialization.NoEncryption()
        return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)

    other = pem(ed25519.Ed25519PrivateKey.generate())
    for bad in (b"hello", PEM[:200], pem(KEY, b"secret"), other, pem(short_key())):
        with pytest.raises(DkimError, match="DKIM key"):
            load_signer(bad, "drip1")


def test_a_signer_does_not_show_its_key() -> None:
    assert "PRIVATE" not in repr(SIGNER)
    assert isinstance(SIGNER, Signer)
