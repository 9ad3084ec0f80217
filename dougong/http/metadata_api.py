"""What the caller may know of objects, fields and layouts: all that the web application draws its screens from."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from dougong import __version__
from dougong.access.fields import field_access, path_readable, readable
from dougong.access.policy import allowed, grantable, on_menu
from dougong.access.principal import Action, Principal
from dougong.access.record_types import creatable_types, layout_for, preselected_type
from dougong.access.resolve import ACCESS_OBJECTS
from dougong.access.sessions import digest
from dougong.expressions.filter_json import parse_filter
from dougong.expressions.shape import paths
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.principal import SignedIn
from dougong.http.wire import JSON_TYPE, dumps
from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.options import default_of
from dougong.metadata.model import Button, Field, Layout, Object, Option, RecordType, Section, Summary
from dougong.metadata.registry import Registry
from dougong.metadata.summaries import Place
from dougong.records.api import bulk_actions
from dougong.records.buttons import has_button, profile_keys
from dougong.records.proposing import proposed_for
from dougong.records.summaries.filling import fillings

OPTIONS_INLINE_MAX = 200

router = APIRouter(prefix="/api/v1", tags=["metadata"], route_class=ExactRoute)


@router.get("/metadata", responses={**answers(401, 403, body=FreeAnswer), 304: {"description": "Not changed."}})
def show_metadata(caller: SignedIn, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Objects, fields, options and layouts as the caller may see them; keep it until `version` moves."""
    with caller.reading() as r:
        calculating = [place for place, found in fillings(r.snapshot).items() if not found.complete]
        # Two people, two versions of the rights, two versions of the product never share an answer.
        identity = caller.identified()
        limits = "" if identity.limits is None else digest(str(sorted(identity.limits.items()))).hex()[:16]
        tag = f'"{__version__}-{r.registry.version}-{identity.access_version}-{r.actor.user_id}{limits}'
        tag += "".join(f"-{name}.{field}" for name, field in sorted(calculating)) + '"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if if_none_match is not None and tag in if_none_match:
            return Response(status_code=304, headers=headers)
        body = dumps(described(r.registry, r.actor, frozenset(calculating), profile_keys(r, r.actor)))
    return Response(body, media_type=JSON_TYPE, headers=headers)


def described(
    registry: Registry,
    actor: Principal,
    calculating: Collection[Place] = (),
    profiles: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The metadata document; hidden objects and fields, and those out of use, are absent from all of it.

    `calculating`: the roll-ups that are still being filled in. `profiles`: the keys of the actor's.
    """
    shown = [obj for obj in registry.objects.values() if obj.active and allowed(actor, obj, Action.READ) is None]
    return {
        "version": registry.version,
        "objects": [
            _object(registry, actor, obj, {o.name for o in shown}, calculating)
            | {"buttons": [_button(button) for button in obj.buttons if has_button(actor, profiles, button)]}
            for obj in shown
        ],
    }


def _object(
    registry: Registry, actor: Principal, obj: Object, shown: set[str], calculating: Collection[Place]
) -> dict[str, Any]:
    return {
        "name": obj.name,
        "label": obj.label,
        "plural": obj.plural,
        # Who may not see names knows the records by their ids.
        "name_field": _if_readable(actor, obj, obj.name_field) or "id",
        "icon": obj.icon,
        "navigation": obj.navigation if on_menu(actor, obj) else None,
        "stage_field": _if_readable(actor, obj, obj.stage_field),
        "amount_field": _if_readable(actor, obj, obj.amount_field),
        "priced": obj.priced,
        "activities": obj.activities,
        "configuration": obj.configuration,
        "single": obj.single,
        "owned": obj.owned,
        "master": _master(actor, obj),
        "actions": [action.value for action in Action if _may(actor, obj, action)],
        "bulk_actions": [
            {
                "name": action.name,
                "label": action.label,
                "confirm": action.confirm,
                "icon": action.icon,
                "asks": [{"field": name, "needed": name in action.needed} for name in action.asks],
            }
            for action in bulk_actions(registry, actor, obj.name)
        ],
        # What settings of rights are drawn from is shown to those who make them.
        "grantable": [action.value for action in grantable(obj)] if actor.administers or actor.areas else [],
        "decides_access": actor.administers and obj.name in ACCESS_OBJECTS,
        "fields": [
            {
                **_field(actor, obj, f),
                "calculating": (obj.name, f.name) in calculating,
                "proposed": _proposed(registry, actor, obj, f),
            }
            for f in obj.fields.values()
            if readable(actor, obj, f)
        ],
        "record_types": [_record_type(actor, obj, one) for one in obj.record_types],
        "preselected_type": preselected_type(actor, obj),
        "columns": {place: _seen(registry, actor, obj, paths) for place, paths in obj.columns.items()},
        **_layouts(registry, actor, obj, shown),
    }


def _button(button: Button) -> dict[str, Any]:
    """A button as those who have it see it; which records it is for, the server says with them."""
    return {
        "name": button.name,
        "label": button.label,
        "kind": button.kind.value,
        "places": [place.value for place in button.places],
        "icon": button.icon,
        "primary": button.primary,
        "url": button.url,
        "object": button.object,
        "values": button.values,
        "confirm": button.confirm,
        "template": button.template,
        "conditional": button.visible_when is not None,
    }


def _may(actor: Principal, obj: Object, action: Action) -> bool:
    """Whether the caller may do `action` at all; who may create records of no type creates none."""
    if action is Action.CREATE and obj.record_types and not creatable_types(actor, obj):
        return False
    return allowed(actor, obj, action) is None


def _record_type(actor: Principal, obj: Object, found: RecordType) -> dict[str, Any]:
    def seen(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: given for name, given in values.items() if readable(actor, obj, obj.fields[name])}

    return {
        "name": found.name,
        "label": found.label,
        "description": found.description,
        "active": found.active,
        "creatable": found in creatable_types(actor, obj),
        "options": seen(found.options),
        "defaults": seen(found.defaults),
    }


def _layouts(registry: Registry, actor: Principal, obj: Object, shown: set[str]) -> dict[str, Any]:
    """`layout` is that of records whose type has none of its own; `layouts` those of types, each with its types."""
    standard = layout_for(actor, obj, None)
    by_type = {one.name: layout_for(actor, obj, one.name) for one in obj.record_types}
    others = list({id(layout): layout for layout in by_type.values() if layout is not standard}.values())
    return {
        "layout": _layout(registry, actor, obj, standard, shown),
        "layouts": [
            {
                "record_types": [name for name, layout in by_type.items() if layout is other],
                **_layout(registry, actor, obj, other, shown),
            }
            for other in others
        ],
    }


def _seen(registry: Registry, actor: Principal, obj: Object, paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if path_readable(registry.objects, actor, obj, path)]


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
        "default": default_of(field),
        "computed": not field.stored,
        "computed_default": field.default_formula is not None,
        "length": field.length,
        "scale": field.scale,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "options": [_option(option) for option in field.options] if not _elsewhere(field) else [],
        # Options by the thousand are asked for once a set: GET /metadata/option-sets/{name}.
        "options_elsewhere": _elsewhere(field),
        "option_set": field.option_set,
        "controlled_by": _if_readable(actor, obj, field.controlled_by),
        "shown_for": field.shown_for or None,
        "target": field.target,
        "targets": (*field.targets, *field.pooled_targets),
        "format": field.format,
        "system": field.system,
        "summary": None if field.summary is None else _summary(field.summary),
        "searchable": field.searchable,
        "sortable": kind.sortable,
        "access": field_access(actor, obj, field).value,
        "english": _if_readable(actor, obj, obj.english_of(field.name)),
        "operators": sorted(operator.value for operator in kind.operators),
    }


def _proposed(registry: Registry, actor: Principal, obj: Object, field: Field) -> dict[str, Any] | None:
    """What the lookup proposes, and under which name the lookup box is asked for it."""
    found = proposed_for(registry, actor, obj, field)
    return None if found is None else {"field": f"{obj.name}.{field.name}", "where": found.where, "mark": found.mark}


def _summary(summary: Summary) -> dict[str, Any]:
    """Of what a roll-up is made, for its list: whoever reads it may read all of that."""
    return {
        "object": summary.object,
        "field": summary.field,
        "function": summary.function.value,
        "of": summary.of,
        "where": summary.where,
    }


def _elsewhere(field: Field) -> bool:
    """Whether the field's options are too many to stand in the document of all objects."""
    return field.option_set is not None and len(field.options) > OPTIONS_INLINE_MAX


def _option(option: Option) -> dict[str, Any]:
    return {
        "value": option.value,
        "label": option.label,
        "color": option.color,
        "active": option.active,
        "shown_for": option.shown_for,
        "attributes": option.attributes,
    }


def _layout(registry: Registry, actor: Principal, obj: Object, layout: Layout, shown: set[str]) -> dict[str, Any]:
    sections = [_section(actor, obj, section) for section in layout.sections if _decidable(actor, obj, section)]
    related = [
        {
            "object": item.object,
            "field": item.field,
            "label": item.label,
            "columns": _seen(registry, actor, child, item.columns),
            "sort": [
                {"field": path, "descending": down}
                for path, down in item.sort
                if path_readable(registry.objects, actor, child, path)
            ],
            "rows": item.rows,
            # Parts of the record are changed and removed where they stand; other children on pages of their own.
            "parts": child.fields[item.field].holds,
        }
        for item in layout.related
        for child in (registry.objects[item.object],)
        if item.object in shown and path_readable(registry.objects, actor, child, item.field)
    ]
    return {
        "highlights": _seen(registry, actor, obj, layout.highlights),
        "sections": [section for section in sections if section["fields"]],
        "related": related,
        "buttons": layout.buttons,
        # A layout for some leaves out what it does not name; behind the object's own the other fields are shown.
        "complete": layout is not obj.layout,
    }


def _section(actor: Principal, obj: Object, section: Section) -> dict[str, Any]:
    fields = [name for name in section.fields if readable(actor, obj, obj.fields[name])]
    return {
        "label": section.label,
        "columns": section.columns,
        "fields": fields,
        "required": [name for name in fields if name in section.required],
        "read_only": [name for name in fields if name in section.read_only],
        "collapsed": section.collapsed,
        "visible_when": section.visible_when,
    }


def _decidable(actor: Principal, obj: Object, section: Section) -> bool:
    """Whether the caller may read all that the section depends on; else it is not there, whatever the condition says:
    to send it, or to show its outcome, would tell the value of a hidden field."""
    return all(readable(actor, obj, obj.fields[path.steps[0]]) for path in paths(parse_filter(section.visible_when)))
