"""Keys in a folder: made once, found for a domain and those below it, changed while letters go."""

import base64
import os
import re
import shutil
import stat
from pathlib import Path

import dkim
import pytest

from drip.outbound.compose import compose
from drip.outbound.dkim import DkimError
from drip.outbound.keyring import Keyring, KeyThereError
from tests.unit.outbound.parts import ORDINARY

LETTER = compose(ORDINARY).data


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two keys of acme.example, made once since making one takes a while."""
    folder = tmp_path_factory.mktemp("made")
    Keyring(folder).make("acme.example", "drip1")
    Keyring(folder).make("acme.example", "drip2")
    return folder


@pytest.fixture
def keys(made: Path, tmp_path: Path) -> Keyring:
    """Those keys, in a folder that may be spoilt."""
    shutil.copytree(made, tmp_path / "keys")
    return Keyring(tmp_path / "keys")


def signed_by(data: bytes) -> tuple[str, str]:
    """The domain and the selector of a letter's signature; empty where it has none."""
    field = data.partition(b"\r\nFrom:")[0]
    found = re.search(rb"d=(.+); s=(.+);\r\n", field) if field.startswith(b"DKIM-Signature:") else None
    return (found[1].decode(), found[2].decode()) if found else ("", "")


def test_m23_a_new_key_has_2048_bits_and_only_its_owner_reads_it(keys: Keyring) -> None:
    key = keys.find("acme.example")
    assert key is not None
    assert (key.selector, key.bits, key.signs) == ("drip1", 2048, True)
    assert stat.S_IMODE(os.stat(key.file).st_mode) == 0o600
    assert len(base64.b64decode(key.public)) == 294  # octets of a public RSA key of 2048 bits in DER


def test_a_key_is_never_overwritten(keys: Keyring) -> None:
    before = (keys.folder / "acme.example/drip1.pem").read_bytes()
    with pytest.raises(KeyThereError, match=r"drip1\.pem already"):
        keys.make("acme.example", "drip1")
    assert (keys.folder / "acme.example/drip1.pem").read_bytes() == before


def test_the_first_key_signs_until_another_is_chosen_and_nothing_is_started_anew(keys: Keyring) -> None:
    assert signed_by(keys.sign(LETTER, "acme.example")) == ("acme.example", "drip1")
    assert [(key.selector, key.signs) for key in keys.keys("acme.example")] == [("drip1", True), ("drip2", False)]
    assert Keyring(keys.folder).choose("acme.example", "drip2").signs
    assert signed_by(keys.sign(LETTER, "acme.example")) == ("acme.example", "drip2")


def test_m27_a_letter_is_signed_for_its_own_domain_or_one_above_it_never_for_another(keys: Keyring) -> None:
    assert signed_by(keys.sign(LETTER, "mail.eu.Acme.example")) == ("acme.example", "drip1")
    for domain in ("example", "example.com", "acme.example.com", "notacme.example"):
        assert keys.sign(LETTER, domain) == LETTER, domain
        assert keys.find(domain) is None
    assert Keyring(Path("/nowhere")).sign(LETTER, "acme.example") == LETTER
    shutil.copytree(keys.folder / "acme.example", keys.folder / "example")
    assert Keyring(keys.folder).sign(LETTER, "other.example") == LETTER  # a name of one part is nobody's domain


def test_what_is_signed_verifies_with_the_key_that_is_shown(keys: Keyring) -> None:
    key = keys.find("rep.acme.example")
    assert key is not None

    def answer(name: bytes, timeout: int = 5) -> bytes:
        return b"v=DKIM1; k=rsa; p=" + key.public.encode()

    assert dkim.verify(keys.sign(LETTER, "rep.acme.example"), dnsfunc=answer)


def test_a_key_spoilt_while_letters_go_changes_nothing_until_it_is_mended(keys: Keyring) -> None:
    keys.sign(LETTER, "acme.example")
    (keys.folder / "acme.example/drip2.pem").write_text("no key")
    (keys.folder / "acme.example/selector").write_text("drip2\n")
    assert signed_by(keys.sign(LETTER, "acme.example")) == ("acme.example", "drip1")
    with pytest.raises(DkimError, match=r"drip2\.pem: The DKIM key is no private key"):
        keys.examine()


def test_a_key_taken_away_signs_no_more(keys: Keyring) -> None:
    keys.sign(LETTER, "acme.example")
    (keys.folder / "acme.example/selector").unlink()
    assert keys.sign(LETTER, "acme.example") == LETTER


@pytest.mark.parametrize("selector", ["", "../drip1", "a b"])
def test_a_name_that_is_no_selector_makes_no_key(tmp_path: Path, selector: str) -> None:
    with pytest.raises(DkimError, match="selector"):
        Keyring(tmp_path / "keys").make("acme.example", selector)
    assert not (tmp_path / "keys").exists()


def test_a_key_that_is_not_there_cannot_be_chosen(keys: Keyring) -> None:
    with pytest.raises(DkimError, match=r"drip9\.pem: The DKIM key cannot be read"):
        keys.choose("acme.example", "drip9")
    assert keys.chosen("acme.example") == "drip1"
