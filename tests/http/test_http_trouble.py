"""When something is missing: the database, the other end of a stream, the person's right to go on."""

import asyncio
import json
import threading
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.http.streams import POLL_SECONDS, followed
from dougong.kit.errors import Unauthenticated
from dougong.storage.engine import open_database
from dougong.storage.sealing import Sealer, new_key


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/health", None),
        ("GET", "/api/v1/session", None),
        ("POST", "/api/v1/session", {"login": "a", "password": "b"}),
        ("POST", "/api/v1/query", {"object": "account"}),
        ("POST", "/api/v1/records/account", {"values": {}}),
    ],
)
def test_without_a_database_every_answer_is_503(method: str, path: str, body: Any) -> None:
    app = create_app(Settings(open_database("postgresql://nobody@127.0.0.1:1/none"), Sealer(new_key())))
    client = TestClient(app, cookies={"dougong_session": "x"})
    answer = client.request(method, path, json=body, headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    problem = answer.json()
    assert problem["code"].startswith("storage.")
    assert problem["title"] == "Service unavailable"
    assert "127.0.0.1" not in answer.text


class Counter:
    """A job that moves on by itself, as `followed` reads it."""

    def __init__(self, end: int, lost_at: int | None = None) -> None:
        self.reads, self.end, self.lost_at = 0, end, lost_at

    def read(self) -> dict[str, Any]:
        self.reads += 1
        if self.reads == self.lost_at:
            raise Unauthenticated("session.required")
        return {"progress": min(self.reads, self.end) // 2}

    def ended(self, state: dict[str, Any]) -> bool:
        return bool(state["progress"] == self.end // 2)


async def events(job: Counter, closing: threading.Event) -> list[Any]:
    response: Any = await followed(job.read, job.ended, closing)
    chunks = [chunk async for chunk in response.body_iterator]
    return [json.loads(chunk.removeprefix(b"data: ")) for chunk in chunks if chunk.startswith(b"data: ")]


def run(job: Counter, closing: threading.Event | None = None) -> list[Any]:
    return asyncio.run(events(job, closing or threading.Event()))


def test_a_stream_tells_each_change_once_and_ends_with_its_job() -> None:
    assert run(Counter(4)) == [{"progress": 0}, {"progress": 1}, {"progress": 2}]


def test_a_stream_ends_when_its_reader_may_no_longer_look() -> None:
    assert run(Counter(100, lost_at=2)) == [{"progress": 0}]
    with pytest.raises(Unauthenticated):
        run(Counter(100, lost_at=1))


def test_a_stream_does_not_hold_up_a_server_that_stops() -> None:
    closing = threading.Event()
    closing.set()
    started = time.monotonic()
    assert len(run(Counter(100), closing)) == 1
    assert time.monotonic() - started < POLL_SECONDS
