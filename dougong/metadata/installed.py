"""Which text of a package was applied last, so that a start applies it again only when a release has changed it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.metadata.definitions import object_to_body, option_set_to_body
from dougong.metadata.journal import OBJECTS, OPTION_SETS, RECORDS, Text, Thing, plain
from dougong.metadata.model import Label
from dougong.metadata.package import Package
from dougong.metadata.registry import Registry, load_registry
from dougong.storage.schema import definition
from dougong.storage.unit_of_work import Snapshot, Transaction

KIND = "package"


def fingerprint(directory: Path) -> str:
    """A digest of the files of a package: the same for the same text, without reading what it says."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*.yaml")):
        digest.update(f"{path.relative_to(directory).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_installed(snapshot: Snapshot, known_as: str) -> bool:
    """Whether the text of a package with this `fingerprint` is the one applied last."""
    found = definition.c.body["fingerprint"].as_string() == known_as
    return bool(snapshot.scalar(sa.select(sa.exists().where(definition.c.kind == KIND, found))))


def package_texts(package: Package, registry: Registry) -> dict[Thing, Text]:
    """What `package` says, thing by thing. Records are known by the keys that their objects have in it, or in force."""
    texts: dict[Thing, Text] = {Thing(OBJECTS, n): plain(object_to_body(o)) for n, o in package.objects.items()}
    texts |= {Thing(OPTION_SETS, n): plain(option_set_to_body(s)) for n, s in package.option_sets.items()}
    for name, records in package.records.items():
        obj = package.objects.get(name) or registry.objects.get(name)
        for record in records if obj is not None else ():
            key = tuple(_hashable(record.get(part)) for part in (obj.key if obj is not None else ()))
            texts[Thing(RECORDS, name, key)] = plain(record)
    return texts


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def base_of(snapshot: Snapshot, name: str) -> dict[Thing, Text] | None:
    """The text of the package `name` that was applied last; None where only its fingerprint was kept."""
    statement = sa.select(definition.c.body).where(definition.c.kind == KIND, definition.c.name == name)
    body = snapshot.scalar(statement)
    if body is None or "texts" not in body:
        return None
    return {Thing(kind, of, tuple(map(_hashable, key))): text for kind, of, key, text in body["texts"]}


def extends_of(snapshot: Snapshot, name: str) -> Mapping[str, Mapping[str, Any]]:
    """What the package `name`, as it was applied last, adds to objects of others."""
    statement = sa.select(definition.c.body).where(definition.c.kind == KIND, definition.c.name == name)
    body = snapshot.scalar(statement)
    found: Mapping[str, Mapping[str, Any]] = (body or {}).get("extends", {})
    return found


@dataclass(frozen=True)
class Installed:
    """A package that is there: what it is called, and its release."""

    name: str
    label: Label
    version: str | None
    needs: tuple[str, ...]


def installed_packages(snapshot: Snapshot) -> list[Installed]:
    """The packages that are there, by name."""
    statement = sa.select(definition.c.name, definition.c.body).where(definition.c.kind == KIND)
    found = snapshot.rows(statement.order_by(definition.c.name))
    return [_installed(row.name, row.body) for row in found]


def _installed(name: str, body: Mapping[str, Any]) -> Installed:
    label = body.get("label") or {"zh": name, "en": name}
    return Installed(name, Label(label["zh"], label["en"]), body.get("version"), tuple(body.get("needs", ())))


def forget(transaction: Transaction, name: str) -> None:
    """Note that the package is gone; what is left of its definitions is the company's."""
    transaction.execute(sa.delete(definition).where(definition.c.kind == KIND, definition.c.name == name))
    transaction.execute(sa.update(definition).where(definition.c.package == name).values(package=None))


def remember(transaction: Transaction, package: Package, known_as: str | None = None) -> None:
    """Note that `package` has been applied, with its text: the next release is compared with it. `known_as` is the
    `fingerprint` of its files, where they will be looked at again at each start."""
    texts = package_texts(package, load_registry(transaction))
    body = {
        **({"fingerprint": known_as} if known_as is not None else {}),
        "texts": [[t.kind, t.name, list(t.key), text] for t, text in texts.items()],
        **({"label": {"zh": package.label.zh, "en": package.label.en}} if package.label is not None else {}),
        **({"version": package.version} if package.version is not None else {}),
        **({"needs": list(package.needs)} if package.needs else {}),
        **({"extends": plain(package.extends)} if package.extends else {}),
    }
    statement = insert(definition).values(kind=KIND, name=package.name, body=body, package=package.name)
    transaction.execute(
        statement.on_conflict_do_update(index_elements=["kind", "name"], set_={"body": statement.excluded.body})
    )


def brought_by(snapshot: Snapshot, kind: str) -> dict[str, str | None]:
    """Which package brought each definition of `kind`; None for the company's own."""
    statement = sa.select(definition.c.name, definition.c.package).where(definition.c.kind == kind)
    return {row.name: row.package for row in snapshot.rows(statement)}
