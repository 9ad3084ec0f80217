"""The configuration's history, archives and packages through the API: for administrators, tried before it is done."""

import io
import zipfile
from typing import Any

import pytest

from tests.http.conftest import Person, World


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin")


def define(admin: Person, **change: Any) -> None:
    answer = admin.post("/metadata/changes", {"version": None, "dry_run": False, "changes": [change]})
    assert answer.status_code == 200, answer.text


def newest(admin: Person) -> dict[str, Any]:
    found: dict[str, Any] = admin.get("/configuration/changes").json()["changes"][0]
    return found


def test_only_administrators_see_the_history_and_move_the_configuration(world: World) -> None:
    seller = world.person("wangfang")
    for path in ("changes", "changes/1", "compare?first=1", "archive", "packages"):
        assert seller.get(f"/configuration/{path}").status_code == 403, path
    for path in ("changes/1/revert", "packages/project_sales/install", "packages/project_sales/remove"):
        assert seller.post(f"/configuration/{path}", {"dry_run": True}).status_code == 403, path
    answer = seller.call("POST", "/configuration/archive?dry_run=true", files={"file": ("x.zip", b"")})
    assert answer.status_code == 403


def test_a_change_on_a_screen_is_shown_compared_and_taken_back(admin: Person) -> None:
    first = newest(admin)["id"]
    body = {"type": "text", "label": {"zh": "货架", "en": "Shelf"}}
    define(admin, object="product", field="shelf", body=body)
    change = newest(admin)
    assert (change["occasion"], change["via"], change["actor_name"]) == ("change", "ui", "管理员")
    assert [thing["path"] for thing in change["things"]] == ["objects/product"]
    (part,) = admin.get(f"/configuration/changes/{change['id']}").json()["parts"]
    assert "shelf:" in part["after"]
    assert "shelf:" not in part["before"]
    compared = admin.get(f"/configuration/compare?first={first}").json()["parts"]
    assert [one["path"] for one in compared] == ["objects/product"]
    path = f"/configuration/changes/{change['id']}/revert"
    plan = admin.post(path, {"dry_run": True}).json()
    assert ("remove", "product.shelf") in [(step["act"], step["name"]) for step in plan["steps"]]
    assert newest(admin)["id"] == change["id"]
    stale = admin.post(path, {"dry_run": False, "version": plan["version"] - 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "plan.moved")
    assert admin.post(path, {"dry_run": False, "version": plan["version"]}).status_code == 200
    back = newest(admin)
    assert (back["occasion"], back["reverted_id"]) == ("revert", change["id"])
    fields = admin.get("/metadata/definitions/objects/product").json()["body"]["fields"]
    assert "shelf" not in [field["name"] for field in fields]


def test_a_field_renamed_on_a_screen_keeps_its_values(admin: Person) -> None:
    define(admin, object="product", field="rack", body={"type": "text", "label": {"zh": "架", "en": "Rack"}})
    product = admin.make("product", name="泵", rack="A-7")
    body = {"name": "bay", "type": "text", "label": {"zh": "货位", "en": "Bay"}}
    define(admin, object="product", field="rack", body=body)
    assert admin.get(f"/records/product/{product}").json()["record"]["bay"] == "A-7"
    (part,) = admin.get(f"/configuration/changes/{newest(admin)['id']}").json()["parts"]
    assert "id: rack" in part["after"]


def test_the_archive_is_the_whole_configuration_and_applies_without_difference(admin: Person) -> None:
    archive = admin.get("/configuration/archive")
    assert archive.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert {"objects/account.yaml", "records/role.yaml"} <= set(names)
    path = "/configuration/archive?dry_run=true&prune=true"
    plan = admin.call("POST", path, files={"file": ("c.zip", archive.content)}).json()
    assert (plan["steps"], plan["records"]) == ([], [])


@pytest.mark.parametrize("name", ["../objects/x.yaml", "/etc/x.yaml"])
def test_an_archive_with_places_outside_is_refused(admin: Person, name: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "label: x\n")
    answer = admin.call("POST", "/configuration/archive?dry_run=true", files={"file": ("c.zip", target.getvalue())})
    assert (answer.status_code, answer.json()["code"]) == (400, "configuration.archive_path")


def test_what_is_no_archive_is_refused(admin: Person) -> None:
    answer = admin.call("POST", "/configuration/archive?dry_run=true", files={"file": ("c.zip", b"no zip")})
    assert (answer.status_code, answer.json()["code"]) == (400, "configuration.archive_bad")


def test_a_template_is_planned_installed_and_removed(admin: Person) -> None:
    def row() -> dict[str, Any]:
        rows = admin.get("/configuration/packages").json()["packages"]
        return next(one for one in rows if one["name"] == "project_sales")

    assert (row()["installed"], row()["version"]) == (None, "1.0")
    path = "/configuration/packages/project_sales"
    plan = admin.post(f"{path}/install", {"dry_run": True}).json()
    assert ("add", "object", "project") in [(s["act"], s["thing"], s["name"]) for s in plan["steps"]]
    assert any(step["object"] == "list_view" for step in plan["records"])
    done = admin.post(f"{path}/install", {"version": plan["version"], "sample": True})
    assert done.status_code == 200, done.text
    assert row()["installed"] == "1.0"
    refused = admin.post(f"{path}/remove", {"dry_run": True})
    assert refused.status_code == 422
    assert {one["code"] for one in refused.json()["problems"]} == {"package.object_used", "package.field_used"}
    assert admin.post("/configuration/packages/nothing/install", {"dry_run": True}).status_code == 404
