"""A small HTTP/1.1 client that costs little beside the server it measures: one socket, one request at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Of one case: p50 and p95 of a request in milliseconds, and requests a second over all connections."""

    p50: float
    p95: float
    rate: float


@dataclass(frozen=True)
class Request:
    """A request as bytes, ready to be sent again and again."""

    raw: bytes


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Request:
    """The bytes of a request to the local server."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return Request("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Request) -> tuple[int, bytes]:
    """The status and body of the answer to `asked` on an open connection."""
    writer.write(asked.raw)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return status, await reader.readexactly(length) if length else b""


async def _worker(
    port: int, make: Callable[[int], Request], counter: "list[int]", until: float, times: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < until:
            counter[0] += 1
            asked = make(counter[0])
            start = time.perf_counter()
            status, body = await send(reader, writer, asked)
            times.append(time.perf_counter() - start)
            if status >= 400:
                raise RuntimeError(f"{status}: {body[:500]!r}")
    finally:
        writer.close()


async def _load(port: int, make: Callable[[int], Request], connections: int, seconds: float) -> Timing:
    counter, times = [0], list[float]()
    warm: list[float] = []
    await asyncio.gather(
        *[_worker(port, make, counter, time.perf_counter() + seconds / 4, warm) for _ in range(connections)]
    )
    start = time.perf_counter()
    await asyncio.gather(*[_worker(port, make, counter, start + seconds, times) for _ in range(connections)])
    return timing(times, time.perf_counter() - start)


def timing(times: Sequence[float], elapsed: float) -> Timing:
    """The figures of `times` (seconds each) that took `elapsed` seconds in all."""
    ordered = sorted(times)
    return Timing(
        p50=ordered[len(ordered) // 2] * 1000,
        p95=ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000,
        rate=len(ordered) / elapsed,
    )


def load(port: int, make: Callable[[int], Request], *, connections: int, seconds: float) -> Timing:
    """Ask the server on `port` for `seconds` over `connections`; `make` gives the n-th request. Warms up first."""
    return asyncio.run(_load(port, make, connections, seconds))


def once(port: int, asked: Request) -> tuple[int, bytes]:
    """One request on a connection of its own."""

    async def ask() -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await send(reader, writer, asked)
        finally:
            writer.close()

    return asyncio.run(ask())


Sender = Callable[[Request], Awaitable[tuple[int, bytes]]]
