"""A provider of company data as its record says it, read once for each question."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from dougong.access.principal import system
from dougong.expressions.ast import TRUE, Path
from dougong.integrations.registries.presets import PRESETS, Shape
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.records.api import Order, Query, Reading, columns_of, page

PROVIDER = "registry_provider"
FIELDS = (
    "id", "key", "name", "kind", "active", "order_number", "search_url", "detail_url", "signing", "app_key",
    "secret_name", "shape", "daily_quota", "timeout_ms", "allowed_hosts",
)  # fmt: skip
TIMEOUT_MS = 3_000

FILE = "file"
"""The kind of provider whose companies stand in our own table."""


@dataclass(frozen=True)
class Provider:
    """Whom to ask, and how."""

    id: int
    key: str
    name: str
    kind: str
    active: bool = True
    search_url: str = ""
    """With {q} for what is sought; a service that only knows whole names has none."""
    detail_url: str = ""
    """With {ref} for the company that was picked; without one the search tells everything."""
    signing: str = "none"
    app_key: str = ""
    secret_name: str = ""
    """The header or parameter in which the secret goes, where the way of signing leaves it open."""
    shape: Shape = field(default_factory=Shape)
    daily_quota: int | None = None
    timeout_seconds: float = TIMEOUT_MS / 1000
    allowed_hosts: tuple[str, ...] = ()
    """Hosts within private networks that administrators let us reach."""


def providers(r: Reading, *, all_of_them: bool = False) -> Sequence[Provider]:
    """The providers in the order in which they are asked; those that are switched off only if `all_of_them`."""
    by_product = Reading(r.snapshot, r.registry, system("registry providers"))
    order = (Order(Path(("order_number",))), Order(Path(("id",))))
    rows = page(by_product, Query(PROVIDER, columns_of(FIELDS), TRUE, order=order, limit=PAGE_SIZE_MAX)).rows
    found = [from_values(dict(zip(FIELDS, row, strict=False))) for row in rows]
    return [one for one in found if all_of_them or one.active]


def from_values(values: Mapping[str, Any]) -> Provider:
    """The provider that a record's values say; what they leave open is that of its kind's preset."""
    preset = PRESETS.get(values["kind"])

    def told(name: str) -> str:
        return values.get(name) or (getattr(preset, name) if preset is not None else "")

    own = shape_of(values.get("shape"))
    return Provider(
        id=values["id"] or 0,
        key=values["key"],
        name=values["name"],
        kind=values["kind"],
        active=bool(values.get("active")),
        search_url=told("search_url"),
        detail_url=told("detail_url"),
        signing=preset.signing if preset is not None else values.get("signing") or "none",
        app_key=values.get("app_key") or "",
        secret_name=told("secret_name"),
        shape=own if own is not None else (preset.shape if preset is not None else Shape()),
        daily_quota=values.get("daily_quota"),
        timeout_seconds=(values.get("timeout_ms") or TIMEOUT_MS) / 1000,
        allowed_hosts=tuple((values.get("allowed_hosts") or "").replace(",", " ").split()),
    )


def shape_of(text: str | None) -> Shape | None:
    """The shape of answers that an administrator has written down, if any. Raises ValueError for what is none."""
    if not text:
        return None
    given = json.loads(text)
    known = {"ok", "ok_values", "none_values", "list", "ref", "search", "company", "detail", "errors"}
    if not isinstance(given, dict) or not set(given) <= known:
        raise ValueError(text)

    def table(name: str) -> Mapping[str, str]:
        found = given.get(name) or {}
        if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
            raise ValueError(name)
        return MappingProxyType(found)

    return Shape(
        ok=str(given.get("ok", "")),
        ok_values=tuple(map(str, given.get("ok_values", ()))),
        none_values=tuple(map(str, given.get("none_values", ()))),
        list=str(given.get("list", "")),
        ref=str(given.get("ref", "")),
        search=table("search"),
        company=str(given.get("company", "")),
        detail=table("detail"),
        errors=table("errors"),
    )
