"""Who takes part in a deal, who stands where on a map and who influences whom: each once, and nobody themselves."""

from collections.abc import Callable, Iterable
from typing import Any

from dougong.access.principal import system
from dougong.crm.reading import by_ids, product_reads
from dougong.kit.errors import Problem
from dougong.records.api import Writing
from dougong.records.hooks import THERE_ALREADY, Act, Batch, Row

Place = tuple[Any, ...]


def contact_once(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each contact that takes part in the deal already."""

    def place(row: Row) -> Place:
        return row.after("opportunity_id"), row.after("contact_id")

    deals = {row.after("opportunity_id") for row in batch.live} - {None}
    reader = product_reads(w, system("contacts of a deal"))
    paths = ("id", "opportunity_id", "contact_id")
    stored = by_ids(reader, batch.object.name, paths, deals, "opportunity_id") if deals else ()
    return _twice(batch, stored, place, "contact.in_deal_twice", "contact_id")


def influences(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each line to oneself, and for each that is drawn already on the same map."""
    loops = [
        Problem("influence.self", "to_contact_id", row.number, {THERE_ALREADY: True})
        for row in batch.live
        if row.after("from_contact_id") == row.after("to_contact_id")
    ]

    def place(row: Row) -> Place:
        record = row.after("record_id")
        return record.id if record is not None else None, row.after("from_contact_id"), row.after("to_contact_id")

    starts = {row.after("from_contact_id") for row in batch.live} - {None}
    paths = ("id", "record_id", "from_contact_id", "to_contact_id")
    found = (
        by_ids(product_reads(w, system("a map")), batch.object.name, paths, starts, "from_contact_id") if starts else ()
    )
    stored = [(i, record.id if record is not None else None, start, end) for i, record, start, end in found]
    return loops + _twice(batch, stored, place, "influence.twice", "to_contact_id")


def placed_once(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each contact that has its place on the map already: of two that become one, one place stays.

    What is only moved about is not asked: maps of before may hold somebody twice.
    """

    def place(row: Row) -> Place:
        record = row.after("record_id")
        return record.id if record is not None else None, row.after("contact_id")

    rows = [
        row
        for row in batch.live
        if batch.act is not Act.UPDATE or row.changes("record_id") or row.changes("contact_id")
    ]
    contacts = {row.after("contact_id") for row in rows} - {None}
    paths = ("id", "record_id", "contact_id")
    reader = product_reads(w, system("a map"))
    found = by_ids(reader, batch.object.name, paths, contacts, "contact_id") if contacts else ()
    stored = [(i, record.id if record is not None else None, contact) for i, record, contact in found]
    return _twice(batch, stored, place, "map.twice", "contact_id", rows)


def _twice(
    batch: Batch,
    stored: Iterable[Place],
    place: Callable[[Row], Place],
    code: str,
    field: str,
    rows: Iterable[Row] | None = None,
) -> list[Problem]:
    ours = {row.id for row in batch.rows if row.id}
    taken = {tuple(rest) for record_id, *rest in stored if record_id not in ours}
    problems = []
    for row in batch.live if rows is None else rows:
        if place(row) in taken:
            problems.append(Problem(code, field, row.number, {THERE_ALREADY: True}))
        taken.add(place(row))
    return problems
