"""What explanations are made from, read once, and what each gate and grant says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from dougong.access.grasp import Organisation
from dougong.access.people import EXTERNAL, Person, read_people
from dougong.access.principal import Principal
from dougong.access.resolve import resolve
from dougong.kit.errors import NotFound
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Reason:
    """What one gate or grant decided: a sentence by its `code`, with what it names."""

    code: str
    passed: bool
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Knowledge:
    """What explanations are made from: the organisation, and of people whoever is asked about, each read once."""

    snapshot: Snapshot
    registry: Registry
    organisation: Organisation
    met: dict[int, Person] = field(default_factory=dict)
    """The people who were asked about so far."""
    resolved: dict[int, Principal] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)

    def name(self, object_name: str, record_id: int) -> str:
        """What the record is called; its id where it has no name any more."""
        key = (object_name, record_id)
        if key not in self.names:
            obj, table = self.registry.objects[object_name], self.registry.tables[object_name]
            found = self.snapshot.scalar(sa.select(table.c[obj.name_field]).where(table.c.id == record_id))
            self.names[key] = str(found if found is not None else record_id)
        return self.names[key]

    def person(self, user_id: int) -> Person:
        """A living user. Raises NotFound."""
        if user_id not in self.met:
            self.met.update(read_people(self.snapshot, self.registry, [user_id]))
        found = self.met.get(user_id)
        if found is None:
            raise NotFound("record.not_found", object="user")
        return found

    def principal(self, user_id: int) -> Principal:
        """The same with all rights and reach. Raises NotFound."""
        if user_id not in self.resolved:
            self.resolved[user_id] = resolve(self.snapshot, self.registry, user_id, self.organisation)
        return self.resolved[user_id]

    @cached_property
    def everybody(self) -> Mapping[int, Person]:
        """All living users: thousands, so that only who asks about all of them reads them."""
        return read_people(self.snapshot, self.registry)

    @cached_property
    def administrators(self) -> frozenset[int]:
        """The people of the company itself who hold the administration right."""
        profiles, held, users = (self.registry.tables[name] for name in ("profile", "user_profile", "user"))
        statement = (
            sa.select(held.c.user_id)
            .join(profiles, profiles.c.id == held.c.profile_id)
            .join(users, users.c.id == held.c.user_id)
            .where(held.c.deleted_at.is_(None), profiles.c.deleted_at.is_(None), profiles.c.administers.is_(True))
            .where(users.c.deleted_at.is_(None), users.c.user_type.is_distinct_from(EXTERNAL))
        )
        return frozenset(row.user_id for row in self.snapshot.rows(statement))
