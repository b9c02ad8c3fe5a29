"""A signed letter over real SMTP: what arrives verifies by another implementation (MAIL 26)."""

import base64
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from drip.config import SettingsError, load_settings
from drip.domain.outcome import Kind
from drip.outbound.compose import compose
from drip.outbound.letter import Letter
from drip.outbound.smtp import SmtpTransport
from drip.outbound.transport import Account, Security
from drip.wiring import wire
from tests.servers.smtp import SmtpPeer
from tests.unit.outbound.parts import changed

KEY = rsa.generate_private_key(65537, 2048)


def public(_name: bytes, timeout: int = 5) -> bytes:
    """What the DNS would say."""
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(KEY.public_key().public_bytes(*form))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The private key as a file."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "dkim.pem"
    file.write_bytes(KEY.private_bytes(*form))
    return file


async def test_m26_a_signed_letter_verifies_where_it_arrives(smtp_peer: SmtpPeer, key_file: Path) -> None:
    settings = load_settings(dkim_key=key_file, dkim_selector="drip1", secret="s" * 32)
    wired = wire(settings)
    assert wired.sending.sign is not None
    plain = compose(changed(text=".\n..\n.dots\n trailing \n\n\n", subject="Zwölf Ideen"))
    signed = wired.sending.sign(plain.data, "acme.example")
    letter = Letter(17, plain.message_id, plain.envelope_from, plain.recipient, signed)

    async def yes() -> bool:
        return True

    async with SmtpTransport().open(Account(smtp_peer.host, smtp_peer.port, Security.NONE)) as way:
        assert (await way.deliver(letter, yes)).kind is Kind.ACCEPTED
    await wired.close()
    (mail,) = smtp_peer.wait_for(1)
    assert dkim.verify(mail.data, dnsfunc=public)
    assert not dkim.verify(mail.data.replace(b"dots", b"d0ts"), dnsfunc=public)


def test_without_a_key_nothing_is_signed() -> None:
    assert wire(load_settings(secret="s" * 32)).sending.sign is None


@pytest.mark.parametrize("given", ["dkim_key", "dkim_selector"])
def test_a_key_without_a_selector_is_refused_at_the_start(key_file: Path, given: str) -> None:
    value = {"dkim_key": key_file, "dkim_selector": "drip1"}[given]
    with pytest.raises(SettingsError, match="DRIP_DKIM_KEY and DRIP_DKIM_SELECTOR go together"):
        wire(load_settings(secret="s" * 32, **{given: value}))


def test_a_key_that_is_not_there_or_none_is_refused_at_the_start(key_file: Path, tmp_path: Path) -> None:
    for file, why in ((tmp_path / "nowhere", "cannot be read"), (key_file, "is no private key")):
        key_file.write_text("no key")
        with pytest.raises(SettingsError, match=why):
            wire(load_settings(secret="s" * 32, dkim_key=file, dkim_selector="drip1"))
