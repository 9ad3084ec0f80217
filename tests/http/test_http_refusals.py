"""Bad input: each a clear refusal with its code and a sentence, and no trace left."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.kit.limits import BATCH_MAX, BODY_BYTES_MAX, UPLOAD_BYTES_MAX
from dougong.storage.schema import change

NESTED: dict[str, Any] = {"field": "name", "op": "=", "value": "x"}
for _ in range(50):
    NESTED = {"not": NESTED}

MANY = ["1"] * (BATCH_MAX + 1)

# (method, path, body, status, code of the refusal or of its first problem, what the sentence must name)
BAD: list[tuple[str, str, Any, int, str, str]] = [
    ("POST", "/query", {"object": "acount"}, 400, "metadata.unknown_object", "account"),
    ("POST", "/query", {"object": ""}, 400, "request.text_short", "object"),
    ("POST", "/query", {"object": "x" * 64}, 400, "request.text_long", "object"),
    ("POST", "/query", {}, 400, "request.missing", "object"),
    ("POST", "/query", {"object": 5}, 400, "request.not_a_text", "object"),
    ("POST", "/query", [], 400, "request.not_an_object", "body"),
    ("POST", "/query", {"object": "account", "fields": ["nmae"]}, 400, "metadata.unknown_field", "name"),
    ("POST", "/query", {"object": "account", "fields": ["owner.nmae"]}, 400, "metadata.unknown_field", "name"),
    ("POST", "/query", {"object": "account", "fields": "name"}, 400, "request.not_a_list", "fields"),
    ("POST", "/query", {"object": "account", "fields": ["name"] * 201}, 400, "request.list_long", "200"),
    ("POST", "/query", {"object": "account", "limit": 10**9}, 400, "query.page_size", "500"),
    ("POST", "/query", {"object": "account", "limit": 0}, 400, "query.page_size", "500"),
    ("POST", "/query", {"object": "account", "limit": "many"}, 400, "request.not_an_integer", "limit"),
    ("POST", "/query", {"object": "account", "offset": -1}, 400, "query.offset", ""),
    ("POST", "/query", {"object": "account", "offset": 10**40}, 400, "query.offset", ""),
    ("POST", "/query", {"object": "account", "limt": 5}, 400, "request.unknown_key", "limt"),
    ("POST", "/query", {"object": "account", "after": "garbage"}, 400, "query.bad_cursor", ""),
    ("POST", "/query", {"object": "account", "after": "x" * 5000}, 400, "request.text_long", "after"),
    ("POST", "/query", {"object": "account", "order": [{}]}, 400, "request.field_term", "order"),
    ("POST", "/query", {"object": "account", "order": [{"field": "nmae"}]}, 400, "metadata.unknown_field", "name"),
    ("POST", "/query", {"object": "account", "fields": [{"function": "summ"}]}, 400, "request.", ""),
    ("POST", "/query", {"object": "account", "filter": NESTED}, 400, "expressions.too_deep", "20"),
    ("POST", "/query", {"object": "account", "filter": {"nand": []}}, 400, "filter.", ""),
    ("POST", "/query", {"object": "account", "filter": []}, 400, "request.not_an_object", "filter"),
    ("GET", "/query?q=", None, 400, "request.text_short", "q"),
    ("GET", "/query?q=DROP%20TABLE%20account", None, 400, "soql.", "SELECT"),
    ("GET", "/query?q=SELECT%20nmae%20FROM%20account", None, 400, "metadata.unknown_field", "name"),
    ("GET", f"/query?q=SELECT%20{'a' * 21_000}", None, 400, "request.text_long", "q"),
    ("GET", "/query", None, 400, "request.missing", "q"),
    ("GET", "/search?q=%00", None, 400, "request.control_character", ""),
    ("GET", "/search?q=" + "a" * 300, None, 400, "request.text_long", "q"),
    ("GET", "/lookup/acount?q=", None, 400, "metadata.unknown_object", "account"),
    ("GET", "/lookup/account?limit=9999", None, 400, "request.number_at_most", "limit"),
    ("GET", "/lookup/acc%00ount", None, 400, "request.control_character", ""),
    ("GET", "/records/account/abc", None, 400, "request.not_an_id", "id"),
    ("GET", "/records/account/0", None, 400, "request.not_an_id", "id"),
    ("GET", "/records/account/-1", None, 400, "request.not_an_id", "id"),
    ("GET", "/records/account/9223372036854775808", None, 400, "request.not_an_id", "id"),
    ("GET", "/records/account/9223372036854775807", None, 404, "record.not_found", ""),
    ("GET", "/records/account/٣", None, 400, "request.not_an_id", "id"),
    ("GET", "/records/acount/1", None, 400, "metadata.unknown_object", "account"),
    ("GET", "/files/1", None, 404, "file.not_found", ""),
    ("POST", "/records/account", {"values": {"name": 5}}, 422, "value.not_text", "客户名称"),
    ("POST", "/records/account", {"values": {}}, 422, "field.required", "客户名称"),
    ("POST", "/records/account", {"values": {"name": "长" * 256}}, 422, "value.too_long", "255"),
    ("POST", "/records/account", {"values": {"name": "x", "nmae": "x"}}, 422, "record.unknown_field", "“name”"),
    ("POST", "/records/account", {"values": {"name": "x", "industry": "nope"}}, 422, "value.unknown_option", "nope"),
    ("POST", "/records/account", {"values": {"name": "x", "annual_revenue": "viel"}}, 422, "value.", "viel"),
    ("POST", "/records/account", {"values": {"name": "x", "annual_revenue": 10**50}}, 422, "value.", ""),
    ("POST", "/records/account", {"values": {"name": "x", "parent_id": "999999"}}, 422, "lookup.not_found", "上级客户"),
    ("POST", "/records/account", {"values": {"name": "x", "parent_id": 10**30}}, 422, "value.", ""),
    ("POST", "/records/account", {"values": {"name": "x", "phone": "x'; DROP TABLE"}}, 422, "value.bad_phone", ""),
    ("POST", "/records/account", {"values": {"name": "x", "id": "5"}}, 422, "", ""),
    ("POST", "/records/account", {"values": {"name": "x", "address": "不是地址"}}, 422, "value.", ""),
    ("POST", "/records/account", {"values": {"name": ["x"] * 100}}, 422, "value.not_text", "客户名称"),
    ("POST", "/records/account", {"values": []}, 400, "request.not_an_object", "values"),
    ("POST", "/records/account", {"name": "x"}, 400, "request.missing", "values"),
    ("POST", "/records/role", {"values": {"name": "x", "key": "x"}}, 403, "access.action_denied", "角色"),
    ("POST", "/batch", {"object": "account", "action": "explode"}, 400, "request.choice", "action"),
    ("POST", "/batch", {"object": "account", "action": "delete", "ids": ["x"]}, 400, "request.not_an_id", "ids.0"),
    ("POST", "/batch", {"object": "account", "action": "delete", "ids": ["1"], "rows": []}, 400, "request.batch", ""),
    ("POST", "/batch", {"object": "account", "action": "create", "rows": [{"id": "1"}]}, 400, "request.batch", "rows"),
    ("POST", "/batch", {"object": "account", "action": "delete", "ids": MANY}, 400, "request.list_long", "2000"),
    ("PATCH", "/session", {"language": 5}, 400, "request.choice", "language"),
    ("PUT", "/session", {}, 405, "request.method", "PUT"),
    ("GET", "/nothing", None, 404, "request.not_found", "/api/v1/nothing"),
    ("GET", "/records", None, 404, "request.not_found", ""),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "code", "named"), BAD)
def test_bad_input(world: Any, method: str, path: str, body: Any, status: int, code: str, named: str) -> None:
    person = world.person("wangfang")
    with world.database.snapshot() as snapshot:
        before = snapshot.scalar(sa.select(sa.func.count()).select_from(change))
    answer = person.call(method, path, body)
    problem = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    told = problem["problems"][0]["code"] if problem["problems"] else problem["code"]
    assert told.startswith(code), answer.text
    assert named in problem["detail"], answer.text
    assert "{" not in problem["detail"], answer.text
    assert problem["detail"] != problem["code"]
    with world.database.snapshot() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(change)) == before


BODIES = [
    (b"not json", "application/json", 400, "request.json_invalid"),
    (b'{"object": "account"', "application/json", 400, "request.json_invalid"),
    (b"\xff\xfe", "application/json", 400, "request.json_encoding"),
    (b'{"object": "acc\\u0000ount"}', "application/json", 400, "request.control_character"),
    (b'{"object": "acc\\ud800ount"}', "application/json", 400, "request.control_character"),
    (b'{"object": "account", "limit": NaN}', "application/json", 400, "request.json_number"),
    (b'{"object": "account", "limit": 1e99999}', "application/json", 400, "request.json_number"),
    (b"[" * 100_000, "application/json", 400, "request.too_deep"),
    (b'{"object": "account", "object": "user"}', "application/json", 400, "request.json_twice"),
    (b'{"object": "account", "filter": {"op": "=", "op": "!="}}', "application/json", 400, "request.json_twice"),
    (b'{"object": "account"}', "text/plain", 415, "request.media_type"),
    (b'{"object": "account"}', "", 415, "request.media_type"),
    (b"object=account", "application/x-www-form-urlencoded", 415, "request.media_type"),
    (b'{"object": "account", "fields": ["name"]}', "application/merge-patch+json", 200, ""),
    (b"", "application/json", 400, "request.missing"),
    (b" " * (BODY_BYTES_MAX + 1024 * 1024), "application/json", 413, "request.too_large"),
]


@pytest.mark.parametrize(("content", "media_type", "status", "code"), BODIES)
def test_bad_body(world: Any, content: bytes, media_type: str, status: int, code: str) -> None:
    answer = world.person("wangfang").post("/query", content=content, headers={"Content-Type": media_type})
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.json()["code"] == code


def test_a_file_is_sent_as_a_form(world: Any) -> None:
    answer = world.person("wangfang").post("/files", {"file": "text"})
    assert (answer.status_code, answer.json()["params"]["wanted"]) == (415, "multipart/form-data")


def test_a_method_that_is_not_there_is_told_with_those_that_are(world: Any) -> None:
    answer = world.person("wangfang").call("PUT", "/records/account/1", {"values": {}})
    assert (answer.status_code, answer.json()["code"]) == (405, "request.method")
    assert answer.headers["allow"] == "DELETE, GET, PATCH"


def test_the_choices_are_told_in_the_reader_s_language(world: Any) -> None:
    answer = world.person("wangfang").post("/batch", {"object": "account", "action": "explode"})
    assert answer.json()["params"]["expected"] == ["create", "update", "delete", "restore", "lock", "unlock"]
    assert "create、update、delete、restore" in answer.json()["detail"]


def test_a_body_that_does_not_say_how_long_it_is(world: Any) -> None:
    def endless() -> Any:
        for _ in range(10):
            yield b" " * 1024 * 1024

    answer = world.person("wangfang").post("/query", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["code"] == "request.too_large"


def test_an_upload_beyond_the_bound_is_refused_before_it_is_read(world: Any) -> None:
    headers = {"Content-Length": str(2 * UPLOAD_BYTES_MAX), "Content-Type": "multipart/form-data; boundary=x"}
    answer = world.person("wangfang").post("/files", content=b"", headers=headers)
    assert answer.status_code == 413


def test_sentences_speak_the_reader_s_language(world: Any) -> None:
    person = world.sign_in("liqiang")
    person.call("PATCH", "/session", {"language": "en"})
    problem = person.post("/records/account", {"values": {"name": 5}}).json()
    assert problem["title"] == "Not saved"
    assert "Account name" in problem["detail"]
    assert problem["problems"][0]["field"] == "name"


@pytest.mark.parametrize("broken", ["handler", "database"])
def test_a_bug_shows_an_id_and_nothing_else(world: Any, capsys: pytest.CaptureFixture[str], broken: str) -> None:
    """A table that disappears under the product is a failure that no code of ours expects."""
    person = world.sign_in("wangfang")
    with world.database.transaction() as tx:
        tx.connection.exec_driver_sql('ALTER TABLE data."product" RENAME TO "product_hidden"')
    try:
        path = "/lookup/product" if broken == "handler" else "/query"
        answer = person.get(path) if broken == "handler" else person.post(path, {"object": "product"})
    finally:
        with world.database.transaction() as tx:
            tx.connection.exec_driver_sql('ALTER TABLE data."product_hidden" RENAME TO "product"')
    assert answer.status_code == 500
    problem = answer.json()
    assert problem["code"] == "internal"
    assert problem["params"]["id"] in problem["detail"]
    assert "product" not in json.dumps(problem)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert problem["params"]["id"] in capsys.readouterr().out
