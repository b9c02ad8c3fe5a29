"""Where the service listens for mail servers that bring mail, and how it is written down."""

import re
from dataclasses import dataclass
from typing import Literal

_PLACE = re.compile(r"(lmtp|smtp)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})")
_HOW = "write lmtp://127.0.0.1:8024 or smtp://0.0.0.0:2525, several with commas between"


@dataclass(frozen=True, slots=True)
class Listening:
    """A port of this machine, and what is spoken there. Port 0: one the host picks. `host` without brackets."""

    protocol: Literal["lmtp", "smtp"]
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.protocol}://{host}:{self.port}"


def read_listening(text: str) -> tuple[Listening, ...]:
    """Places as a person writes them, such as "lmtp://127.0.0.1:8024, smtp://[::]:2525". Raises ValueError."""
    return tuple(_read(one.strip()) for one in text.split(",") if one.strip())


def _read(text: str) -> Listening:
    found = _PLACE.fullmatch(text)
    if found is None or int(found[3]) > 65_535:
        raise ValueError(_HOW)
    protocol, host, port = found[1], found[2].strip("[]"), int(found[3])
    if protocol == "lmtp" and port == 25:
        raise ValueError("LMTP may not use port 25, which is SMTP's (RFC 2033 section 5); take another")
    return Listening("lmtp" if protocol == "lmtp" else "smtp", host, port)
