"""What the caller may know of objects, fields and layouts: all that the web application draws its screens from."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from dougong import __version__
from dougong.access.fields import field_access, readable
from dougong.access.policy import allowed
from dougong.access.principal import Action, Principal
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.principal import SignedIn
from dougong.http.wire import JSON_TYPE, dumps
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, Layout, Object, Option
from dougong.metadata.registry import Registry

router = APIRouter(prefix="/api/v1", tags=["metadata"], route_class=ExactRoute)


@router.get("/metadata", responses={**answers(401, 403, body=FreeAnswer), 304: {"description": "Not changed."}})
def show_metadata(caller: SignedIn, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Objects, fields, options and layouts as the caller may see them; keep it until `version` moves."""
    with caller.reading() as r:
        # Two people, two versions of the rights, two versions of the product never share an answer.
        tag = f'"{__version__}-{r.registry.version}-{caller.identified().access_version}-{r.actor.user_id}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if if_none_match is not None and tag in if_none_match:
            return Response(status_code=304, headers=headers)
        body = dumps(described(r.registry, r.actor))
    return Response(body, media_type=JSON_TYPE, headers=headers)


def described(registry: Registry, actor: Principal) -> dict[str, Any]:
    """The metadata document; hidden objects and fields are absent from every part of it."""
    shown = [obj for obj in registry.objects.values() if allowed(actor, obj, Action.READ) is None]
    return {
        "version": registry.version,
        "objects": [_object(registry, actor, obj, {o.name for o in shown}) for obj in shown],
    }


def _object(registry: Registry, actor: Principal, obj: Object, shown: set[str]) -> dict[str, Any]:
    return {
        "name": obj.name,
        "label": obj.label,
        "plural": obj.plural,
        # Who may not see names knows the records by their ids.
        "name_field": _if_readable(actor, obj, obj.name_field) or "id",
        "icon": obj.icon,
        "navigation": obj.navigation,
        "stage_field": _if_readable(actor, obj, obj.stage_field),
        "amount_field": _if_readable(actor, obj, obj.amount_field),
        "activities": obj.activities,
        "configuration": obj.configuration,
        "owned": obj.owned,
        "master": _master(actor, obj),
        "actions": [action.value for action in Action if allowed(actor, obj, action) is None],
        "fields": [_field(actor, obj, f) for f in obj.fields.values() if readable(actor, obj, f)],
        "layout": _layout(registry, actor, obj, shown),
    }


def _master(actor: Principal, obj: Object) -> dict[str, Any] | None:
    """By which field a detail hangs on its master, and what one must be allowed to do with that to write details."""
    name = _if_readable(actor, obj, obj.master.name if obj.master else None)
    return None if name is None else {"field": name, "action": obj.master_action}


def _if_readable(actor: Principal, obj: Object, name: str | None) -> str | None:
    return name if name is not None and readable(actor, obj, obj.fields[name]) else None


def _field(actor: Principal, obj: Object, field: Field) -> dict[str, Any]:
    kind = KINDS[field.type]
    return {
        "name": field.name,
        "type": field.type.value,
        "label": field.label,
        "help": field.help,
        "required": field.required,
        "unique": field.unique,
        "default": field.default,
        "length": field.length,
        "scale": field.scale,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "options": [_option(option) for option in field.options],
        "target": field.target,
        "targets": field.targets,
        "format": field.format,
        "system": field.system,
        "searchable": field.searchable,
        "sortable": kind.sortable,
        "access": field_access(actor, obj, field).value,
        "operators": sorted(operator.value for operator in kind.operators),
    }


def _option(option: Option) -> dict[str, Any]:
    return {
        "value": option.value,
        "label": option.label,
        "color": option.color,
        "active": option.active,
        "attributes": option.attributes,
    }


def _layout(registry: Registry, actor: Principal, obj: Object, shown: set[str]) -> dict[str, Any]:
    layout: Layout = obj.layout

    def seen(owner: Object, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if _path_readable(registry, actor, owner, name)]

    sections = [
        {"label": section.label, "columns": section.columns, "fields": seen(obj, section.fields)}
        for section in layout.sections
    ]
    related = [
        {
            "object": item.object,
            "field": item.field,
            "label": item.label,
            "columns": seen(child, item.columns),
            # Parts of the record are changed and removed where they stand; other children on pages of their own.
            "parts": child.fields[item.field].holds,
        }
        for item in layout.related
        for child in (registry.objects[item.object],)
        if item.object in shown and _path_readable(registry, actor, child, item.field)
    ]
    return {
        "highlights": seen(obj, layout.highlights),
        "sections": [section for section in sections if section["fields"]],
        "related": related,
    }


def _path_readable(registry: Registry, actor: Principal, obj: Object, path: str) -> bool:
    """Whether each step of a layout's path may be read; a path through a polymorphic lookup ends there."""
    head, _, rest = path.partition(".")
    fields: Mapping[str, Field] = obj.fields
    field = fields.get(head) or fields.get(f"{head}_id")
    if field is None or not readable(actor, obj, field):
        return False
    if not rest or field.target is None or field.target not in registry.objects:
        return True
    return _path_readable(registry, actor, registry.objects[field.target], rest)
