"""General option sets: the list for those who shape the product, and the options of one set for whoever may use it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response

from dougong import __version__
from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action, Principal
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.principal import SignedIn, check_administrator
from dougong.http.query_body import NAME_MAX
from dougong.http.wire import JSON_TYPE, dumps, json_response
from dougong.kit.errors import NotFound
from dougong.metadata.definitions import option_to_body
from dougong.metadata.model import Field, Object, OptionSet
from dougong.metadata.option_sets import option_set, set_users
from dougong.metadata.presets import presets
from dougong.metadata.registry import Registry

router = APIRouter(prefix="/api/v1", tags=["metadata"], route_class=ExactRoute)

SetName = Annotated[str, Path(min_length=1, max_length=NAME_MAX, examples=["industry"])]


@router.get("/metadata/option-sets", responses=answers(401, 403, body=FreeAnswer))
def list_option_sets(caller: SignedIn) -> Response:
    """All general option sets with how many options they have and where they are used (administrators)."""
    with caller.reading() as r:
        check_administrator(r.actor)
        found = [*r.registry.option_sets.values(), *presets().values()]
        return json_response({"option_sets": [_listed(one, r.registry) for one in found]})


@router.get(
    "/metadata/option-sets/{name}",
    responses={**answers(400, 401, 404, body=FreeAnswer), 304: {"description": "Not changed."}},
)
def show_option_set(caller: SignedIn, name: SetName, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """One option set with its options: a preset, or one that a field uses which the caller may see."""
    with caller.reading() as r:
        found = option_set(r.registry, name)
        if not found.preset and not r.actor.administers and not any(_seen(r.actor, r.registry, name)):
            raise NotFound("metadata.unknown_option_set", name=name)
        tag = f'"{__version__}-{0 if found.preset else r.registry.version}-{name}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if if_none_match is not None and tag in if_none_match:
            return Response(status_code=304, headers=headers)
        body = {**_described(found), "options": [option_to_body(option) for option in found.options]}
        if r.actor.administers:
            body["used_by"] = _uses(found, r.registry)
    return Response(dumps(body), media_type=JSON_TYPE, headers=headers)


def _described(found: OptionSet) -> dict[str, Any]:
    return {
        "name": found.name,
        "label": found.label,
        "help": found.help,
        "controlled_by": found.controlled_by,
        "preset": found.preset,
        "single": found.single,
    }


def _listed(found: OptionSet, registry: Registry) -> Mapping[str, Any]:
    active = sum(option.active for option in found.options)
    return {**_described(found), "count": len(found.options), "active": active, "used_by": _uses(found, registry)}


def _uses(found: OptionSet, registry: Registry) -> list[dict[str, Any]]:
    """What names the set: fields of objects, and other sets that it controls."""
    fields, sets = set_users(registry, found.name)
    return [
        *({"object": obj.name, "object_label": obj.label, "field": f.name, "label": f.label} for obj, f in fields),
        *({"option_set": one.name, "label": one.label} for one in sets),
    ]


def _seen(actor: Principal, registry: Registry, name: str) -> Iterator[tuple[Object, Field]]:
    """The fields that use the set and that the actor may see."""
    for obj, field in set_users(registry, name)[0]:
        if allowed(actor, obj, Action.READ) is None and readable(actor, obj, field):
            yield obj, field
