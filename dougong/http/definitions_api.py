"""Definitions as administrators read and change them: raw bodies out, a few changes in, tried out before or applied."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field, model_validator

from dougong.access.areas import Area
from dougong.access.principal import Action
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.errors import language_of, problems_body
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn, check_administrator, check_area
from dougong.http.query_api import ObjectName
from dougong.http.query_body import Name, Strict
from dougong.http.records_api import Id
from dougong.http.wire import json_response
from dougong.kit.errors import Forbidden, NotFound
from dougong.kit.text import Language, sentence
from dougong.metadata.bin import Binned, binned
from dougong.metadata.changes import ChangedField, ChangedObject, ChangedOptionSet, DefinitionChange
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.conversions import possible
from dougong.metadata.definitions import object_to_body, option_set_to_body, option_to_body
from dougong.metadata.field_types import LINKS
from dougong.metadata.index_building import is_building, missing_indexes
from dougong.metadata.model import FieldType, Object
from dougong.metadata.names import RESERVED_OBJECTS, nearest
from dougong.metadata.plan import Plan, Step
from dougong.metadata.proposals import proposed_name, proposed_options, settings_of
from dougong.metadata.registry import Registry, without_system_fields
from dougong.metadata.told import lines
from dougong.metadata.uses import Use
from dougong.records.api import Reading
from dougong.records.defining import Grant, define, planned_changes, restore_definition, throw_away, uses_of_changes
from dougong.records.definition_uses import all_uses
from dougong.records.described import described_objects

CHANGES_MAX = 200

router = APIRouter(prefix="/api/v1/metadata", tags=["metadata"], route_class=ExactRoute)


class ChangeBody(Strict):
    """One change: of an object's settings, of a field (`field` is given) or of an option set; `body` null deletes."""

    object: Name | None = None
    field: Name | None = None
    option_set: Name | None = None
    body: dict[str, Any] | None
    after: Annotated[
        str | None, Field(max_length=63, description="the field behind which it is to stand; an empty text: first")
    ] = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> "ChangeBody":
        if (self.object is None) is (self.option_set is None) or (self.field is not None and self.object is None):
            raise ValueError("one of object and option_set")
        return self

    def meant(self) -> DefinitionChange:
        """The same inside."""
        if self.option_set is not None:
            return ChangedOptionSet(self.option_set, self.body)
        if self.field is not None:
            return ChangedField(self.object or "", self.field, self.body, self.after)
        return ChangedObject(self.object or "", self.body)


class GrantBody(Strict):
    """What a profile may do with a new object (`actions`), or with a new field of one (`level`)."""

    profile_id: RecordId
    object: Name
    field: Name | None = None
    level: Literal["hidden", "read", "edit"] | None = None
    actions: Annotated[list[Action], Field(max_length=len(Action), default_factory=list)]

    def meant(self) -> Grant:
        """The record that says it."""
        about = {"profile_id": self.profile_id, "object_name": self.object}
        if self.field is None:
            return Grant("object_permission", {**about, "actions": [action.value for action in self.actions]})
        return Grant("field_permission", {**about, "field_name": self.field, "level": self.level})


class ChangesBody(Strict):
    """Changes that belong together, made from `version` of the definitions (null: whatever is in force).

    `remove_uses`: what uses something that is deleted (layouts, list views, permissions) loses it, instead of being in
    the way. `grants` are given together with what the changes add.
    """

    version: int | None = None
    dry_run: bool = False
    remove_uses: bool = False
    grants: Annotated[list[GrantBody], Field(max_length=CHANGES_MAX, default_factory=list)]
    changes: Annotated[list[ChangeBody], Field(max_length=CHANGES_MAX)]


@router.post("/changes", responses=answers(400, 401, 403, 409, 422, body=FreeAnswer))
def change_definitions(caller: SignedIn, body: ChangesBody) -> Response:
    """What the changes do, step by step. With `dry_run` nothing is changed, and what is in the way is told."""
    changes = [change.meant() for change in body.changes]
    if not body.dry_run:
        with caller.writing() as w:
            check_area(w.actor, Area.OBJECTS)
            _check_rights_stay(w, changes, body)
            given = [grant.meant() for grant in body.grants]
            done = define(w, changes, body.version, remove_uses=body.remove_uses, grants=given)
            language = language_of(caller.request.scope)
            return json_response({**_tried(done.planned, (), language), "version": done.version})
    with caller.reading(asking=True) as r:
        check_area(r.actor, Area.OBJECTS)
        language = language_of(caller.request.scope)
        try:
            tried = planned_changes(r, changes, body.version, remove_uses=body.remove_uses)
        except InvalidDefinitions as refused:
            problems = problems_body(list(refused.problems), language, r.registry)
            uses = [_use(use) for use in uses_of_changes(r, changes)]
            return json_response({"version": r.registry.version, "steps": [], "problems": problems, "uses": uses})
        return json_response(_tried(tried.planned, tried.uses, language))


def _check_rights_stay(r: Reading, changes: Sequence[DefinitionChange], body: ChangesBody) -> None:
    """Raise Forbidden where somebody who does not administer changes what opens records, or other settings."""
    if r.actor.administers:
        return
    if body.grants or body.remove_uses:
        raise Forbidden("session.administrator_required")
    wanted = planned_changes(r, changes, body.version).planned.wanted.objects
    for name, before in r.registry.objects.items():
        after = wanted.get(name)
        if after is not None and _opens(before, after):
            raise Forbidden("area.definition", object=name)


def _opens(before: Object, after: Object) -> bool:
    """Whether the change of definition decides who may see and do what, or is one of a kind of settings."""
    if before.configuration or before.administered or before.log:
        return before != after
    secrets = ({f.name for f in obj.fields.values() if f.secret} for obj in (before, after))
    return any(getattr(before, key) != getattr(after, key) for key in DECIDING) or next(secrets) != next(secrets)


DECIDING = (
    "sharing",
    "owned",
    "configuration",
    "administered",
    "log",
    "single",
    "public_field",
    "master_action",
    "actions",
)
"""What an object's definition says of who may see and do what."""


@router.get("/definitions/objects", responses=answers(401, 403, body=FreeAnswer))
def list_object_definitions(caller: SignedIn) -> Response:
    """Every object: what it is called, whose it is, and how much there is of it."""
    with caller.reading() as r:
        check_area(r.actor, Area.OBJECTS)
        return json_response({"version": r.registry.version, "objects": described_objects(r)})


@router.get("/definitions/objects/{object}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_object_definition(caller: SignedIn, object: ObjectName) -> Response:
    """The definition of an object as it is stored: without system fields, its fields in their order."""
    with caller.reading() as r:
        check_area(r.actor, Area.OBJECTS)
        found = r.registry.objects.get(object)
        if found is None:
            near = nearest(object, r.registry.objects)
            raise NotFound("metadata.unknown_object", object=object, nearest=near)
        body = object_to_body(without_system_fields(found))
        indexes = _indexes(r, object)
        return json_response({"version": r.registry.version, "name": object, "body": body, "indexes": indexes})


def _indexes(r: Reading, object_name: str) -> dict[str, str]:
    """Fields whose index does not stand yet: `building`, or `failed`, because of two equal values for example."""
    missing = [one for one in missing_indexes(r.snapshot, r.registry) if one.object == object_name]
    state = "building" if missing and is_building(r.snapshot) else "failed"
    return {one.field: state for one in missing if one.field is not None}


@router.get("/definitions/objects/{object}/uses", responses=answers(400, 401, 403, body=FreeAnswer))
def show_definition_uses(caller: SignedIn, object: ObjectName) -> Response:
    """Everything that uses the object, and what uses each of its fields."""
    with caller.reading() as r:
        check_administrator(r.actor)
        uses = [use for use in all_uses(r.snapshot, r.registry) if use.target[0] == object]
        fields: dict[str, list[dict[str, Any]]] = {}
        for use in uses:
            if use.target[1] is not None:
                fields.setdefault(use.target[1], []).append(_use(use))
        return json_response({"object": [_use(use) for use in uses if use.target[1] is None], "fields": fields})


@router.get("/field-types", responses=answers(401, 403, body=FreeAnswer))
def list_field_types(caller: SignedIn) -> Response:
    """The types that a field can have, with the settings of each and the types that it can become."""
    with caller.reading() as r:
        check_administrator(r.actor)
        types = [type_ for type_ in FieldType if type_ is not FieldType.ID]
        found = [
            {"type": t.value, "settings": settings_of(t), "becomes": sorted(b.value for b in possible(t))}
            for t in types
        ]
        return json_response({"types": found})


@router.get("/proposed-name", responses=answers(400, 401, 403, body=FreeAnswer))
def propose_name(
    caller: SignedIn,
    zh: Annotated[str, Query(max_length=500)] = "",
    en: Annotated[str, Query(max_length=500)] = "",
    object: Annotated[str, Query(max_length=63)] = "",
    type: Annotated[str, Query(max_length=63)] = "",
) -> Response:
    """A free API name made from a label: of a field of `object`, else of an object."""
    with caller.reading() as r:
        check_administrator(r.actor)
        obj = r.registry.objects.get(object)
        if obj is None:
            name = proposed_name(zh, en, r.registry.objects, reserved=RESERVED_OBJECTS)
        else:
            name = proposed_name(zh, en, obj.fields, link=type in {one.value for one in LINKS})
        return json_response({"name": name})


@router.get("/bin", responses=answers(401, 403, body=FreeAnswer))
def show_bin(caller: SignedIn) -> Response:
    """Deleted objects and fields that can still be restored, the latest first."""
    with caller.reading() as r:
        check_administrator(r.actor)
        return json_response({"entries": [_entry(r.registry, entry) for entry in binned(r.snapshot)]})


@router.post("/bin/{id}/restore", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def restore_from_bin(caller: SignedIn, id: Id) -> Response:
    """Bring a deleted object or field back with its data."""
    with caller.writing() as w:
        check_administrator(w.actor)
        return json_response({"version": restore_definition(w, id).version})


@router.delete("/bin/{id}", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404, 409))
def purge_from_bin(caller: SignedIn, id: Id) -> Response:
    """Throw a deleted object or field away for good, before its 30 days are over."""
    with caller.writing() as w:
        check_administrator(w.actor)
        throw_away(w, id)
    return Response(status_code=204)


@router.get("/definitions/objects/{object}/fields/{field}/options", responses=answers(400, 401, 403, body=FreeAnswer))
def propose_options(caller: SignedIn, object: ObjectName, field: ObjectName) -> Response:
    """The texts that a text field holds, as options for a select field that it may become."""
    with caller.reading() as r:
        check_administrator(r.actor)
        found = r.registry.field(r.registry.object(object), field)
        if found.type is not FieldType.TEXT:
            return json_response({"options": []})
        options = proposed_options(r.snapshot, r.registry.tables[object].c[field])
        return json_response({"options": [option_to_body(option) for option in options]})


@router.get("/definitions/option_sets", responses=answers(401, 403, body=FreeAnswer))
def list_option_set_definitions(caller: SignedIn) -> Response:
    """All general option sets."""
    with caller.reading() as r:
        check_area(r.actor, Area.OBJECTS)
        sets = [{"name": name, "body": option_set_to_body(one)} for name, one in r.registry.option_sets.items()]
        return json_response({"version": r.registry.version, "option_sets": sets})


@router.get("/definitions/option_sets/{name}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_option_set_definition(caller: SignedIn, name: ObjectName) -> Response:
    """One general option set."""
    with caller.reading() as r:
        check_area(r.actor, Area.OBJECTS)
        found = r.registry.option_sets.get(name)
        if found is None:
            near = nearest(name, r.registry.option_sets)
            raise NotFound("metadata.no_such_option_set", place=name, name=name, nearest=near)
        return json_response({"version": r.registry.version, "name": name, "body": option_set_to_body(found)})


def _tried(planned: Plan, uses: Sequence[Use], language: Language) -> dict[str, Any]:
    return {
        "version": planned.current.version,
        "steps": [step_body(step, language) for step in planned.steps],
        "problems": problems_body(planned.problems, language, planned.wanted),
        "uses": [_use(use) for use in uses],
    }


def _use(use: Use) -> dict[str, Any]:
    record = None if use.record is None else {"object": use.record[0], "id": str(use.record[1]), "name": use.title}
    return {
        "kind": use.kind,
        "target": {"object": use.target[0], "field": use.target[1]},
        "object": use.object,
        "field": use.field,
        "record": record,
        "title": use.title,
        "removable": use.removable,
        "blocks": use.blocks,
    }


def _entry(registry: Registry, entry: Binned) -> dict[str, Any]:
    owner = registry.objects.get(entry.object)
    return {
        "id": str(entry.id),
        "object": entry.object,
        "field": entry.field,
        "label": entry.body["label"],
        "object_label": entry.body["label"] if entry.field is None or owner is None else owner.label,
        "type": entry.body.get("type"),
        "filled": entry.filled,
        "deleted_at": entry.deleted_at,
        "deleted_by": entry.deleted_by,
        "gone_at": entry.gone_at,
    }


def step_body(step: Step, language: Language) -> dict[str, Any]:
    """One step of a plan, with what it says to people."""
    label = step.label.zh if language == "zh" else step.label.en
    return {
        "act": step.act,
        "thing": step.thing,
        "name": step.name,
        "label": step.label,
        "changes": {term: {"old": old, "new": new} for term, (old, new) in step.changes.items()},
        "lines": list(lines(step, language)),
        "touched": step.touched,
        "risky": step.risky,
        "notes": [sentence(code, language, {"name": label, "touched": step.touched}) for code in step.notes],
    }
