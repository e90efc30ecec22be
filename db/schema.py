"""The file: entry, blob and vault tables with their triggers, made by migrations and never altered by others.

sqlite-utils makes tables and runs migrations; it is imported here only, and only when there is something to make:
its ``transform`` silently drops the ledger's triggers (engineering-review 10), so nothing else may call it.
"""

from __future__ import annotations

import sqlite3

from . import stays, tables

APPLICATION_ID = 0x43477561  # "CGua"
SCHEMA_VERSION = 1

TRIGGERS: dict[str, str] = {
    "entry_never_changed": (
        "CREATE TRIGGER entry_never_changed BEFORE UPDATE ON entry "
        "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END"
    ),
    "entry_never_deleted": (
        "CREATE TRIGGER entry_never_deleted BEFORE DELETE ON entry "
        "BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END"
    ),
    "entry_in_sequence": (
        "CREATE TRIGGER entry_in_sequence BEFORE INSERT ON entry "
        "WHEN NEW.n IS NOT (SELECT coalesce(max(n), 0) + 1 FROM entry) "
        "OR NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry WHERE station = NEW.station) "
        "BEGIN SELECT RAISE(ABORT, 'entries come in sequence'); END"
    ),
    "blob_never_changed": (
        "CREATE TRIGGER blob_never_changed BEFORE UPDATE ON blob "
        "BEGIN SELECT RAISE(ABORT, 'blobs are never changed'); END"
    ),
    "blob_never_deleted": (
        "CREATE TRIGGER blob_never_deleted BEFORE DELETE ON blob "
        "BEGIN SELECT RAISE(ABORT, 'blobs are never deleted'); END"
    ),
    "blob_once": (
        "CREATE TRIGGER blob_once BEFORE INSERT ON blob "
        "WHEN EXISTS (SELECT 1 FROM blob WHERE sha256 = NEW.sha256) "
        "BEGIN SELECT RAISE(ABORT, 'a blob is inserted once'); END"
    ),
}


def make(conn: sqlite3.Connection) -> None:
    """Bring the file to SCHEMA_VERSION, whatever it was before; a new file gets all."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("cellguide")

    @migrations()
    def m001_ledger(db: Database) -> None:
        db.table("entry").create(
            {"n": int, "station": str, "seq": int, "line": str},
            pk="n",
            not_null=("station", "seq", "line"),
            strict=True,
        )
        db.table("entry").create_index(("station", "seq"), index_name="entry_place", unique=True)
        for field in ("obj", "actor"):
            db.execute(f"CREATE INDEX entry_{field} ON entry (json_extract(line, '$.{field}'))")
        db.table("blob").create(
            {"sha256": str, "size": int, "data": bytes}, pk="sha256", not_null=("size",), strict=True
        )
        db.table("vault").create(
            {"owner": str, "name": str, "value": bytes},
            pk=("owner", "name"),
            not_null=("value",),
            strict=True,
        )
        db.table("side").create({"name": str, "value": str}, pk="name", not_null=("value",), strict=True)
        for sql in TRIGGERS.values():
            db.execute(sql)

    # One transaction around tables, triggers and marks: killed in between, the file is empty and not a stranger's.
    conn.execute("BEGIN IMMEDIATE")
    try:
        # No plug-ins: validated software loads no code that it was not tested with.
        migrations.apply(Database(conn, recursive_triggers=False, execute_plugins=False))
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def make_projections(conn: sqlite3.Connection, prefix: str = "p_") -> None:
    """Create the projection tables under ``prefix`` (``p_`` in use, ``new_`` while rebuilding)."""
    for kind in tables.KINDS:
        for sql in tables.create_sql(kind, f"{prefix}{kind.name}"):
            conn.execute(sql)
    for sql in [*stays.create_sql(f"{prefix}{stays.NAME}"), *stays.index_sql(f"{prefix}{stays.NAME}")]:
        conn.execute(sql)
    conn.execute(
        f"CREATE VIRTUAL TABLE {prefix}search USING fts5("
        "kind UNINDEXED, id UNINDEXED, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3 4 6')"
    )


def faults(conn: sqlite3.Connection) -> list[str]:
    """Name what protects the ledger and is missing, not the known text, or not ours: one too many may write too."""
    found = dict(conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    wrong = [name for name, sql in TRIGGERS.items() if found.get(name) != sql]
    wrong += sorted(set(found) - set(TRIGGERS))
    tables_now = {str(name) for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return wrong + [name for name in ("entry", "blob", "vault", "side") if name not in tables_now]
