"""Imports and exports over HTTP, run by the real job queue: upload, map, try, run, watch, take back, download."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.records.transfer.tasks import transfer_tasks
from dougong.storage.jobs import Worker
from dougong.storage.schema import file, job

CSV = "客户名称,电话,行业\r\n导入甲,021-62345678,科技\r\n导入乙,021-62345679,nope\r\n导入丙,,\r\n"
MAPPING = {"columns": {"客户名称": "name", "电话": "phone", "行业": "industry"}}


@pytest.fixture(scope="module")
def _worker(world: Any) -> Iterator[None]:
    """The queue's worker, as `serve` runs it."""
    worker = Worker(world.database.url, transfer_tasks(world.database))
    worker.start()
    yield
    assert worker.stop()


@pytest.fixture
def li(world: Any, _worker: None) -> Any:
    return world.person("liqiang")


def upload(person: Any, content: bytes = CSV.encode("gb18030"), name: str = "客户.csv", **form: str) -> Any:
    return person.post("/imports", files={"file": (name, content, "text/csv")}, data={"object": "account", **form})


def ended(person: Any, path: str) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state = person.get(path).json()
        if state["state"] not in {"waiting", "running"}:
            return state
        time.sleep(0.1)
    raise AssertionError(f"{path} has not ended")


def test_an_import_from_upload_to_undo(world: Any, li: Any) -> None:
    answer = upload(li)
    assert answer.status_code == 201, answer.text
    draft = answer.json()
    assert draft["file"]["encoding"] == "gb18030"
    assert draft["file"]["rows"] == 3
    assert {c["name"]: c["guess"] for c in draft["columns"]} == {
        "客户名称": "name",
        "电话": "phone",
        "行业": "industry",
    }
    path = f"/imports/{draft['id']}"

    tried = li.post(f"{path}/run", {"mapping": MAPPING, "dry_run": True})
    assert tried.status_code == 200, tried.text
    state = ended(li, path)
    assert (state["state"], state["dry_run"], state["created"], state["rejected"]) == ("done", True, 2, 1)
    assert li.get("/lookup/account", params={"q": "导入甲"}).json()["rows"] == []

    assert li.post(f"{path}/run", {"mapping": MAPPING}).status_code == 200
    with li.client.stream("GET", f"/api/v1{path}/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        said = [json.loads(line.removeprefix("data: ")) for line in events.iter_lines() if line.startswith("data: ")]
    assert said[-1]["state"] == "done"
    assert (said[-1]["created"], said[-1]["rejected"], said[-1]["progress"]) == (2, 1, 3)
    (problem,) = said[-1]["errors"]
    assert (problem["row"], problem["column"]) == (3, "行业")
    assert "nope" in problem["detail"]

    rejected = li.get(f"{path}/rejected")
    assert rejected.headers["content-disposition"].startswith("attachment")
    assert "导入乙" in rejected.content.decode("gb18030")
    assert len(li.get("/lookup/account", params={"q": "导入甲"}).json()["rows"]) == 1
    assert draft["id"] in {job["id"] for job in li.get("/imports").json()["imports"]}

    zhao = world.person("zhaomin")
    for method, end in (("GET", ""), ("GET", "/rejected"), ("GET", "/events"), ("POST", "/undo"), ("POST", "/cancel")):
        assert zhao.call(method, path + end).status_code == 404, end
    assert zhao.get("/imports").json() == {"imports": []}

    undone = li.post(f"{path}/undo")
    assert undone.status_code == 200, undone.text
    assert undone.json()["state"] == "undone"
    assert li.get("/lookup/account", params={"q": "导入甲"}).json()["rows"] == []
    assert li.post(f"{path}/undo").status_code == 409


def test_a_draft_can_be_thrown_away(li: Any) -> None:
    draft = upload(li).json()
    assert li.post(f"/imports/{draft['id']}/cancel").json()["state"] == "cancelled"
    assert li.post(f"/imports/{draft['id']}/run", {"mapping": MAPPING}).status_code == 409


@pytest.mark.parametrize(
    ("content", "form", "status"),
    [
        (b"", {}, 400),
        (b"\x00\x01\x02" * 1000, {}, 400),
        (b'name\n"broken', {}, 400),
        (b"name,phone\na\nb,c,d\n", {}, 400),
        (CSV.encode(), {"object": "acount"}, 400),
        (CSV.encode(), {"object": "role"}, 403),
        (CSV.encode(), {"delimiter": "ab"}, 400),
        (CSV.encode(), {"encoding": "klingon"}, 400),
    ],
    ids=["empty", "binary", "quote", "width", "object", "right", "delimiter", "encoding"],
)
def test_files_that_cannot_be_imported(world: Any, li: Any, content: bytes, form: dict[str, str], status: int) -> None:
    def stored() -> Any:
        with world.database.snapshot() as snapshot:
            return snapshot.scalar(sa.select(sa.func.count()).select_from(file)), snapshot.scalar(
                sa.select(sa.func.count()).select_from(job)
            )

    before = stored()
    answer = upload(li, content, **form)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"] != answer.json()["code"]
    assert "{" not in answer.json()["detail"]
    assert stored() == before


def test_without_the_right_to_import(world: Any) -> None:
    answer = upload(world.person("wangfang"))
    assert answer.status_code == 403
    assert "导入" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"mapping": {}}, 422),
        ({"mapping": {"columns": {"客户名称": "nmae"}}}, 422),
        ({"mapping": MAPPING, "on_duplicate": "explode"}, 400),
        ({"mapping": MAPPING, "match": ["nmae"]}, 422),
        ({"mapping": {"columns": {"没有这一列": "name"}}}, 422),
    ],
)
def test_mappings_that_do_not_fit(li: Any, body: dict[str, Any], status: int) -> None:
    draft = upload(li).json()
    answer = li.post(f"/imports/{draft['id']}/run", body)
    assert answer.status_code == status, answer.text
    assert li.get(f"/imports/{draft['id']}").json()["state"] == "draft"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export(world: Any, li: Any, form: str) -> None:
    wang = world.person("wangfang")
    names = {wang.make("account", name=f"导出 {form} {n}") and f"导出 {form} {n}" for n in range(3)}
    condition = {"field": "name", "op": "starts with", "value": f"导出 {form}"}
    body = {"object": "account", "fields": ["name", "owner_id"], "filter": condition, "limit": 1, "format": form}
    answer = li.post("/exports", body)
    assert answer.status_code == 201, answer.text
    path = f"/exports/{answer.json()['id']}"
    state = ended(li, path)
    assert (state["state"], state["progress"]) == ("done", 3), state
    with li.client.stream("GET", f"/api/v1{path}/events") as events:
        assert '"state":"done"' in "".join(events.iter_text())
    file = li.get(f"{path}/file")
    assert file.status_code == 200
    assert f".{form}" in file.headers["content-disposition"]
    if form == "csv":
        text = file.content.decode("utf-8-sig")
        assert text.splitlines()[0].startswith("客户名称")
        assert all(name in text for name in names)
        assert "王芳" in text
    assert world.person("zhaomin").get(f"{path}/file").status_code == 404
    assert answer.json()["id"] in {job["id"] for job in li.get("/exports").json()["exports"]}


def test_an_export_asks_first(world: Any, li: Any) -> None:
    assert world.person("wangfang").post("/exports", {"object": "account", "fields": ["name"]}).status_code == 403
    assert li.post("/exports", {"object": "account", "fields": ["nmae"]}).status_code == 400
    assert li.post("/exports", {"object": "account", "fields": ["name"], "format": "exe"}).status_code == 400
