"""What SQLAlchemy has compiled is kept for the whole run: each test has engines of its own, a service one for life."""

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

STATEMENTS = 3000  # as many are kept


def keep_compiled() -> None:
    """From now on all engines of this process that speak the same language share what was compiled for one."""
    kept: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def created(_: type[DefaultDialect], engine: Engine) -> None:
        engine._compiled_cache = kept  # each has one of its own, in which the dialect is a part of the key

    dialect: Any = DefaultDialect
    dialect.engine_created = classmethod(created)
    dialect.__hash__ = lambda one: hash(type(one))
    dialect.__eq__ = lambda one, other: type(one) is type(other) and one.paramstyle == other.paramstyle
