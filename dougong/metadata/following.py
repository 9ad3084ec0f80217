"""Which field a value tells something of: who may not read that, reads neither (`Field.follows`)."""

from collections.abc import Mapping

from dougong.metadata.model import Field


def followed_field(fields: Mapping[str, Field], object_name: str, follows: str) -> tuple[str, str] | None:
    """Object and field of `follows`: a field among `fields`, or of the object behind a lookup (`account.name`).

    None where there is no such lookup; whether the object behind it has the field is for the caller to see.
    """
    step, _, name = follows.rpartition(".")
    if not step:
        return (object_name, name) if name in fields else None
    link = fields.get(f"{step}_id")
    return None if link is None or len(link.points_to) != 1 else (link.points_to[0], name)
