"""Triggers that make a table append-only, and that keep the rows it mentions: the database itself refuses the rest."""

from alembic import op

_REFUSE = """
CREATE OR REPLACE FUNCTION drip_refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_KEEP = """
CREATE OR REPLACE FUNCTION drip_keep_mentioned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mentioned boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1]) INTO mentioned USING OLD.id;
    IF mentioned THEN
        RAISE EXCEPTION 'row % of % is mentioned by %', OLD.id, TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$
"""


def refuse_changes(table: str) -> None:
    """From now on rows of `table` can only be added; anything else raises an IntegrityError."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_REFUSE)
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION drip_refuse_changes()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
        )


def allow_changes(table: str) -> None:
    """Take the triggers of `refuse_changes` away."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER {table}_append_only_{verb.lower()}")


def keep_mentioned(table: str, by: str, column: str) -> None:
    """From now on no row of `table` can be deleted whose id is in `column` of the table `by`; for PostgreSQL."""
    op.execute(_KEEP)
    op.execute(
        f"CREATE TRIGGER {by}_{column} BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION drip_keep_mentioned('{by}', '{column}')"
    )


def let_go(table: str, by: str, column: str) -> None:
    """Take the trigger of `keep_mentioned` away."""
    op.execute(f"DROP TRIGGER {by}_{column} ON {table}")
