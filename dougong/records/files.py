"""Uploaded files: stored in the database in pieces, seen by who uploaded them, and once attached with their record.

What a file is, is read from its first bytes, never from what the uploader says: a page that a browser would run
(HTML, SVG, XML, script) is stored as mere bytes, and only the types of `SHOWN_INLINE` may be shown in the browser.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dougong.access.fields import readable_fields
from dougong.kit.errors import NotFound, TooLarge
from dougong.kit.limits import UPLOAD_BYTES_MAX
from dougong.records.read.masking import masked
from dougong.records.read.visibility import visible
from dougong.records.work import Reading, Writing
from dougong.records.write.references import FILES
from dougong.storage.schema import file, file_chunk
from dougong.storage.unit_of_work import Transaction

CHUNK_BYTES = 256 * 1024
NAME_LENGTH_MAX = 255
SNIFFED_BYTES = 1024

BYTES = "application/octet-stream"
TEXT = "text/plain"

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", TEXT})
"""What a browser may show in place; everything else is for saving."""

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
)

OFFICE = {
    ("application/zip", "docx"): "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ("application/zip", "xlsx"): "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ("application/zip", "pptx"): "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ("application/x-ole-storage", "doc"): "application/msword",
    ("application/x-ole-storage", "xls"): "application/vnd.ms-excel",
    ("application/x-ole-storage", "ppt"): "application/vnd.ms-powerpoint",
    (TEXT, "csv"): "text/csv",
}
"""What the ending of the name may say more precisely about a container."""

_MARKUP = re.compile(rb"<\s*(!doctype|\?xml|html|head|body|script|svg|iframe|style|[a-z]+[\s>/])", re.IGNORECASE)


@dataclass(frozen=True)
class StoredFile:
    """A file as it is known: `size` in bytes, `sha256` in hexadecimal."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str

    @property
    def inline(self) -> bool:
        """Whether a browser may show it in place."""
        return self.content_type in SHOWN_INLINE


def store_file(w: Writing, name: str, chunks: Iterable[bytes], limit: int = UPLOAD_BYTES_MAX) -> StoredFile:
    """Store what `chunks` yield; never more than a piece of it is in memory.

    Until it is attached to a record only the writer can read it. Raises TooLarge beyond `limit` bytes (the
    transaction must then be given up).
    """
    shown_name = clean_name(name)
    file_id = int(
        w.transaction.scalar(
            sa.insert(file)
            .values(name=shown_name, content_type=BYTES, size=0, sha256=b"", created_by_id=w.actor.user_id)
            .returning(file.c.id)
        )
    )
    digest = hashlib.sha256()
    size, head = 0, b""
    for seq, piece in enumerate(_pieces(chunks)):
        size += len(piece)
        if size > limit:
            raise TooLarge("file.too_large", maximum=limit // (1024 * 1024), name=shown_name)
        if seq == 0:
            head = piece[:SNIFFED_BYTES]
        digest.update(piece)
        w.transaction.execute(sa.insert(file_chunk).values(file_id=file_id, seq=seq, bytes=piece))
    content_type = sniffed(head, shown_name)
    w.transaction.execute(
        sa.update(file).where(file.c.id == file_id).values(content_type=content_type, size=size, sha256=digest.digest())
    )
    return StoredFile(file_id, shown_name, content_type, size, digest.hexdigest())


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of CHUNK_BYTES, however they came."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting[:CHUNK_BYTES])
            del waiting[:CHUNK_BYTES]
    if waiting:
        yield bytes(waiting)


def get_file(r: Reading, file_id: int) -> StoredFile:
    """The file, if the reader may see it.

    That is its uploader as long as it hangs on no record; afterwards everybody who may see the record and a field of
    it in which the file is now. Raises NotFound else.
    """
    row = r.snapshot.one(sa.select(file).where(file.c.id == file_id))
    if row is None or not _may_read(r, row.id, row.object, row.record_id, row.created_by_id):
        raise NotFound("file.not_found", id=str(file_id))
    return StoredFile(row.id, row.name, row.content_type, row.size, bytes(row.sha256).hex())


def _may_read(
    r: Reading, file_id: int, object_name: str | None, record_id: int | None, uploader_id: int | None
) -> bool:
    if object_name is None:
        return uploader_id == r.actor.user_id
    obj = r.registry.objects.get(object_name)
    if obj is None:
        return False
    table = r.registry.tables[object_name]
    holding = [
        column == file_id
        for f in readable_fields(r.actor, obj)
        if f.type in FILES
        for column in masked(r.actor, obj, f, table, (table.c[f.name],))
    ]
    statement = sa.select(table.c.id).where(
        table.c.id == record_id,
        table.c.deleted_at.is_(None),
        sa.or_(sa.false(), *holding),
        visible(r.registry, r.actor, obj, table),
    )
    return r.snapshot.one(statement) is not None


def file_content(r: Reading, file_id: int) -> Iterator[bytes]:
    """The bytes of a file that `get_file` has given to the same reader, piece by piece."""
    seq = 0
    while True:
        piece = r.snapshot.scalar(
            sa.select(file_chunk.c.bytes).where(file_chunk.c.file_id == file_id, file_chunk.c.seq == seq)
        )
        if piece is None:
            return
        yield bytes(piece)
        seq += 1


def remove_file(w: Writing, file_id: int) -> None:
    """Remove a file that the writer has uploaded and that hangs on no record; others stay."""
    mine = file.c.created_by_id.is_not_distinct_from(w.actor.user_id)
    w.transaction.execute(sa.delete(file).where(file.c.id == file_id, file.c.object.is_(None), mine))


def remove_unattached(transaction: Transaction, before: datetime, keep: Iterable[int] = ()) -> int:
    """Remove files that were uploaded before `before` and never attached, but for `keep` (files of jobs); how many."""
    return transaction.execute(
        sa.delete(file).where(file.c.object.is_(None), file.c.created_at < before, file.c.id.not_in(list(keep)))
    )


def clean_name(name: str) -> str:
    """`name` without folders, control and reordering characters, at most 255 characters, its ending kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}).strip(" .")
    if not shown:
        return "file"
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 20:
        return shown[:NAME_LENGTH_MAX]
    return f"{stem[: NAME_LENGTH_MAX - len(ending) - 1]}.{ending}"


def sniffed(head: bytes, name: str) -> str:
    """The content type that the first bytes of a file (and, within a family, the ending of its name) show."""
    found = next((kind for magic, kind in MAGIC if head.startswith(magic)), None)
    if found is None and head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        found = "image/webp"
    if found is None:
        found = TEXT if _is_plain(head) else BYTES
    ending = name.rpartition(".")[2].lower()
    return OFFICE.get((found, ending), found if found != "application/x-ole-storage" else BYTES)


def _is_plain(head: bytes) -> bool:
    """Text without anything that a browser could take for a page."""
    if not head or b"\x00" in head or _MARKUP.search(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may be cut in two.
        return error.start >= len(head) - 3
    return True
