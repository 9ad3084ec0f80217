"""A person with what they need to work: their record, a role for the reach and a profile for the rights."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dougong.access.passwords import stored_hash
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest
from dougong.records.api import Change, Query, Reading, Writing, columns_of, create, page, update


def add_person(w: Writing, values: Mapping[str, Any], *, role: str, profile: str) -> int:
    """Create the user `values` with a role and a profile, both named by their keys. Returns the user's id.

    The writer must be an administrator or the product itself. Raises Refused, Forbidden, BadRequest
    ("people.unknown_key").
    """
    return add_user(w, values, [record_by_key(w, "role", role)], [record_by_key(w, "profile", profile)])


def add_user(w: Writing, values: Mapping[str, Any], roles: Sequence[int], profiles: Sequence[int]) -> int:
    """Create the user `values` with roles and profiles by their ids. Returns the user's id. Raises as `create` does."""
    (user_id,) = create(w, "user", [values]).ids
    assert user_id is not None  # without skip_problems a refused row raises
    for held, ids in (("role", roles), ("profile", profiles)):
        rows = [{"user_id": user_id, f"{held}_id": record_id} for record_id in dict.fromkeys(ids)]
        if rows:
            create(w, f"user_{held}", rows)
    return user_id


def has_signed_in(r: Reading, user_id: int) -> bool:
    """Whether the user is past the first sign-in."""
    where = Compare(Path(("id",)), Operator.EQ, (user_id,))
    found = page(r, Query("user", columns_of(("activated_at",)), where, limit=1)).rows
    return bool(found) and found[0][0] is not None


def first_signed_in(w: Writing, user_id: int) -> None:
    """Note the first sign-in of the user, who is active from now on. The writer is the product itself."""
    update(w, "user", [Change(user_id, {"activated_at": now()})])


def settle_states(w: Writing) -> None:
    """Give users of an older release a state: who has a password has been in. The writer is the product itself."""
    unsettled = Query("user", columns_of(("id", "created_at")), Compare(Path(("state",)), Operator.IS_NULL), limit=500)
    while rows := page(w, unsettled).rows:
        changes = [
            Change(user_id, {"activated_at": at} if stored_hash(w.transaction, user_id) else {"state": "invited"})
            for user_id, at in rows
        ]
        update(w, "user", changes)


def record_by_key(r: Reading, object_name: str, key: str) -> int:
    """The id of the configuration record with this key. Raises BadRequest("people.unknown_key")."""
    where = Compare(Path(("key",)), Operator.EQ, (key,))
    found = page(r, Query(object_name, columns_of(("id",)), where, limit=1)).rows
    if not found:
        raise BadRequest("people.unknown_key", object=object_name, key=key)
    return int(found[0][0])


def working(r: Reading, user_ids: Collection[int]) -> set[int]:
    """Those of `user_ids` who can sign in."""
    users = r.registry.tables["user"]
    able = users.c.active.is_(True), users.c.deleted_at.is_(None)
    return {row.id for row in r.snapshot.rows(sa.select(users.c.id).where(users.c.id.in_(list(user_ids)), *able))}


def find_person(r: Reading, login: str) -> int | None:
    """The id of the user with this login; None when there is none."""
    where = Compare(Path(("login",)), Operator.EQ, (login,))
    found = page(r, Query("user", columns_of(("id",)), where, limit=1)).rows
    return int(found[0][0]) if found else None
