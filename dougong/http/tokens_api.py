"""API tokens of the signed-in person; made and revoked in a browser session only."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, Field

from dougong.access.api_tokens import TOKEN_NAME_MAX, Token, create_token, list_tokens, revoke_token
from dougong.access.policy import check_action
from dougong.access.principal import Action
from dougong.access.sessions import TokenScope
from dougong.http.body import ExactRoute
from dougong.http.documented import NewTokenAnswer, TokensAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn, check_not_viewing
from dougong.http.query_body import Name, Strict
from dougong.http.wire import json_response
from dougong.records.api import Writing
from dougong.storage.audit import Words

OBJECTS_MAX = 100

router = APIRouter(prefix="/api/v1", tags=["tokens"], route_class=ExactRoute)


class TokenBody(Strict):
    """What a new token is called, what it may be used for, and until when (null: until it is revoked)."""

    name: Annotated[str, Field(min_length=1, max_length=TOKEN_NAME_MAX)]
    scopes: Annotated[list[TokenScope], Field(min_length=1, max_length=2)] = [TokenScope.READ, TokenScope.WRITE]  # noqa: RUF012 (pydantic copies it)
    expires_at: AwareDatetime | None = None
    objects: Annotated[
        dict[Name, TokenScope] | None,
        Field(max_length=OBJECTS_MAX, description="only these objects, each to read or to write; null: every object"),
    ] = None


@router.get("/tokens", responses=answers(401, 403, body=TokensAnswer))
def show_tokens(caller: SignedIn) -> Response:
    """One's own API tokens."""
    with caller.reading() as r:
        check_not_viewing(r.actor, "view_as.closed")
        return json_response({"tokens": [_token(t) for t in list_tokens(r.snapshot, r.actor.user_id or 0)]})


@router.post("/tokens", status_code=201, responses=answers(400, 401, 403, 409, body=NewTokenAnswer, success=201))
def make_token(caller: SignedIn, body: TokenBody) -> Response:
    """Make an API token; its secret is in this answer and never again."""
    caller.check_browser()
    with caller.writing() as w:
        made, secret = create_token(
            w.transaction,
            w.actor.user_id or 0,
            name=body.name,
            scopes=frozenset(body.scopes),
            expires_at=body.expires_at,
            by=w.author,
            objects=body.objects,
            named=None if body.objects is None else _named(w, body.objects),
        )
    return json_response({**_token(made), "token": secret}, 201)


@router.delete("/tokens/{id}", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404))
def end_token(caller: SignedIn, id: Annotated[RecordId, Path()]) -> Response:
    """Revoke one of one's own API tokens."""
    caller.check_browser()
    with caller.writing() as w:
        revoke_token(w.transaction, w.actor.user_id or 0, id, w.author)
    return Response(status_code=204)


def _named(w: Writing, objects: Mapping[str, TokenScope]) -> Words:
    """What the objects are called. Raises for one that the owner may not read: a token gives nobody more."""
    found = [w.registry.object(name) for name in objects]
    for obj in found:
        check_action(w.actor, obj, Action.READ)
    return Words("、".join(obj.label.zh for obj in found), ", ".join(obj.label.en for obj in found))


def _token(token: Token) -> dict[str, Any]:
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": token.scopes,
        "objects": token.objects,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }
