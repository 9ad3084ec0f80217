"""Providers and mappings are looked at when they are saved, each fault at its field."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from dougong.integrations.registries.calling import SIGNINGS
from dougong.integrations.registries.presets import PRESETS
from dougong.integrations.registries.provider import FILE, shape_of
from dougong.kit.errors import Problem
from dougong.metadata.names import nearest
from dougong.records.api import Writing
from dougong.records.companies.company import FACTS
from dougong.records.hooks import Batch, Row


def check_provider(batch: Batch, _w: Writing) -> Sequence[Problem]:
    """A problem for everything by which a provider could not be asked."""
    return [problem for row in batch.live for problem in _provider(row)]


def _provider(row: Row) -> Iterator[Problem]:
    if row.after("kind") == FILE:
        return
    if row.after("kind") not in PRESETS and not row.after("search_url"):
        yield Problem("registry.no_address", "search_url", row.number)
    for name, word in (("search_url", "{q}"), ("detail_url", "{ref}")):
        url = row.after(name)
        if isinstance(url, str) and url:
            yield from _address(name, url, word, row.number)
    if row.after("signing") not in (None, *SIGNINGS):
        yield Problem("registry.unknown_signing", "signing", row.number)
    yield from _shape(row)


def _address(name: str, url: str, word: str, number: int) -> Iterator[Problem]:
    parts = urlsplit(url.replace("{q}", "q").replace("{ref}", "ref").replace("{key}", "key"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        yield Problem("registry.not_an_address", name, number, {"value": url[:80]})
    elif word not in url:
        yield Problem("registry.no_place", name, number, {"word": word})
    elif "{secret}" in url:
        # Addresses are logged on the way; secrets go into headers.
        yield Problem("registry.secret_in_address", name, number)


def _shape(row: Row) -> Iterator[Problem]:
    shape = row.after("shape")
    try:
        told = shape_of(shape if isinstance(shape, str) else None)
    except ValueError:
        yield Problem("registry.bad_shape", "shape", row.number)
        return
    if row.after("kind") not in PRESETS and (told is None or "name" not in told.search):
        yield Problem("registry.no_name_place", "shape", row.number)
    for fact in (*told.search, *told.detail) if told is not None else ():
        if fact not in FACTS:
            yield Problem("registry.unknown_fact", "shape", row.number, {"name": fact})


def check_mapping(batch: Batch, w: Writing) -> Sequence[Problem]:
    """A problem for a mapping from or to what there is not."""
    problems = []
    for row in batch.live:
        fact, name, field = (str(row.after(one) or "") for one in ("fact", "object_name", "field_name"))
        if fact not in FACTS:
            problems.append(Problem("registry.unknown_fact", "fact", row.number, {"name": fact}))
        obj = w.registry.objects.get(name)
        if obj is None:
            params = {"name": name, "nearest": nearest(name, sorted(w.registry.objects))}
            problems.append(Problem("metadata.unknown_object", "object_name", row.number, params))
        elif field not in obj.fields:
            params = {"name": field, "nearest": nearest(field, sorted(obj.fields))}
            problems.append(Problem("search.unknown_field", "field_name", row.number, params))
    return problems
