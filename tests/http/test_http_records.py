"""Records over HTTP: the life of one, batches, questions, files, and what other people see of them."""

from typing import Any

import pytest


@pytest.fixture
def wang(world: Any) -> Any:
    return world.person("wangfang")


def test_the_life_of_a_record(world: Any, wang: Any) -> None:
    answer = wang.post("/records/account", {"values": {"name": "华东电气", "annual_revenue": "1054.10"}})
    assert answer.status_code == 201
    made = answer.json()
    path = f"/records/account/{made['id']}"
    assert answer.headers["location"] == f"/api/v1{path}"
    assert answer.headers["etag"] == '"1"'
    assert made["record"]["annual_revenue"] == "1054.10"
    assert made["record"]["owner_id"] == str(world.ids["wangfang"])
    assert made["record"]["owner.name"] == "王芳"
    assert made["can"] == {
        "update": True,
        "delete": True,
        "transfer": False,
        "share": True,
        "lock": False,
        "merge": False,
    }
    assert "name" in made["editable_fields"]
    assert "created_at" not in made["editable_fields"]
    # Who may not hand the record over is not offered another owner.
    assert "owner_id" not in made["editable_fields"]

    read = wang.get(path)
    assert read.json() == made
    assert read.headers["etag"] == '"1"'

    changed = wang.call("PATCH", path, {"values": {"name": "华东电气集团"}}, headers={"If-Match": "1"})
    assert changed.status_code == 200
    assert changed.json()["version"] == 2
    assert changed.headers["etag"] == '"2"'

    history = wang.get(f"{path}/history").json()
    assert [entry["action"] for entry in history["entries"]] == ["update", "create"]
    first = history["entries"][0]
    assert first["actor"] == {"id": str(world.ids["wangfang"]), "name": "王芳"}
    assert first["via"] == "ui"
    assert {"field": "name", "old": "华东电气", "new": "华东电气集团"}.items() <= first["changes"][0].items()

    assert wang.call("DELETE", path).status_code == 204
    assert wang.get(path).status_code == 404
    bin_ = wang.post("/query", {"object": "account", "fields": ["name"], "deleted": True}).json()
    assert made["id"] in {row["id"] for row in bin_["rows"]}
    restored = wang.post(f"{path}/restore")
    assert restored.status_code == 200
    assert restored.json()["record"]["name"] == "华东电气集团"
    assert wang.get(path).status_code == 200


def test_one_change_is_taken_back_from_the_history(world: Any, wang: Any) -> None:
    made, other = wang.make("account", name="撤销一", employees=10), wang.make("account", name="撤销二")
    path = f"/records/account/{made}"
    batch = {"object": "account", "action": "update", "ids": [made, other], "values": {"description": "同批"}}
    assert world.person("admin").post("/batch", batch).status_code == 200
    assert wang.call("PATCH", path, {"values": {"employees": 20, "country": "中国"}}).status_code == 200
    size, shared, created = wang.get(f"{path}/history").json()["entries"]

    undone = wang.post(f"{path}/history/{size['id']}/undo")
    assert undone.status_code == 200
    assert (undone.json()["record"]["employees"], undone.json()["record"]["country"]) == (10, None)
    latest = wang.get(f"{path}/history").json()["entries"][0]
    assert {change["field"] for change in latest["changes"]} == {"employees", "country"}
    # Of a change of many records only this one's part goes back.
    assert wang.post(f"{path}/history/{shared['id']}/undo").json()["record"]["description"] is None
    assert wang.get(f"/records/account/{other}").json()["record"]["description"] == "同批"

    again = wang.post(f"{path}/history/{size['id']}/undo")
    assert (again.status_code, again.json()["problems"][0]["code"]) == (422, "undo.changed_since")
    # Who may only look is refused; who may not even look learns nothing; another record's entry is none of this one's.
    refused = world.person("liqiang").post(f"{path}/history/{latest['id']}/undo")
    assert [problem["code"] for problem in refused.json()["problems"]] == ["access.not_editable"]
    assert world.person("zhaomin").post(f"{path}/history/{latest['id']}/undo").status_code == 404
    assert wang.post(f"/records/account/{other}/history/{created['id']}/undo").status_code == 404


def test_a_list_says_what_may_be_done_to_each_record(world: Any, wang: Any) -> None:
    li = world.person("liqiang")
    hers, his = wang.make("account", name="行权王芳"), li.make("account", name="行权李强")
    question = {
        "object": "account",
        "fields": ["name"],
        "filter": {"field": "name", "op": "starts with", "value": "行权"},
        "can": ["update", "delete", "transfer"],
    }

    def rights(person: Any, **changes: object) -> dict[str, tuple[bool, ...]]:
        rows = person.post("/query", {**question, **changes}).json()["rows"]
        return {row["id"]: tuple(row[f"can({action})"] for action in ("update", "delete", "transfer")) for row in rows}

    # A manager sees the department's records and edits their own; a salesperson hands nothing over.
    assert rights(li) == {hers: (False, False, False), his: (True, True, True)}
    assert rights(wang) == {hers: (True, True, False)}
    assert rights(world.person("admin")) == {hers: (True, True, True), his: (True, True, True)}
    assert wang.call("DELETE", f"/records/account/{hers}").status_code == 204
    assert rights(li, deleted=True) == {hers: (False, False, False)}
    assert rights(wang, deleted=True) == {hers: (True, True, False)}
    assert wang.post(f"/records/account/{hers}/restore").status_code == 200
    # Page by page the answers stay with their rows.
    paged = {**question, "limit": 1, "order": [{"field": "id"}], "can": ["update", "update"]}
    first = li.post("/query", paged).json()
    second = li.post("/query", {**paged, "after": first["next"]}).json()
    assert [row["can(update)"] for answer in (first, second) for row in answer["rows"]] == [False, True]


def test_rights_are_asked_of_records_and_by_name(wang: Any) -> None:
    grouped = wang.post("/query", {"object": "account", "fields": ["level"], "group": ["level"], "can": ["update"]})
    assert (grouped.status_code, grouped.json()["code"]) == (400, "query.rights_of_groups")
    assert wang.post("/query", {"object": "account", "can": ["read"]}).status_code == 400
    assert wang.post("/query", {"object": "account", "can": ["update"] * 4}).status_code == 400


def test_a_stale_version_is_refused_with_both(wang: Any) -> None:
    path = f"/records/account/{wang.make('account', name='两人同改')}"
    assert wang.call("PATCH", path, {"values": {"name": "甲的"}}, headers={"If-Match": '"1"'}).status_code == 200
    answer = wang.call("PATCH", path, {"values": {"name": "乙的"}}, headers={"If-Match": '"1"'})
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "record.stale"
    assert problem["current"]["name"] == "甲的"
    assert problem["params"]["yours"] == {"name": "乙的"}
    assert problem["params"]["current_version"] == 2
    assert wang.get(path).json()["record"]["name"] == "甲的"
    # Whoever does not say which version was seen wants to write in any case.
    assert wang.call("PATCH", path, {"values": {"name": "丙的"}}).status_code == 200


def test_deleting_a_version_that_is_no_more_is_refused(wang: Any) -> None:
    record = wang.make("account", name="删除前被改")
    wang.call("PATCH", f"/records/account/{record}", {"values": {"employees": 1}})
    stale = wang.call("DELETE", f"/records/account/{record}", headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "record.stale")
    rows = [{"id": record, "version": 1}]
    stale = wang.post("/batch", {"object": "account", "action": "delete", "rows": rows})
    assert (stale.status_code, stale.json()["current"]["employees"]) == (409, 1)
    assert wang.call("DELETE", f"/records/account/{record}", headers={"If-Match": '"2"'}).status_code == 204


def test_a_picture_is_a_picture(wang: Any) -> None:
    def upload(name: str, content: bytes) -> str:
        return str(wang.post("/files", files={"file": (name, content, "image/png")}).json()["id"])

    visit = wang.make("activity", subject="拜访", type="visit")
    for content in (b"<svg onload=alert(1)>", b"hello", b"%PDF-1.7"):
        answer = wang.call("PATCH", f"/records/activity/{visit}", {"values": {"picture": upload("a.png", content)}})
        assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "file.not_an_image")
    picture = upload("a.png", b"\x89PNG\r\n\x1a\n...")
    answer = wang.call("PATCH", f"/records/activity/{visit}", {"values": {"picture": picture}})
    assert answer.status_code == 200, answer.text


def test_history_comes_in_pages(wang: Any) -> None:
    path = f"/records/account/{wang.make('account', name='改了又改')}"
    for n in range(4):
        wang.call("PATCH", path, {"values": {"name": f"改 {n}"}})
    seen, after, page = [], "", {}
    for _ in range(3):
        page = wang.get(f"{path}/history?limit=2{after}").json()
        seen += [entry["version"] for entry in page["entries"]]
        after = f"&after={page['next']}"
    assert seen == [5, 4, 3, 2, 1]
    assert page["next"] is None


def test_giving_a_record_away_answers_without_it(world: Any) -> None:
    li, account = world.person("liqiang"), None
    account = li.make("account", name="转给赵敏")
    give = {"owner_id": str(world.ids["zhaomin"]), "department_id": str(world.ids["华南"])}
    answer = li.call("PATCH", f"/records/account/{account}", {"values": give})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["record"] is None
    assert body["version"] == 2
    assert body["can"] == dict.fromkeys(("update", "delete", "transfer", "share", "lock", "merge"), False)
    assert li.get(f"/records/account/{account}").status_code == 404
    assert world.person("zhaomin").get(f"/records/account/{account}").status_code == 200


class TestOthers:
    """404 hides, 403 explains."""

    def test_what_may_not_be_seen_does_not_exist(self, world: Any, wang: Any) -> None:
        account = wang.make("account", name="王芳的客户")
        zhao = world.person("zhaomin")
        for method, path, body in (
            ("GET", "", None),
            ("PATCH", "", {"values": {"name": "x"}}),
            ("DELETE", "", None),
            ("POST", "/restore", None),
            ("GET", "/history", None),
            ("GET", "/timeline", None),
        ):
            hidden = zhao.call(method, f"/records/account/{account}{path}", body)
            missing = zhao.call(method, f"/records/account/999999999{path}", body)
            assert hidden.status_code == 404, (method, path, hidden.text)
            assert hidden.text.replace(account, "?") == missing.text.replace("999999999", "?")

    def test_what_may_be_seen_but_not_changed_is_explained(self, world: Any, wang: Any) -> None:
        account = wang.make("account", name="李强看得见")
        li = world.person("liqiang")
        shown = li.get(f"/records/account/{account}").json()
        assert shown["can"]["update"] is False
        answer = li.call("PATCH", f"/records/account/{account}", {"values": {"name": "x"}})
        assert answer.status_code == 403
        assert answer.json()["code"] == "access.not_editable"

    def test_lists_counts_and_searches_agree(self, world: Any, wang: Any) -> None:
        wang.make("account", name="独一无二的名字")
        condition = {"field": "name", "op": "contains", "value": "独一无二"}
        body = {"object": "account", "fields": ["name"], "filter": condition, "count": True}
        for login, expected in (("wangfang", 1), ("liqiang", 1), ("admin", 1), ("zhaomin", 0)):
            person = world.person(login)
            page = person.post("/query", body).json()
            assert (len(page["rows"]), page["total"]) == (expected, expected)
            soql = person.get("/query", params={"q": "SELECT COUNT(id) n FROM account WHERE name LIKE '%独一无二%'"})
            assert soql.json()["rows"][0]["n"] == expected, soql.text
            assert len(person.get("/search", params={"q": "独一无二"}).json()["hits"]) == expected
            assert len(person.get("/lookup/account", params={"q": "独一无二"}).json()["rows"]) == expected

    def test_somebody_without_a_profile(self, world: Any) -> None:
        chen = world.person("chenjing")
        assert chen.get("/metadata").json()["objects"] == []
        assert chen.post("/query", {"object": "account", "fields": ["name"]}).status_code == 403
        assert chen.get("/recent").json() == {"rows": []}
        assert chen.get("/search", params={"q": "华"}).json() == {"hits": [], "groups": []}


class TestQuery:
    """The shape of answers; what is asked for is tested where queries are compiled."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _deals(cls, world: Any) -> None:
        wang = world.person("wangfang")
        account = wang.make("account", name="报价客户")
        for n, stage in enumerate(("prospecting", "prospecting", "won")):
            values = {
                "name": f"商机 {n}",
                "account_id": account,
                "amount": f"{n + 1}000.50",
                "close_date": "2026-12-31",
            }
            answer = wang.post("/records/opportunity", {"values": {**values, "stage": stage}})
            assert answer.status_code == 201, answer.text

    def test_a_page_of_records(self, wang: Any) -> None:
        body = {
            "object": "opportunity",
            "fields": ["name", "account.name", "amount"],
            "order": [{"field": "amount", "descending": True}],
            "limit": 2,
            "count": True,
        }
        page = wang.post("/query", body).json()
        assert [column["name"] for column in page["columns"]] == ["id", "version", "name", "account.name", "amount"]
        assert [row["amount"] for row in page["rows"]] == ["3000.50", "2000.50"]
        assert page["rows"][0]["account.name"] == "报价客户"
        assert page["rows"][0]["version"] == 1
        assert isinstance(page["rows"][0]["id"], str)
        assert (page["total"], page["total_capped"]) == (3, False)
        rest = wang.post("/query", {**body, "after": page["next"]}).json()
        assert [row["amount"] for row in rest["rows"]] == ["1000.50"]
        assert rest["next"] is None

    def test_without_fields_the_name_comes(self, wang: Any) -> None:
        page = wang.post("/query", {"object": "opportunity", "limit": 1}).json()
        assert [column["name"] for column in page["columns"]] == ["id", "version", "name"]

    def test_groups(self, wang: Any) -> None:
        body = {
            "object": "opportunity",
            "fields": ["stage", {"function": "sum", "field": "amount", "name": "total"}, {"function": "count"}],
            "group": ["stage"],
            "order": [{"function": "sum", "field": "amount"}],
        }
        answer = wang.post("/query", body)
        assert (
            answer.json()["rows"]
            == [
                {"stage": "prospecting", "total": "3001.00", "count": 2},
                {"stage": "won", "total": "3000.50", "count": 1},
            ][:: -1 if answer.json()["rows"][0]["stage"] == "won" else 1]
        )
        assert answer.json()["total"] is None

    def test_soql_with_children(self, wang: Any) -> None:
        q = "SELECT name, (SELECT name, amount FROM opportunities) FROM account WHERE name = '报价客户'"
        answer = wang.get("/query", params={"q": q})
        assert answer.status_code == 200, answer.text
        (row,) = answer.json()["rows"]
        assert len(row["opportunities"]["rows"]) == 3

    def test_soql_goes_on_behind_its_page_up_to_its_limit(self, world: Any, wang: Any) -> None:
        rows = [{"values": {"name": f"翻页 {n:03}"}} for n in range(520)]
        wang.post("/batch", {"object": "account", "action": "create", "rows": rows})
        q = "SELECT name FROM account WHERE name LIKE '翻页%' ORDER BY name LIMIT 510"
        first = wang.get("/query", params={"q": q}).json()
        second = wang.get("/query", params={"q": q, "after": first["next"]}).json()
        names = [row["name"] for answer in (first, second) for row in answer["rows"]]
        assert names == [f"翻页 {n:03}" for n in range(510)]
        assert (len(first["rows"]), second["next"]) == (500, None)

    def test_soql_of_a_closed_object_says_that_it_is_closed(self, wang: Any) -> None:
        for q in ("SELECT id FROM profile", "SELECT id FROM account WHERE id IN (SELECT id FROM profile)"):
            answer = wang.get("/query", params={"q": q})
            assert (answer.status_code, answer.json()["code"]) == (403, "access.action_denied")

    def test_a_selection_in_a_filter_sees_what_its_reader_sees(self, world: Any, wang: Any) -> None:
        zhao = world.person("zhaomin")
        wang.make("account", name="选择客户甲")
        wang.make("account", name="选择客户乙")
        zhao.make("opportunity", name="别人的商机", stage="prospecting", amount="1", close_date="2026-12-01")
        selected = {"object": "opportunity", "field": "owner_id", "filter": {"field": "name", "value": "别人的商机"}}
        body = {"object": "user", "filter": {"field": "id", "op": "in", "value": selected}}
        assert [row["name"] for row in zhao.post("/query", body).json()["rows"]] == ["赵敏"]
        assert wang.post("/query", body).json()["rows"] == []


class TestBatch:
    """Many records at once: all or nothing, unless asked otherwise."""

    def test_create_update_delete_restore(self, world: Any, wang: Any) -> None:
        rows = [{"values": {"name": f"批量 {n}"}} for n in range(3)]
        made = wang.post("/batch", {"object": "account", "action": "create", "rows": rows}).json()
        assert len(made["ids"]) == 3
        assert made["problems"] == []
        ids = made["ids"]
        changes = [{"id": i, "version": 1, "values": {"name": f"改 {i}"}} for i in ids]
        body = {"object": "account", "action": "update", "rows": changes}
        changed = world.person("admin").post("/batch", body).json()
        assert changed["versions"] == [2, 2, 2]
        assert wang.post("/batch", {"object": "account", "action": "delete", "ids": ids}).status_code == 200
        assert wang.get(f"/records/account/{ids[0]}").status_code == 404
        assert wang.post("/batch", {"object": "account", "action": "restore", "ids": ids}).status_code == 200
        assert wang.get(f"/records/account/{ids[0]}").json()["record"]["name"] == f"改 {ids[0]}"

    def test_one_problem_stores_nothing(self, wang: Any) -> None:
        rows = [{"values": {"name": "好的一行"}}, {"values": {"name": ""}}]
        answer = wang.post("/batch", {"object": "account", "action": "create", "rows": rows})
        assert answer.status_code == 422
        (problem,) = answer.json()["problems"]
        assert (problem["row"], problem["field"], problem["code"]) == (1, "name", "field.required")
        assert "客户名称" in problem["detail"]
        assert wang.get("/lookup/account", params={"q": "好的一行"}).json()["rows"] == []

    def test_problems_may_be_skipped(self, wang: Any) -> None:
        rows = [{"values": {"name": "留下的一行"}}, {"values": {"name": ""}}]
        body = {"object": "account", "action": "create", "rows": rows, "skip_problems": True}
        answer = wang.post("/batch", body).json()
        assert answer["ids"][0] is not None
        assert answer["ids"][1] is None
        assert answer["problems"][0]["row"] == 1

    def test_bulk_edit_needs_its_own_right(self, world: Any, wang: Any) -> None:
        ids = [wang.make("account", name=f"统一修改 {n}") for n in range(2)]
        body = {"object": "account", "action": "update", "ids": ids, "values": {"description": "统一"}}
        rows = [{"id": i, "values": {"description": "统一"}} for i in ids]
        for refused in (body, {"object": "account", "action": "update", "rows": rows}):
            answer = wang.post("/batch", refused)
            assert answer.status_code == 403
            assert "批量编辑" in answer.json()["detail"]
        one = wang.post("/batch", {"object": "account", "action": "update", "rows": rows[:1]})
        assert one.status_code == 200, one.text
        answer = world.person("admin").post("/batch", body)
        assert answer.status_code == 200, answer.text
        assert wang.get(f"/records/account/{ids[1]}").json()["record"]["description"] == "统一"

    @pytest.mark.parametrize(
        "body",
        [
            {"action": "create"},
            {"action": "create", "ids": ["1"]},
            {"action": "update"},
            {"action": "update", "ids": ["1"]},
            {"action": "update", "rows": [{"values": {}}]},
            {"action": "delete"},
            {"action": "restore", "rows": [{"values": {}}]},
        ],
    )
    def test_what_is_missing_is_named(self, wang: Any, body: dict[str, Any]) -> None:
        answer = wang.post("/batch", {"object": "account", **body})
        assert answer.status_code == 400
        assert answer.json()["code"] == "request.batch_rows"


def test_timeline(wang: Any) -> None:
    account = wang.make("account", name="有活动的客户")
    related = {"object": "account", "id": account}
    for n in range(3):
        at = f"2026-11-0{n + 1}T09:00:00Z"
        wang.make("activity", subject=f"拜访 {n}", type="visit", related_id=related, start_at=at)
    page = wang.get(f"/records/account/{account}/timeline?limit=2").json()
    assert [row["subject"] for row in page["rows"]] == ["拜访 2", "拜访 1"]
    assert page["rows"][0]["related_id"] == related
    rest = wang.get(f"/records/account/{account}/timeline", params={"limit": 2, "after": page["next"]}).json()
    assert [row["subject"] for row in rest["rows"]] == ["拜访 0"]


def test_recent_records_are_those_that_one_opened(world: Any, wang: Any) -> None:
    first = wang.make("account", name="先看的")
    second = wang.make("account", name="后看的")
    unseen = wang.make("account", name="没看的")
    for record in (first, second, first):
        assert wang.call("PUT", f"/recent/account/{record}").status_code == 200
    rows = wang.get("/recent").json()["rows"]
    assert [(row["id"], row["name"]) for row in rows[:2]] == [(first, "先看的"), (second, "后看的")]
    assert unseen not in {row["id"] for row in rows}
    assert rows[0]["object"] == "account"
    wang.call("DELETE", f"/records/account/{first}")
    assert first not in {row["id"] for row in wang.get("/recent").json()["rows"]}
    assert second not in {row["id"] for row in world.person("liqiang").get("/recent").json()["rows"]}


class TestMetadata:
    """Everybody gets their own."""

    def test_it_is_kept_until_something_moves(self, world: Any, wang: Any) -> None:
        answer = wang.get("/metadata")
        tag = answer.headers["etag"]
        again = wang.get("/metadata", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert world.person("admin").get("/metadata", headers={"If-None-Match": tag}).status_code == 200
        # A change of anybody's rights is a new version for everybody.
        role = world.person("admin").post("/records/role", {"values": {"key": "x", "name": "x"}})
        assert role.status_code == 201, role.text
        assert wang.get("/metadata", headers={"If-None-Match": tag}).status_code == 200

    def test_hidden_fields_are_nowhere(self, world: Any, wang: Any) -> None:
        def described(login: str) -> Any:
            objects = world.person(login).get("/metadata").json()["objects"]
            return {obj["name"]: obj for obj in objects}

        mine, all_ = described("wangfang"), described("admin")
        assert "employee_code" not in {f["name"] for f in mine["user"]["fields"]}
        assert "employee_code" in {f["name"] for f in all_["user"]["fields"]}
        assert "employee_code" not in str(mine["user"]["layout"])
        assert "profile" not in mine
        assert "transfer" not in mine["account"]["actions"]
        access = {f["name"]: f["access"] for f in mine["account"]["fields"]}
        assert (access["name"], access["created_at"], access["level"]) == ("edit", "read", "read")

    def test_a_field_says_what_the_screen_needs(self, wang: Any) -> None:
        objects = {obj["name"]: obj for obj in wang.get("/metadata").json()["objects"]}
        opportunity = objects["opportunity"]
        assert opportunity["stage_field"] == "stage"
        fields = {f["name"]: f for f in opportunity["fields"]}
        assert fields["account_id"]["target"] == "account"
        assert fields["stage"]["options"][0]["label"].keys() == {"zh", "en"}
        assert fields["amount"]["sortable"] is True
        assert "contains" in fields["name"]["operators"]


class TestFiles:
    """A file belongs to its uploader until a record has it, then to who may see the record."""

    def upload(self, person: Any, name: str = "合同.txt", content: bytes = b"text") -> Any:
        return person.post("/files", files={"file": (name, content, "text/html")})

    def test_up_and_down(self, world: Any, wang: Any) -> None:
        answer = self.upload(wang, content="正文".encode() * 1000)
        assert answer.status_code == 201
        meta = answer.json()
        assert meta["name"] == "合同.txt"
        assert meta["size"] == 6000
        assert meta["content_type"] == "text/plain"
        got = wang.get(f"/files/{meta['id']}")
        assert got.content == "正文".encode() * 1000
        assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%90%88%E5%90%8C.txt"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in got.headers["content-security-policy"]
        assert wang.get(f"/files/{meta['id']}", headers={"If-None-Match": got.headers["etag"]}).status_code == 304
        assert world.person("liqiang").get(f"/files/{meta['id']}").status_code == 404

    def test_a_page_is_never_served_as_one(self, wang: Any) -> None:
        meta = self.upload(wang, "x.html", b"<html><script>alert(1)</script>").json()
        got = wang.get(f"/files/{meta['id']}")
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment")

    def test_attached_it_is_seen_with_its_record(self, world: Any, wang: Any) -> None:
        meta = self.upload(wang).json()
        account = wang.make("account", name="带附件")
        related = {"object": "account", "id": account}
        wang.make("activity", subject="附件", type="note", related_id=related, attachment=meta["id"])
        assert world.person("liqiang").get(f"/files/{meta['id']}").status_code == 200
        assert world.person("zhaomin").get(f"/files/{meta['id']}").status_code == 404

    def test_a_large_one_passes(self, wang: Any) -> None:
        content = b"0123456789abcdef" * 1024 * 600
        meta = self.upload(wang, "large.bin", content).json()
        assert meta["size"] == len(content)
        assert wang.get(f"/files/{meta['id']}").content == content

    def test_a_broken_form(self, wang: Any) -> None:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        assert wang.post("/files", content=b"--y\r\nnonsense", headers=headers).status_code == 400
        assert wang.post("/files", data={"file": "x"}, files={"other": b"x"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [("address", {"province": "上海", "city": "上海市"}), ("location", {"latitude": "31.2", "longitude": "121.4"})],
)
def test_a_field_of_several_parts_is_asked_whether_it_is_blank(wang: Any, name: str, value: dict[str, str]) -> None:
    ids = [wang.make("account", name=f"{name}{n}几处", **more) for n, more in enumerate(({name: value}, {}))]
    for op, expected in (("is not null", ids[:1]), ("is null", ids[1:])):
        both = [
            {"field": "name", "op": "contains", "value": "几处"},
            {"field": "name", "op": "starts with", "value": name},
        ]
        body = {"object": "account", "filter": {"and": [*both, {"field": name, "op": op}]}, "count": True}
        answer = wang.post("/query", body)
        assert answer.status_code == 200, answer.text
        assert [row["id"] for row in answer.json()["rows"]] == expected
    refused = wang.post("/query", {"object": "account", "filter": {"field": name, "op": "=", "value": "1"}})
    assert (refused.status_code, refused.json()["code"]) == (400, "expressions.operator_not_allowed")
