"""The built web application: its files from memory of their names, `index.html` for every other address.

The files are listed once at startup, so a request can only name one of them; there is no path to climb out of.
"""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dougong.http.errors import language_of
from dougong.kit.text import sentence

INDEX = "/index.html"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # The component library writes its styles into the page while it runs.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
OURS = ("/api", "/forms", "/health", "/metrics")
"""Addresses that are never a page."""


@dataclass(frozen=True)
class StaticFile:
    """A file of the build with its precompressed twins, by encoding."""

    path: Path
    media_type: str
    etag: str
    immutable: bool
    encoded: Mapping[str, Path]


def read_build(directory: Path) -> dict[str, StaticFile]:
    """The files of a build by the address at which they are served; empty when there is no build."""
    if not (directory / "index.html").is_file():
        return {}
    found = {}
    for path in sorted(p for p in directory.rglob("*") if p.is_file() and p.suffix not in {".br", ".gz"}):
        address = "/" + path.relative_to(directory).as_posix()
        twins = {name: twin for name, end in ENCODINGS if (twin := path.with_name(path.name + end)).is_file()}
        found[address] = StaticFile(
            path=path,
            media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            etag=hashlib.sha256(path.read_bytes()).hexdigest()[:32],
            # The build puts a hash of the content into the names of what it puts into assets/.
            immutable=address.startswith("/assets/"),
            encoded=twins,
        )
    return found


@dataclass(frozen=True)
class WebPages:
    """Middleware that answers every address which is not the API's."""

    app: ASGIApp
    files: Mapping[str, StaticFile]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page, or pass on."""
        if scope["type"] != "http" or is_ours(scope["path"]) or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        await self.answer(scope)(scope, receive, send)

    def answer(self, scope: Scope) -> Response:
        """The file at the address, the application's page, or a word on how to build it."""
        if not self.files:
            text = sentence("service.not_built", language_of(scope)) + "\n"
            return PlainTextResponse(text, status_code=503, headers={"Cache-Control": "no-store"})
        found = self.files.get(scope["path"])
        if found is None and scope["path"].startswith("/assets/"):
            return PlainTextResponse("", status_code=404)
        return file_answer(found or self.files[INDEX], scope)


def is_ours(path: str) -> bool:
    """Whether the address belongs to the API and not to the web application."""
    return any(path == start or path.startswith(start + "/") for start in OURS)


def file_answer(file: StaticFile, scope: Scope) -> Response:
    """The file, in the best encoding that the browser takes, or 304 when it has it already."""
    headers = dict(scope["headers"])
    answer = {
        "Cache-Control": IMMUTABLE if file.immutable else REVALIDATED,
        "ETag": f'"{file.etag}"',
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": PAGE_POLICY,
    }
    if headers.get(b"if-none-match", b"").decode("latin-1").removeprefix("W/") == answer["ETag"]:
        return Response(status_code=304, headers=answer)
    choices = headers.get(b"accept-encoding", b"").decode("latin-1").split(",")
    accepted = {choice.split(";")[0].strip() for choice in choices if not choice.strip().endswith(";q=0")}
    for name, path in file.encoded.items():
        if name in accepted:
            return FileResponse(path, media_type=file.media_type, headers={**answer, "Content-Encoding": name})
    return FileResponse(file.path, media_type=file.media_type, headers=answer)
