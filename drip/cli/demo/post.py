"""The other end of the line: start the demo's mail server, and read what it received."""

import email
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from drip.cli.demo.chance import Chance
from drip.cli.demo.letter import Letter, open_letter
from drip.cli.demo.people import Person, Trouble
from drip.domain.errors import DripError

STOPS_WITHIN = 5.0  # seconds
_LINK = re.compile(r"https?://[^\s<>/]+/([oulkcxvt])/[A-Za-z0-9_-]+")
_CODES = {
    "o": "opt_in",
    "u": "opt_out",
    "l": "less_often",
    "k": "keep_open",
    "c": "call_me",
    "x": "close_file",
    "v": "view",
    "t": "to",
}


class PostError(DripError):
    """The demo's mail server cannot be started, or keeps something else than letters."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter as its reader has it. `links` are its addresses by what they are for, in order; `return_path` is where
    its envelope says that it came from."""

    number: int
    to: str
    sent_at: datetime  # aware UTC
    links: Mapping[str, Sequence[str]]
    return_path: str = ""

    @property
    def closing(self) -> bool:
        """Whether it is the closing email: the only one with three answers."""
        return "keep_open" in self.links

    @property
    def every_link(self) -> list[str]:
        """What a link scanner opens."""
        return sorted({link for links in self.links.values() for link in links})


class Post:
    """The running mail server and its folder of mails."""

    def __init__(self, folder: Path, orders: Mapping[str, object]) -> None:
        """Start the server. Raises PostError."""
        self._folder = folder
        self._envelopes = folder.with_name("envelopes.jsonl")
        self._told = 0  # bytes of the envelopes that were read
        self._read = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "drip.cli.demo.peer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl+C is for the demo, which then ends the server
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), **orders}) + "\n")
        self._process.stdin.flush()
        port = self._process.stdout.readline().strip()
        if not port:
            raise PostError("The demo's mail server did not start; nothing was sent. Try again.")
        self.port = int(port)

    def new(self) -> Iterator[Mail]:
        """The mails that came since the last call."""
        while True:
            try:
                raw = self._raw(self._read + 1)
            except FileNotFoundError:
                return
            self._read += 1
            yield read_mail(self._read, raw, self._next_sender())

    def letter(self, mail: Mail) -> Letter:
        """The letter itself, for who answers it or sends it back."""
        return open_letter(self._raw(mail.number), mail.return_path)

    def _raw(self, number: int) -> bytes:
        with open(f"{self._folder}/{number:05}.eml", "rb") as stream:
            return stream.read()

    def _next_sender(self) -> str:
        """Of the envelope of the mail read last; it was written down before the mail."""
        with self._envelopes.open("rb") as stream:
            stream.seek(self._told)
            line = stream.readline()
        self._told += len(line)
        return str(json.loads(line)["from"])

    def stop(self) -> None:
        """End the server."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def orders(people: Sequence[Person], chance: Chance) -> dict[str, dict[str, int]]:
    """Whom the server refuses, and from or at which letter."""
    found: dict[str, dict[str, int]] = {"left": {}, "busy": {}}
    for one in people:
        if one.trouble is Trouble.LEFT:
            found["left"][one.email] = chance.whole(1, 6, one.number, "leaves after")
        elif one.trouble is Trouble.BUSY:
            found["busy"][one.email] = chance.whole(1, 6, one.number, "busy at")
    return found


def read_mail(number: int, raw: bytes, return_path: str = "") -> Mail:
    """Read a letter with what every Python brings. Raises PostError when it is none of ours.

    The text part stands first (RFC 2046 section 5.1.4), and who reads it needs no HTML.
    """
    message = email.message_from_bytes(raw.partition(b"\r\nContent-Type: text/html")[0])
    found: dict[str, list[str]] = {}
    for match in _LINK.finditer(_plain_part(message)):
        known = found.setdefault(_CODES[match[1]], [])
        if match[0] not in known:
            known.append(match[0])
    one_click = _LINK.search(str(message["List-Unsubscribe"]))
    if one_click is None or not found:
        raise PostError(f"Mail {number} holds no links; it is no letter of a campaign.")
    found["one_click"] = [one_click[0]]
    sent_at = parsedate_to_datetime(message["Date"]).astimezone(UTC)
    return Mail(number, parseaddr(str(message["To"]))[1], sent_at, found, return_path)


def _plain_part(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8") if isinstance(payload, bytes) else ""
    return ""
