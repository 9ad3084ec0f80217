"""Which text of a package was applied last, so that a start applies it again only when a release has changed it."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.metadata.package import Package, package_files
from dougong.storage.schema import definition
from dougong.storage.unit_of_work import Snapshot, Transaction

KIND = "package"


def fingerprint(package: Package) -> str:
    """A digest of everything that the package says, the same for the same text."""
    digest = hashlib.sha256()
    for name, text in sorted(package_files(package).items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def is_installed(snapshot: Snapshot, package: Package) -> bool:
    """Whether this very text of the package is the one applied last."""
    statement = sa.select(definition.c.body).where(definition.c.kind == KIND, definition.c.name == package.name)
    body = snapshot.scalar(statement)
    return body is not None and body["fingerprint"] == fingerprint(package)


def remember(transaction: Transaction, package: Package) -> None:
    """Note that `package` has been applied."""
    body = {"fingerprint": fingerprint(package)}
    statement = insert(definition).values(kind=KIND, name=package.name, body=body, package=package.name)
    transaction.execute(
        statement.on_conflict_do_update(index_elements=["kind", "name"], set_={"body": statement.excluded.body})
    )
