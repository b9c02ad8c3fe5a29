"""A signed letter over real SMTP: what arrives verifies by another implementation (MAIL 26)."""

import os
import shutil
import subprocess
from pathlib import Path

import dkim
import pytest

from drip.config import SettingsError, load_settings
from drip.domain.outcome import Kind
from drip.domain.security import Security
from drip.outbound.compose import compose
from drip.outbound.keyring import Keyring
from drip.outbound.letter import Letter
from drip.outbound.smtp import SmtpTransport
from drip.outbound.transport import Account
from drip.wiring import wire
from tests.servers.smtp import SmtpPeer
from tests.unit.outbound.parts import changed

KEY = "acme.example/drip1.pem"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """A folder with a key for acme.example."""
    keyring = Keyring(tmp_path_factory.mktemp("keys"))
    keyring.make("acme.example", "drip1")
    return keyring


async def arrived(smtp_peer: SmtpPeer, keys: Keyring) -> bytes:
    """A signed letter, full of dots and spaces at line ends, as the peer received it."""
    wired = wire(load_settings(dkim=keys.folder, secret="s" * 32))
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
    return mail.data


async def test_m26_a_signed_letter_verifies_where_it_arrives(smtp_peer: SmtpPeer, keys: Keyring) -> None:
    data = await arrived(smtp_peer, keys)
    key = keys.find("acme.example")
    assert key is not None

    def public(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"drip1._domainkey.acme.example."
        return f"v=DKIM1; k=rsa; p={key.public}".encode()

    assert dkim.verify(data, dnsfunc=public)
    assert not dkim.verify(data.replace(b"dots", b"d0ts"), dnsfunc=public)


def opendkim(folder: Path, data: bytes) -> str:
    """What OpenDKIM says of a letter; it ends with 0 either way."""
    program = shutil.which("opendkim", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
    assert program, "opendkim is not installed: `apt-get install opendkim` (Debian), or leave --long out"
    (folder / "letter.eml").write_bytes(data)
    words = [program, "-x", str(folder / "conf"), "-t", str(folder / "letter.eml")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout + done.stderr


@pytest.mark.long
async def test_m26_opendkim_verifies_it_as_well(smtp_peer: SmtpPeer, keys: Keyring, tmp_path: Path) -> None:
    data = await arrived(smtp_peer, keys)
    key = keys.find("acme.example")
    assert key is not None
    (tmp_path / "keys").write_text(f"drip1._domainkey.acme.example v=DKIM1; k=rsa; p={key.public}\n")
    (tmp_path / "conf").write_text(f"Mode v\nTestPublicKeys {tmp_path / 'keys'}\n")
    assert "(s=drip1, d=acme.example, 2048-bit key) succeeded" in opendkim(tmp_path, data)
    assert "signature verification failed" in opendkim(tmp_path, data.replace(b"dots", b"d0ts"))


async def test_m27_a_letter_whose_domain_has_no_key_goes_unsigned(keys: Keyring) -> None:
    wired = wire(load_settings(dkim=keys.folder, secret="s" * 32))
    assert wired.sending.sign is not None
    data = compose(changed(from_address="rita@other.example")).data
    assert wired.sending.sign(data, "other.example") == data
    await wired.close()


def test_m23_a_key_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.make("acme.example", "drip1")
    (tmp_path / KEY).write_text("no key")
    with pytest.raises(SettingsError, match="is no private key") as caught:
        wire(load_settings(secret="s" * 32, dkim=tmp_path))
    assert KEY in str(caught.value)
    os.remove(tmp_path / KEY)
    with pytest.raises(SettingsError, match="cannot be read: no such file"):
        wire(load_settings(secret="s" * 32, dkim=tmp_path))
