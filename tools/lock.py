"""`make lock`: resolve each requirements*.in into exact versions with hashes.

No index address, no local path and no header of the machine goes into a lock: what it installs is decided by the
hashes, where it comes from by the machine that installs. Arguments are handed on to pip-compile (`--upgrade`,
`--upgrade-package NAME`).
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (
    ("requirements.lock", ("requirements.in", "requirements-build.in")),
    ("requirements-dev.lock", ("requirements-dev.in",)),
    ("requirements-node.lock", ("requirements-node.in",)),
)
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--annotation-style=line",
)


def main(arguments: list[str]) -> int:
    """Write all locks, in the order in which they constrain each other; 0 when all could be resolved."""
    environment = {**os.environ, "CUSTOM_COMPILE_COMMAND": "make lock"}
    for lock, sources in LOCKS:
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *arguments, "--output-file", lock, *sources]
        print(f"{lock} from {', '.join(sources)}", flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
