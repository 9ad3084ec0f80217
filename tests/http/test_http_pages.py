"""The built web application as the server gives it out."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.storage.sealing import Sealer, new_key


@pytest.fixture
def built(world: Any, tmp_path: Path) -> TestClient:
    directory = tmp_path / "web"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text("<!doctype html><title>斗拱</title>", encoding="utf-8")
    (directory / "favicon.svg").write_text("<svg/>", encoding="utf-8")
    script = directory / "assets" / "index-abc123.js"
    script.write_text("console.log(1)", encoding="utf-8")
    script.with_name(script.name + ".gz").write_bytes(b"gz")
    script.with_name(script.name + ".br").write_bytes(b"br")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return TestClient(create_app(Settings(world.database, Sealer(new_key()), web_directory=directory)))


@pytest.mark.parametrize("path", ["/", "/index.html", "/account/12", "/login", "/apiary"])
def test_every_address_of_the_application_is_its_page(built: TestClient, path: str) -> None:
    answer = built.get(path)
    assert answer.status_code == 200
    assert "斗拱" in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe-eval" not in policy
    again = built.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("accepted", "got"), [("br, gzip", b"br"), ("gzip;q=1.0", b"gz"), ("identity", b"console.log(1)")]
)
def test_assets_are_kept_for_ever_and_come_compressed(built: TestClient, accepted: str, got: bytes) -> None:
    with built.stream("GET", "/assets/index-abc123.js", headers={"Accept-Encoding": accepted}) as answer:
        assert b"".join(answer.iter_raw()) == got
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


def test_what_is_not_there_is_not_a_page(built: TestClient) -> None:
    assert built.get("/assets/gone.js").status_code == 404
    assert built.get("/api/v1/gone").json()["code"] == "request.not_found"
    assert built.get("/favicon.svg").headers["content-type"] == "image/svg+xml"
    assert built.post("/account/12").status_code in {404, 405}


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//secret.txt"]
)
def test_nothing_outside_the_build_is_given_out(built: TestClient, path: str) -> None:
    assert "secret" not in built.get(path).text


def test_without_a_build_a_word_says_how_to_make_one(world: Any, tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(world.database, Sealer(new_key()), web_directory=tmp_path)))
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "make run" in answer.text
    assert client.get("/health").status_code == 200
