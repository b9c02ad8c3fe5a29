"""The errors of the store, and what a driver's error means."""

import re
from collections.abc import Mapping

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from drip.domain.errors import DripError

_REPEATABLE = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock timeout
_SQLITE_BUSY = 5
_SQLITE_LOCKED = 6
_NO_DATABASE = 26
_IS_IT_THERE = re.compile(r" Is the server running .*")  # libpq asks what our advice says


class StoreError(DripError):
    """The root of what can go wrong with the database as a whole."""


class StoreUrlError(StoreError):
    """The database URL is not one we can use."""


class StoreUnreachableError(StoreError):
    """The database does not answer, refuses us, or went away in the middle of a unit."""


class StoreBusyError(StoreError):
    """A unit was repeated as often as makes sense, and others were always faster."""


class StoreSchemaError(StoreError):
    """The database is not at the schema this program was written for."""


class UnreadableError(DripError):
    """Rows that the rules cannot be asked of, such as one with a time zone nobody knows.

    `rows` says what is wrong with each, by its id.
    """

    def __init__(self, rows: Mapping[int, Exception]) -> None:
        super().__init__("; ".join(f"enrollment {key}: {error}" for key, error in rows.items()))
        self.rows = rows


def is_repeatable(error: DBAPIError) -> bool:
    """Whether the unit moved nothing and may simply be done again (serialization, deadlock, busy)."""
    original = error.orig
    if getattr(original, "sqlstate", None) in _REPEATABLE:
        return True
    code = getattr(original, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (_SQLITE_BUSY, _SQLITE_LOCKED)


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection is gone, or the server is shutting down."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(("08", "57P"))


def shown(url: URL) -> str:
    """The URL without its password."""
    return url.render_as_string(hide_password=True)


def unreachable(url: URL, error: BaseException) -> StoreUnreachableError:
    """What to tell a person when the database cannot be reached; never with its password."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = " ".join(str(cause).split())
    if url.password:  # as long as it stands there whole
        said = said.replace(str(url.password), "***")
    said = _IS_IT_THERE.sub("", said).rstrip(".?") or type(cause).__name__
    if getattr(cause, "sqlite_errorcode", None) == _NO_DATABASE:
        advice = "Name another file in DRIP_DATABASE_URL."
    elif url.get_backend_name() == "sqlite":
        advice = "Check that the folder exists and that you may write to it and to the file, or set DRIP_DATABASE_URL."
    else:
        advice = "Check host, port, user, password and database name in DRIP_DATABASE_URL, and that PostgreSQL runs."
    return StoreUnreachableError(f"The database {shown(url)} cannot be reached: {said}. {advice}")
