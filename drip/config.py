"""The settings of a process, read once from DRIP_* in the environment, then frozen and passed."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from drip.domain.errors import DripError
from drip.inbound.listening import Listening, read_listening

DEFAULT_DATABASE = "sqlite+aiosqlite:///drip.db"


class SettingsError(DripError):
    """A setting cannot be used: which one, what was wrong, what to write instead."""


def _seconds(value: object) -> object:
    """A wait in the environment is a number of seconds."""
    if not isinstance(value, str):
        return value
    try:
        return timedelta(seconds=float(value))
    except (ValueError, OverflowError):
        raise ValueError("write a number of seconds") from None


def _of_use(value: timedelta) -> timedelta:
    """What is added to a date of ours stays a date."""
    if value < timedelta():
        raise ValueError("write a number of seconds that is not negative")
    if value > _LONGEST:
        raise ValueError("write a number of seconds, at most a hundred years")
    return value


def _some_time(value: timedelta) -> timedelta:
    """Nothing is ever done in no time at all."""
    if value == timedelta():
        raise ValueError("write a number of seconds greater than 0")
    return value


_LONGEST = timedelta(days=36_525)
Seconds = Annotated[timedelta, BeforeValidator(_seconds), AfterValidator(_of_use)]
SomeSeconds = Annotated[Seconds, AfterValidator(_some_time)]


class Settings(BaseSettings):
    """Everything that differs from one installation to another. Waits are seconds in the environment."""

    model_config = SettingsConfigDict(env_prefix="DRIP_", frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = DEFAULT_DATABASE
    redis_url: str | None = None  # the bell between the processes of a distributed service
    public_url: str = "http://127.0.0.1:8025"
    secret: str | None = None  # None: made at the first run and kept beside the database
    events_key: int = Field(default=1, ge=1)  # the number of the key events are signed with; one before it is good, too
    host: str = "127.0.0.1"
    port: int = Field(default=8025, ge=0, le=65535)
    maildir: Path = Path("mail")  # where letters go while no mailbox is set up
    listen: str | None = None  # where mail servers bring mail, such as lmtp://127.0.0.1:8024; several by comma
    incoming: Path | None = None  # a maildir mail comes in by
    largest_mail: float = Field(default=25, gt=0, le=1000)  # MB (1,048,576 octets) of a mail that is taken in
    campaigns: Path | None = None  # None: the project's own folder
    templates: Path | None = None
    dkim: Path = Path("dkim")  # the keys letters are signed with, made by `drip mailbox dkim`
    resolver: str | None = None  # the DNS server `drip mailbox check` asks; None: this machine's
    log: Literal["debug", "info", "warning", "error"] = "warning"
    pulse: Path | None = None  # where a process writes that it is alive; None: nowhere
    connections: int = Field(default=4, ge=1, le=256)  # a mailbox, at once
    batch: int = Field(default=300, ge=1, le=1000)  # letters leased at once
    tick: SomeSeconds = timedelta(seconds=1)
    lease: SomeSeconds = timedelta(minutes=5)  # a letter waiting for its turn
    handing: SomeSeconds = timedelta(minutes=12)  # a letter on the wire; beyond RFC 5321's 10 for the end of DATA
    drain: Seconds = timedelta(seconds=8)  # what bodies on the wire are given at a stop
    retry_first: Seconds = timedelta(minutes=5)
    retry_most: Seconds = timedelta(days=1)
    again_after: Seconds = timedelta(minutes=30)  # an uncertain letter, where the mailbox says again (R40)
    complaints_warn: float = Field(default=0.1, ge=0, le=100)  # percent of a sending domain's delivered letters;
    complaints_pause: float = Field(default=0.3, ge=0, le=100)  # 0: no such brake (MAIL 44)
    complaints_volume: int = Field(default=100, ge=0)  # a day with fewer is judged with the six before it
    bounces_pause: float = Field(default=5.0, ge=0, le=100)  # percent of a mailbox's letters a day
    bounces_volume: int = Field(default=50, ge=1)  # from so many a day on
    notices: bool = True  # mail to our own people: today's calls, alerts, summaries
    give_up: Seconds = timedelta(days=5)  # the longest a letter may be due; half its interval, if that is less

    @field_validator("public_url")
    @classmethod
    def _with_a_scheme(cls, value: str) -> str:
        read = _split(value)
        if read is None or read.scheme not in ("http", "https") or read.query or read.fragment:
            raise ValueError("write the address people reach this service under, such as https://drip.example.com")
        return value.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _of_redis(cls, value: str | None) -> str | None:
        if value is None or (value.startswith("unix://") and value.removeprefix("unix://").startswith("/")):
            return value
        read = _split(value)
        if read is None or read.scheme not in ("redis", "rediss"):
            raise ValueError("write the address of Redis or Valkey, such as redis://host:6379/0")
        return value

    @field_validator("listen")
    @classmethod
    def _of_places(cls, value: str | None) -> str | None:
        read_listening(value or "")
        return value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: str | None) -> str | None:
        if value is not None and len(value) < 32:
            raise ValueError("a secret has at least 32 characters; left out, drip makes one for SQLite")
        return value

    @property
    def listening(self) -> tuple[Listening, ...]:
        """Where mail servers bring mail."""
        return read_listening(self.listen or "")

    @property
    def largest_octets(self) -> int:
        """Of a mail that is taken in."""
        return int(self.largest_mail * 1_048_576)

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database; None for a database server."""
        scheme, _, rest = self.database_url.partition(":///")
        return Path(rest.partition("?")[0]) if scheme.startswith("sqlite") else None


def load_settings(**given: object) -> Settings:
    """Settings from `given`, else DRIP_* in the environment, else the defaults.

    Raises SettingsError naming the variable, what was written and what is allowed; a secret is
    never repeated.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        said = [_sentence(item["loc"], item["msg"], item["input"]) for item in error.errors()]
        raise SettingsError("\n".join(said)) from None


def _split(url: str) -> SplitResult | None:
    """The parts of a URL that names a host, and no port that is none; else None."""
    try:
        read = urlsplit(url)
        return read if read.hostname and (read.port is None or read.port > 0) else None
    except ValueError:
        return None


def _sentence(place: tuple[int | str, ...], message: str, value: object) -> str:
    name = str(place[0]) if place else "settings"
    shown = "" if name in ("secret", "database_url", "redis_url") else f' is "{value}"'
    return f"DRIP_{name.upper()}{shown}: {message.removeprefix('Value error, ')}."
