"""Imports as the web runs them: uploaded, guessed, tried, run by the queue, cancelled, continued after a crash."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.kit.errors import DougongError
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.apply import apply
from dougong.metadata.changes import ChangedField, changed
from dougong.metadata.plan import plan
from dougong.metadata.registry import load_registry
from dougong.records.api import writing
from dougong.records.files import store_file
from dougong.records.housekeeping import JOB_FILES_KEPT, housekeeping_task
from dougong.records.transfer import job_rows
from dougong.records.transfer.imports import (
    Draft,
    import_wire,
    prepare_import,
    rejected_content,
    run_stored_import,
    start_import,
)
from dougong.records.transfer.tasks import transfer_tasks
from dougong.records.transfer.undo import undo_import
from dougong.storage.jobs import Interrupted, Worker
from dougong.storage.schema import file, import_row, job
from tests.transfer.conftest import World

MAPPING = {"columns": {"客户": "name", "人数": "employees"}}


def upload(world: World, content: bytes, login: str = "admin", object_name: str = "account") -> Draft:
    actor = world.people[login]
    with world.database.transaction() as tx:
        stored = store_file(writing(tx, world.registry, actor, "api"), "客户.csv", [content])
    return prepare_import(world.database, world.registry, actor, object_name, stored.id, file_name=stored.name)


def state(world: World, job_id: int, login: str = "admin") -> dict[str, Any]:
    with world.database.snapshot() as snapshot:
        return import_wire(job_rows.get_job(snapshot, world.people[login], job_id, "import"))


def start(world: World, job_id: int, **more: Any) -> None:
    start_import(world.database, world.registry, world.people["admin"], job_id, MAPPING, **more)


def test_an_upload_is_looked_at(world: World) -> None:
    draft = upload(world, "客户,人数\n华夏,120\n鑫淼,5\n".encode("gb18030")).wire()
    assert draft["file"] == {
        "encoding": "gb18030",
        "format": "csv",
        "sheet": None,
        "sheets": (),
        "rows": 2,
        "columns": 2,
    }
    assert draft["columns"] == [
        {"name": "客户", "samples": ["华夏", "鑫淼"], "guess": "name"},
        {"name": "人数", "samples": ["120", "5"], "guess": "employees"},
    ]
    assert draft["preview"] == [["华夏", "120"], ["鑫淼", "5"]]


def test_tried_then_run_by_the_worker_then_downloaded(world: World) -> None:
    draft = upload(world, "客户,人数\n华夏,120\n鑫淼,很多\n".encode())
    start(world, draft.job_id, dry_run=True)
    run_stored_import(world.database, draft.job_id)
    tried = state(world, draft.job_id)
    assert (tried["state"], tried["dry_run"], tried["created"], tried["rejected"]) == ("done", True, 1, 1)
    assert world.count("account") == 0
    start(world, draft.job_id)
    worker = Worker(world.database.url, transfer_tasks(world.database))
    worker.start()
    try:
        done = next(found for found in states(world, draft.job_id) if found["state"] in job_rows.ENDED)
    finally:
        worker.stop()
    assert (done["state"], done["created"], done["rejected"], done["progress"], done["total"]) == ("done", 1, 1, 2, 2)
    assert done["errors"][0]["row"] == 3
    assert world.query("SELECT name FROM account") == [("华夏",)]
    text = b"".join(rejected_content(world.database, world.people["admin"], draft.job_id)).decode("utf-8-sig")
    assert text.splitlines()[0] == "客户,人数,失败原因"
    with pytest.raises(DougongError) as refused:
        start(world, draft.job_id)
    assert refused.value.code == "transfer.not_ready"


def test_files_of_long_ago_are_thrown_away_and_the_import_can_still_be_undone(world: World) -> None:
    old, new = (upload(world, f"客户,人数\n{name},120\n坏,多\n".encode()) for name in ("旧导入", "新导入"))
    for draft in (old, new):
        start(world, draft.job_id)
        run_stored_import(world.database, draft.job_id)
    with world.database.transaction() as tx:
        long_ago = now() - JOB_FILES_KEPT - timedelta(days=1)
        tx.execute(sa.update(job).where(job.c.id == old.job_id).values(finished_at=long_ago))
        tx.execute(sa.update(file).values(created_at=long_ago))
    housekeeping_task(world.database).run()
    assert not state(world, old.job_id)["has_rejected"]
    with pytest.raises(DougongError) as refused:
        rejected_content(world.database, world.people["admin"], old.job_id)
    assert refused.value.code == "transfer.no_file"
    assert "坏,多" in b"".join(rejected_content(world.database, world.people["admin"], new.job_id)).decode()
    with world.database.snapshot() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(file)) == 2
    undo_import(world.database, world.registry, world.people["admin"], old.job_id)
    assert world.query("SELECT name FROM account") == [("新导入",)]


def states(world: World, job_id: int) -> Iterator[dict[str, Any]]:
    with world.database.snapshot() as snapshot:
        for _ in range(200):
            yield state(world, job_id)
            snapshot.scalar(sa.select(sa.func.pg_sleep(0.1)))


def many(count: int) -> bytes:
    return ("客户,人数\n" + "".join(f"客户 {n},{n if n % 1000 else '坏'}\n" for n in range(count))).encode()


def test_an_interrupted_import_goes_on_where_it_was(world: World) -> None:
    count = 2 * BATCH_MAX + 100
    draft = upload(world, many(count))
    start(world, draft.job_id)
    calls = iter([False, True])
    with pytest.raises(Interrupted):
        run_stored_import(world.database, draft.job_id, lambda: next(calls))
    between = state(world, draft.job_id)
    assert (between["state"], between["progress"]) == ("running", BATCH_MAX)
    assert world.count("account") == BATCH_MAX - 2
    run_stored_import(world.database, draft.job_id)
    done = state(world, draft.job_id)
    assert (done["state"], done["created"], done["rejected"]) == ("done", count - 5, 5)
    assert world.count("account") == count - 5
    assert [p["row"] for p in done["errors"]] == [2, 1002, 2002, 3002, 4002]
    text = b"".join(rejected_content(world.database, world.people["admin"], draft.job_id)).decode()
    assert len(text.splitlines()) == 6
    with world.database.snapshot() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(import_row)) == count - 5


def test_links_within_the_file_survive_an_interruption(world: World) -> None:
    rows = [f"子 {n},母 {n}" for n in range(BATCH_MAX)] + [f"母 {n}," for n in range(BATCH_MAX)]
    draft = upload(world, ("客户,上级\n" + "\n".join(rows) + "\n").encode())
    mapping = {"columns": {"客户": "name", "上级": "parent_id"}}
    start_import(world.database, world.registry, world.people["admin"], draft.job_id, mapping)
    calls = iter([False, True])
    with pytest.raises(Interrupted):
        run_stored_import(world.database, draft.job_id, lambda: next(calls))
    run_stored_import(world.database, draft.job_id)
    assert world.count("account") == 2 * BATCH_MAX
    assert world.query("SELECT COUNT(id) FROM account WHERE parent_id != NULL")[0][0] == BATCH_MAX
    assert world.query("SELECT parent.name FROM account WHERE name = '子 7'") == [("母 7",)]


def test_a_cancelled_import_stops_behind_its_chunk(world: World) -> None:
    draft = upload(world, many(BATCH_MAX + 100))
    start(world, draft.job_id)
    admin = world.people["admin"]

    def cancel() -> bool:
        with world.database.transaction() as tx:
            job_rows.cancel_job(tx, admin, draft.job_id, "import")
        return False

    run_stored_import(world.database, draft.job_id, cancel)
    assert state(world, draft.job_id)["state"] == "cancelled"
    assert world.count("account") == 0
    with pytest.raises(DougongError) as refused, world.database.transaction() as tx:
        job_rows.cancel_job(tx, admin, draft.job_id, "import")
    assert refused.value.code == "transfer.job_ended"


def test_an_import_whose_process_died_can_be_cancelled_and_undone(world: World) -> None:
    draft = upload(world, many(2 * BATCH_MAX))
    admin = world.people["admin"]
    start(world, draft.job_id)
    calls = iter([False, True])
    with pytest.raises(Interrupted):
        run_stored_import(world.database, draft.job_id, lambda: next(calls))
    assert state(world, draft.job_id)["state"] == "running"
    with world.database.transaction() as tx:
        job_rows.cancel_job(tx, admin, draft.job_id, "import")
    ended = state(world, draft.job_id)
    assert (ended["state"], ended["created"], ended["has_rejected"]) == ("cancelled", BATCH_MAX - 2, True)
    # The queue gives the job to the next worker all the same.
    run_stored_import(world.database, draft.job_id)
    assert state(world, draft.job_id)["progress"] == BATCH_MAX
    undone = undo_import(world.database, world.registry, admin, draft.job_id)
    assert (undone.deleted, world.count("account")) == (BATCH_MAX - 2, 0)


def test_an_import_that_somebody_is_at_work_on_is_only_asked_to_stop(world: World) -> None:
    draft = upload(world, many(10))
    start(world, draft.job_id)
    with world.database.transaction() as tx:
        job_rows.begin_job(tx, draft.job_id, 10)
    with job_rows.at_work(world.database, draft.job_id):
        with world.database.transaction() as tx:
            job_rows.cancel_job(tx, world.people["admin"], draft.job_id, "import")
        assert state(world, draft.job_id)["state"] == "running"
        # A second worker waits for the first and gives up when it is asked to stop.
        with pytest.raises(Interrupted):
            run_stored_import(world.database, draft.job_id, lambda: True)
    run_stored_import(world.database, draft.job_id)
    assert state(world, draft.job_id)["state"] == "cancelled"


def test_rights_are_those_of_the_moment_it_runs(world: World) -> None:
    draft = upload(world, "客户,人数\n华夏,1\n".encode(), "liqiang")
    start_import(world.database, world.registry, world.people["liqiang"], draft.job_id, MAPPING)
    with world.database.transaction() as tx:
        tx.execute(sa.delete(world.registry.tables["user_profile"]))
    run_stored_import(world.database, draft.job_id)
    done = state(world, draft.job_id)
    assert (done["state"], done["error"]["code"]) == ("failed", "access.action_denied")
    assert world.count("account") == 0


def test_another_persons_import_does_not_exist(world: World) -> None:
    draft = upload(world, "客户,人数\n华夏,1\n".encode())
    for act in (
        lambda: state(world, draft.job_id, "liqiang"),
        lambda: list(rejected_content(world.database, world.people["liqiang"], draft.job_id)),
        lambda: start_import(world.database, world.registry, world.people["liqiang"], draft.job_id, MAPPING),
    ):
        with pytest.raises(DougongError) as refused:
            act()
        assert refused.value.status == 404


def deleting(world: World, name: str) -> Callable[[], bool]:
    """Asked whether to stop between the first chunk and the second, somebody deletes the field of account."""
    calls = iter([None, name])

    def stopping() -> bool:
        if next(calls, None) is not None:
            change(world, name, None)
        return False

    return stopping


def change(world: World, name: str, body: dict[str, Any] | None) -> None:
    with world.database.transaction() as tx:
        registry = load_registry(tx)
        apply(tx, plan(registry, changed(registry, [ChangedField("account", name, body)]), tx, prune=True))


@pytest.mark.parametrize(
    ("column", "state_after", "created", "code"),
    [("employees", "done", BATCH_MAX + 1, None), ("extra", "failed", BATCH_MAX, "transfer.field_unknown")],
)
def test_a_field_that_is_deleted_under_an_import(
    world: World, column: str, state_after: str, created: int, code: str | None
) -> None:
    change(world, "extra", {"type": "integer", "label": {"zh": "另", "en": "Extra"}})
    with world.database.snapshot() as snapshot:
        world.registry = load_registry(snapshot)
    lines = "".join(f"客户{n},{n}\n" for n in range(BATCH_MAX + 1))
    draft = upload(world, f"客户,人数\n{lines}".encode())
    mapping = {"columns": {"客户": "name", "人数": column}}
    start_import(world.database, world.registry, world.people["admin"], draft.job_id, mapping)
    run_stored_import(world.database, draft.job_id, deleting(world, "extra"))
    found = state(world, draft.job_id)
    assert (found["state"], found["created"], (found["error"] or {}).get("code")) == (state_after, created, code)
    assert world.count("account") == created
