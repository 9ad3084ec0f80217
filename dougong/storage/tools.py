"""Finding and running PostgreSQL's own programs pg_dump, pg_restore and psql."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import make_conninfo

from dougong.kit.errors import Unavailable
from dougong.storage.embedded.programs import bundled
from dougong.storage.engine import libpq_parameters


def find_tool(name: str, server_version: int) -> Path:
    """The program `name` of a release that can work with the server (its own or a newer one).

    `server_version` as `check_server` gives it. Raises Unavailable("storage.no_tool") when there is none.
    """
    needed = server_version // 10_000
    for programs in bundled():
        if programs.major >= needed:
            return programs.path(name)
    installed = shutil.which(name)
    if installed is not None:
        told = subprocess.run([installed, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        major = re.search(r"(\d+)", told.stdout)
        if major and int(major[1]) >= needed:
            return Path(installed)
    raise Unavailable("storage.no_tool", tool=name, major=needed)


def addressed(url: str, database: str | None = None) -> tuple[str, dict[str, str]]:
    """The address for a program's command line and the environment with the password, which `ps` must not show."""
    parameters = libpq_parameters(url, database)
    password = parameters.pop("password", None)
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    environment |= {key: value for key, value in os.environ.items() if key.startswith("PG")}
    if password is not None:
        environment["PGPASSWORD"] = password
    return make_conninfo(**parameters), environment
