"""A PostgreSQL database as it was prepared: kept beside its tables, and put back after a test."""

from __future__ import annotations

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[object, ...]]
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"
SHAPE = """
    SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY 1, 2
"""
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


def keep(connection: Connection) -> None:
    """Copy every table, the shape of them all and where the sequences stand into a schema of its own."""
    connection.execute("CREATE SCHEMA pristine")
    for name in _tables(connection):
        connection.execute(sql.SQL("CREATE TABLE pristine.{} AS TABLE public.{}").format(*[sql.Identifier(name)] * 2))
    connection.execute(f"CREATE TABLE pristine.the_shape AS {SHAPE}")
    connection.execute(
        "CREATE TABLE pristine.the_sequences AS"
        " SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = 'public'"
    )


def restore(connection: Connection) -> bool:
    """Put everything back; False when the tables are no longer those that were kept."""
    connection.execute(OTHERS, (connection.info.backend_pid,))
    kept = connection.execute("SELECT * FROM pristine.the_shape ORDER BY 1, 2").fetchall()
    if kept != connection.execute(SHAPE).fetchall():
        return False
    names = [sql.Identifier(name) for name in _tables(connection)]
    emptied = [sql.SQL("DELETE FROM public.{}").format(name) for name in names]
    filled = [sql.SQL("INSERT INTO public.{} SELECT * FROM pristine.{}").format(name, name) for name in names]
    steps = [
        sql.SQL("BEGIN"),
        sql.SQL("SET LOCAL session_replication_role = replica"),  # rows may come in any order
        *emptied,
        *filled,
        sql.SQL("SELECT setval('public.' || name, coalesce(value, 1), value IS NOT NULL) FROM pristine.the_sequences"),
        sql.SQL("COMMIT"),
    ]
    connection.execute(sql.SQL("; ").join(steps))
    return True


def _tables(connection: Connection) -> list[str]:
    return [str(name) for (name,) in connection.execute(TABLES, ("public",)).fetchall()]
