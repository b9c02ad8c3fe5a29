"""The PostgreSQL of the tests is real, speaks UTF-8, and gives each test a database of its own."""

import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.servers.postgres import Postgres, copy_install, find_binaries


def test_the_cluster_speaks_utf8_with_the_c_locale(postgres: Postgres) -> None:
    with psycopg.connect(postgres.dsn("postgres")) as connection:
        row = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'postgres'"
        ).fetchone()
    assert row == ("UTF8", "C")


def test_a_database_is_a_copy_of_its_template(postgres: Postgres) -> None:
    template = postgres.create()
    with psycopg.connect(postgres.dsn(template)) as connection:
        connection.execute("CREATE TABLE prospects (name text)")
        connection.execute("INSERT INTO prospects VALUES ('Zoë')")
    copy = postgres.create(template)
    with psycopg.connect(postgres.dsn(copy)) as connection:
        assert connection.execute("SELECT name FROM prospects").fetchone() == ("Zoë",)
    postgres.drop(copy)
    postgres.drop(template)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(postgres.dsn(copy))


def test_a_copy_of_the_programs_runs_where_the_server_may_not_read_the_environment(tmp_path: Path) -> None:
    programs = copy_install(find_binaries(), tmp_path)
    said = subprocess.run([programs / "postgres", "--version"], env={}, capture_output=True, text=True, check=True)
    assert "PostgreSQL" in said.stdout


async def test_database_url_is_an_empty_database_on_both_kinds(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE only_once (id integer)"))
        await connection.execute(text("INSERT INTO only_once VALUES (7)"))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT id FROM only_once"))).scalar() == 7
    await engine.dispose()
