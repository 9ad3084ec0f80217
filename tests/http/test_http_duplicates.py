"""Duplicates and merging through HTTP: refusals that one can go on from, the workbench, and a merge taken back."""

from tests.http.conftest import World


def _accounts(world: World, login: str, *names: str) -> list[str]:
    person = world.person(login)
    return [person.make("account", name=name) for name in names]


def test_a_warning_is_passed_by_naming_what_was_shown(world: World) -> None:
    person = world.person("wangfang")
    code = "91110000600037341L"
    first = person.make("account", name="甲乙丙丁", tax_number=code)
    answer = person.post("/records/account", {"values": {"name": "戊己庚辛", "tax_number": code}})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["code"] == "duplicate.suspected"
    assert [hit["id"] for hit in problem["params"]["hits"]] == [first]
    assert "甲乙丙丁" in problem["detail"]
    body = {"values": {"name": "戊己庚辛", "tax_number": code}, "accept_duplicates": [first]}
    made = person.post("/records/account", body)
    assert (made.status_code, made.json()["record"]["suspected_duplicate"]) == (201, True)
    shown = person.get(f"/duplicates/of/account/{first}").json()["hits"]
    assert [hit["name"] for hit in shown] == ["戊己庚辛"]
    batch = {"object": "account", "action": "create", "rows": [{"values": {"name": "另一家", "tax_number": code}}]}
    assert person.post("/batch", batch).status_code == 422
    assert person.post("/batch", {**batch, "accept_duplicates": "all"}).status_code == 200


def test_what_is_typed_is_checked_and_hidden_owners_are_asked(world: World) -> None:
    (hidden,) = _accounts(world, "zhaomin", "华南深蓝医药有限公司")
    person = world.person("wangfang")
    typed = {"object": "account", "values": {"name": "深蓝医药（华南）", "phone": "none yet"}}
    typed["values"] = {"name": "华南深蓝医药"}
    (hit,) = person.post("/duplicates/check", typed).json()["hits"]
    assert (hit["id"], hit["name"], hit["owner_name"]) == (hidden, None, "赵敏")
    assert person.post("/duplicates/ask", {**typed, "hit": hidden, "note": "我们在谈"}).status_code == 204
    assert person.post("/duplicates/ask", {**typed, "hit": hidden}).json()["code"] == "duplicate.asked_already"
    query = {"object": "activity", "fields": ["subject", "owner_id"]}
    tasks = world.person("zhaomin").post("/query", query).json()["rows"]
    assert any("王芳" in row["subject"] for row in tasks)


def _ask(world: World, name: str, *, by: str = "wangfang", note: str = "") -> str:
    """An account of 赵敏 about which somebody asks who may not see it."""
    (hidden,) = _accounts(world, "zhaomin", f"{name}医药有限公司")
    body = {"object": "account", "values": {"name": f"{name}医药"}, "hit": hidden, "note": note}
    assert world.person(by).post("/duplicates/ask", body).status_code == 204
    return hidden


def _told(world: World, login: str) -> list[tuple[str, str | None]]:
    rows = world.person(login).get("/notifications").json()["rows"]
    return [(row["text"], row["record_id"]) for row in rows if row["kind"] == "duplicate"]


def test_the_owner_is_told_who_asks_and_shares_at_a_click(world: World) -> None:
    hidden = _ask(world, "珠江晨曦", note="我们在谈")
    asker, owner, at = world.person("wangfang"), world.person("zhaomin"), f"/duplicates/questions/account/{hidden}"
    text, record = _told(world, "zhaomin")[0]
    assert ("王芳" in text, "珠江晨曦医药有限公司" in text, "我们在谈" in text, record) == (True, True, True, hidden)
    shown = owner.get(at).json()
    assert shown["shareable"] is True
    assert [(one["name"], one["note"]) for one in shown["questions"]] == [("王芳", "我们在谈")]
    # Who asks learns nothing by it: not the record, not who else asks, and cannot answer themselves.
    mine = {"user_id": shown["questions"][0]["user_id"], "share": True}
    assert asker.get(f"/records/account/{hidden}").status_code == 404
    assert (asker.get(at).status_code, asker.post(at, mine).status_code) == (404, 404)
    assert owner.post(at, {**mine, "user_id": world.ids["liqiang"]}).json()["code"] == "duplicate.nobody_asked"
    assert owner.post(at, mine).status_code == 204
    got = asker.get(f"/records/account/{hidden}").json()
    assert (got["record"]["name"], got["can"]["update"]) == ("珠江晨曦医药有限公司", False)
    assert _told(world, "wangfang")[0][1] == hidden
    assert owner.get(at).json()["questions"] == []
    assert owner.post(at, mine).json()["code"] == "duplicate.nobody_asked"
    # Who reads it now may still not see who asks: that is for those who could give it away.
    assert asker.get(at).json()["questions"] == []


def test_a_question_can_be_put_away_without_sharing(world: World) -> None:
    hidden = _ask(world, "珠江暮色")
    asker, owner, at = world.person("wangfang"), world.person("zhaomin"), f"/duplicates/questions/account/{hidden}"
    (waiting,) = owner.get(at).json()["questions"]
    before = len(_told(world, "wangfang"))
    assert owner.post(at, {"user_id": waiting["user_id"], "share": False}).status_code == 204
    assert owner.get(at).json()["questions"] == []
    assert asker.get(f"/records/account/{hidden}").status_code == 404
    assert len(_told(world, "wangfang")) == before


def test_questions_and_answers_are_in_the_audit_log(world: World) -> None:
    hidden = _ask(world, "珠江夜航", note="我们在谈")
    owner, at = world.person("zhaomin"), f"/duplicates/questions/account/{hidden}"
    asker = {"user_id": str(world.ids["wangfang"]), "share": True}
    # What is refused leaves nothing behind.
    again = {"object": "account", "values": {"name": "珠江夜航医药"}, "hit": hidden}
    assert world.person("wangfang").post("/duplicates/ask", again).status_code == 409
    assert owner.post(at, asker).status_code == 204
    second = _ask(world, "珠江潮汐")
    assert owner.post(f"/duplicates/questions/account/{second}", {**asker, "share": False}).status_code == 204
    fields = ["actor_name", "event", "subject_zh", "details_zh", "details_en", "record_id"]
    query = {
        "object": "audit_entry",
        "fields": fields,
        "filter": {"and": [{"field": "area", "op": "=", "value": "question"}]},
        "order": [{"field": "at"}],
    }
    told = world.person("admin").post("/query", query).json()["rows"]
    assert [[row[name] for name in fields[:4]] for row in told if row["record_id"] in {int(hidden), int(second)}] == [
        ["王芳", "asked", "客户“珠江夜航医药有限公司”", "询问 赵敏：我们在谈"],
        ["赵敏", "answered", "客户“珠江夜航医药有限公司”", "已共享给 王芳（只读）"],
        ["王芳", "asked", "客户“珠江潮汐医药有限公司”", "询问 赵敏"],
        ["赵敏", "answered", "客户“珠江潮汐医药有限公司”", "未共享给 王芳"],
    ]


def test_a_merge_and_back(world: World) -> None:
    first, second = _accounts(world, "wangfang", "合并甲", "合并甲有限公司")
    contact = world.person("wangfang").make("contact", name="张三", account_id=second)
    admin = world.person("admin")
    compared = admin.post("/merging/compare", {"object": "account", "ids": [first, second]}).json()
    assert [one["may_merge"] for one in compared["records"]] == [True, True]
    assert {"name": "name", "differs": True, "choosable": True, "proposed": compared["winner"]} in compared["fields"]
    body = {"object": "account", "winner": first, "losers": [second], "choices": {"name": second}}
    assert world.person("wangfang").post("/merging", body).status_code == 403
    merged = admin.post("/merging", body)
    assert (merged.status_code, merged.json()["moved"]) == (201, {"contact": 1})
    assert admin.get(f"/records/contact/{contact}").json()["record"]["account_id"] == first
    assert admin.get(f"/merging/into?object=account&id={second}").json() == {"id": first}
    (past,) = admin.get(f"/merging?object=account&id={first}").json()["merges"]
    assert past["losers"] == [second]
    assert admin.post(f"/merging/{past['id']}/undo").status_code == 200
    assert admin.get(f"/records/contact/{contact}").json()["record"]["account_id"] == second
    assert admin.post(f"/merging/{past['id']}/undo").json()["code"] == "merging.undone_already"


def test_the_workbench_and_the_settings(world: World) -> None:
    first, second = _accounts(world, "wangfang", "工作台甲", "工作台甲有限公司")
    admin = world.person("admin")
    found = admin.get("/duplicates/groups?object=account").json()
    assert found["may_merge"] is True
    assert {first, second} in [{one["id"] for one in group["records"]} for group in found["groups"]]
    places = [{"object": "account", "id": one} for one in (first, second)]
    assert admin.post("/duplicates/different", {"records": places}).json() == {"pairs": 1}
    assert admin.post("/duplicates/scans", {"object": "account"}).status_code == 201
    assert world.person("wangfang").post("/duplicates/scans", {"object": "account"}).status_code == 403
    condition = {"field_name": "name", "match": "fuzzy", "compared_object": "account", "compared_field": "name"}
    tried = admin.post(
        "/duplicates/try", {"object": "account", "conditions": [condition], "values": {"name": "工作台甲"}}
    )
    assert {first, second} <= {hit["id"] for hit in tried.json()["hits"]}
    assert {key["state"] for key in admin.get("/duplicates/keys").json()["keys"]} == {"complete"}
    assert world.person("wangfang").get("/duplicates/keys").status_code == 403


def test_a_field_of_a_rule_cannot_be_switched_off(world: World) -> None:
    admin = world.person("admin")
    answer = admin.get("/metadata/definitions/objects/account/uses")
    assert answer.status_code == 200, answer.text
    uses = answer.json()["fields"]["tax_number"]
    assert any(use["kind"] == "duplicate_condition" and use["blocks"] for use in uses)
    body = admin.get("/metadata/definitions/objects/account").json()["body"]
    found = next(
        {k: v for k, v in field.items() if k != "name"} for field in body["fields"] if field["name"] == "tax_number"
    )
    for given in ({**found, "active": False}, None):
        change = {"object": "account", "field": "tax_number", "body": given}
        answer = admin.post("/metadata/changes", {"version": None, "dry_run": False, "changes": [change]})
        assert answer.status_code in {409, 422}, answer.text
    assert admin.get("/metadata/definitions/objects/account").json()["body"]["fields"] == body["fields"]
    wrong = {"key": "x", "name": "x", "object_name": "account", "action": "warn"}
    rule = admin.make("duplicate_rule", **wrong)
    bad = {"rule_id": rule, "group_number": 1, "object_name": "account", "compared_object": "account"}
    values = {**bad, "field_name": "address", "match": "exact", "compared_field": "address"}
    answer = admin.post("/records/duplicate_condition", {"values": values})
    assert {p["code"] for p in answer.json()["problems"]} == {"duplicate.cannot_compare"}
