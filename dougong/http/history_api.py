"""What happened to a record, and taking it back."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dougong.http.body import ExactRoute
from dougong.http.documented import HistoryAnswer, RecordAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.query_api import ObjectName
from dougong.http.records_api import Id, etag, shown
from dougong.http.wire import json_response
from dougong.records.api import HistoryEntry, history, undo_entry

router = APIRouter(prefix="/api/v1", tags=["records"], route_class=ExactRoute)

HISTORY_LIMIT, HISTORY_LIMIT_MAX = 50, 199


@router.get("/records/{object}/{id}/history", responses=answers(400, 401, 403, 404, body=HistoryAnswer))
def read_history(
    caller: SignedIn,
    object: ObjectName,
    id: Id,
    after: Annotated[RecordId | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=HISTORY_LIMIT_MAX)] = HISTORY_LIMIT,
) -> Response:
    """Who changed what in a record, newest first."""
    with caller.reading() as r:
        entries = history(r, object, id, before=after, limit=limit + 1)
    following = str(entries[limit - 1].id) if len(entries) > limit else None
    return json_response({"entries": [_entry(entry) for entry in entries[:limit]], "next": following})


@router.post(
    "/records/{object}/{id}/history/{entry}/undo", responses=answers(400, 401, 403, 404, 409, 422, body=RecordAnswer)
)
def undo_change(caller: SignedIn, object: ObjectName, id: Id, entry: Id) -> Response:
    """Take back what one entry of the history changed in the record, unless it was changed again since."""
    with caller.writing() as w:
        undo_entry(w, object, id, entry)
        answer = shown(w, object, id)
    return json_response(answer, headers={"ETag": etag(answer)})


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    actor = None if entry.actor_id is None else {"id": str(entry.actor_id), "name": entry.actor_name or ""}
    return {
        "id": str(entry.id),
        "at": entry.at,
        "actor": actor,
        "via": entry.via,
        "action": entry.action,
        "reason": entry.reason,
        "version": entry.version,
        "changes": entry.changes,
    }
