"""`dougong serve`: the web application, beside it the process of jobs and, where none is given, the database."""

import errno
import multiprocessing
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from dougong.cli.demonstrating import load_if_empty, tell_logins
from dougong.cli.job_process import job_process
from dougong.cli.opening import DEFAULT_DATA, DataOption, kept_alive, only_server, opened, sealer_of
from dougong.cli.setting_up import set_up
from dougong.cli.stopping import Stopped, end_with_parent, stopped_by_signals
from dougong.cli.words import say, words
from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.kit.collector import settle
from dougong.kit.errors import Conflict, Unavailable
from dougong.kit.pinyin import load as load_pinyin
from dougong.storage.engine import open_database
from dougong.storage.sealing import Sealer

GRACE_SECONDS = 30
"""How long requests and jobs under way may take to finish after SIGTERM."""

CONNECTIONS = 40
"""Connections for reading, and as many for writing, that all web processes together may open: with the job worker's
they stay below PostgreSQL's usual 100."""

BACKLOG = 2048
RESTART_SECONDS = 1.0


def serve(
    data: DataOption = DEFAULT_DATA,
    host: Annotated[str, typer.Option(envvar="DOUGONG_HOST", help=words("cli.help.host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="DOUGONG_PORT", min=0, max=65535, help=words("cli.help.port"))] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help=words("cli.help.workers"))] = 1,
    *,
    proxies: Annotated[
        str, typer.Option("--trusted-proxies", envvar="DOUGONG_TRUSTED_PROXIES", help=words("cli.help.proxies"))
    ] = "127.0.0.1",
    metrics_token: Annotated[
        str | None, typer.Option(envvar="DOUGONG_METRICS_TOKEN", help=words("cli.help.metrics_token"))
    ] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help=words("cli.help.no_worker"))] = False,
    demo: Annotated[bool, typer.Option("--demo", help=words("cli.help.demo"))] = False,
) -> None:
    """Serve the web application until SIGTERM or Ctrl+C."""
    try:
        with stopped_by_signals(signal.SIGTERM, signal.SIGINT), _listening(host, port) as listener:
            address = _address(listener)
            with only_server(data, address), opened(data, create=True) as found, kept_alive(data):
                outside = _Outside(proxies, metrics_token or None, sealer_of(data))
                set_up(found.url)
                if demo:
                    load_if_empty(found.url)
                tell_logins(found.url, data.absolute() if found.folder else None)
                with nullcontext() if no_worker else job_process(found.url):
                    if workers > 1:
                        _serve_many(found.url, listener, address, workers, outside)
                    else:
                        _serve_one(found.url, listener, address, CONNECTIONS // 2, outside)
    except Stopped:
        say("cli.stopped")


@dataclass(frozen=True)
class _Outside:
    """What the web processes are told of the world around them."""

    proxies: str
    """The addresses, networks or `*` whose X-Forwarded-For and X-Forwarded-Proto are believed, with commas between."""
    metrics_token: str | None
    sealer: Sealer


class _Server(uvicorn.Server):
    """Says when it is ready, and lets open streams know when it stops: they would hold the shutdown up."""

    def __init__(self, app: FastAPI, address: str | None, proxies: str) -> None:
        """`address` is told when the server is ready; None: somebody else tells it."""
        config = uvicorn.Config(
            app,
            timeout_graceful_shutdown=GRACE_SECONDS,
            log_level="warning",
            access_log=False,
            server_header=False,
            forwarded_allow_ips=proxies,
        )
        super().__init__(config)
        self.application = app
        self.address = address

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        if self.address is not None:
            say("cli.ready", address=self.address)
        # The first search need not wait for it either.
        threading.Thread(target=load_pinyin, name="dougong-pinyin", daemon=True).start()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.application.state.closing.set()
        await super().shutdown(sockets)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens already: a busy port is told before a database is started, and nobody can take it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise Unavailable("cli.bad_host", host=host) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Conflict("cli.port_busy", host=host, port=port) from error
            if error.errno == errno.EACCES:
                raise Unavailable("cli.port_forbidden", port=port) from error
            raise Unavailable("cli.bad_host", host=host) from error
        yield listener
    finally:
        listener.close()


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _serve_one(url: str, listener: socket.socket, address: str | None, pool_size: int, outside: _Outside) -> None:
    database = open_database(url, pool_size=pool_size)
    try:
        # A handler that waits for a connection would only hold its thread.
        threads = min(Settings.threads, pool_size)
        settings = Settings(database, outside.sealer, threads=threads, metrics_token=outside.metrics_token)
        server = _Server(create_app(settings), address, outside.proxies)
        settle()
        server.run(sockets=[listener])
    finally:
        database.close()
    if not server.started:
        sys.exit(1)


def _serve_many(url: str, listener: socket.socket, address: str, workers: int, outside: _Outside) -> None:
    """Several web processes accept on the one socket; one that dies is replaced."""
    context = multiprocessing.get_context("spawn")

    def started() -> SpawnProcess:
        pool_size = max(2, CONNECTIONS // workers)
        process = context.Process(target=_web_process, args=(url, listener, pool_size, outside))
        process.start()
        return process

    processes = [started() for _ in range(workers)]
    say("cli.ready", address=address)
    try:
        while True:
            wait([process.sentinel for process in processes])
            time.sleep(RESTART_SECONDS)
            processes = [process if process.is_alive() else started() for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(GRACE_SECONDS + 5)
            process.kill()


def _web_process(url: str, listener: socket.socket, pool_size: int, outside: _Outside) -> None:
    # Ctrl+C reaches all processes of the terminal; the parent decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    with suppress(Stopped), stopped_by_signals(signal.SIGTERM):
        _serve_one(url, listener, None, pool_size, outside)
