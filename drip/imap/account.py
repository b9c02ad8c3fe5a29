"""An account at an IMAP server, and what goes wrong there."""

from dataclasses import dataclass, field
from enum import StrEnum

from drip.domain.errors import DripError
from drip.domain.security import Security


class Where(StrEnum):
    """How far we came before it went wrong."""

    CONNECT = "connect"
    LOGIN = "login"
    FOLDER = "folder"
    COPY = "copy"
    READ = "read"


class ImapError(DripError):
    """A server that cannot be used, or not so: `where` it went wrong, and in words what to do."""

    def __init__(self, where: Where, words: str) -> None:
        """`words` are for people."""
        super().__init__(words)
        self.where = where


class RefusedError(ImapError):
    """A command that the server does not obey; the connection is as good as before."""


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A folder of somebody's, and as whom we come there. No folder: the one this is about by its nature, such as
    the inbox for who reads."""

    host: str
    port: int
    security: Security
    login: str
    password: str = field(repr=False)
    folder: str | None = None
