"""Signing in and out, the person's own settings and password."""

from dataclasses import replace
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Path, Response
from pydantic import Field

from dougong.access.passwords import set_password
from dougong.access.principal import system
from dougong.access.sessions import SESSION_ABSOLUTE, close_session, close_sessions
from dougong.access.sign_in import change_password, sign_in
from dougong.http.body import ExactRoute
from dougong.http.documented import SessionAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SESSION_COOKIE, Anybody, Caller, SignedIn, Visitor, check_administrator
from dougong.http.query_body import Strict
from dougong.http.wire import json_response
from dougong.kit.errors import BadRequest
from dougong.records.api import Change, Reading, get, update, writing

router = APIRouter(prefix="/api/v1", tags=["session"], route_class=ExactRoute)

PASSWORD_INPUT_MAX = 1_000
"""What a sign-in may send as password; longer ones are no one's."""

CODE_INPUT_MAX = 40

Password = Annotated[str, Field(min_length=1, max_length=PASSWORD_INPUT_MAX)]


Code = Annotated[str, Field(min_length=1, max_length=CODE_INPUT_MAX)]
"""Six digits of an authenticator, or a recovery code."""


class SignInBody(Strict):
    """Login and password, and the one-time code where the account has a second factor."""

    login: Annotated[str, Field(min_length=1, max_length=255)]
    password: Password
    otp: Code | None = None


class SettingsBody(Strict):
    """The person's own settings; what is absent stays."""

    language: Literal["zh", "en"] | None = None
    timezone: Annotated[str | None, Field(max_length=64, examples=["Asia/Shanghai"])] = None


class PasswordBody(Strict):
    """A change of one's own password."""

    current: Password
    new: Password


class NewPasswordBody(Strict):
    """A password that an administrator gives to somebody."""

    new: Password


@router.post("/session", responses=answers(400, 401, 403, 429, body=SessionAnswer))
def open_session(visitor: Anybody, body: SignInBody) -> Response:
    """Sign in; sets the session cookie. A session that came with the request ends."""
    database = visitor.edge.settings.database
    opened = sign_in(
        database,
        visitor.edge.settings.sealer,
        login=body.login,
        password=body.password,
        otp=body.otp,
        ip=visitor.ip,
        user_agent=visitor.user_agent,
    )
    if visitor.session_token is not None:
        with database.transaction() as transaction:
            close_session(transaction, visitor.session_token)
    caller = Caller(visitor.edge, visitor.request, opened.token, bearer=False, fresh=True)
    response = json_response(_session(caller))
    response.set_cookie(
        SESSION_COOKIE,
        opened.token,
        max_age=int(SESSION_ABSOLUTE.total_seconds()),
        path="/",
        secure=is_secure(visitor),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/session", responses=answers(401, 403, body=SessionAnswer))
def show_session(caller: SignedIn) -> Response:
    """Who is signed in."""
    return json_response(_session(caller))


@router.patch("/session", responses=answers(400, 401, 403, 422, body=SessionAnswer))
def change_settings(caller: SignedIn, body: SettingsBody) -> Response:
    """Change one's own language or time zone."""
    values = body.model_dump(exclude_none=True)
    if not values:
        raise BadRequest("session.nothing_to_change")
    check_timezone(values.get("timezone"))
    with caller.writing() as w:
        person = replace(system("own settings"), user_id=w.actor.user_id, name=w.actor.name, reason=None)
        own = writing(w.transaction, w.registry, person, w.via)
        update(own, "user", [Change(w.actor.user_id or 0, values)])
    return json_response(_session(caller))


@router.delete("/session", status_code=204, response_class=Response, responses=answers(401, 403))
def end_session(caller: SignedIn) -> Response:
    """Sign out; the cookie is taken back."""
    caller.check_browser()
    with caller.writing() as w:
        close_session(w.transaction, caller.token)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response


@router.post("/password", status_code=204, response_class=Response, responses=answers(400, 401, 403, 422, 429))
def change_own_password(caller: SignedIn, body: PasswordBody) -> Response:
    """Change one's own password; ends one's other sessions."""
    caller.check_browser()
    with caller.reading() as r:
        user_id, login = r.actor.user_id or 0, r.actor.login
    database = caller.edge.settings.database
    change_password(database, user_id, login, current=body.current, new=body.new, keep=caller.token, ip=caller.ip)
    return Response(status_code=204)


@router.post(
    "/users/{id}/password", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404, 422)
)
def give_password(caller: SignedIn, id: Annotated[RecordId, Path()], body: NewPasswordBody) -> Response:
    """Give a person a password (administrators); ends all of that person's sessions."""
    caller.check_browser()
    with caller.writing() as w:
        check_administrator(w.actor)
        person = get(w, "user", id, ("login",))
        set_password(w.transaction, id, str(person["login"]), body.new, field="new")
        close_sessions(w.transaction, id)
    return Response(status_code=204)


def is_secure(visitor: Visitor) -> bool:
    """Whether the cookie is only for https."""
    wanted = visitor.edge.settings.cookie_secure
    return visitor.request.url.scheme == "https" if wanted is None else wanted


def check_timezone(name: str | None) -> None:
    """Raise BadRequest when there is no IANA zone of that name."""
    if name is not None and (name not in available_timezones() or ZoneInfo(name).key != name):
        raise BadRequest("session.timezone_unknown", field="timezone", value=name)


def _session(caller: Caller) -> dict[str, Any]:
    with caller.reading() as r:
        actor = r.actor
        # Everybody may see these two of themselves, whatever their profiles say about the user object.
        own = get(Reading(r.snapshot, r.registry, system("own session")), "user", actor.user_id or 0, OWN_FIELDS)
        return {
            "user": {
                "id": str(actor.user_id),
                "name": actor.name,
                "login": actor.login,
                "language": actor.language,
                "timezone": actor.timezone,
                "department_id": None if actor.department_id is None else str(actor.department_id),
                "department_name": own["department.name"],
                "administers": actor.administers,
                "avatar": None if own["avatar"] is None else str(own["avatar"]),
            },
            "csrf": caller.identified().csrf,
            "version": {"metadata": r.registry.version},
        }


OWN_FIELDS = ("department.name", "avatar")
