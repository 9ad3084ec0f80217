"""The person's own second factor and sessions; managed in a browser session only."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from dougong.access.audit import note
from dougong.access.closing import close_own_session, close_sessions
from dougong.access.devices import device_of
from dougong.access.principal import Principal
from dougong.access.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    reset,
    second_factor_of,
    switch_off,
)
from dougong.access.sessions import list_sessions
from dougong.http.body import ExactRoute
from dougong.http.documented import EnrolmentAnswer, RecoveryCodesAnswer, SecondFactorAnswer, SessionsAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import Caller, SignedIn, check_not_viewing
from dougong.http.query_body import Strict
from dougong.http.session_api import Code, Password
from dougong.http.wire import json_response
from dougong.records.api import get
from dougong.records.security.areas import check_look_after
from dougong.storage.audit import Event

router = APIRouter(prefix="/api/v1", tags=["session"], route_class=ExactRoute)


class ProvedBody(Strict):
    """The person's password: an open session alone may not change what proves them."""

    password: Password


class CodeBody(Strict):
    """A code of the authenticator that has just been told the secret."""

    code: Code


class SwitchOffBody(ProvedBody):
    """The password and a code, of the authenticator or for recovery."""

    code: Code


@router.get("/second-factor", responses=answers(401, 403, body=SecondFactorAnswer))
def show_second_factor(caller: SignedIn) -> Response:
    """Whether one's own second factor is on, and how many recovery codes are left."""
    caller.check_browser()
    with caller.reading() as r:
        check_not_viewing(r.actor, "view_as.closed")
        found = second_factor_of(r.snapshot, r.actor.user_id or 0)
    return json_response({"since": found.since, "recovery_codes": found.recovery_codes})


@router.post("/second-factor", responses=answers(400, 401, 403, 409, 429, body=EnrolmentAnswer))
def begin_second_factor(caller: SignedIn, body: ProvedBody) -> Response:
    """Begin to set up a second factor: the secret for the authenticator. It holds once a code has confirmed it."""
    caller.check_browser()
    actor = _self(caller)
    settings = caller.edge.settings
    user_id, login = actor.user_id or 0, actor.login
    begun = begin_enrolment(settings.database, settings.sealer, user_id, login, password=body.password, ip=caller.ip)
    return json_response({"secret": begun.secret, "uri": begun.uri})


@router.post("/second-factor/confirm", responses=answers(400, 401, 403, 409, body=RecoveryCodesAnswer))
def confirm_second_factor(caller: SignedIn, body: CodeBody) -> Response:
    """Switch the second factor on with a code of it; the recovery codes are in this answer and never again."""
    caller.check_browser()
    with caller.writing() as w:
        sealer = caller.edge.settings.sealer
        codes = confirm_enrolment(w.transaction, sealer, w.actor.user_id or 0, body.code, by=w.author)
    return json_response({"recovery_codes": codes})


@router.post("/second-factor/off", status_code=204, response_class=Response, responses=answers(400, 401, 403, 429))
def end_second_factor(caller: SignedIn, body: SwitchOffBody) -> Response:
    """Switch one's own second factor off."""
    caller.check_browser()
    actor = _self(caller)
    settings = caller.edge.settings
    switch_off(
        settings.database,
        settings.sealer,
        actor.user_id or 0,
        actor.login,
        password=body.password,
        code=body.code,
        by=caller.author(actor),
    )
    return Response(status_code=204)


@router.delete(
    "/users/{id}/second-factor", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404)
)
def reset_second_factor(caller: SignedIn, id: Annotated[RecordId, Path()]) -> Response:
    """Switch off the second factor of a person who has lost it (administrators); ends that person's sessions."""
    caller.check_browser()
    with caller.writing() as w:
        check_look_after(w, id)
        get(w, "user", id, ("login",))
        reset(w.transaction, id, w.author)
    return Response(status_code=204)


@router.get("/sessions", responses=answers(401, 403, body=SessionsAnswer))
def show_sessions(caller: SignedIn) -> Response:
    """Where one is signed in, this session first."""
    caller.check_browser()
    with caller.reading() as r:
        check_not_viewing(r.actor, "view_as.closed")
        found = list_sessions(r.snapshot, r.actor.user_id or 0, caller.token)
    return json_response(
        {
            "sessions": [
                {
                    "id": str(s.id),
                    "browser": (device := device_of(s.user_agent)).browser,
                    "system": device.system,
                    "mobile": device.mobile,
                    "ip": s.ip,
                    "created_at": s.created_at,
                    "last_seen_at": s.last_seen_at,
                    "current": s.current,
                }
                for s in found
            ]
        }
    )


@router.delete("/sessions/{id}", status_code=204, response_class=Response, responses=answers(400, 401, 403, 404))
def end_one_session(caller: SignedIn, id: Annotated[RecordId, Path()]) -> Response:
    """Sign out one of one's own sessions."""
    caller.check_browser()
    with caller.writing() as w:
        close_own_session(w.transaction, w.actor.user_id or 0, id)
        note(w.transaction, Event.SESSION_ENDED, w.author, about=w.actor.user_id)
    return Response(status_code=204)


@router.delete("/sessions", status_code=204, response_class=Response, responses=answers(401, 403))
def end_other_sessions(caller: SignedIn) -> Response:
    """Sign out everywhere but here."""
    caller.check_browser()
    with caller.writing() as w:
        close_sessions(w.transaction, w.actor.user_id or 0, but=caller.token)
        note(w.transaction, Event.SIGNED_OUT_EVERYWHERE, w.author, about=w.actor.user_id)
    return Response(status_code=204)


def _self(caller: Caller) -> Principal:
    """Who asks; refuses a request without the CSRF value before anything is counted."""
    return caller.acting()[1]
