"""Columns that list what a record has: a cell names the roles of a user, and each becomes a part of the record.

A rule for the field `user_role.role_id` of a user means: for each name in the cell a `user_role` that holds on to the
user and leads to the role of that name. So memberships come with the records, in one file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry, children_of
from dougong.records.transfer.lookups import Lookup
from dougong.records.transfer.mapping import Rule

SEPARATOR = re.compile(r"[、,，;；|\n]+")
"""What stands between names in a cell."""


@dataclass(frozen=True)
class Listing:
    """Parts of a record that lead to others: their object, the link to the record, and the link to the other."""

    object: Object
    back: Field
    link: Field

    @property
    def path(self) -> str:
        """What a rule calls it."""
        return f"{self.object.name}.{self.link.name}"


@dataclass
class ListPlan:
    """How one rule for a listing is carried out."""

    rule: Rule
    listing: Listing
    lookup: Lookup


def listings_of(registry: Registry, obj: Object) -> Iterator[Listing]:
    """What cells can list of records of `obj`."""
    for child, back in children_of(registry, obj.name):
        if not back.holds or back.type is FieldType.POLYMORPHIC:
            continue
        for link in child.fields.values():
            if link is not back and link.type in LINKS and link.type is not FieldType.POLYMORPHIC and not link.system:
                yield Listing(child, back, link)


def listing_at(registry: Registry, obj: Object, path: str) -> Listing | None:
    """The listing that a rule means by `path`; None when it means a field."""
    if path.partition(".")[0] in obj.fields:
        return None
    return next((listing for listing in listings_of(registry, obj) if listing.path == path), None)


def names_in(text: str) -> list[str]:
    """The names in a cell, each once."""
    return list(dict.fromkeys(name for part in SEPARATOR.split(text) if (name := part.strip())))
