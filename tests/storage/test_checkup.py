"""The doctor says that a sound database is well, and finds each fault that is put into it."""

import pytest

from dougong.storage.checkup import State, check_database
from dougong.storage.engine import Database

TABLE = """
CREATE TABLE data.thing (
    id bigint PRIMARY KEY, version int NOT NULL, owner_id bigint, deleted_at timestamptz, deletion_id bigint
)
"""
RECORDS = """
INSERT INTO data.thing (id, version, owner_id) SELECT nextval('record_id'), 1, NULL FROM generate_series(1, 3);
UPDATE data.thing SET owner_id = 1;
INSERT INTO change (via, action, size) VALUES ('api', 'create', 3);
INSERT INTO history (change_id, object, record_id, action, version) SELECT 1, 'thing', id, 'create', 1 FROM data.thing;
INSERT INTO outbox (change_id, object, action, record_ids)
    SELECT 1, 'thing', 'create', array_agg(id) FROM data.thing;
"""

FAULTS = {
    "doctor.versions": [
        "UPDATE data.thing SET version = 2 WHERE id = 2",
        "DELETE FROM history WHERE record_id = 2",
        "DELETE FROM data.thing WHERE id = 2",
        "UPDATE data.thing SET deleted_at = now() WHERE id = 2",
    ],
    "doctor.history": ["DELETE FROM change"],
    "doctor.outbox": ["DELETE FROM outbox", "UPDATE outbox SET record_ids = '{1,2}'", "DELETE FROM history"],
    "doctor.orphans": ["UPDATE data.thing SET owner_id = 4711 WHERE id = 3"],
    "doctor.search_orphans": ["INSERT INTO search_entry VALUES (4711, 'thing', '')"],
    "doctor.file_orphans": [
        "INSERT INTO file (name, content_type, size, sha256, record_id) VALUES ('a', 'b', 1, '', 4711)"
    ],
    "doctor.sequences": ["SELECT setval('record_id', 2)", "SELECT setval('history_id_seq', 1)"],
    "doctor.revision": ["UPDATE alembic_version SET version_num = '0000'"],
    "doctor.not_set_up": ["DROP TABLE alembic_version"],
    "doctor.jobs_failed": [
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'x', 'failed')"
    ],
    "doctor.jobs_late": [
        (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at)"
            " VALUES ('default', 'x', now() - interval '1 hour')"
        )
    ],
    "doctor.outbox_late": [
        (
            "UPDATE outbox SET created_at = now() - interval '1 hour';"
            "INSERT INTO outbox (change_id, object, action, record_ids, sent_at) VALUES (2, 'x', 'x', '{}', now())"
        )
    ],
    "doctor.indexes": [
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.change_at'::regclass",
    ],
}


def run(database: Database, statements: str) -> None:
    with database.transaction() as tx:
        tx.driver.execute(statements.encode())


@pytest.fixture
def sound(database: Database) -> Database:
    run(database, TABLE)
    run(database, RECORDS)
    return database


def findings(database: Database) -> dict[str, State]:
    # The test server has fsync switched off, which the doctor is right to mind.
    return {check.code: check.state for check in check_database(database.url, None) if check.code != "doctor.settings"}


def test_a_sound_database_is_well(sound: Database) -> None:
    assert set(findings(sound).values()) == {State.GOOD}


def test_a_new_database_is_well(database: Database) -> None:
    assert set(findings(database).values()) == {State.GOOD}


@pytest.mark.parametrize(("code", "fault"), [(code, fault) for code, faults in FAULTS.items() for fault in faults])
def test_a_fault_is_found(sound: Database, code: str, fault: str) -> None:
    run(sound, fault)
    assert findings(sound)[code] is not State.GOOD
