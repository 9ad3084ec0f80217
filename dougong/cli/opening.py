"""Which database a command works on: the one of DATABASE_URL, else the embedded one of the data directory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dougong.cli.words import words
from dougong.kit.errors import Conflict, Unavailable
from dougong.storage.embedded import data_exists, running, watched
from dougong.storage.embedded.locks import take
from dougong.storage.embedded.place import find_place
from dougong.storage.engine import Database, check_server, open_database
from dougong.storage.migrate import check_current
from dougong.storage.sealing import Sealer, load_sealer

URL_VARIABLE = "DATABASE_URL"
SERVE_LOCK = "serve.lock"

KEY_VARIABLE = "DOUGONG_SECRET_KEY"

DataOption = Annotated[
    Path, typer.Option("--data", envvar="DOUGONG_DATA", help=words("cli.help.data"), show_default=True)
]
DEFAULT_DATA = Path("var")


@dataclass(frozen=True)
class Opened:
    """A database that answers. `folder` is where its files are; None when it is elsewhere (DATABASE_URL)."""

    url: str
    folder: Path | None


@contextmanager
def opened(data: Path, *, create: bool = False) -> Iterator[Opened]:
    """The database that is meant, running for the block.

    Raises Unavailable: cli.no_data where the data directory holds no database and none is to be created, and what
    `check_server` and `running` raise.
    """
    url = os.environ.get(URL_VARIABLE)
    if url:
        check_server(url)
        yield Opened(url, None)
        return
    if not create and not data_exists(data):
        raise Unavailable("cli.no_data", folder=str(data.absolute()))
    with running(data) as server:
        yield Opened(server.url, server.folder)


@contextmanager
def working(data: Path, *, pool_size: int = 4) -> Iterator[Database]:
    """The database of a command that works on records. Raises Unavailable when it was never set up, or is older."""
    with opened(data) as found:
        check_current(found.url)
        database = open_database(found.url, pool_size=pool_size)
        try:
            yield database
        finally:
            database.close()


def sealer_of(data: Path) -> Sealer:
    """What seals secrets: with the key of DOUGONG_SECRET_KEY, else that of the data directory (made when missing)."""
    key = os.environ.get(KEY_VARIABLE)
    return Sealer(key) if key else load_sealer(data)


@contextmanager
def only_server(data: Path, address: str) -> Iterator[None]:
    """Keep other servers, and `restore`, from the data directory for the block. Nothing with DATABASE_URL.

    Raises Conflict("cli.already_serving") with the address of the one that runs.
    """
    if os.environ.get(URL_VARIABLE):
        yield
        return
    folder = find_place(data).folder
    hold = take(folder / SERVE_LOCK)
    if hold is None:
        told = (folder / SERVE_LOCK).read_text().partition("\n")[0]
        raise Conflict("cli.already_serving", folder=str(data.absolute()), address=told)
    try:
        os.truncate(hold.descriptor, 0)
        os.write(hold.descriptor, f"{address} ({words('cli.process')} {os.getpid()})\n".encode())
        yield
    finally:
        os.truncate(hold.descriptor, 0)
        hold.release()


@contextmanager
def kept_alive(data: Path) -> Iterator[None]:
    """Restart the embedded server when it dies during the block. Nothing with DATABASE_URL."""
    if os.environ.get(URL_VARIABLE):
        yield
        return
    with watched(data):
        yield
