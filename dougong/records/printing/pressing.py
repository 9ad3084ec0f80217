"""The press as a process: started for one request, bounded in time and memory, ended with it."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import dougong
from dougong.kit.errors import BadRequest, DougongError, TooMany

Form = Literal["pdf", "pages", "each"]
"""One PDF of all documents, pictures of their first pages, or a PDF of each."""

SECONDS = 20.0
SECONDS_EACH = 0.5
"""How long a print may take: so long, and so much more for each document behind the first."""
AT_ONCE = 2
WAIT_SECONDS = 30
PASSED_ON = ("PATH", "LANG", "DOUGONG_FONTS")
"""What the press learns of the environment: nothing that is secret."""

_presses = threading.BoundedSemaphore(AT_ONCE)


def press(
    template: Mapping[str, Any], documents: Sequence[Mapping[str, Any]], form: Form, seconds: float = SECONDS
) -> list[bytes]:
    """The files that a template and its documents give.

    Raises BadRequest where the template is wrong, gives too much or takes longer than `seconds` (and SECONDS_EACH for
    each further document), TooMany where others print and none of them ends.
    """
    request = json.dumps({"template": template, "documents": documents, "form": form}, ensure_ascii=False)
    with _a_press(), tempfile.TemporaryDirectory(prefix="dougong-press-") as home:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        code = str(Path(dougong.__file__).parent.parent)
        try:
            done = subprocess.run(  # our own program, without a shell
                [sys.executable, "-s", "-m", "dougong.records.press"],
                input=request.encode(),
                capture_output=True,
                cwd=home,
                env=environment | {"PYTHONPATH": code, "HOME": home, "TMPDIR": home},
                timeout=seconds + SECONDS_EACH * (len(documents) - 1),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BadRequest("print.too_slow", seconds=int(seconds)) from error
    if done.returncode < 0 or (done.returncode and b"MemoryError" in done.stderr):
        # It was ended by a bound of its own: of memory, or of time on the processor.
        raise BadRequest("print.too_long")
    if done.returncode:
        raise DougongError("print.broken") from RuntimeError(done.stderr.decode(errors="replace")[-2_000:])
    return _files(done.stdout)


@contextmanager
def _a_press() -> Iterator[None]:
    if not _presses.acquire(timeout=WAIT_SECONDS):
        raise TooMany("print.busy", retry_after=WAIT_SECONDS)
    try:
        yield
    finally:
        _presses.release()


def _files(output: bytes) -> list[bytes]:
    line, _, rest = output.partition(b"\n")
    told = json.loads(line)
    if "error" in told:
        raise BadRequest(told["error"], **told["params"])
    files = []
    for size in told["sizes"]:
        files.append(rest[:size])
        rest = rest[size:]
    return files
