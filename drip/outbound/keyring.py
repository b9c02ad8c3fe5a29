"""The keys letters are signed with: a folder, in it one for each domain, in that its keys and which of them signs.

    dkim/example.com/drip1.pem     a private key; its public half stands at drip1._domainkey.example.com
    dkim/example.com/selector      the name of the key that signs: drip1

A key that is changed is heeded from the next letter on, by every process that sees the folder.
"""

import base64
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from drip.domain.errors import DripError
from drip.outbound.dkim import DkimError, Signer, check_selector, load_signer

SIGNING = "selector"  # the file that names the key which signs
BITS = 2048  # RFC 8301 section 3.2
_SUFFIX = ".pem"


class KeyThereError(DripError):
    """A key of that name is there already; a key is never overwritten."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a domain. `public` is its public half as the DNS has it: DER in base64; `signs`: letters of
    the domain are signed with it."""

    domain: str
    selector: str
    file: Path
    public: str
    bits: int
    signs: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """A signer, the domain it is for, and when it was chosen."""

    domain: str
    signer: Signer
    chosen: tuple[int, int]


@dataclass(slots=True)
class Keyring:
    """The keys below a folder, which need not be there."""

    folder: Path
    _held: dict[str, _Held] = field(default_factory=dict, repr=False)
    _places: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False)

    def sign(self, data: bytes, domain: str) -> bytes:
        """The letter with a signature in front, if its domain or one above it has a key (MAIL 27); else as it is."""
        for name, file in self._places.get(domain) or self._look_at(domain):
            held = self._at(name, file)
            if held is not None:
                return held.signer.sign(data, name)
        return data

    def find(self, domain: str) -> Key | None:
        """The key that signs letters of a domain: its own, or that of a domain above it. Raises DkimError."""
        for name, _ in self._look_at(domain):
            selector = self.chosen(name)
            if selector is not None:
                return self.read(name, selector)
        return None

    def read(self, domain: str, selector: str) -> Key:
        """A key by its name. Raises DkimError."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        file = self._file(domain, selector)
        try:
            public = load_signer(self._pem(domain, selector), selector).public
        except DkimError as error:
            raise DkimError(f"{file}: {error}") from None
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        text = base64.b64encode(der).decode("ascii")
        return Key(domain, selector, file, text, public.key_size, self.chosen(domain) == selector)

    def keys(self, domain: str) -> list[Key]:
        """A domain's own keys, by name. Raises DkimError."""
        return [self.read(domain, path.stem) for path in sorted((self.folder / domain).glob(f"*{_SUFFIX}"))]

    def chosen(self, domain: str) -> str | None:
        """The selector of the key that signs for just this domain; None where none was chosen. Raises DkimError."""
        try:
            return (self.folder / domain / SIGNING).read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise DkimError(f"{self.folder / domain / SIGNING} cannot be read: {_why(error)}.") from error

    def make(self, domain: str, selector: str) -> Key:
        """Make a key that nobody but its owner can read. The first one of a domain signs from now on.

        Raises DkimError for a name that is no selector, KeyThereError; OSError where it cannot be written.
        """
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        check_selector(selector)
        file = self._file(domain, selector)
        (self.folder / domain).mkdir(mode=0o700, parents=True, exist_ok=True)
        form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        pem = rsa.generate_private_key(65537, BITS).private_bytes(serialization.Encoding.PEM, *form)
        _write_once(file, pem)
        if self.chosen(domain) is None:
            return self.choose(domain, selector)
        return self.read(domain, selector)

    def choose(self, domain: str, selector: str) -> Key:
        """Let letters of a domain be signed with one of its keys. Raises DkimError when there is none of that name."""
        key = self.read(domain, selector)
        place = self.folder / domain / SIGNING
        draft = place.with_name(f"{SIGNING}.{os.getpid()}")
        draft.write_text(f"{selector}\n", "ascii")
        draft.replace(place)
        return replace(key, signs=True)

    def examine(self) -> None:
        """Read every key that signs. Raises DkimError for one that cannot be used."""
        for place in sorted(self.folder.glob(f"*/{SIGNING}")):
            self.find(place.parent.name)

    def _look_at(self, domain: str) -> tuple[tuple[str, str], ...]:
        """Where a key for a domain may be: its own folder, then those of the domains above it."""
        labels = domain.lower().split(".")
        names = [".".join(labels[at:]) for at in range(max(len(labels) - 1, 1))]
        places = tuple((name, os.path.join(self.folder, name, SIGNING)) for name in names)
        self._places[domain] = places
        return places

    def _at(self, name: str, file: str) -> _Held | None:
        """The signer of a domain; read anew when another key was chosen. One that cannot be read changes nothing."""
        try:
            seen = os.stat(file) if os.access(file, os.F_OK) else None  # an error costs as much as five answers
        except OSError:
            seen = None
        if seen is None:
            self._held.pop(name, None)
            return None
        held = self._held.get(name)
        stamp = (seen.st_mtime_ns, seen.st_ino)
        if held is None or held.chosen != stamp:
            try:
                selector = self.chosen(name) or ""
                held = _Held(name, load_signer(self._pem(name, selector), selector), stamp)
            except DkimError:
                return held
            self._held[name] = held
        return held

    def _file(self, domain: str, selector: str) -> Path:
        return self.folder / domain / f"{selector}{_SUFFIX}"

    def _pem(self, domain: str, selector: str) -> bytes:
        check_selector(selector)
        file = self._file(domain, selector)
        try:
            return file.read_bytes()
        except OSError as error:
            raise DkimError(f"The DKIM key cannot be read: {_why(error)}.") from error


def _write_once(file: Path, content: bytes) -> None:
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
    except FileExistsError:
        raise KeyThereError(
            f"There is a key {file} already. Choose another selector; a key is not overwritten."
        ) from None


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
