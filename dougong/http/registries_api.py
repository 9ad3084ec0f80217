"""客户信息回填: companies for a form by a part of their name, and for administrators the providers of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Response, UploadFile
from pydantic import Field

from dougong.access.policy import allowed
from dougong.access.principal import Action, Principal
from dougong.access.sessions import TokenScope
from dougong.http.batch_body import Values
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.files_api import pieces
from dougong.http.ids import RecordId
from dougong.http.jobs_api import closing_of, has_ended
from dougong.http.principal import Caller, SignedIn, check_administrator
from dougong.http.query_body import NAME_MAX, Name, Strict
from dougong.http.streams import followed
from dougong.http.wire import json_response
from dougong.integrations.registries.asking import CALENDAR, QUERY_MAX, Asking, Failure, Found
from dougong.integrations.registries.filling import fill, mapping_of
from dougong.integrations.registries.provider import Provider, providers
from dougong.kit.clock import now
from dougong.kit.errors import Forbidden, NotFound
from dougong.kit.text import sentence
from dougong.metadata.model import Object
from dougong.records.companies.company import FACTS, NAME, Company
from dougong.records.companies.loading import start_load
from dougong.records.companies.store import loaded, note_fill
from dougong.records.companies.uses import Uses, keep_secret, secret_of, uses_on, with_secret
from dougong.records.files import store_file
from dougong.records.transfer.job_rows import Job, get_job, jobs_of

router = APIRouter(prefix="/api/v1/registries", tags=["registries"], route_class=ExactRoute)

Id = Annotated[RecordId, Path()]
REF_MAX = 255
SECRET_MAX = 2_000
FIELDS_MAX = 1_000
COLUMN_MAX = 255


def _may_enter(actor: Principal, obj: Object) -> None:
    """Companies are for those who write what they fill in. Raises Forbidden."""
    refusal = allowed(actor, obj, Action.CREATE)
    if refusal is not None and allowed(actor, obj, Action.UPDATE) is not None:
        raise Forbidden("access.action_denied", action="create", object=obj.name, gate=refusal.reason)


def _asking(caller: Caller, object_name: str | None, *, all_of_them: bool = False) -> tuple[Asking, Principal]:
    """All that it takes to ask, read before anybody is asked: no connection is held while a service takes its time."""
    settings = caller.edge.settings
    with caller.reading(asking=True) as r:
        if object_name is None:
            check_administrator(r.actor)
        else:
            _may_enter(r.actor, r.registry.object(object_name))
        found = providers(r, all_of_them=all_of_them) if object_name is None or mapping_of(r, object_name) else ()
        secrets = {one.id: secret_of(r.snapshot, settings.sealer, one.id) or "" for one in found}
        return Asking(found, secrets, settings.database.transaction), r.actor


@router.get("/forms", responses=answers(401, 403, body=FreeAnswer))
def show_forms(caller: SignedIn) -> Response:
    """In which field of which object's form companies are offered; none while no provider is active."""
    with caller.reading() as r:
        active = bool(providers(r))
        found = {
            name: next((one.field for one in mapping_of(r, name) if one.fact == NAME), None)
            for name in ("account", "lead")
            if active and name in r.registry.objects
        }
    return json_response({"forms": {name: field for name, field in found.items() if field is not None}})


@router.get("/companies", responses=answers(400, 401, 403, body=FreeAnswer))
def show_companies(
    caller: SignedIn,
    object: Annotated[str, Query(min_length=1, max_length=NAME_MAX)],
    q: Annotated[str, Query(max_length=QUERY_MAX)],
) -> Response:
    """Registered companies by two characters of their name or more. A provider that cannot be asked is told."""
    caller.about(object)
    asking, actor = _asking(caller, object)
    return json_response(_found(asking.candidates(q), actor))


def _found(found: Found, actor: Principal) -> dict[str, Any]:
    provider = found.provider
    return {
        "provider": None if provider is None else {"id": str(provider.id), "name": provider.name},
        "companies": [_company(one) for one in found.companies],
        "notes": [_failure(one, actor) for one in found.failures],
    }


def _company(one: Company) -> dict[str, Any]:
    return {"ref": one.ref, "name": one.name, "facts": dict(one.facts)}


def _failure(one: Failure, actor: Principal) -> dict[str, Any]:
    params = {"provider": one.provider.name, "told": one.told}
    return {"provider": one.provider.name, "code": one.code, "detail": sentence(one.code, actor.language, params)}


class FillBody(Strict):
    """The company that was picked, and the fields of the form in which something stands already.

    `values`: what the form holds where other fields' options depend on it, null for what is blank.
    """

    object: Name
    provider_id: RecordId
    ref: Annotated[str, Field(min_length=1, max_length=REF_MAX)]
    taken: Annotated[list[Name], Field(max_length=FIELDS_MAX, default_factory=list)]
    values: Annotated[Values, Field(max_length=FIELDS_MAX, default_factory=dict)]


@router.post("/fill", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def fill_form(caller: SignedIn, body: FillBody) -> Response:
    """What of the company goes into the caller's form, and what has to be said of it."""
    caller.about(body.object)
    asking, actor = _asking(caller, body.object)
    provider = _one(asking.providers, body.provider_id)
    company, failure = asking.whole(provider, body.ref)
    if company is None:
        if failure is None:
            raise NotFound("registry.no_company")
        return json_response({"values": {}, "notes": [_failure(failure, actor)]})
    with caller.writing() as w:
        filled = fill(w, body.object, company, set(body.taken), body.values)
        note_fill(w.transaction, w.actor.user_id or 0, company.name)
    notes = [
        {"field": note.field, "code": note.code, "detail": sentence(note.code, actor.language, note.params)}
        for note in filled.notes
    ]
    if failure is not None:
        notes.append(_failure(failure, actor))
    return json_response({"values": filled.values, "notes": notes})


def _one(found: tuple[Provider, ...] | list[Provider] | Any, provider_id: int) -> Provider:  # noqa: ANN401  # a sequence
    provider = next((one for one in found if one.id == provider_id), None)
    if not isinstance(provider, Provider):
        raise NotFound("registry.no_provider")
    return provider


@router.get("/providers", responses=answers(401, 403, body=FreeAnswer))
def show_providers(caller: SignedIn) -> Response:
    """The providers as administrators see them: whether each has its secret, its file, what it was asked today."""
    with caller.reading() as r:
        check_administrator(r.actor)
        today = uses_on(r.snapshot, now().astimezone(CALENDAR).date())
        sealed = with_secret(r.snapshot)
        told = []
        for one in providers(r, all_of_them=True):
            uses, file = today.get(one.id, Uses()), loaded(r.snapshot, one.id)
            told.append(
                {
                    "id": str(one.id),
                    "key": one.key,
                    "name": one.name,
                    "kind": one.kind,
                    "active": one.active,
                    "has_secret": one.id in sealed,
                    "calls_today": uses.calls,
                    "failures_today": uses.failures,
                    "file": None
                    if file is None
                    else {"name": file.file_name, "companies": file.companies, "loaded_at": file.loaded_at},
                }
            )
        facts = [{"name": name, "label": label} for name, label in FACTS.items()]
    return json_response({"providers": told, "facts": facts})


class SecretBody(Strict):
    """A provider's secret; "" takes it away."""

    secret: Annotated[str, Field(max_length=SECRET_MAX)]


@router.put("/providers/{id}/secret", status_code=204, responses=answers(400, 401, 403, 404))
def put_secret(caller: SignedIn, id: Id, body: SecretBody) -> Response:
    """Keep a provider's secret, sealed. Nothing shows it again."""
    with caller.writing() as w:
        check_administrator(w.actor)
        provider = _one(providers(w, all_of_them=True), id)
        keep_secret(w, caller.edge.settings.sealer, provider.id, provider.name, body.secret.strip())
    return Response(status_code=204)


class TrialBody(Strict):
    """A name to try a provider with."""

    q: Annotated[str, Field(min_length=1, max_length=QUERY_MAX)]


@router.post("/providers/{id}/trial", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def try_provider(caller: SignedIn, id: Id, body: TrialBody) -> Response:
    """Ask one provider, also one that is switched off: the companies, and what it says of the first."""
    asking, actor = _asking(caller, None, all_of_them=True)
    provider = _one(asking.providers, id)
    found = Asking([provider], asking.secrets, asking.opening, asking.health).candidates(body.q)
    answer = _found(found, actor)
    answer["whole"] = None
    if found.companies:
        whole, failure = asking.whole(provider, found.companies[0].ref)
        answer["whole"] = None if whole is None else _company(whole)
        if failure is not None:
            answer["notes"].append(_failure(failure, actor))
    return json_response(answer)


@router.post(
    "/providers/{id}/file", status_code=201, responses=answers(400, 401, 403, 404, 413, body=FreeAnswer, success=201)
)
def upload_registry(
    caller: SignedIn, id: Id, file: UploadFile, columns: Annotated[str | None, Form(max_length=10_000)] = None
) -> Response:
    """Load a registry file (CSV or Excel) in the background. `columns`: lines of fact=column, else by their names."""
    caller.acting(TokenScope.WRITE)
    with caller.writing() as w:
        check_administrator(w.actor)
        provider = _one(providers(w, all_of_them=True), id)
        stored = store_file(w, file.filename or "", pieces(file.file))
        job = start_load(w.transaction, w.actor, provider.id, stored.id, stored.name, _columns(columns))
    return json_response(_job(job), 201)


def _columns(text: str | None) -> dict[str, str] | None:
    if not text:
        return None
    pairs = [line.partition("=") for line in text.splitlines() if "=" in line]
    return {fact.strip(): column.strip()[:COLUMN_MAX] for fact, _, column in pairs}


@router.get("/loads", responses=answers(401, 403, body=FreeAnswer))
def show_loads(caller: SignedIn) -> Response:
    """The latest loadings."""
    with caller.reading() as r:
        check_administrator(r.actor)
        return json_response({"loads": [_job(job) for job in jobs_of(r.snapshot, r.actor, "companies")[:20]]})


@router.get("/loads/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_load(caller: SignedIn, id: Id) -> Response:
    """How far a loading is."""
    return json_response(_load(caller, id))


@router.get("/loads/{id}/events", responses=answers(400, 401, 403, 404))
async def follow_load(caller: SignedIn, id: Id) -> Response:
    """The same as server-sent events, until it has ended."""
    return await followed(lambda: _load(caller, id), has_ended, closing_of(caller))


def _load(caller: Caller, job_id: int) -> dict[str, Any]:
    with caller.reading() as r:
        check_administrator(r.actor)
        return _job(get_job(r.snapshot, r.actor, job_id, "companies"))


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "provider_id": str(job.params.get("provider_id", "")),
        "name": job.params.get("name"),
        "state": job.state,
        "progress": job.progress,
        "total": job.total,
        "companies": job.result.get("companies"),
        "passed_over": job.result.get("passed_over"),
        "error": job.error,
        "finished_at": job.finished_at,
    }
