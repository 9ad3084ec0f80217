"""Files: uploaded once, seen by their uploader until they are attached, then with their record."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Response, UploadFile
from fastapi.responses import StreamingResponse

from dougong.http.body import ExactRoute
from dougong.http.documented import FileAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.wire import json_response
from dougong.metadata.model import EMPTY
from dougong.records.files import file_content, get_file, store_file

router = APIRouter(prefix="/api/v1", tags=["files"], route_class=ExactRoute)

PIECE_BYTES = 256 * 1024
IN_MEMORY_BYTES = 1024 * 1024


@router.post("/files", status_code=201, responses=answers(400, 401, 403, 413, body=FileAnswer, success=201))
def upload_file(caller: SignedIn, file: UploadFile) -> Response:
    """Store a file; give its id to a file or image field to attach it."""
    with caller.writing() as w:
        stored = store_file(w, file.filename or "", pieces(file.file))
    return json_response(
        {"id": str(stored.id), "name": stored.name, "size": stored.size, "content_type": stored.content_type}, 201
    )


@router.get(
    "/files/{id}",
    response_class=Response,
    responses={
        200: {"description": "The bytes.", "content": {"application/octet-stream": {}}},
        304: {"description": "Not changed."},
        **answers(400, 401, 403, 404),
    },
)
def download_file(
    caller: SignedIn,
    id: Annotated[RecordId, Path()],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The file, for saving."""
    with caller.reading() as r:
        stored = get_file(r, id)
        headers = {"ETag": f'"{stored.sha256}"', "Cache-Control": "private, no-cache"}
        if if_none_match is not None and stored.sha256 in if_none_match:
            return Response(status_code=304, headers=headers)
        return attachment(file_content(r, stored.id), stored.name, stored.content_type, headers)


def attachment(content: Iterable[bytes], name: str, media_type: str, headers: Mapping[str, str] = EMPTY) -> Response:
    """The bytes as a file for saving: a browser runs nothing that is in it.

    They are copied out of the database first, so that a slow reader at the other end of the line keeps no connection.
    """
    copy = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 (closed when it has been sent)
    for piece in content:
        copy.write(piece)
    size = copy.tell()
    copy.seek(0)
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    # As a header: given as `media_type`, a text would be called UTF-8 whatever it is in.
    told = {"Content-Type": media_type, "Content-Disposition": disposition, "Content-Length": str(size), **headers}
    return StreamingResponse(_sent(copy), headers=told)


def pieces(source: IO[bytes]) -> Iterator[bytes]:
    """The bytes of an open file in pieces."""
    while piece := source.read(PIECE_BYTES):
        yield piece


def _sent(source: IO[bytes]) -> Iterator[bytes]:
    with source:
        yield from pieces(source)
