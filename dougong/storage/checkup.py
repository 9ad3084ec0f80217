"""What `dougong doctor` looks at: is the database well, and do its parts agree with each other?

Reads only. It knows the tables from PostgreSQL's catalogue, so it also works when the registry cannot be loaded.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from dougong.storage.engine import check_server, libpq_address
from dougong.storage.failures import translated
from dougong.storage.migrate import newest_revision

LOW_DISK_BYTES = 2 * 1024**3
FULL_DISK_BYTES = 256 * 1024**2
LATE_MINUTES = 15
"""An event or a job that has waited for so long needs a person to look."""

Connection = psycopg.Connection[tuple[Any, ...]]


class State(StrEnum):
    """How a check came out: `WARNING` may become trouble, `BAD` is trouble."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One finding. `code` keys its sentence, into which `params` go."""

    code: str
    state: State = State.GOOD
    params: Mapping[str, Any] = field(default_factory=dict)


def check_database(url: str, folder: Path | None) -> Iterator[Check]:
    """All findings about the database at `url`, in the order in which a person should read them.

    `folder` is the data directory of the embedded server (None: the database is elsewhere, its disk is not ours to
    see). Raises Unavailable when the database cannot be reached at all.
    """
    version = check_server(url)
    yield Check("doctor.server", params={"version": f"{version // 10_000}.{version % 10_000}"})
    with translated(), psycopg.connect(libpq_address(url), autocommit=True) as connection:
        connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        set_up = _check_revision(connection)
        yield set_up
        yield _check_size(connection, folder)
        yield _check_settings(connection)
        if set_up.state is State.BAD:
            return
        # One moment for all that follows: what is written meanwhile must not look like a contradiction.
        with connection.transaction():
            yield _counted(connection, "doctor.indexes", _INVALID_INDEXES)
            tables = _record_tables(connection)
            yield _check_sequences(connection, tables)
            yield _check_versions(connection, tables)
            yield _counted(connection, "doctor.history", _HISTORY_WITHOUT_CHANGE)
            yield _counted(connection, "doctor.outbox", _OUTBOX_DISAGREES)
            yield _counted(connection, "doctor.audit", _AUDIT_NOT_WHOLE)
            yield from _check_orphans(connection, tables)
            yield _counted(connection, "doctor.outbox_late", _LATE_EVENTS, State.WARNING, minutes=LATE_MINUTES)
            yield _counted(connection, "doctor.jobs_late", _LATE_JOBS, State.WARNING, minutes=LATE_MINUTES)
            yield _counted(connection, "doctor.jobs_failed", _FAILED_JOBS, State.WARNING)


def _value(connection: Connection, query: sql.Composed | sql.SQL, params: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401  # any column
    row = connection.execute(query, params).fetchone()
    return row[0] if row else None


def _counted(
    connection: Connection, code: str, query: sql.Composed | sql.SQL, state: State = State.BAD, **params: int
) -> Check:
    """A check whose query counts what should not be there."""
    count = _value(connection, query, params)
    return Check(code, state if count else State.GOOD, {"count": count, **params})


def _check_revision(connection: Connection) -> Check:
    needed = newest_revision()
    if _value(connection, sql.SQL("SELECT to_regclass('public.alembic_version')")) is None:
        return Check("doctor.not_set_up", State.BAD)
    found = _value(connection, sql.SQL("SELECT version_num FROM public.alembic_version"))
    state = State.GOOD if found == needed else State.BAD
    return Check("doctor.revision", state, {"found": found, "needed": needed})


def _check_size(connection: Connection, folder: Path | None) -> Check:
    size = _value(connection, sql.SQL("SELECT pg_database_size(current_database())")) // 1024**2
    if folder is None:
        return Check("doctor.size", params={"size": size})
    free = shutil.disk_usage(folder).free
    state = State.BAD if free < FULL_DISK_BYTES else State.WARNING if free < LOW_DISK_BYTES else State.GOOD
    return Check("doctor.disk", state, {"size": size, "free": free // 1024**2, "folder": str(folder)})


def _check_settings(connection: Connection) -> Check:
    """Without these an acknowledged write can be lost with the power."""
    unsafe = [
        name
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if _value(connection, sql.SQL("SELECT current_setting({})").format(name)) == "off"
    ]
    return Check("doctor.settings", State.WARNING if unsafe else State.GOOD, {"names": ", ".join(unsafe) or "–"})


def _record_tables(connection: Connection) -> dict[str, list[str]]:
    """The object tables by name, each with its columns that hold ids of other records."""
    tables: dict[str, list[str]] = {}
    for table, column in connection.execute(_RECORD_COLUMNS).fetchall():
        tables.setdefault(table, [])
        if column is not None:
            tables[table].append(column)
    return tables


def _check_sequences(connection: Connection, tables: Mapping[str, list[str]]) -> Check:
    """A sequence behind the ids in use would give an id twice."""
    used = {"record_id": 0}
    for schema, table in [("data", name) for name in tables] + [
        ("public", n) for n in ("file", "job", "api_token", "audit")
    ]:
        highest = _value(connection, sql.SQL("SELECT max(id) FROM {}").format(sql.Identifier(schema, table)))
        used["record_id"] = max(used["record_id"], highest or 0)
    for table in ("change", "history", "outbox"):
        highest = _value(connection, sql.SQL("SELECT max(id) FROM {}").format(sql.Identifier("public", table)))
        used[f"{table}_id_seq"] = highest or 0
    behind = [
        name for name, highest in used.items() if highest > (_value(connection, _LAST_VALUE, {"name": name}) or 0)
    ]
    return Check("doctor.sequences", State.BAD if behind else State.GOOD, {"names": ", ".join(behind) or "–"})


def _check_versions(connection: Connection, tables: Mapping[str, list[str]]) -> Check:
    """Each write of a record adds one line of history and one to its version; roll-ups move neither."""
    wrong = {
        name: count
        for name in tables
        if (count := _value(connection, _VERSIONS_DISAGREE.format(table=sql.Identifier("data", name), name=name)))
    }
    return Check(
        "doctor.versions",
        State.BAD if wrong else State.GOOD,
        {"count": sum(wrong.values()), "names": ", ".join(f"{name} ({count})" for name, count in wrong.items())},
    )


def _check_orphans(connection: Connection, tables: Mapping[str, list[str]]) -> Iterator[Check]:
    if not tables:
        return
    # Records of deleted objects are kept for a while, in case somebody restores them.
    kept = [(schema, table) for schema, table in connection.execute(_KEPT_TABLES).fetchall()]
    everything = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT id FROM {}").format(sql.Identifier(schema, name))
        for schema, name in [*(("data", name) for name in tables), *kept]
    )
    links = [(name, column) for name, columns in tables.items() for column in columns]
    pointing = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {link}, {column} FROM {table} WHERE {column} IS NOT NULL").format(
            link=f"{name}.{column}", column=sql.Identifier(column), table=sql.Identifier("data", name)
        )
        for name, column in links
    )
    found = connection.execute(_ORPHANS.format(everything=everything, pointing=pointing)).fetchall() if links else []
    yield Check(
        "doctor.orphans",
        State.BAD if found else State.GOOD,
        {"count": sum(count for _, count in found), "names": ", ".join(f"{name} ({count})" for name, count in found)},
    )
    yield _counted(connection, "doctor.search_orphans", _SEARCH_ORPHANS.format(everything=everything))
    yield _counted(connection, "doctor.file_orphans", _FILE_ORPHANS.format(everything=everything), State.WARNING)


_INVALID_INDEXES = sql.SQL("SELECT count(*) FROM pg_index WHERE NOT indisvalid OR NOT indisready")

_RECORD_COLUMNS = """
SELECT c.relname,
       CASE WHEN a.attname LIKE '%\\_id' AND a.attname <> 'deletion_id' AND a.atttypid = 'bigint'::regtype
            THEN a.attname END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'data'::regnamespace AND c.relkind = 'r' ORDER BY 1, 2
"""

_KEPT_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname LIKE 'gone\\_%' ORDER BY 1, 2
"""

_LAST_VALUE = sql.SQL("SELECT last_value FROM pg_sequences WHERE schemaname = 'public' AND sequencename = %(name)s")

_VERSIONS_DISAGREE = sql.SQL("""
SELECT count(*) FROM {table} AS record
FULL JOIN (
    SELECT record_id, count(*) AS entries, max(version) AS version, (array_agg(action ORDER BY id DESC))[1] AS last
    FROM public.history WHERE object = {name} AND action <> 'summarise' GROUP BY record_id
) AS told ON told.record_id = record.id
WHERE CASE WHEN record.id IS NULL THEN told.last <> 'purge'
           ELSE (record.version, record.version) IS DISTINCT FROM (told.entries, told.version)
                OR (record.deleted_at IS NOT NULL) <> (told.last = 'delete') END
""")

_HISTORY_WITHOUT_CHANGE = sql.SQL("""
SELECT count(*) FROM public.history WHERE NOT EXISTS (SELECT FROM public.change WHERE change.id = history.change_id)
""")

# The guards of the log, and the settings whose changes history knows: of the objects that the log tells of, since the
# change from which on it does. Personal list views are nobody's settings.
_AUDIT_NOT_WHOLE = sql.SQL("""
WITH begun AS (
    SELECT object_name AS object, min(change_id) AS change_id FROM public.audit
    WHERE change_id IS NOT NULL AND object_name <> 'list_view' GROUP BY object_name
)
SELECT (SELECT 2 - count(*) FROM pg_trigger WHERE tgrelid = 'public.audit'::regclass AND tgenabled = 'A')
    + (SELECT count(*) FROM public.history AS h JOIN begun ON begun.object = h.object AND h.change_id >= begun.change_id
       WHERE NOT EXISTS (
           SELECT FROM public.audit AS a WHERE a.change_id = h.change_id AND a.record_id = h.record_id
       ))
""")

# Roll-ups are announced, but history has those alone that their definition tracks.
# Sent events are forgotten after some days, so only a day of history is held against them.
_OUTBOX_DISAGREES = sql.SQL("""
WITH told AS (
    SELECT change_id, object, action, record_id FROM public.history
    WHERE action <> 'summarise' AND change_id IN (SELECT id FROM public.change WHERE at > now() - interval '1 day')
), announced AS (
    SELECT change_id, object, action, unnest(record_ids) AS record_id FROM public.outbox
    WHERE action <> 'summarise' AND change_id IN (SELECT id FROM public.change WHERE at > now() - interval '1 day')
)
SELECT count(*) FROM (
    (TABLE told EXCEPT ALL TABLE announced) UNION ALL (TABLE announced EXCEPT ALL TABLE told)
) AS difference
""")

_ORPHANS = sql.SQL("""
WITH existing AS MATERIALIZED ({everything})
SELECT link, count(*) FROM ({pointing}) AS pointing (link, id)
WHERE NOT EXISTS (SELECT FROM existing WHERE existing.id = pointing.id) GROUP BY link ORDER BY link
""")

_SEARCH_ORPHANS = sql.SQL("""
SELECT count(*) FROM public.search_entry AS entry
WHERE NOT EXISTS (SELECT FROM ({everything}) AS existing WHERE existing.id = entry.record_id)
""")

_FILE_ORPHANS = sql.SQL("""
SELECT count(*) FROM public.file WHERE record_id IS NOT NULL
AND NOT EXISTS (SELECT FROM ({everything}) AS existing WHERE existing.id = file.record_id)
""")

_LATE_EVENTS = sql.SQL("""
SELECT count(*) FROM public.outbox WHERE sent_at IS NULL AND created_at < now() - %(minutes)s * interval '1 minute'
AND EXISTS (SELECT FROM public.outbox WHERE sent_at IS NOT NULL)
""")

_LATE_JOBS = sql.SQL("""
SELECT count(*) FROM public.procrastinate_jobs AS job WHERE status = 'todo'
AND coalesce(scheduled_at, (SELECT min(at) FROM public.procrastinate_events WHERE job_id = job.id))
    < now() - %(minutes)s * interval '1 minute'
""")

_FAILED_JOBS = sql.SQL("SELECT count(*) FROM public.procrastinate_jobs WHERE status = 'failed'")
