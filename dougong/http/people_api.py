"""Inviting people: the account with roles and profiles in one act, and the link by which they set a password."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from dougong.access.areas import Area
from dougong.access.devices import origin_of
from dougong.access.invitations import Invited, accept, invite, invited
from dougong.http.body import ExactRoute
from dougong.http.documented import InvitationAnswer, InvitedAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import Anybody, SignedIn, check_area
from dougong.http.query_body import NAME_MAX, Strict
from dougong.http.session_api import Password
from dougong.http.wire import json_response
from dougong.records.api import get
from dougong.records.people import add_user
from dougong.records.security.areas import check_look_after

router = APIRouter(prefix="/api/v1", tags=["people"], route_class=ExactRoute)

HELD_MAX = 50
TOKEN_MAX = 100

Held = Annotated[list[RecordId], Field(max_length=HELD_MAX)]


class NewPerson(Strict):
    """A user with the roles and profiles that they hold."""

    values: dict[Annotated[str, Field(max_length=NAME_MAX)], Any]
    roles: Held
    profiles: Held


class LinkBody(Strict):
    """What a link carries."""

    token: Annotated[str, Field(min_length=1, max_length=TOKEN_MAX)]


class AcceptBody(LinkBody):
    """The password that the invited person has chosen."""

    password: Password


@router.post(
    "/invitations", status_code=201, responses=answers(400, 401, 403, 404, 422, body=InvitationAnswer, success=201)
)
def invite_somebody(caller: SignedIn, body: NewPerson) -> Response:
    """Add a person (administrators): the user, its roles and profiles, and a link, which is in this answer only."""
    caller.check_browser()
    caller.about("user")
    with caller.writing() as w:
        check_area(w.actor, Area.PEOPLE)
        user_id = add_user(w, body.values, body.roles, body.profiles)
        token, until = invite(w.transaction, user_id, w.author)
    return json_response({"user_id": str(user_id), "token": token, "expires_at": until}, 201)


@router.post("/users/{id}/invitation", responses=answers(400, 401, 403, 404, body=InvitationAnswer))
def invite_again(caller: SignedIn, id: Annotated[RecordId, Path()]) -> Response:
    """A new link for who is not in yet or has forgotten the password (administrators); it ends the one before."""
    caller.check_browser()
    with caller.writing() as w:
        check_look_after(w, id)
        get(w, "user", id, ("login",))
        token, until = invite(w.transaction, id, w.author)
    return json_response({"user_id": str(id), "token": token, "expires_at": until})


@router.post("/invitation", responses=answers(400, 403, 404, body=InvitedAnswer))
def show_invitation(visitor: Anybody, body: LinkBody) -> Response:
    """Whom a link is for. (256 random bits are not guessed: attempts need no count.)"""
    with visitor.edge.settings.database.snapshot() as snapshot:
        person = invited(snapshot, body.token)
    return json_response(_invited(person))


@router.post("/invitation/accept", responses=answers(400, 403, 404, 422, body=InvitedAnswer))
def accept_invitation(visitor: Anybody, body: AcceptBody) -> Response:
    """Set the password that one signs in with; the link holds no longer."""
    database, origin = visitor.edge.settings.database, origin_of(visitor.ip, visitor.user_agent)
    person = accept(database, body.token, body.password, origin)
    return json_response(_invited(person))


def _invited(person: Invited) -> dict[str, str]:
    return {"name": person.name, "login": person.login, "language": person.language}
