"""Duplicates: what a record that is being written may be the same as, the workbench, and trying a rule."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from dougong.crm.asking import answer, ask, is_shareable
from dougong.http.batch_body import Values
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn, check_administrator
from dougong.http.query_body import NAME_MAX, Name, Strict
from dougong.http.wire import json_response
from dougong.records.duplicates import Match, matches
from dougong.records.duplicates.asking import askers
from dougong.records.duplicates.scanning import last_scan, may_tidy, scan_wire, start_scan
from dougong.records.duplicates.terms import fillings
from dougong.records.duplicates.trying import drafted, try_rule
from dougong.records.duplicates.workbench import count_pairs, groups, tell_apart, twins_of
from dougong.records.transfer.job_rows import cancel_job, get_job

router = APIRouter(prefix="/api/v1/duplicates", tags=["duplicates"], route_class=ExactRoute)

Id = Annotated[RecordId, Path()]
ObjectName = Annotated[str, Query(min_length=1, max_length=NAME_MAX)]
ObjectInPath = Annotated[str, Path(min_length=1, max_length=NAME_MAX)]
NOTE_MAX = 500
CONDITIONS_MAX, RECORDS_MAX = 30, 10


def _wires(found: tuple[Match, ...]) -> list[dict[str, Any]]:
    return [one.wire() for one in found]


class CheckBody(Strict):
    """A record that is being written; `id`: its own, where it is stored."""

    object: Name
    values: Values
    id: RecordId | None = None


@router.post("/check", responses=answers(400, 401, 403, body=FreeAnswer))
def check(caller: SignedIn, body: CheckBody) -> Response:
    """The records that this one may be the same as, as far as the caller may know of them."""
    caller.about(body.object)
    with caller.reading(asking=True) as r:
        return json_response({"hits": _wires(matches(r, body.object, body.values, exclude=body.id))})


class AskBody(CheckBody):
    """The duplicate whose owner is asked, and a line of one's own."""

    hit: RecordId
    note: Annotated[str, Field(max_length=NOTE_MAX)] = ""


@router.post("/ask", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404, 409, 429))
def ask_owner(caller: SignedIn, body: AskBody) -> Response:
    """Ask the owner of a duplicate that one may not see about it."""
    caller.about(body.object)
    with caller.writing() as w:
        ask(w, body.object, body.values, body.hit, body.id, body.note)
    return Response(status_code=204)


@router.get("/questions/{object}/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_questions(caller: SignedIn, object: ObjectInPath, id: Id) -> Response:
    """Who came upon a record that they may not see and waits for an answer; told to those who may share it."""
    caller.about(object)
    with caller.reading() as r:
        waiting = askers(r, object, id)
        return json_response(
            {
                "shareable": is_shareable(r, object),
                "questions": [
                    {"user_id": str(one.user_id), "name": one.name, "at": one.at, "note": one.note} for one in waiting
                ],
            }
        )


class AnswerBody(Strict):
    """Whose question is settled; `share`: they may read the record from now on."""

    user_id: RecordId
    share: bool


@router.post(
    "/questions/{object}/{id}", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404, 422)
)
def answer_question(caller: SignedIn, object: ObjectInPath, id: Id, body: AnswerBody) -> Response:
    """Settle the question of somebody about a record, by sharing it with them or not."""
    caller.about(object)
    with caller.writing() as w:
        answer(w, object, id, body.user_id, share=body.share)
    return Response(status_code=204)


@router.get("/of/{object}/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_twins(caller: SignedIn, object: ObjectInPath, id: Id) -> Response:
    """The records that a stored one may be the same as."""
    with caller.reading() as r:
        return json_response({"hits": _wires(twins_of(r, object, id))})


@router.get("/groups", responses=answers(400, 401, 403, body=FreeAnswer))
def show_groups(caller: SignedIn, object: ObjectName, rule: RecordId | None = None) -> Response:
    """Groups of likely twins among the records of an object, the likest first, and the scan that looked for them."""
    caller.about(object)
    with caller.reading() as r:
        scan = last_scan(r, object)
        return json_response(
            {
                "groups": [
                    {"score": one.score, "rules": one.rules, "records": _wires(one.records)}
                    for one in groups(r, object, rule)
                ],
                "pairs": count_pairs(r, object),
                "may_merge": may_tidy(r, object),
                "scan": None if scan is None else scan_wire(scan),
            }
        )


class PlaceBody(Strict):
    """A record."""

    object: Name
    id: RecordId


class ApartBody(Strict):
    """Records that are not the same."""

    records: Annotated[list[PlaceBody], Field(min_length=2, max_length=RECORDS_MAX)]


@router.post("/different", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def note_different(caller: SignedIn, body: ApartBody) -> Response:
    """Remember that records are not the same."""
    with caller.writing() as w:
        return json_response({"pairs": tell_apart(w, [(one.object, one.id) for one in body.records])})


class ScanBody(Strict):
    """Whose records are to be compared with each other."""

    object: Name


@router.post("/scans", status_code=201, responses=answers(400, 401, 403, 404, body=FreeAnswer, success=201))
def begin_scan(caller: SignedIn, body: ScanBody) -> Response:
    """Look for duplicates among all records of an object, in the background."""
    caller.about(body.object)
    with caller.writing() as w:
        job_id = start_scan(w, body.object)
        return json_response(scan_wire(get_job(w.snapshot, w.actor, job_id, "duplicates")), 201)


@router.post("/scans/{id}/cancel", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def cancel_scan(caller: SignedIn, id: Id) -> Response:
    """Stop a scan; what it has found stays."""
    with caller.writing() as w:
        cancel_job(w.transaction, w.actor, id, "duplicates")
        return json_response(scan_wire(get_job(w.snapshot, w.actor, id, "duplicates")))


class ConditionBody(Strict):
    """A condition of a rule that is being written."""

    group_number: Annotated[int, Field(ge=1, le=20)] = 1
    field_name: Name
    match: Literal["exact", "fuzzy", "company", "phone", "code"]
    compared_object: Name
    compared_field: Name
    threshold: Annotated[int, Field(ge=50, le=100)] | None = None


class TryBody(Strict):
    """A rule that is being written, and the record (or the values of one) to try it on."""

    object: Name
    conditions: Annotated[list[ConditionBody], Field(min_length=1, max_length=CONDITIONS_MAX)]
    values: Values = Field(default_factory=dict)
    id: RecordId | None = None


@router.post("/try", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def try_draft(caller: SignedIn, body: TryBody) -> Response:
    """What a rule would find. For administrators."""
    caller.about(body.object)
    with caller.reading(asking=True) as r:
        check_administrator(r.actor)
        rule = drafted(r, body.object, [one.model_dump() for one in body.conditions])
        found, whole = try_rule(r, rule, body.values, body.id)
        return json_response({"hits": _wires(found), "whole": whole})


@router.get("/keys", responses=answers(401, 403, body=FreeAnswer))
def show_keys(caller: SignedIn) -> Response:
    """How far the records have the keys that the rules need: until then rules may miss older records."""
    with caller.reading() as r:
        check_administrator(r.actor)
        return json_response({"keys": fillings(r.snapshot)})
