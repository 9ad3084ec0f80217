"""Formulas while they are written: what is wrong with one and where, what can stand in it, what it gives."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from dougong.expressions.formula.functions import Context
from dougong.expressions.formula.problems import FormulaProblem
from dougong.http.body import ExactRoute
from dougong.http.documented import DefaultsAnswer, FormulaAnswer, FormulaCatalogue, FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn, check_administrator
from dougong.http.query_api import ObjectName
from dougong.http.query_body import NAME_MAX, Strict
from dougong.http.wire import json_response
from dougong.kit.errors import Problem
from dougong.kit.limits import FORMULA_LENGTH_MAX, QUERY_FIELDS_MAX
from dougong.kit.text import Language, sentence
from dougong.metadata.formula_catalogue import field_choices, function_choices
from dougong.metadata.formulas import Draft, check_draft
from dougong.metadata.model import FieldType
from dougong.records.formulas import default_values, try_formula, value_wire

router = APIRouter(prefix="/api/v1", tags=["formulas"], route_class=ExactRoute)

Purpose = Literal["formula", "default", "rule"]
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, examples=["opportunity"])]
Text = Annotated[str, Field(max_length=FORMULA_LENGTH_MAX * 2, examples=["ROUND(amount * 0.05, 2)"])]

PLACE = ("line", "column", "start", "length")


class CheckBody(Strict):
    """A formula as it stands in an editor."""

    object: Name
    text: Text
    expects: FieldType | None = None
    """The type of the field that it is for; of a rule "boolean". None: any."""
    purpose: Purpose = "formula"
    field: Name | None = None
    """The field that it is for, if that exists already: its options count, and nothing may go round in a circle."""
    options: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=5_000)] = Field(
        default_factory=list
    )
    """The options of a select field that does not exist yet."""


class TryBody(Strict):
    """A formula, and the record to try it on."""

    object: Name
    text: Text
    record_id: RecordId


class DefaultsBody(Strict):
    """A form that is being filled in."""

    values: Annotated[dict[Annotated[str, Field(max_length=NAME_MAX)], Any], Field(max_length=QUERY_FIELDS_MAX)]


@router.post("/formulas/check", responses=answers(400, 401, 403, body=FormulaAnswer))
def check_formula(caller: SignedIn, body: CheckBody) -> Response:
    """Whether a formula can be used, of which type it is, and what it uses (administrators). Faults are no errors."""
    with caller.reading() as r:
        check_administrator(r.actor)
        draft = Draft(body.object, body.text, body.expects, body.purpose, body.field, tuple(body.options))
        formula, problems = check_draft(r.registry.objects, r.registry.object(body.object), draft)
        objects, language = r.registry.objects, r.actor.language
    uses = sorted(formula.uses) if formula is not None else []
    return json_response(
        {
            "valid": not problems,
            "kind": formula.checked.type.kind.value if formula is not None else None,
            "references": [
                {"object": name, "field": used, "label": objects[name].fields[used].label} for name, used in uses
            ],
            "errors": [_told(problem, language) for problem in problems],
        }
    )


@router.post("/formulas/try", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def try_on_record(caller: SignedIn, body: TryBody) -> Response:
    """The value of a formula for a record, as the caller would see it (administrators)."""
    with caller.reading() as r:
        check_administrator(r.actor)
        try:
            kind, value = try_formula(r, body.object, body.text, body.record_id)
        except FormulaProblem as refused:
            told = _told(Problem(refused.code, params=refused.params), r.actor.language)
            return json_response({"kind": None, "value": None, "errors": [told]})
    return json_response({"kind": kind.value, "value": value_wire(value), "errors": []})


@router.post("/objects/{object}/defaults", responses=answers(400, 401, 403, body=DefaultsAnswer))
def show_defaults(caller: SignedIn, object: ObjectName, body: DefaultsBody) -> Response:
    """What a new record of the caller would be given beside the values that a form has so far."""
    with caller.reading() as r:
        return json_response({"values": default_values(r, object, body.values)})


@router.get("/formulas/catalogue", responses=answers(400, 401, 403, body=FormulaCatalogue))
def show_catalogue(
    caller: SignedIn,
    object: Annotated[str, Query(min_length=1, max_length=NAME_MAX, examples=["opportunity"])],
    purpose: Purpose = "formula",
) -> Response:
    """The fields of an object and the functions that formulas can use (administrators).

    What stands behind a lookup is the catalogue of its target; `$user` has the fields of the object `user`.
    """
    with caller.reading() as r:
        check_administrator(r.actor)
        obj = r.registry.object(object)
    context: Context = "rule" if purpose == "rule" else "formula"
    return json_response(
        {"object": obj.name, "label": obj.label, "fields": field_choices(obj), "functions": function_choices(context)}
    )


def _told(problem: Problem, language: Language) -> dict[str, Any]:
    params = {name: value for name, value in problem.params.items() if name not in PLACE}
    place = {name: problem.params.get(name) for name in PLACE}
    return {"code": problem.code, "detail": sentence(problem.code, language, params), **place, "params": params}
