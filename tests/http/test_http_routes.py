"""Every route: who may call it, which errors it declares, and what the OpenAPI document says of it."""

import re
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from jsonschema import Draft202012Validator

from dougong.http.principal import SAFE_METHODS, anybody, api_routes, check_routes, principal_of, signed_in

OPEN = {
    ("GET", "/health"),
    ("GET", "/metrics"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/docs"),
    ("GET", "/api/docs/{name}"),
    ("GET", "/api/v1/calendar/{secret}/dougong.ics"),
    ("GET", "/forms/{key}"),
    ("GET", "/api/v1/forms/{key}"),
    ("OPTIONS", "/api/v1/forms/{key}"),
    ("POST", "/api/v1/forms/{key}"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/invitation"),
    ("POST", "/api/v1/invitation/accept"),
}


def operations(world: Any) -> list[tuple[str, str, Any]]:
    return [(m, route.path_format, route) for route in api_routes(world.app) for m in sorted(route.methods or ())]


def filled(path: str, object_name: str = "account", record_id: str = "999999999") -> str:
    path = path.replace("{object}", object_name).replace("{id}", record_id).replace("{entry}", record_id)
    return re.sub(r"{\w+}", "x", path)


def test_only_the_known_routes_are_open(world: Any) -> None:
    found = {(method, path) for method, path, route in operations(world) if principal_of(route) is anybody}
    assert found == OPEN
    assert all(principal_of(route) in {anybody, signed_in} for _, _, route in operations(world))


def test_a_route_that_declares_nobody_keeps_the_application_from_starting() -> None:
    app, router = FastAPI(), APIRouter()

    @router.get("/forgotten")
    def forgotten() -> None: ...

    app.include_router(router)
    with pytest.raises(RuntimeError, match="/forgotten"):
        check_routes(app)


def test_nobody_signed_in_gets_401_everywhere_else(world: Any) -> None:
    client = world.stranger()
    for method, path, route in operations(world):
        if principal_of(route) is signed_in:
            answer = client.request(method, filled(path))
            assert answer.status_code == 401, (method, path, answer.text)
            assert answer.json()["code"] == "session.required"
            answer = client.request(method, filled(path), headers={"Authorization": "Bearer wrong"}, json={})
            assert answer.status_code in {400, 401, 403, 415}, (method, path, answer.text)


def test_each_route_declares_its_errors(world: Any) -> None:
    for method, path, route in operations(world):
        if not route.include_in_schema:
            continue
        declared = set(route.responses)
        assert {500, 503} <= declared, path
        if principal_of(route) is signed_in:
            assert 401 in declared, path
        if principal_of(route) is signed_in and method not in SAFE_METHODS:
            assert 403 in declared, path
        if route.dependant.path_params or route.dependant.query_params or route.body_field:
            assert 400 in declared, path
        if "{id}" in path:
            assert 404 in declared, path


def test_a_stranger_learns_nothing_from_any_route(world: Any) -> None:
    """A record that one may not see and one that never was are the same on every address that names one."""
    account = world.person("wangfang").make("account", name="别人看不见的客户")
    zhao = world.person("zhaomin")
    # A profile that allows every action: then it is the record that decides, not the right to the action.
    profile = str(world.ids["profile:sales_manager"])
    world.person("admin").make("user_profile", user_id=str(world.ids["zhaomin"]), profile_id=profile)
    tried = 0
    for method, path, route in operations(world):
        if principal_of(route) is not signed_in or "{object}" not in path or "{id}" not in path:
            continue
        tried += 1
        body = {"values": {"name": "x"}} if method == "PATCH" or path.endswith("/copy") else None
        if method == "POST" and "/questions/" in path:
            body = {"user_id": str(world.ids["wangfang"]), "share": True}
        there, nowhere = (
            zhao.call(method, filled(path, record_id=i).removeprefix("/api/v1"), body) for i in (account, "999999999")
        )
        assert there.status_code == 404, (method, path, there.text)
        assert there.text.replace(account, "?") == nowhere.text.replace("999999999", "?")
        assert "别人" not in there.text
    assert tried >= 6


def test_other_people_s_jobs_files_and_tokens_are_not_there(world: Any) -> None:
    wang, zhao = world.person("wangfang"), world.person("zhaomin")
    file_id = wang.post("/files", files={"file": ("a.txt", b"a", "text/plain")}).json()["id"]
    token_id = wang.post("/tokens", {"name": "a"}).json()["id"]
    assert zhao.get(f"/files/{file_id}").status_code == 404
    assert zhao.call("DELETE", f"/tokens/{token_id}").status_code == 404


class TestOpenApi:
    """The document is what other people build on."""

    @pytest.fixture
    @classmethod
    def spec(cls, world: Any) -> Any:
        answer = world.stranger().get("/api/openapi.json")
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    def test_every_route_is_in_it(self, world: Any, spec: Any) -> None:
        for method, path, route in operations(world):
            if route.include_in_schema:
                assert method.lower() in spec["paths"][path], path

    def test_schemas_are_schemas_and_references_lead_somewhere(self, spec: Any) -> None:
        for name, schema in spec["components"]["schemas"].items():
            Draft202012Validator.check_schema(schema)
            assert name
        for reference in set(re.findall(r'"#/components/schemas/([^"]+)"', str(spec).replace("'", '"'))):
            assert reference in spec["components"]["schemas"]
        assert "HTTPValidationError" not in str(spec)

    def test_security_and_errors(self, world: Any, spec: Any) -> None:
        assert set(spec["components"]["securitySchemes"]) == {"session", "csrf", "token"}
        for method, path, route in operations(world):
            if not route.include_in_schema:
                continue
            operation = spec["paths"][path][method.lower()]
            if principal_of(route) is signed_in:
                cookie: dict[str, list[str]] = (
                    {"session": []} if method in SAFE_METHODS else {"session": [], "csrf": []}
                )
                assert operation["security"] == [cookie, {"token": []}]
            else:
                assert operation["security"] == []
            assert operation["summary"] or operation["description"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert set(answer["content"]) == {"application/problem+json"}, (path, status)


def test_the_page_of_operations(world: Any) -> None:
    client = world.stranger()
    for path, media_type in (("", "text/html"), ("/docs.js", "text/javascript"), ("/docs.css", "text/css")):
        answer = client.get(f"/api/docs{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(media_type)
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        # It must work without the internet.
        assert "http://" not in answer.text.replace("http://www.w3.org", "")
        assert "https://" not in answer.text
    assert client.get("/api/docs/../app.py").status_code == 404
    assert client.get("/api/docs/__init__.py").status_code == 404


class TestOperators:
    """What the people who run the server see."""

    def test_health(self, world: Any) -> None:
        answer = world.stranger().get("/health")
        assert answer.json()["status"] == "ok"
        assert answer.json()["metadata"] == world.registry.version

    def test_metrics_are_for_this_machine(self, world: Any) -> None:
        assert world.stranger(client=("10.0.0.9", 1)).get("/metrics").json()["code"] == "request.metrics"
        local = world.stranger(client=("127.0.0.1", 1))
        assert local.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
        world.person("wangfang").get("/records/account/999999999")
        text = local.get("/metrics").text
        assert 'route="/api/v1/records/{object}/{id}",status="404"' in text
        assert "999999999" not in text
        assert "wangfang" not in text


HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/nothing", "/health", "/api/v1/search?q=%00"])
def test_every_answer_is_guarded(world: Any, path: str) -> None:
    answer = world.stranger().get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, name
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "server" not in answer.headers
