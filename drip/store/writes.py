"""Writes whose rows nobody waits for: several batches travel to the database as one statement, where it takes that."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import TextClause, text

from drip.domain.errors import MovedError
from drip.store.batch import ROWS
from drip.store.engine import Unit
from drip.store.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Write:
    """A batch for a statement of `update_many`, `insert_many` or `insert_alike` that returns nothing. `must`: how
    many rows of `what` it has to write, None where that does not matter."""

    statement: Prepared
    rows: dict[str, str]
    must: int | None = None
    what: str = "rows"


async def write(unit: Unit, writes: Sequence[Write]) -> None:
    """Do them all; on PostgreSQL in one statement, so none may read what another wrote.

    Raises MovedError when one of them wrote fewer or more rows than it must.
    """
    if unit.kind == "postgresql" and len(writes) > 1:
        rows = {
            name.replace(ROWS, f"{ROWS}_{place}"): given
            for place, one in enumerate(writes)
            for name, given in one.rows.items()
        }
        counts = list(await unit.row(_together(tuple(one.statement for one in writes)), rows) or ())
    else:
        counts = [await unit.moved(one.statement, one.rows) for one in writes]
    for one, done in zip(writes, counts, strict=True):
        if one.must is not None and done != one.must:
            raise MovedError(f"Of {one.must} {one.what} {done} could be written; load them again.")


@lru_cache(maxsize=1024)
def _together(statements: tuple[Prepared, ...]) -> Prepared:
    parts, counts = [], []
    for place, one in enumerate(statements):
        assert isinstance(one.statement, TextClause)
        own = one.statement.text.replace(f":{ROWS}", f":{ROWS}_{place}")
        parts.append(f"w{place} AS ({own} RETURNING 1)")
        counts.append(f"(SELECT count(*) FROM w{place})")
    return Prepared(text(f"WITH {', '.join(parts)} SELECT {', '.join(counts)}"))
