"""Server-sent events: the state of something, each time that it has changed, until it has ended.

The state is read anew each time, sign-in included: a session that ends takes its streams with it.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from dougong.http.wire import dumps
from dougong.kit.errors import DougongError

POLL_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 15.0
"""A comment at least so often, so that proxies and phones keep the line open."""
STREAM_SECONDS = 600.0
"""After that the browser is made to connect again."""

State = dict[str, Any]


async def followed(read: Callable[[], State], ended: Callable[[State], bool], closing: threading.Event) -> Response:
    """The stream of what `read` gives. The first reading's refusals are the answer; later ones end the stream."""
    first = await run_in_threadpool(read)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(first, read, ended, closing), media_type="text/event-stream", headers=headers)


async def _events(
    first: State, read: Callable[[], State], ended: Callable[[State], bool], closing: threading.Event
) -> AsyncIterator[bytes]:
    began = spoke = time.monotonic()
    said = dumps(first)
    yield event(said)
    state = first
    while not ended(state) and not closing.is_set() and time.monotonic() - began < STREAM_SECONDS:
        await asyncio.sleep(POLL_SECONDS)
        try:
            state = await run_in_threadpool(read)
        except DougongError:
            return
        now_said = dumps(state)
        if now_said != said:
            said, spoke = now_said, time.monotonic()
            yield event(said)
        elif time.monotonic() - spoke > KEEP_ALIVE_SECONDS:
            spoke = time.monotonic()
            yield b": still here\n\n"


def event(data: bytes) -> bytes:
    """One event. JSON has no line breaks, so it is one line."""
    return b"data: " + data + b"\n\n"
