"""The configuration as text, for administrators: its history, moments compared, changes taken back, packages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response, UploadFile

from dougong.crm.industry import shipped_packages
from dougong.http.body import ExactRoute
from dougong.http.definitions_api import step_body
from dougong.http.documented import FreeAnswer, answers
from dougong.http.errors import language_of
from dougong.http.files_api import attachment
from dougong.http.ids import RecordId
from dougong.http.principal import Caller, SignedIn, check_administrator
from dougong.http.query_body import Strict
from dougong.http.wire import json_response
from dougong.kit.errors import Conflict, NotFound, TooLarge
from dougong.kit.text import Language
from dougong.metadata.installed import installed_packages
from dougong.metadata.journal import (
    OBJECTS,
    OPTION_SETS,
    ChangeHead,
    Part,
    Text,
    Thing,
    Wanted,
    change_head,
    changes,
    differing,
    parts_of,
    parts_of_all,
    texts_at,
)
from dougong.metadata.model import Label
from dougong.metadata.package import Package
from dougong.metadata.registry import Registry
from dougong.records.api import Reading, Writing
from dougong.records.configuration import RecordStep
from dougong.records.configuring.archive import packed, unpacked
from dougong.records.configuring.keeping import texts_now
from dougong.records.configuring.moments import package_in_force, package_of, yaml_of
from dougong.records.configuring.packages import install, propose_installation, propose_removal, remove
from dougong.records.configuring.proposal import Proposal, propose, put
from dougong.records.configuring.reverting import FIXED, propose_revert

PAGE = 50
SUMMARY = 6
ARCHIVE_MAX = 16 * 1024 * 1024
ZIP_TYPE = "application/zip"

router = APIRouter(prefix="/api/v1/configuration", tags=["configuration"], route_class=ExactRoute)


class TriedBody(Strict):
    """Whether to try only; `version` is that of the plan which was shown, so that nothing else is put into force."""

    dry_run: bool = False
    version: int | None = None


class InstallationBody(TriedBody):
    """The same, and whether to create the sample records of the package."""

    sample: bool = False


@router.get("/changes", responses=answers(400, 401, 403, body=FreeAnswer))
def list_changes(
    caller: SignedIn,
    since: Annotated[datetime | None, Query()] = None,
    actor: Annotated[RecordId | None, Query()] = None,
    occasion: Annotated[str | None, Query(max_length=20)] = None,
    name: Annotated[str | None, Query(max_length=63)] = None,
    before: Annotated[RecordId | None, Query(description="changes older than this one")] = None,
) -> Response:
    """The changes of the configuration, the newest first, each with the first of the things that it touched."""
    with caller.reading() as r:
        check_administrator(r.actor)
        wanted = Wanted(since, actor, occasion, name=name, before_id=before)
        found = changes(r.snapshot, wanted, PAGE + 1)
        parts = parts_of_all(r.snapshot, [head.id for head in found[:PAGE]])
        rows = [{**_head(head), "things": _things(r.registry, parts.get(head.id, []))} for head in found[:PAGE]]
        return json_response({"changes": rows, "more": len(found) > PAGE})


@router.get("/changes/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_change(caller: SignedIn, id: Annotated[RecordId, Path()]) -> Response:
    """One change: the text of each thing before and after it."""
    with caller.reading() as r:
        check_administrator(r.actor)
        head = change_head(r.snapshot, id)
        parts = parts_of(r.snapshot, id)
        return json_response({**_head(head), "parts": [_part(r.registry, part) for part in parts]})


@router.get("/compare", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def compare_moments(
    caller: SignedIn,
    first: Annotated[RecordId, Query(description="a change: the configuration right after it")],
    second: Annotated[RecordId | None, Query(description="another change; now, if none is given")] = None,
    thing: Annotated[str | None, Query(max_length=300, description="only this thing, by its path")] = None,
) -> Response:
    """What lies between two moments, thing by thing."""
    with caller.reading() as r:
        check_administrator(r.actor)
        parts = differing(_texts(r, first), _texts(r, second))
        shown = [part for part in parts if thing is None or part.thing.path == thing]
        return json_response({"parts": [_part(r.registry, part) for part in shown]})


@router.post("/changes/{id}/revert", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def revert_change(caller: SignedIn, id: Annotated[RecordId, Path()], body: TriedBody) -> Response:
    """Take one change back; with `dry_run` only what that would do, and what stays because of later changes."""
    return _carried_out(caller, body, lambda: propose_revert(caller.edge.settings.database, id))


@router.get(
    "/archive",
    response_class=Response,
    responses={200: {"description": "A zip file.", "content": {ZIP_TYPE: {}}}, **answers(400, 401, 403, 404)},
)
def download_archive(
    caller: SignedIn,
    at: Annotated[RecordId | None, Query(description="a change: the configuration right after it")] = None,
) -> Response:
    """The whole configuration as a zip file of texts, now or at another moment."""
    with caller.reading() as r:
        check_administrator(r.actor)
        package = package_in_force(r) if at is None else package_of(_texts(r, at))
    name = f"configuration-{at}.zip" if at is not None else "configuration.zip"
    return attachment([packed(package)], name, ZIP_TYPE)


@router.post("/archive", responses=answers(400, 401, 403, 409, 413, 422, body=FreeAnswer))
def put_archive(
    caller: SignedIn,
    file: UploadFile,
    dry_run: Annotated[bool, Query()] = False,
    prune: Annotated[bool, Query(description="also remove what the text does not have")] = False,
    version: Annotated[int | None, Query()] = None,
) -> Response:
    """Put the texts in a zip file into force; with `dry_run` only what that would do."""
    content = file.file.read(ARCHIVE_MAX + 1)
    if len(content) > ARCHIVE_MAX:
        raise TooLarge("configuration.archive_large", megabytes=ARCHIVE_MAX // 1024 // 1024)
    body = TriedBody(dry_run=dry_run, version=version)

    def proposed() -> Proposal:
        return propose(caller.edge.settings.database, unpacked(content), prune=prune)

    return _carried_out(caller, body, proposed)


@router.get("/packages", responses=answers(401, 403, body=FreeAnswer))
def list_packages(caller: SignedIn) -> Response:
    """The packages that come with the product, and those that are installed."""
    with caller.reading() as r:
        check_administrator(r.actor)
        there = {one.name: one for one in installed_packages(r.snapshot)}
        shipped = shipped_packages()
        rows = [
            {
                **_package(package),
                "installed": there[name].version or "" if name in there else None,
                "removable": name in there,
            }
            for name, package in shipped.items()
        ]
        rows += [
            {"name": one.name, "label": one.label, "installed": one.version or "", "removable": one.name != "standard"}
            for one in there.values()
            if one.name not in shipped
        ]
        return json_response({"packages": rows})


@router.post("/packages/{name}/install", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def install_package(caller: SignedIn, name: Annotated[str, Path(max_length=63)], body: InstallationBody) -> Response:
    """Install a package that comes with the product; with `dry_run` only what that would do."""

    def package() -> Package:
        found = shipped_packages().get(name)
        if found is None:
            raise NotFound("package.not_installed", name=name)
        return found

    def proposed() -> Proposal:
        return propose_installation(caller.edge.settings.database, package())

    return _carried_out(caller, body, proposed, lambda w, found: install(w, found, package(), sample=body.sample))


@router.post("/packages/{name}/remove", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def remove_package(caller: SignedIn, name: Annotated[str, Path(max_length=63)], body: TriedBody) -> Response:
    """Remove what a package brought; refused while there are records in it."""
    return _carried_out(caller, body, lambda: propose_removal(caller.edge.settings.database, name), remove)


def _carried_out(
    caller: Caller,
    body: TriedBody,
    proposed: Callable[[], Proposal],
    carry_out: Callable[[Writing, Proposal], int] = put,
) -> Response:
    _registry, actor = caller.acting()
    check_administrator(actor)
    found = proposed()
    language = language_of(caller.request.scope)
    if body.dry_run:
        return json_response(_proposal(found, language))
    if body.version is not None and body.version != found.definitions.current.version:
        raise Conflict("plan.moved", planned=body.version, current=found.definitions.current.version)
    with caller.writing() as w:
        check_administrator(w.actor)
        version = carry_out(w, found)
    return json_response({**_proposal(found, language), "version": version})


def _texts(r: Reading, moment: int | None) -> Mapping[Thing, Text]:
    if moment is None:
        return texts_now(r.snapshot, r.registry)
    return texts_at(r.snapshot, change_head(r.snapshot, moment).id)


def _head(head: ChangeHead) -> dict[str, Any]:
    return {
        "id": str(head.id),
        "at": head.at,
        "actor_id": None if head.actor_id is None else str(head.actor_id),
        "actor_name": head.actor_name,
        "via": head.via,
        "occasion": head.occasion.value,
        "package": head.package,
        "reverted_id": None if head.reverted_id is None else str(head.reverted_id),
        "size": head.size,
        "notes": list(head.notes or ()),
        "revertible": head.occasion not in FIXED,
    }


def _things(registry: Registry, parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [_named(registry, part) for part in parts[:SUMMARY]]


def _named(registry: Registry, part: Part) -> dict[str, Any]:
    act = "add" if part.before is None else "remove" if part.after is None else "change"
    return {"path": part.thing.path, "kind": part.thing.kind, "act": act, "title": _title(registry, part)}


def _part(registry: Registry, part: Part) -> dict[str, Any]:
    return {
        **_named(registry, part),
        "before": yaml_of(registry, part.thing, part.before),
        "after": yaml_of(registry, part.thing, part.after),
    }


def _title(registry: Registry, part: Part) -> Label:
    """What the thing is called by people: labels of definitions; the object and the name of a record."""
    text = part.after or part.before or {}
    if part.thing.kind in {OBJECTS, OPTION_SETS}:
        return Label(text["label"]["zh"], text["label"]["en"])
    owner = registry.objects.get(part.thing.name)
    label = owner.label if owner is not None else Label(part.thing.name, part.thing.name)
    names = {lang: _record_name(registry, part, text, lang) for lang in ("zh", "en")}
    return Label(f"{label.zh} · {names['zh']}", f"{label.en} · {names['en']}")


def _record_name(registry: Registry, part: Part, text: Text, language: str) -> str:
    if language == "en" and text.get("name_en"):
        return str(text["name_en"])
    if text.get("name") and len(part.thing.key) == 1:
        return str(text["name"])
    return " / ".join(_key_part(registry, one, language) for one in part.thing.key)


def _key_part(registry: Registry, part: object, language: str) -> str:
    obj = registry.objects.get(str(part))
    return str(getattr(obj.label, language)) if obj is not None else str(part)


def _package(package: Package) -> dict[str, Any]:
    return {
        "name": package.name,
        "label": package.label,
        "description": package.description,
        "version": package.version,
        "objects": [obj.plural for obj in package.objects.values()],
        "sample": bool(package.sample),
    }


def _proposal(found: Proposal, language: Language) -> dict[str, Any]:
    registry = found.definitions.wanted
    return {
        "version": found.definitions.current.version,
        "steps": [step_body(step, language) for step in found.definitions.steps],
        "records": list(_records(registry, found.record_steps)),
        "notes": list(found.cause.notes),
        "risky": found.definitions.risky,
    }


def _records(registry: Registry, steps: Iterable[RecordStep]) -> Iterable[dict[str, Any]]:
    for step in steps:
        values = {name: new if new is not None else old for name, (old, new) in step.fields.items()}
        owner = registry.objects.get(step.object)
        part = Part(Thing("records", step.object, step.key), None, values)
        fields = {} if owner is None else owner.fields
        yield {
            "act": step.action,
            "object": step.object,
            "title": _title(registry, part),
            "fields": [
                {"label": fields[n].label if n in fields else Label(n, n), "old": old, "new": new}
                for n, (old, new) in step.fields.items()
            ]
            if step.action == "change"
            else [],
        }
