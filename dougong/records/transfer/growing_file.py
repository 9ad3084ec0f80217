"""A stored file that is written piece by piece, over many transactions: rejected rows as an import comes upon them.

Uploads and exports are stored at once, by `records.files`.
"""

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from dougong.storage.schema import file, file_chunk
from dougong.storage.unit_of_work import Snapshot, Transaction

CHUNK = 256 * 1024


def begin_file(tx: Transaction, name: str, content_type: str, owner_id: int | None) -> int:
    """A new, empty file of `owner_id`. Returns its id."""
    values = {
        "name": name,
        "content_type": content_type,
        "size": 0,
        "sha256": hashlib.sha256().digest(),
        "created_by_id": owner_id,
    }
    return int(tx.scalar(sa.insert(file).values(**values).returning(file.c.id)))


def append_to_file(tx: Transaction, file_id: int, content: bytes) -> None:
    """Add `content` at the end, in the transaction that it belongs to."""
    last = tx.scalar(sa.select(sa.func.max(file_chunk.c.seq)).where(file_chunk.c.file_id == file_id))
    first = 0 if last is None else int(last) + 1
    parts = [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]
    tx.execute_many(
        sa.insert(file_chunk),
        [{"file_id": file_id, "seq": first + n, "bytes": part} for n, part in enumerate(parts)],
    )
    tx.execute(sa.update(file).where(file.c.id == file_id).values(size=file.c.size + len(content)))


def finish_file(tx: Transaction, file_id: int) -> None:
    """Seal a file that was written piece by piece: its checksum."""
    digest = hashlib.sha256()
    for part in pieces(tx, file_id):
        digest.update(part)
    tx.execute(sa.update(file).where(file.c.id == file_id).values(sha256=digest.digest()))


def pieces(snapshot: Snapshot, file_id: int) -> Iterator[bytes]:
    """The content so far, piece by piece; for the product itself, which needs no permission."""
    statement = sa.select(file_chunk.c.bytes).where(
        file_chunk.c.file_id == file_id, file_chunk.c.seq == sa.bindparam("seq", type_=sa.Integer)
    )
    seq = 0
    while (part := snapshot.scalar(statement, {"seq": seq})) is not None:
        yield bytes(part)
        seq += 1
