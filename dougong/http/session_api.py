"""Signing in and out, the person's own settings and password."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Path, Response
from pydantic import Field

from dougong.access.areas import Area
from dougong.access.audit import note
from dougong.access.closing import close_session, close_sessions
from dougong.access.devices import origin_of
from dougong.access.passwords import set_password
from dougong.access.principal import acting_for, system
from dougong.access.sign_in import change_password, sign_in
from dougong.access.sign_in_policy import policy_of
from dougong.access.view_as import begin_view, end_view
from dougong.http.body import ExactRoute
from dougong.http.documented import SessionAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SESSION_COOKIE, Anybody, Caller, SignedIn, Visitor
from dougong.http.query_body import Strict
from dougong.http.wire import json_response
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest
from dougong.records.api import Change, Reading, get, update, writing
from dougong.records.people import first_signed_in, has_signed_in
from dougong.records.security.areas import check_look_after
from dougong.storage.audit import Event

router = APIRouter(prefix="/api/v1", tags=["session"], route_class=ExactRoute)

PASSWORD_INPUT_MAX = 1_000
"""What a sign-in may send as password; longer ones are no one's."""

CODE_INPUT_MAX = 40

Password = Annotated[str, Field(min_length=1, max_length=PASSWORD_INPUT_MAX)]


Code = Annotated[str, Field(min_length=1, max_length=CODE_INPUT_MAX)]
"""Six digits of an authenticator, or a recovery code."""


class SignInBody(Strict):
    """Login and password, the one-time code where there is a second factor, a new password where one is due."""

    login: Annotated[str, Field(min_length=1, max_length=255)]
    password: Password
    otp: Code | None = None
    new_password: Password | None = None


class SettingsBody(Strict):
    """The person's own settings; what is absent stays."""

    language: Literal["zh", "en"] | None = None
    timezone: Annotated[str | None, Field(max_length=64, examples=["Asia/Shanghai"])] = None


class ViewBody(Strict):
    """As whom to see the product."""

    user: RecordId


class PasswordBody(Strict):
    """A change of one's own password."""

    current: Password
    new: Password


class NewPasswordBody(Strict):
    """A password that an administrator gives to somebody."""

    new: Password


@router.post("/session", responses=answers(400, 401, 403, 422, 429, body=SessionAnswer))
def open_session(visitor: Anybody, body: SignInBody) -> Response:
    """Sign in; sets the session cookie. A session that came with the request ends."""
    database = visitor.edge.settings.database
    opened = sign_in(
        database,
        visitor.edge.settings.sealer,
        login=body.login,
        password=body.password,
        otp=body.otp,
        new_password=body.new_password,
        ip=visitor.ip,
        user_agent=visitor.user_agent,
        origin=origin_of(visitor.ip, visitor.user_agent),
    )
    if visitor.session_token is not None:
        with database.transaction() as transaction:
            close_session(transaction, visitor.session_token)
    caller = Caller(visitor.edge, visitor.request, opened.token, bearer=False, fresh=True)
    _note_first(caller)
    response = json_response(_session(caller))
    response.set_cookie(
        SESSION_COOKIE,
        opened.token,
        max_age=int((opened.expires_at - now()).total_seconds()),
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
        own = writing(w.transaction, w.registry, acting_for(w.actor), w.via, w.origin)
        update(own, "user", [Change(w.actor.user_id or 0, values)])
    return json_response(_session(caller))


@router.delete("/session", status_code=204, response_class=Response, responses=answers(401, 403))
def end_session(caller: SignedIn) -> Response:
    """Sign out; the cookie is taken back."""
    caller.check_browser()
    person = caller.leaving()
    with caller.edge.settings.database.transaction() as transaction:
        by = caller.author(person)
        end_view(transaction, caller.token, by, why="signed_out")
        close_session(transaction, caller.token)
        note(transaction, Event.SIGNED_OUT, by, about=person.user_id)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response


@router.post("/view-as", responses=answers(400, 401, 403, 404, body=SessionAnswer))
def begin_viewing(caller: SignedIn, body: ViewBody) -> Response:
    """See the product as another person does (administrators), read only, for half an hour; the audit log tells it."""
    caller.check_browser()
    with caller.writing() as w:
        begin_view(w.transaction, caller.token, w.actor, body.user, w.author)
    return json_response(_session(caller, asking=True))


@router.delete("/view-as", responses=answers(401, 403, body=SessionAnswer))
def end_viewing(caller: SignedIn) -> Response:
    """Be oneself again."""
    caller.check_browser()
    person = caller.leaving()
    with caller.edge.settings.database.transaction() as transaction:
        end_view(transaction, caller.token, caller.author(person), why="ended")
    return json_response(_session(caller))


@router.post("/password", status_code=204, response_class=Response, responses=answers(400, 401, 403, 422, 429))
def change_own_password(caller: SignedIn, body: PasswordBody) -> Response:
    """Change one's own password; ends one's other sessions."""
    caller.check_browser()
    _, actor = caller.acting()
    database, by = caller.edge.settings.database, caller.author(actor)
    user_id, login = actor.user_id or 0, actor.login
    change_password(database, user_id, login, current=body.current, new=body.new, keep=caller.token, by=by)
    return Response(status_code=204)


@router.post(
    "/users/{id}/password", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404, 422)
)
def give_password(caller: SignedIn, id: Annotated[RecordId, Path()], body: NewPasswordBody) -> Response:
    """Give a person a password (administrators); ends all of that person's sessions.

    The policy may want them to choose another with the next sign-in.
    """
    caller.check_browser()
    with caller.writing() as w:
        check_look_after(w, id)
        person = get(w, "user", id, ("login",))
        must_change = policy_of(w.transaction).must_change and id != w.actor.user_id
        set_password(w.transaction, id, str(person["login"]), body.new, field="new", must_change=must_change)
        close_sessions(w.transaction, id)
        note(w.transaction, Event.PASSWORD_RESET, w.author, about=id)
    return Response(status_code=204)


def is_secure(visitor: Visitor) -> bool:
    """Whether the cookie is only for https."""
    wanted = visitor.edge.settings.cookie_secure
    return visitor.request.url.scheme == "https" if wanted is None else wanted


def check_timezone(name: str | None) -> None:
    """Raise BadRequest when there is no IANA zone of that name."""
    if name is not None and (name not in available_timezones() or ZoneInfo(name).key != name):
        raise BadRequest("session.timezone_unknown", field="timezone", value=name)


def _note_first(caller: Caller) -> None:
    with caller.reading() as r:
        user_id = r.actor.user_id or 0
        if has_signed_in(Reading(r.snapshot, r.registry, system("own session")), user_id):
            return
        registry = r.registry
    with caller.edge.settings.database.transaction() as transaction:
        first_signed_in(writing(transaction, registry, system("first sign-in"), "system"), user_id)


def _session(caller: Caller, *, asking: bool = False) -> dict[str, Any]:
    with caller.reading(asking=asking) as r:
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
                "areas": sorted(Area if actor.administers else actor.areas),
                "avatar": None if own["avatar"] is None else str(own["avatar"]),
            },
            "viewed_by": None
            if actor.viewed_by is None
            else {"id": str(actor.viewed_by.user_id), "name": actor.viewed_by.name, "until": actor.viewed_by.until},
            "csrf": caller.identified().csrf,
            "version": {"metadata": r.registry.version},
        }


OWN_FIELDS = ("department.name", "avatar")
