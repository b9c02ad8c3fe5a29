"""The postman of the demo: takes what people send to the service, by LMTP, and keeps a copy of each mail."""

import smtplib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from drip.cli.demo.meant import Answer
from drip.domain.errors import DripError

_WITHIN = 60.0  # seconds
_NAME = "mx.example"  # what this side calls itself


class PostmanError(DripError):
    """The service did not take a mail that is for it."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail the service has taken: the name of its copy, and the mail."""

    name: str
    answer: Answer


class Postman:
    """Hands mails over one by one. When the service says 250 it has kept and understood the mail."""

    def __init__(self, folder: Path, place: str) -> None:
        """Copies go to `folder`; `place` is where the service listens, such as "lmtp://127.0.0.1:8024"."""
        self._folder = folder
        self._place = urlsplit(place)
        self.delivered: list[Delivered] = []

    @property
    def number(self) -> int:
        """That of the next mail, from 1."""
        return len(self.delivered) + 1

    def hand_over(self, answer: Answer) -> str:
        """Give a mail to the service; the name of its copy. Raises PostmanError."""
        name = f"{self.number:05}.eml"
        (self._folder / name).write_bytes(answer.raw)
        assert self._place.port is not None
        try:
            with smtplib.LMTP(self._place.hostname or "", self._place.port, _NAME) as service:
                assert service.sock is not None
                service.sock.settimeout(_WITHIN)
                service.sendmail(answer.sender, [answer.to], answer.raw)
        except (smtplib.SMTPException, OSError) as error:
            raise PostmanError(
                f"The service did not take {name}: {error}. That is a bug of drip; please report it."
            ) from error
        self.delivered.append(Delivered(name, answer))
        return name
