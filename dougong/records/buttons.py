"""Which buttons somebody has on which records. A button gives no right: what it does, the ordinary writes decide."""

from collections.abc import Mapping, Sequence

from dougong.access.principal import Principal, system
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.expressions.filter_json import parse_filter
from dougong.kit.errors import BadRequest
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Button, Object
from dougong.records.read.compile import columns_of
from dougong.records.read.page import page
from dougong.records.read.query import Query
from dougong.records.work import Reading


def profile_keys(r: Reading, actor: Principal) -> frozenset[str]:
    """The keys of the profiles that somebody has."""
    if actor.user_id is None:
        return frozenset()
    by_product = Reading(r.snapshot, r.registry, system("profiles of a person"))
    where = Compare(Path(("user_id",)), Operator.EQ, (actor.user_id,))
    query = Query("user_profile", columns_of(("profile.key",)), where, limit=PAGE_SIZE_MAX)
    return frozenset(str(row[0]) for row in page(by_product, query).rows)


def has_button(actor: Principal, profiles: frozenset[str], button: Button) -> bool:
    """Whether a person with these profiles has the button at all."""
    return not button.profiles or actor.administers or not profiles.isdisjoint(button.profiles)


def visible_buttons(r: Reading, obj: Object, ids: Sequence[int]) -> Mapping[str, frozenset[int]]:
    """By the name of each button that the reader has: which of the records, which they see, meet its condition."""
    if not obj.buttons:
        return {}
    restricted = any(button.profiles for button in obj.buttons)
    profiles = profile_keys(r, r.actor) if restricted else frozenset()
    return {
        button.name: _meeting(r, obj, button, ids) for button in obj.buttons if has_button(r.actor, profiles, button)
    }


def offered_for(r: Reading, object_name: str, ids: Sequence[int]) -> dict[str, int]:
    """By the name of each button that the reader has: for how many of these records, as far as they see them."""
    obj = r.registry.object(object_name)
    among = Compare(Path(("id",)), Operator.IN, tuple(ids))
    seen = [int(row[0]) for row in page(r, Query(obj.name, columns_of(("id",)), among, limit=PAGE_SIZE_MAX)).rows]
    return {name: len(found) for name, found in visible_buttons(r, obj, seen).items()}


def _meeting(r: Reading, obj: Object, button: Button, ids: Sequence[int]) -> frozenset[int]:
    """The condition is the administrator's, and holds whether the reader may see its fields or not."""
    if button.visible_when is None:
        return frozenset(ids)
    by_product = Reading(r.snapshot, r.registry, system("condition of a button"))
    among = Compare(Path(("id",)), Operator.IN, tuple(ids))
    try:
        query = Query(
            obj.name, columns_of(("id",)), all_of(among, parse_filter(button.visible_when)), limit=PAGE_SIZE_MAX
        )
        return frozenset(int(row[0]) for row in page(by_product, query).rows)
    except BadRequest:
        # A field of it is gone, or has become another one: a button that nobody can judge is not shown.
        return frozenset()
