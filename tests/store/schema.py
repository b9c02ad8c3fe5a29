"""All that a database is, and all that is in it, as values that can be compared: before a migration and after it."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text

Schema = frozenset[tuple[str, ...]]  # one line for each thing there is: its kind, its table, its name, and what it says
Rows = Mapping[str, list[dict[str, object]]]  # by table

_OF_POSTGRESQL = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attidentity::text,
       coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'kept as', relname, relkind::text, coalesce(reloptions::text, ''), '', '', ''
  FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text, '', ''
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', i.indrelid::regclass::text, c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid::text, '', ''
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text, '', ''
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', '', proname, pg_get_functiondef(oid), '', '', ''
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
_OF_SQLITE = """
SELECT 'column', t.name, c.name, c.type, c."notnull", c.pk, coalesce(c.dflt_value, ''), t.sql LIKE '%AUTOINCREMENT%'
  FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
UNION ALL
SELECT 'foreign key', t.name, f."from", f."table", f."to", f.on_update, f.on_delete, f.seq
  FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
UNION ALL
SELECT 'index', t.name, CASE i.origin WHEN 'c' THEN i.name ELSE '' END, i."unique", i.partial,
       (SELECT group_concat(n.name) FROM pragma_index_info(i.name) n), i.origin, coalesce(s.sql, '')
  FROM sqlite_master t, pragma_index_list(t.name) i LEFT JOIN sqlite_master s ON s.name = i.name WHERE t.type = 'table'
UNION ALL
SELECT 'trigger', tbl_name, name, sql, '', '', '', '' FROM sqlite_master WHERE type NOT IN ('table', 'index')
"""


def schema(connection: Connection) -> Schema:
    """Tables, columns, constraints, indexes with their conditions, triggers; of PostgreSQL also the functions and
    how full pages are. In what order a table has its columns is left out: one that comes back is the last one."""
    if connection.dialect.name == "postgresql":
        return frozenset(tuple(map(str, line)) for line in connection.execute(text(_OF_POSTGRESQL)))
    found = {tuple(map(str, line)) for line in connection.execute(text(_OF_SQLITE))}
    look = inspect(connection)
    for table in look.get_table_names():
        found |= {("check", table, str(one["name"]), one["sqltext"]) for one in look.get_check_constraints(table)}
    return frozenset(found)


def columns(of: Schema) -> dict[str, list[str]]:
    """The columns of each table but those Alembic keeps for itself, both in the order of the alphabet."""
    found: dict[str, list[str]] = {}
    for kind, table, name, *_ in sorted(of):
        if kind == "column" and not table.startswith("alembic_"):
            found.setdefault(table, []).append(name)
    return found


def rows(connection: Connection, of: Schema) -> Rows:
    """Every row of every table there is in `of`, in no other columns; in the order of what they say."""
    found = {}
    for table, names in columns(of).items():
        own = ", ".join(f'"{name}"' for name in names)
        asked = connection.execute(text(f"SELECT {own} FROM {table}"))
        found[table] = sorted((dict(row._mapping) for row in asked), key=repr)
    return found
