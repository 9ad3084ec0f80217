"""What tests of documents ask over HTTP, in few words: `person` is one of the test company, signed in."""

from typing import Any


def read(person: Any, obj: str, record_id: str) -> dict[str, Any]:
    answer = person.get(f"/records/{obj}/{record_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["record"]
    return found


def change(person: Any, obj: str, record_id: str, **values: Any) -> Any:
    return person.call("PATCH", f"/records/{obj}/{record_id}", {"values": values})


def changed(person: Any, obj: str, record_id: str, **values: Any) -> dict[str, Any]:
    answer = change(person, obj, record_id, **values)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["record"]
    return found


def act(person: Any, obj: str, record_id: str, action: str, **params: Any) -> Any:
    return person.post(f"/records/{obj}/{record_id}/actions/{action}", {"params": params})


def offered(person: Any, obj: str, record_id: str) -> set[str]:
    return {action["name"] for action in person.get(f"/records/{obj}/{record_id}").json()["actions"]}


def codes(answer: Any) -> list[tuple[str, str | None]]:
    assert answer.status_code == 422, answer.text
    return [(problem["code"], problem["field"]) for problem in answer.json()["problems"]]


def found(person: Any, obj: str, fields: list[str], **equal: Any) -> list[dict[str, Any]]:
    conditions = [{"field": name, "op": "=", "value": value} for name, value in equal.items()]
    body = {"object": obj, "fields": fields, "filter": {"and": conditions}, "order": [{"field": "id"}]}
    answer = person.post("/query", body)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def product(admin: Any, **values: Any) -> str:
    return str(admin.make("product", **{"name": "变频器", "list_price": "100", **values}))


def deal(person: Any, **values: Any) -> str:
    account = person.make("account", name="绍兴鉴湖纺织有限公司")
    return str(person.make("opportunity", **{"name": "年度采购", "account_id": account, **values}))
