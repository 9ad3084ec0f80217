"""The floor: what the same SQL costs with nothing of ours around it.

`direct` runs it on one psycopg connection in this process; `app` is a bare FastAPI handler on one psycopg pool, served
by uvicorn as the product is, for the comparison under 16 connections.
"""

import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Response
from psycopg_pool import ConnectionPool

from bench.wire import Timing, timing
from dougong.storage.engine import SESSION_OPTIONS

# What the product's own connections say to the planner: otherwise another plan would be compared.
OPTIONS = " ".join(f"-c {name}={value}" for name, value in SESSION_OPTIONS.items())


def direct(url: str, sql: str, params: Mapping[str, Any], *, seconds: float) -> Timing:
    """The statement again and again on one connection, prepared after a few runs as the product's are."""
    times: list[float] = []
    with psycopg.connect(url, autocommit=True, options=OPTIONS) as connection:
        for _ in range(10):
            connection.execute(sql, params).fetchall()
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            start = time.perf_counter()
            connection.execute(sql, params).fetchall()
            times.append(time.perf_counter() - start)
        return timing(times, time.perf_counter() - begun)


def app() -> FastAPI:
    """A handler that runs the statements of FLOOR_STATEMENTS (JSON: a list of [sql, params]) by their number."""
    statements = json.loads(os.environ["FLOOR_STATEMENTS"])
    pool = ConnectionPool(
        os.environ["FLOOR_URL"], min_size=4, max_size=20, open=False, kwargs={"autocommit": True, "options": OPTIONS}
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pool.open()
        yield
        pool.close()

    bare = FastAPI(lifespan=lifespan)

    @bare.get("/{number}")
    def run(number: int) -> Response:
        sql, params = statements[number]
        with pool.connection() as connection:
            rows = connection.execute(sql, params).fetchall()
        return Response(orjson.dumps(rows, default=str), media_type="application/json")

    return bare
