"""Questions about records: the query as JSON, SOQL, the lookup box, the global search."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from dougong.http.body import ExactRoute
from dougong.http.documented import LookupAnswer, QueryAnswer, SearchAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.query_body import NAME_MAX, PATH_MAX, Cursor, QueryBody, is_plain, query_of
from dougong.http.wire import json_response, page_body
from dougong.kit.limits import SOQL_LENGTH_MAX
from dougong.records.api import Count, Hit, Reading, count, lookup, page, parse_soql, search_groups
from dougong.records.api import Query as Question
from dougong.records.proposing import among, proposal, strangers
from dougong.records.search import SEARCH_LIMIT_MAX

router = APIRouter(prefix="/api/v1", tags=["query"], route_class=ExactRoute)

ERRORS = answers(400, 401, 403, body=QueryAnswer)
TEXT_MAX = 255
GIVEN_MAX = 2_000

ObjectName = Annotated[str, Path(min_length=1, max_length=NAME_MAX, examples=["account"])]


@router.post("/query", responses=ERRORS)
def run_query(caller: SignedIn, body: QueryBody) -> Response:
    """One page of records, or an aggregate."""
    caller.about(body.object)
    with caller.reading(asking=True) as r:
        query = query_of(body, r.registry, r.actor)
        answer = page_body(page(r, query))
        total = _total(r, query) if body.count else None
    return json_response(_with_total(answer, total))


@router.get("/query", responses=ERRORS)
def run_soql(
    caller: SignedIn,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=SOQL_LENGTH_MAX,
            examples=["SELECT stage, COUNT(id), SUM(amount) FROM opportunity GROUP BY stage"],
        ),
    ],
    after: Cursor = None,
) -> Response:
    """The same in SOQL, page after page up to its LIMIT; child subqueries are nested as {rows}."""
    with caller.reading() as r:
        answer = page_body(page(r, replace(parse_soql(q, r.registry, r.actor), after=after)))
    return json_response(_with_total(answer, None))


@router.get("/lookup/{object}", responses=answers(400, 401, 403, body=LookupAnswer))
def look_up(
    caller: SignedIn,
    object: ObjectName,
    q: Annotated[str, Query(max_length=TEXT_MAX)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    field: Annotated[
        str | None, Query(max_length=PATH_MAX, description="the lookup that is filled in: opportunity.contact_id")
    ] = None,
    given: Annotated[
        str, Query(max_length=GIVEN_MAX, description='what the record has, as JSON: {"account_id": "12"}')
    ] = "{}",
    all: Annotated[bool, Query(description="not only what the field proposes")] = False,
    id: Annotated[RecordId | None, Query(description="this record alone: the one that the form holds")] = None,
) -> Response:
    """Records whose searchable text contains `q`, for pickers.

    With `field` those that it proposes only (`narrowed`), or all, each of the others with what marks it (`beyond`).
    With `id` the one record, marked where the field does not propose it.
    """
    with caller.reading() as r:
        found = proposal(r, field, given) if field is not None else None
        proposed = found[1] if found is not None and found[0] == object else None
        narrowing = proposed is not None and not all and id is None
        within = proposed.where if proposed is not None and narrowing else None
        hits = lookup(r, object, q, limit, within if id is None else among([id]))
        beyond = strangers(r, object, proposed, [hit.id for hit in hits]) if proposed and not narrowing else {}
    rows = [{**_found(hit), "beyond": beyond.get(hit.id)} for hit in hits]
    return json_response({"rows": rows, "narrowed": narrowing})


@router.get("/search", responses=answers(400, 401, body=SearchAnswer))
def search_everywhere(
    caller: SignedIn,
    q: Annotated[str, Query(max_length=TEXT_MAX)],
    limit: Annotated[int, Query(ge=1, le=SEARCH_LIMIT_MAX, description="hits of each object")] = 5,
    object: Annotated[str | None, Query(min_length=1, max_length=NAME_MAX, description="only this object")] = None,
) -> Response:
    """The best hits of each object that the administrators let people search."""
    with caller.reading() as r:
        found = search_groups(r, q, limit, object)
    return json_response(
        {
            "hits": [_hit(hit) for group in found for hit in group.hits],
            "groups": [{"object": group.object, "more": group.more} for group in found],
        }
    )


def _hit(hit: Hit) -> dict[str, Any]:
    found = hit.found_in
    return {
        "object": hit.object,
        **_found(hit),
        "id": None if hit.foreign else str(hit.id),
        "closeness": None if hit.closeness is None else hit.closeness.name.lower(),
        "marks": hit.marks,
        "found_in": None if found is None else {"field": found.field, "value": found.value, "marks": found.marks},
        "foreign": hit.foreign,
    }


def _found(hit: Hit) -> dict[str, Any]:
    return {"id": str(hit.id), "name": hit.name, "detail": hit.detail}


def _total(r: Reading, query: Question) -> Count | None:
    """The capped count of all records that the query's condition meets; groups are not counted."""
    return count(r, query.object, query.where, deleted=query.deleted) if is_plain(query) else None


def _with_total(answer: dict[str, Any], total: Count | None) -> dict[str, Any]:
    answer["total"] = None if total is None else total.number
    answer["total_capped"] = total is not None and total.capped
    return answer
