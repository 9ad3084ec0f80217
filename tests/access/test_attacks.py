"""Attacks from outside on the whole application: whatever is sent is refused, and nothing has happened."""

import base64
import io
from typing import Any

import orjson
import pytest

from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, update, writing
from dougong.records.transfer.exports import run_stored_export
from dougong.records.transfer.imports import run_stored_import

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def deal(world: Any) -> dict[str, str]:
    """An account of 王芳 with an opportunity and an activity, and one of 赵敏 that 王芳 cannot see."""
    wang, zhao = world.person("wangfang"), world.person("zhaomin")
    account = wang.make("account", name="甲公司", annual_revenue="5000", employees=7)
    wang.make("account", name="乙公司")
    opportunity = wang.make(
        "opportunity", name="商机", account_id=account, stage="prospecting", amount="1", close_date="2026-12-01"
    )
    wang.make("activity", subject="电话", related_id={"object": "account", "id": account})
    theirs = zhao.make("account", name="别人的")
    return {"account": account, "opportunity": opportunity, "theirs": theirs}


def cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def opened(text: str) -> list[Any]:
    found: list[Any] = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


FORGED: list[Any] = [
    "x\x00y", 2**63, "1e400", "NaN", "-Infinity", "9" * 400, "1e999999", True, {}, [], 1.5, -1, "", " ",
    "9999-12-31T23:59:59-23:00", "25:00",
]  # fmt: skip


@pytest.mark.parametrize(
    "field",
    ["name", "created_at", "annual_revenue", "employees", "version", "owner_id", "owner.name", "address.city", "id"],
)
def test_a_forged_cursor_is_no_cursor(world: Any, deal: dict[str, str], field: str) -> None:
    admin = world.person("admin")
    body = {"object": "account", "fields": ["id"], "order": [{"field": field, "descending": True}], "limit": 1}
    following = admin.post("/query", body).json()["next"]
    assert admin.post("/query", {**body, "after": following}).status_code == 200
    for value in FORGED:
        for place in (1, 2):
            values = opened(following)
            values[place] = value
            answer = admin.post("/query", {**body, "after": cursor(values)})
            assert answer.status_code in {200, 400}, (value, answer.text)


def test_a_cursor_of_records_opens_no_groups(world: Any, deal: dict[str, str]) -> None:
    admin = world.person("admin")
    plain = {"object": "account", "limit": 1}
    following = admin.post("/query", plain).json()["next"]
    groups = {**plain, "group": ["name"], "fields": [{"function": "count"}], "after": following}
    assert admin.post("/query", groups).json()["code"] == "query.bad_cursor"


COUNT = {"function": "count"}


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("query.aggregate_place", {"group": [COUNT], "fields": [COUNT]}),
        ("query.aggregate_place", {"fields": ["name"], "order": [COUNT]}),
        ("query.not_grouped", {"fields": ["industry", COUNT], "group": ["industry"], "order": [{"field": "name"}]}),
        ("query.not_grouped", {"fields": [COUNT], "order": [{"field": "name"}]}),
        ("query.not_sortable", {"fields": ["id"], "order": [{"field": "address"}]}),
        ("query.not_sortable", {"group": ["address"], "fields": ["address"], "order": [{"field": "address"}]}),
    ],
)
def test_what_the_database_would_refuse_is_refused_before(world: Any, code: str, body: dict[str, Any]) -> None:
    answer = world.person("wangfang").post("/query", {"object": "account", **body})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT name FROM account ORDER BY COUNT(id)",
        "SELECT industry, COUNT(id) FROM account GROUP BY industry ORDER BY name",
        "SELECT COUNT(id) FROM account GROUP BY COUNT(id)",
        "SELECT id, (SELECT id FROM opportunities ORDER BY COUNT(id)) FROM account",
        "SELECT id, (SELECT id FROM activities ORDER BY related_id) FROM account",
    ],
)
def test_soql_that_the_database_would_refuse(world: Any, text: str) -> None:
    assert world.person("wangfang").get("/query", params={"q": text}).status_code == 400


@pytest.mark.parametrize("value", [b"1" * 30, b"[" * 150 + b"]" * 150, b'{"a":' * 150 + b"1" + b"}" * 150])
def test_the_other_version_is_shown_whatever_was_sent(world: Any, deal: dict[str, str], value: bytes) -> None:
    path = f"/records/account/{deal['account']}"
    content = b'{"values":{"employees":' + value + b"}}"
    answer = world.person("wangfang").call("PATCH", path, content=content, headers={**JSON, "If-Match": "9"})
    assert (answer.status_code, answer.json()["code"]) == (409, "record.stale")


@pytest.mark.parametrize("depth", [201, 300, 900, 5_000])
def test_a_bottomless_document_is_refused(world: Any, deal: dict[str, str], depth: int) -> None:
    path = f"/records/account/{deal['account']}"
    content = b'{"values":{"name":' + b"[" * depth + b"]" * depth + b"}}"
    answer = world.person("wangfang").call("PATCH", path, content=content, headers={**JSON, "If-Match": "9"})
    assert (answer.status_code, answer.json()["code"]) == (400, "request.too_deep")


def test_no_token_outlives_the_calendar(world: Any) -> None:
    wang = world.person("wangfang")
    answer = wang.post("/tokens", {"name": "x", "expires_at": "9999-12-31T23:59:59-12:00"})
    assert (answer.status_code, answer.json()["code"]) == (400, "session.token_expiry_far")
    assert wang.get("/tokens").status_code == 200


def test_no_moment_is_at_the_end_of_the_calendar(world: Any, deal: dict[str, str]) -> None:
    """In 上海 it would be in the year 10000, which nothing here can show."""
    wang = world.person("wangfang")
    related = {"object": "account", "id": deal["account"]}
    values = {"subject": "x", "related_id": related, "start_at": "9999-12-31T23:59:59Z"}
    answer = wang.post("/records/activity", {"values": values})
    assert answer.json()["problems"][0]["code"] == "value.out_of_range"
    days = {"object": "activity", "group": [{"function": "day_only", "field": "start_at"}], "fields": [COUNT]}
    assert wang.post("/query", days).status_code == 200


@pytest.mark.parametrize("values", [{"department_id": "华南"}, {"owner_id": None}, {"owner_id": "liqiang"}])
def test_giving_away_needs_the_right_to(world: Any, deal: dict[str, str], values: dict[str, str | None]) -> None:
    """A record's department decides who sees it as its owner does; and no owner is another owner."""
    wang, li = world.person("wangfang"), world.person("liqiang")
    given = {name: None if to is None else str(world.ids[to]) for name, to in values.items()}
    for path, body in (
        (f"/records/account/{deal['account']}", {"values": given}),
        ("/batch", {"object": "account", "action": "update", "rows": [{"id": deal["account"], "values": given}]}),
    ):
        answer = wang.call("PATCH" if "records" in path else "POST", path, body)
        assert answer.status_code in {403, 422}, answer.text
    own = li.make("account", name="经理的")
    if "liqiang" not in values.values():
        assert li.call("PATCH", f"/records/account/{own}", {"values": given}).status_code == 200


def test_a_refusal_never_says_a_hidden_label(world: Any) -> None:
    """员工编号 is hidden from sales: asked for, it is as unknown as what does not exist."""
    wang, admin = world.person("wangfang"), world.person("admin")
    for ask in (
        {"fields": ["employee_code"]},
        {"order": [{"field": "employee_code"}]},
        {"filter": {"field": "employee_code", "op": "=", "value": "x"}},
        {"fields": [{"function": "max", "field": "employee_code"}]},
    ):
        answer = wang.post("/query", {"object": "user", **ask})
        assert answer.status_code == 400
        assert "员工编号" not in answer.text
        assert admin.post("/query", {"object": "user", **ask}).status_code == 200
    soql = "SELECT employee_code FROM user"
    assert "员工编号" not in wang.get("/query", params={"q": soql}).text


def test_a_closed_object_has_no_fields(world: Any, deal: dict[str, str]) -> None:
    """Who may not read departments reads a blank name, and learns nothing of what else departments have."""
    with world.database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("attack"), "test")
        table = w.registry.tables["object_permission"]
        row = tx.one(table.select().where(table.c.profile_id == world.ids["profile:sales"],
                                          table.c.object_name == "department"))  # fmt: skip
        update(w, "object_permission", [Change(row.id, {"actions": ["create"]})])
    try:
        wang = world.person("wangfang")
        ask = {"object": "account", "filter": {"field": "id", "op": "=", "value": deal["account"]}}
        named = wang.post("/query", {**ask, "fields": ["department.name"]})
        assert named.json()["rows"][0]["department.name"] is None
        real, ghost = (
            wang.post("/query", {**ask, "fields": [f"department.{field}"]}) for field in ("manager_id", "no_such_id")
        )
        assert real.status_code == ghost.status_code == 400
        assert real.text.replace("manager_id", "no_such_id") == ghost.text
    finally:
        with world.database.transaction() as tx:
            w = writing(tx, load_registry(tx), system("attack"), "test")
            update(w, "object_permission", [Change(row.id, {"actions": ["read"]})])


CONFIGURATION = ("user", "department", "role", "profile", "user_role", "user_profile", "object_permission",
                 "field_permission")  # fmt: skip


@pytest.mark.parametrize("login", ["wangfang", "liqiang", "zhaomin", "chenjing"])
@pytest.mark.parametrize("name", CONFIGURATION)
def test_nobody_raises_their_own_rights(world: Any, login: str, name: str) -> None:
    """Whatever the way of writing: only administrators write what decides about rights, one's own record included."""
    person = world.person(login)
    own, profile = str(person.id), str(world.ids["profile:administrator"])
    tries = [
        ("POST", f"/records/{name}", {"values": {"user_id": own, "role_id": str(world.ids["role:admin"])}}),
        ("POST", f"/records/{name}", {"values": {"user_id": own, "profile_id": profile}}),
        ("PATCH", f"/records/{name}/{own}", {"values": {"active": True, "department_id": str(world.ids["总部"])}}),
        ("DELETE", f"/records/{name}/{own}", None),
        ("POST", f"/records/{name}/{own}/restore", None),
        ("POST", "/batch", {"object": name, "action": "create", "rows": [{"values": {}}]}),
        *(("POST", "/batch", {"object": name, "action": action, "rows": [{"id": own, "values": {}}]})
          for action in ("update", "delete", "restore")),
    ]  # fmt: skip
    for method, path, body in tries:
        answer = person.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "access.action_denied"), (method, path, answer.text)
    upload = person.post("/imports", files={"file": ("a.csv", b"name\nx\n")}, data={"object": name})
    assert upload.status_code == 403
    # The settings that are one's own are just these two.
    for field in ("active", "department_id", "manager_id", "login", "administers"):
        assert person.call("PATCH", "/session", {field: True}).status_code == 400


def test_the_key_of_configuration_is_the_administrators(world: Any) -> None:
    """With it a personal view would become part of what is applied and exported as configuration."""
    wang = world.person("wangfang")
    view = {"name": "我的", "object_name": "account"}
    answer = wang.post("/records/list_view", {"values": {**view, "key": "account.all_2"}})
    assert answer.json()["problems"][0]["code"] == "record.field_read_only"
    assert wang.post("/records/list_view", {"values": view}).status_code == 201
    assert world.person("admin").post("/records/list_view", {"values": {**view, "key": "a.b"}}).status_code == 201


def test_what_is_anothers_is_not_there(world: Any, deal: dict[str, str]) -> None:
    """Records, views, files, tokens and jobs of others, by their ids."""
    li, zhao, wang = world.person("liqiang"), world.person("zhaomin"), world.person("wangfang")
    view = li.make("list_view", name="李强的", object_name="account")
    file = li.post("/files", files={"file": ("a.txt", b"secret")}).json()["id"]
    token = li.post("/tokens", {"name": "x"}).json()["id"]
    export = li.post("/exports", {"object": "account", "fields": ["name"]}).json()["id"]
    upload = li.post(
        "/imports", files={"file": ("a.csv", "客户名称\n甲\n".encode())}, data={"object": "account"}
    ).json()["id"]
    tries = [
        *(("GET", f"/exports/{export}{part}", None) for part in ("", "/file", "/events")),
        *(("GET", f"/imports/{upload}{part}", None) for part in ("", "/rejected", "/events")),
        ("POST", f"/exports/{export}/cancel", None),
        ("POST", f"/imports/{upload}/run", {"mapping": {"columns": {"客户名称": "name"}}}),
        *(("POST", f"/imports/{upload}/{act}", None) for act in ("undo", "cancel")),
        ("GET", f"/files/{file}", None),
        ("DELETE", f"/tokens/{token}", None),
        *(("GET", f"/records/account/{deal['theirs']}{part}", None) for part in ("", "/history", "/timeline")),
        *(("GET", f"/records/list_view/{view}{part}", None) for part in ("", "/history", "/timeline")),
        ("PATCH", f"/records/list_view/{view}", {"values": {"name": "x"}}),
        ("PATCH", f"/records/account/{deal['theirs']}", {"values": {"name": "x"}}),
        ("DELETE", f"/records/account/{deal['theirs']}", None),
    ]  # fmt: skip
    for person in (wang, zhao):
        for method, path, body in tries:
            if person is zhao and deal["theirs"] in path:
                continue
            assert person.call(method, path, body).status_code == 404, (method, path)
        assert export not in person.get("/exports").text
    assert wang.post("/imports", {}).status_code >= 400
    hits = [
        *wang.get("/search", params={"q": "别人"}).json()["hits"],
        *wang.get("/lookup/account?q=别人").json()["rows"],
    ]
    assert hits == []
    for name, value in (("parent_id", deal["theirs"]), ("logo", file), ("parent_id", "987654321")):
        answer = wang.call("PATCH", f"/records/account/{deal['account']}", {"values": {name: value}})
        assert answer.status_code == 422, (name, answer.text)
    related = {"object": "account", "id": deal["theirs"]}
    assert wang.post("/records/activity", {"values": {"subject": "x", "related_id": related}}).status_code == 422


def test_details_need_a_master_that_may_be_edited(world: Any, deal: dict[str, str]) -> None:
    """李强 sees 王芳's opportunity and may not change it, so its lines neither: not add, change, move in or remove."""
    wang, li, admin = world.person("wangfang"), world.person("liqiang"), world.person("admin")
    product = admin.make("product", name="产品", code="P-1", list_price="1")
    account = li.make("account", name="李强的")
    own = li.make("opportunity", name="李强的", account_id=account, stage="prospecting", close_date="2026-12-01")
    values = {"product_id": product, "quantity": "1", "unit_price": "1"}
    theirs = wang.make("opportunity_line", opportunity_id=deal["opportunity"], **values)
    mine = li.make("opportunity_line", opportunity_id=own, **values)
    assert li.get(f"/records/opportunity_line/{theirs}").status_code == 200
    assert (
        li.post("/records/opportunity_line", {"values": {**values, "opportunity_id": deal["opportunity"]}}).status_code
        == 422
    )
    assert (
        li.call(
            "PATCH", f"/records/opportunity_line/{mine}", {"values": {"opportunity_id": deal["opportunity"]}}
        ).status_code
        == 422
    )
    for method, body in (
        ("PATCH", {"values": {"opportunity_id": own}}),
        ("PATCH", {"values": {"quantity": "2"}}),
        ("DELETE", None),
    ):
        assert li.call(method, f"/records/opportunity_line/{theirs}", body).status_code == 403, (method, body)


def person_left(world: Any, login: str, **values: Any) -> None:
    with world.database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("attack"), "test")
        update(w, "user", [Change(world.ids[login], values)])


def test_who_has_left_does_nothing_more(world: Any) -> None:
    """Sessions and tokens end at the next request, and what was started before does not begin after."""
    li = world.sign_in("liqiang")
    token = li.post("/tokens", {"name": "x"}).json()["token"]
    export = int(li.post("/exports", {"object": "account", "fields": ["name"]}).json()["id"])
    upload = int(
        li.post(
            "/imports", files={"file": ("a.csv", "客户名称\n离职后\n".encode())}, data={"object": "account"}
        ).json()["id"]
    )
    assert li.post(f"/imports/{upload}/run", {"mapping": {"columns": {"客户名称": "name"}}}).status_code == 200
    bearer = {"Authorization": f"Bearer {token}"}
    assert world.stranger().get("/api/v1/session", headers=bearer).status_code == 200
    person_left(world, "liqiang", active=False)
    try:
        assert li.get("/session").status_code == 401
        assert world.stranger().get("/api/v1/session", headers=bearer).status_code == 401
        run_stored_export(world.database, export)
        run_stored_import(world.database, upload)
        admin = world.person("admin")
        for path in (f"/exports/{export}", f"/imports/{upload}"):
            job = admin.get(path).json()
            assert (job["state"], job["error"]["code"]) == ("failed", "transfer.starter_left")
        assert admin.get("/lookup/account?q=离职后").json()["rows"] == []
    finally:
        person_left(world, "liqiang", active=True)


def test_rights_change_at_the_next_request(world: Any, deal: dict[str, str]) -> None:
    """赵敏 is made head of 华东 with a manager's role, and is head no more."""
    zhao = world.person("zhaomin")
    path = f"/records/account/{deal['account']}"
    assert zhao.get(path).status_code == 404
    admin = world.person("admin")
    held = {"user_id": str(zhao.id), "role_id": str(world.ids["role:manager"])}
    role = admin.post("/records/user_role", {"values": held}).json()["id"]
    assert zhao.get(path).status_code == 404
    head = {"values": {"manager_id": str(zhao.id)}}
    assert admin.call("PATCH", f"/records/department/{world.ids['华东']}", head).status_code == 200
    assert zhao.get(path).status_code == 200
    assert admin.call("DELETE", f"/records/user_role/{role}").status_code == 204
    assert zhao.get(path).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        "客户名称\n甲\x00乙\n",
        "客户名称,描述\n甲,a\x00\n",
        "客户\x00名称\n甲\n",
        "客户名称\n\ud800\n",
        "客户名称\n\x01\u202e\n",
    ],
)
def test_no_byte_of_a_file_brings_the_server_down(world: Any, content: str) -> None:
    li = world.person("liqiang")
    sent = io.BytesIO(content.encode("utf-8", "surrogatepass"))
    answer = li.post("/imports", files={"file": ("a\x01\u202e.csv", sent)}, data={"object": "account", "sheet": "x"})
    assert answer.status_code < 500, answer.text
    if answer.status_code == 201:
        columns = {column["name"]: "name" for column in answer.json()["columns"][:1]}
        upload = answer.json()["id"]
        started = li.post(f"/imports/{upload}/run", {"mapping": {"columns": columns}})
        assert started.status_code < 500, started.text
        if started.status_code == 200:
            run_stored_import(world.database, int(upload))
            assert li.get(f"/imports/{upload}").json()["state"] == "done"


@pytest.mark.parametrize("hint", ["a\x00b", "utf-8\x00", "idna", "undefined", "base64", "x" * 100, "\U0001f3db"])
def test_no_hint_brings_the_server_down(world: Any, hint: str) -> None:
    for name in ("encoding", "sheet", "object"):
        data = {"object": "account", name: hint}
        answer = world.person("liqiang").post("/imports", files={"file": ("a.csv", b"name\nx\n")}, data=data)
        assert answer.status_code < 500, (name, answer.text)
