"""Forms of the web for everybody: the page of a form, what it asks, and where its answers go. Nobody signs in here.

A form is handed out with a sealed moment: what comes back sooner than people type, or long after, is not taken, and
nothing twice. How often one address sends, and how much a form takes, is bounded. Other sites may show a form in a
frame, and ask and send from their own pages, where its record names them; cookies are never looked at.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response
from pydantic import Field

from dougong.access.principal import system
from dougong.access.rates import Limit, take_turn
from dougong.access.sessions import versions
from dougong.crm.leads.forms import Form, FormField, find_form, origin_of
from dougong.crm.leads.submissions import Sent, submit
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.errors import language_of, problem_response, text_of
from dougong.http.principal import Anybody, Visitor
from dougong.http.query_body import Strict
from dougong.http.wire import json_response
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest, DougongError, Forbidden, Problem, Refused, TooLarge, Unavailable
from dougong.kit.text import Language
from dougong.metadata.registry import Registry
from dougong.records.api import Reading, writing
from dougong.storage.unit_of_work import Snapshot

router = APIRouter(tags=["forms"], route_class=ExactRoute)

SOONEST = timedelta(seconds=2)
"""Nobody reads and fills in a form sooner."""
LATEST = timedelta(hours=12)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADDRESS_MINUTE, ADDRESS_DAY, FORM_HOUR = 5, 50, 500
"""How often: from an address in a minute and in a day (an office shares one), and by a form in an hour."""

CONTENT_MAX = 16 * 1024
"""Characters of what is sent, all answers together."""

STATIC = {"form.js": "text/javascript", "form.css": "text/css", "preview.js": "text/javascript"}

Key = Annotated[str, Path(min_length=1, max_length=60)]
OriginHeader = Annotated[str | None, Header(max_length=300)]


class AnswersBody(Strict):
    """What a visitor sends."""

    values: Annotated[dict[str, Any], Field(max_length=60)]
    token: Annotated[str, Field(min_length=1, max_length=1_000)]
    website: Annotated[str, Field(max_length=2_000)] = ""
    page: Annotated[str, Field(max_length=2_000)] = ""


@router.get("/forms/{key}", include_in_schema=False)
def show_form_page(visitor: Anybody, key: Key) -> Response:
    """The page of a form, its script or its style."""
    if key in STATIC:
        content = resources.files("dougong.http").joinpath("forms", key).read_bytes()
        return Response(content, media_type=STATIC[key], headers={"Cache-Control": "no-cache"})
    if key == "preview":
        return _page("preview.html", ("'self'",))
    with visitor.edge.settings.database.snapshot() as snapshot:
        form = find_form(_reading(visitor, snapshot), key)
    return _page("form.html", ("'self'", *form.sites))


def _page(name: str, framed_by: tuple[str, ...]) -> Response:
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(framed_by)}",
        )
    )
    content = resources.files("dougong.http").joinpath("forms", name).read_bytes()
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
    return Response(content, media_type="text/html", headers=headers)


@router.get("/api/v1/forms/{key}", responses=answers(400, 403, 404, body=FreeAnswer))
def show_form(visitor: Anybody, key: Key, origin: OriginHeader = None) -> Response:
    """What a form asks, in the visitor's language, with the token that goes back with the answers."""
    return _open_to(visitor, key, origin, lambda registry, form: json_response(_asked(visitor, form)))


@router.options("/api/v1/forms/{key}", status_code=204, response_class=Response, responses=answers(400, 403, 404))
def ask_to_send(visitor: Anybody, key: Key, origin: OriginHeader = None) -> Response:
    """What browsers ask before they send from another site."""
    return _open_to(visitor, key, origin, lambda registry, form: Response(status_code=204))


@router.post("/api/v1/forms/{key}", responses=answers(400, 403, 404, 413, 422, 429, body=FreeAnswer))
def send_form(visitor: Anybody, key: Key, body: AnswersBody, origin: OriginHeader = None) -> Response:
    """Take in the answers of a visitor."""
    return _open_to(visitor, key, origin, lambda registry, form: _taken(visitor, registry, form, body))


def _open_to(visitor: Visitor, key: str, origin: str | None, answer: Callable[[Registry, Form], Response]) -> Response:
    """The answer about a form, told to the site that asks where the form's record names it; refusals too."""
    with visitor.edge.settings.database.snapshot() as snapshot:
        reading = _reading(visitor, snapshot)
        form = find_form(reading, key)
    shown = {"Vary": "Origin"} if origin is None else _shown_to(visitor, form, origin)
    visitor.request.scope["state"].update(language=_language(visitor, form), registry=reading.registry)
    try:
        response = answer(reading.registry, form)
    except DougongError as refusal:
        response = problem_response(refusal, visitor.request.scope)
    response.headers.update(shown)
    return response


def _reading(visitor: Visitor, snapshot: Snapshot) -> Reading:
    metadata, _access = versions(snapshot)
    return Reading(snapshot, visitor.edge.registries.current(snapshot, metadata), system("web form"))


def _shown_to(visitor: Visitor, form: Form, origin: str) -> Mapping[str, str]:
    """The headers by which a browser gives the answer to the page of `origin`. Raises Forbidden for other sites."""
    if origin in form.sites:
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": "600",
            "Vary": "Origin",
        }
    host = visitor.request.headers.get("host", "").lower()
    named = origin_of(origin)
    if named is None or origin.partition("://")[2].lower() != host:
        raise Forbidden("form.other_site", origin=origin[:100])
    return {"Vary": "Origin"}


def _language(visitor: Visitor, form: Form) -> Language:
    return form.language or language_of(visitor.request.scope)


def _asked(visitor: Visitor, form: Form) -> dict[str, Any]:
    language = _language(visitor, form)
    return {
        "key": form.key,
        "language": language,
        "title": text_of(form.title, language),
        "intro": text_of(form.intro, language),
        "fields": [_question(one, language) for one in form.fields],
        "token": visitor.edge.settings.sealer.seal(json.dumps({"form": form.id, "at": now().isoformat()})),
    }


def _question(one: FormField, language: Language) -> dict[str, Any]:
    field = one.field
    options = [{"value": o.value, "label": text_of(o.label, language)} for o in field.options if o.active]
    return {
        "name": field.name,
        "type": field.type.value,
        "label": text_of(one.label, language),
        "required": one.required,
        "length": field.length,
        **({"options": options} if options else {}),
    }


def _taken(visitor: Visitor, registry: Registry, form: Form, body: AnswersBody) -> Response:
    settings = visitor.edge.settings
    if len(json.dumps(body.values, default=str)) > CONTENT_MAX:
        raise TooLarge("form.too_long")
    known = {one.field.name for one in form.fields}
    unknown = next((name for name in body.values if name not in known), None)
    if unknown is not None:
        raise BadRequest("form.not_asked", field=unknown[:60])
    take_turn(
        settings.database,
        (
            Limit(f"form {form.id} {visitor.ip}", ADDRESS_MINUTE, MINUTE),
            Limit(f"forms {visitor.ip}", ADDRESS_DAY, DAY),
            Limit(f"form {form.id}", FORM_HOUR, HOUR),
        ),
    )
    trap = body.website != ""
    if not trap:
        _check_moment(visitor, form, body.token)
    nonce = hashlib.sha256(body.token.encode()).hexdigest()
    sent = Sent(body.values, trap, nonce, visitor.ip, body.page)
    with settings.database.transaction() as transaction:
        w = writing(transaction, registry, system("web form"), "form")
        try:
            submit(w, form, sent)
        except Refused as refusal:
            raise _in_words(form, refusal) from refusal
    language = _language(visitor, form)
    return json_response({"thanks": text_of(form.thanks, language), "redirect": form.redirect})


def _in_words(form: Form, refusal: Refused) -> Refused:
    """The problems with the words of the form: what a visitor reads is not what our fields are called."""
    labels = {one.field.name: one.label for one in form.fields}
    return Refused(
        [
            Problem(
                one.code,
                one.field,
                params={**one.params, "field": label, "label_zh": label.zh, "label_en": label.en}
                if (label := labels.get(one.field or "")) is not None
                else one.params,
            )
            for one in refusal.problems
        ]
    )


def _check_moment(visitor: Visitor, form: Form, token: str) -> None:
    """Raise BadRequest for a token that is none of this form's, was handed out just now, or too long ago."""
    with suppress(ValueError, KeyError, TypeError, Unavailable):
        found = json.loads(visitor.edge.settings.sealer.unseal(token))
        age = now() - datetime.fromisoformat(found["at"]).astimezone(UTC)
        if found["form"] == form.id and SOONEST <= age <= LATEST:
            return
        if found["form"] == form.id and age < SOONEST:
            raise BadRequest("form.too_fast")
    raise BadRequest("form.too_old")


def is_form(path: str) -> bool:
    """Whether requests to the address may come from other sites: who may, the form says."""
    return path.startswith("/api/v1/forms/")
