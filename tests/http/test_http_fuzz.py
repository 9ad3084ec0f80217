"""schemathesis over the OpenAPI document: whatever is sent, no answer is a 5xx, and each is one that was declared.

A few examples an operation in `make test`, many with DEEP=1.
"""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dougong.expressions.ast import Operator
from dougong.http.app import create_app
from dougong.http.principal import api_routes
from dougong.http.settings import Settings
from dougong.metadata.model import FieldType
from dougong.storage.engine import open_database
from dougong.storage.sealing import Sealer, new_key

EXAMPLES = 300 if os.environ.get("DEEP") else 8
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

KNOWN = ("account", "contact", "opportunity", "opportunity_line", "activity", "product", "user", "list_view")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=300)
    | st.sampled_from(["2026-02-30", "1e400", "0x10", "{}", "%", "\\", "' OR 1=1 --", "99999999999999999999", "私"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=6,
)  # fmt: skip

# Only to know the operations while tests are collected: nothing connects to it.
_listed = create_app(Settings(open_database("postgresql://nobody@localhost/none"), Sealer(new_key())))
OPERATIONS = sorted(
    (method, route.path_format)
    for route in api_routes(_listed)
    for method in route.methods or ()
    # A stream of events ends when its job does.
    if route.include_in_schema and not route.path_format.endswith("/events")
)


@pytest.fixture(scope="module")
def token(world: Any) -> str:
    """An administrator's token: whoever may do everything reaches the most code."""
    world.person("wangfang").make("account", name="模糊测试客户")
    return str(world.person("admin").post("/tokens", {"name": "schemathesis"}).json()["token"])


@pytest.fixture(scope="module")
def document(world: Any) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", world.app)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_answer_is_a_failure_of_ours(document: Any, token: str, method: str, path: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not os.environ.get("DEEP"),
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=document[path][method].as_strategy(), known=st.sampled_from([None, *KNOWN]))
    def call(case: Any, known: str | None) -> None:
        # Half of the way into the product is to name an object that there is.
        if known is not None and "object" in (case.path_parameters or {}):
            case.path_parameters["object"] = known
        if known is not None and isinstance(case.body, dict) and "object" in case.body:
            case.body["object"] = known
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    call()


QUIET = settings(
    max_examples=EXAMPLES * 5,
    deadline=None,
    derandomize=not os.environ.get("DEEP"),
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", KNOWN)
def test_any_value_of_any_field_is_stored_or_refused(world: Any, token: str, name: str) -> None:
    """What is stored can be read again, and written back as it was read."""
    client, headers = world.stranger(), {"Authorization": f"Bearer {token}"}
    obj = world.registry.object(name)
    fields = sorted(obj.fields)
    needed = {f.name: "样" for f in obj.fields.values() if f.required and f.type is FieldType.TEXT}

    @QUIET
    @given(values=st.dictionaries(st.sampled_from(fields), JSON, max_size=6))
    def write(values: dict[str, Any]) -> None:
        answer = client.post(f"/api/v1/records/{name}", json={"values": {**needed, **values}}, headers=headers)
        assert answer.status_code in {201, 400, 403, 422}, (values, answer.text)
        if answer.status_code == 201:
            path = answer.headers["location"]
            again = client.get(path, headers=headers)
            assert again.status_code == 200
            record = again.json()["record"]
            kept = {f: record[f] for f in again.json()["editable_fields"] if values.get(f) is not None}
            back = client.patch(path, json={"values": kept}, headers=headers)
            assert back.status_code == 200, (kept, back.text)
            assert back.json()["version"] == 1, kept

    write()


@pytest.mark.parametrize("name", KNOWN)
def test_any_condition_is_answered_or_refused(world: Any, token: str, name: str) -> None:
    client, headers = world.stranger(), {"Authorization": f"Bearer {token}"}
    obj = world.registry.object(name)
    paths = sorted({*obj.fields, *(f"{f.step}.name" for f in obj.fields.values() if f.target), "owner.department.name"})
    operators = st.sampled_from([operator.value for operator in Operator])
    relative = st.fixed_dictionaries(
        {"relative": st.sampled_from(["TODAY", "LAST_N_DAYS", "THIS_QUARTER"])},
        optional={"count": st.integers(-5, 9**9)},
    )
    value = JSON | st.just({"me": True}) | relative
    leaf = st.fixed_dictionaries({"field": st.sampled_from(paths), "op": operators}, optional={"value": value})
    condition = st.recursive(
        leaf,
        lambda inner: (
            st.fixed_dictionaries({"and": st.lists(inner, max_size=3)})
            | st.fixed_dictionaries({"or": st.lists(inner, max_size=3)})
            | st.fixed_dictionaries({"not": inner})
        ),
        max_leaves=4,
    )
    order = st.lists(st.fixed_dictionaries({"field": st.sampled_from(paths), "descending": st.booleans()}), max_size=2)

    @QUIET
    @given(where=condition, order=order, fields=st.lists(st.sampled_from(paths), max_size=4), count=st.booleans())
    def ask(where: Any, order: Any, fields: Any, count: bool) -> None:
        body = {"object": name, "filter": where, "order": order, "fields": fields, "count": count, "limit": 3}
        answer = client.post("/api/v1/query", json=body, headers=headers)
        assert answer.status_code in {200, 400}, (body, answer.text)

    ask()
