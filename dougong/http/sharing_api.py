"""The sharing settings: object defaults and sharing rules, for administrators."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from dougong.access.areas import Area
from dougong.access.subjects import Member
from dougong.expressions.filter_json import parse_filter
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn, check_administrator, check_area
from dougong.http.query_api import ObjectName
from dougong.http.query_body import Name, Strict
from dougong.http.records_api import Id
from dougong.http.wire import json_response
from dougong.metadata.model import Object, Sharing
from dougong.records.api import Reading
from dougong.records.defining import define
from dougong.records.sharing.defaults import can_have_rules, choices, default_change, is_shareable, preview_default
from dougong.records.sharing.generations import cancel, recalculate
from dougong.records.sharing.preview import preview_rule
from dougong.records.sharing.saving import RuleDraft, StoredRule, names_of, save_rule, stored_rules

TARGETS_MAX = 200

router = APIRouter(prefix="/api/v1", tags=["sharing"], route_class=ExactRoute)


class Subject(Strict):
    """A user, department (with or without those below it), role or public group."""

    object: Literal["user", "department", "role", "public_group"]
    id: RecordId
    with_below: bool = False

    def member(self) -> Member:
        """The same inside."""
        return Member(self.object, self.id, self.with_below and self.object == "department")


class RuleBody(Strict):
    """A sharing rule: of the records that `source` owns, or (none given) of those that meet `conditions`."""

    name: Annotated[str, Field(max_length=80)] = ""
    object: Name
    source: Subject | None = None
    conditions: dict[str, Any] | None = None
    level: Literal["read", "edit"] = "read"
    targets: Annotated[list[Subject], Field(max_length=TARGETS_MAX, default_factory=list)]
    active: bool = True
    description: Annotated[str | None, Field(max_length=2000)] = None

    def draft(self) -> RuleDraft:
        """The same inside. Raises BadRequest for conditions that are none, before they are written down."""
        parse_filter(self.conditions)
        return RuleDraft(
            name=self.name,
            object=self.object,
            source=None if self.source is None else self.source.member(),
            conditions=self.conditions,
            level=self.level,
            targets=tuple(target.member() for target in self.targets),
            active=self.active,
            description=self.description,
        )


class ChangedRule(RuleBody):
    """A rule as it is to be, and the version that was changed."""

    version: int


class DefaultBody(Strict):
    """The default access of an object."""

    sharing: Literal["private", "public_read", "public_edit"]


@router.get("/sharing", responses=answers(401, 403, body=FreeAnswer))
def show_sharing(caller: SignedIn) -> Response:
    """Every object with its default and its rules, and how far each rule is calculated."""
    with caller.reading() as r:
        check_area(r.actor, Area.SHARING)
        objects = [_object(obj) for obj in r.registry.objects.values() if is_shareable(obj)]
        return json_response({"objects": objects, "rules": _rules(r)})


@router.post("/sharing/preview", responses=answers(400, 401, 403, 422, body=FreeAnswer))
def preview_sharing_rule(caller: SignedIn, body: RuleBody) -> Response:
    """How many records a rule would share, and with how many people; nothing is saved."""
    with caller.reading() as r:
        check_area(r.actor, Area.SHARING)
        found = preview_rule(r.snapshot, r.registry, body.draft())
        return json_response({"records": found.records, "people": found.people})


@router.post("/sharing/rules", status_code=201, responses=answers(400, 401, 403, 422, body=FreeAnswer, success=201))
def make_sharing_rule(caller: SignedIn, body: RuleBody) -> Response:
    """Make a rule together with those whom it is for."""
    with caller.writing() as w:
        check_area(w.actor, Area.SHARING)
        return json_response({"id": str(save_rule(w, body.draft()))}, 201)


@router.put("/sharing/rules/{id}", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def change_sharing_rule(caller: SignedIn, id: Id, body: ChangedRule) -> Response:
    """Give a rule another meaning, other people, or both."""
    with caller.writing() as w:
        check_area(w.actor, Area.SHARING)
        save_rule(w, body.draft(), id, body.version)
        return json_response({"id": str(id)})


@router.post("/sharing/rules/{id}/cancel", status_code=204, responses=answers(400, 401, 403, 404, 409))
def cancel_sharing_rule(caller: SignedIn, id: Id) -> Response:
    """Stop the calculation of a rule; what it said before holds on."""
    with caller.writing() as w:
        check_area(w.actor, Area.SHARING)
        cancel(w.transaction, id)
        return Response(status_code=204)


@router.post("/sharing/rules/{id}/recalculate", status_code=204, responses=answers(400, 401, 403, 404, 409))
def recalculate_sharing_rule(caller: SignedIn, id: Id) -> Response:
    """Look at every record anew by a rule."""
    with caller.writing() as w:
        check_area(w.actor, Area.SHARING)
        recalculate(w.transaction, w.registry, id)
        return Response(status_code=204)


@router.post("/sharing/objects/{object}/preview", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def preview_object_default(caller: SignedIn, object: ObjectName, body: DefaultBody) -> Response:
    """Who would gain or lose sight of how many records by another default; nothing is changed."""
    with caller.reading() as r:
        check_administrator(r.actor)
        found = preview_default(r, object, Sharing(body.sharing))
        people = [
            {"id": str(p.user_id), "name": p.name, "reads": list(p.reads), "edits": list(p.edits)} for p in found.people
        ]
        counts = {"records": found.records, "concerned": found.concerned, "rules_off": found.rules_off}
        return json_response({**counts, "gains": found.gains, "people": people})


@router.put("/sharing/objects/{object}", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def change_object_default(caller: SignedIn, object: ObjectName, body: DefaultBody) -> Response:
    """Give an object another default access; it holds with everybody's next request."""
    with caller.writing() as w:
        check_administrator(w.actor)
        change = default_change(w.registry, object, Sharing(body.sharing))
        return json_response({"rules_off": define(w, [change]).rules_off})


def _object(obj: Object) -> Mapping[str, Any]:
    return {
        "name": obj.name,
        "sharing": obj.sharing.value,
        "choices": [choice.value for choice in choices(obj)],
        "rules": can_have_rules(obj),
        "master": obj.master.points_to[0] if obj.master is not None else None,
    }


def _rules(r: Reading) -> list[Mapping[str, Any]]:
    found = stored_rules(r.snapshot, r.registry)
    members = {m for rule in found for m in (*rule.draft.targets, rule.draft.source) if m is not None}
    names = names_of(r.snapshot, r.registry, members)
    return [_rule(rule, names) for rule in found]


def _rule(rule: StoredRule, names: Mapping[Member, str]) -> Mapping[str, Any]:
    def subject(member: Member) -> Mapping[str, Any]:
        return {
            "object": member.object,
            "id": str(member.id),
            "with_below": member.with_below,
            "name": names[member],
        }

    draft, progress = rule.draft, rule.progress
    return {
        "id": str(rule.id),
        "version": rule.version,
        "name": draft.name,
        "object": draft.object,
        "source": None if draft.source is None else subject(draft.source),
        "conditions": draft.conditions,
        "level": draft.level,
        "targets": [subject(member) for member in draft.targets],
        "active": draft.active,
        "description": draft.description,
        "disabled_reason": rule.disabled_reason,
        "progress": progress.progress,
        "done": progress.done,
        "total": progress.total,
        "finished_at": progress.finished_at,
    }
