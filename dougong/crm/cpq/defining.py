"""What keeps a bundle's definition from being saved: it could never be chosen, or would never end.

Decided behind the write, by what is stored then, whatever was written and by which way; one change of definitions comes
after the other. A flaw counts against the record that brings it about: what has become wrong elsewhere does not keep
people from mending something else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dougong.crm.cpq.bundles import BUNDLE, CONSTRAINT, FEATURE, OPTION, Bundle, ProductOption, bundles_below
from dougong.crm.cpq.judging import plain
from dougong.kit.errors import Problem
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row


@dataclass(frozen=True)
class _Fault:
    """`fields`: by object which field is at fault. `records`: those that bring it about, together."""

    code: str
    params: Mapping[str, Any]
    fields: Mapping[str, str]
    records: frozenset[int]


def defined(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of options, features and constraints that cannot work."""
    rows = [row for row in batch.storable if row.after(BUNDLE) is not None]
    w.transaction.alone("bundles")
    bundles = bundles_below(w, {i for row in rows for i in _of(row)})
    problems = []
    told: set[tuple[int, str]] = set()
    for row in rows:
        found = [bundles[i] for i in _of(row) if i in bundles]
        for fault in [fault for one in found for fault in (*_own(batch, row, one), *_faults(one, bundles))]:
            if row.id in fault.records and (row.number, fault.code) not in told:
                told.add((row.number, fault.code))
                field = fault.fields.get(batch.object.name)
                problems.append(Problem(fault.code, field, row.number, fault.params))
    return problems


def _of(row: Row) -> list[int]:
    """The bundle that a record belongs to and, if it has come from another, that one: it may be missed there."""
    return list(dict.fromkeys(i for i in (row.after(BUNDLE), row.old.get(BUNDLE)) if i is not None))


def _own(batch: Batch, row: Row, bundle: Bundle) -> Iterator[_Fault]:
    """What is wrong with an option because of what this write says, not of what it found."""
    one = bundle.options.get(row.id)
    if one is None or batch.object.name != OPTION:
        return
    taken = batch.act in {Act.CREATE, Act.RESTORE} or row.changes("product_id") or row.changes("active")
    if taken and one.active and not one.sold:
        yield _Fault("cpq.product_out_of_use", _told(bundle, one), {OPTION: "product_id"}, frozenset({row.id}))


def _faults(bundle: Bundle, bundles: Mapping[int, Bundle]) -> Iterator[_Fault]:
    for one in bundle.options.values():
        yield from _option(bundle, one)
    yield from _features(bundle)
    yield from _circles_of_bundles(bundle, bundles)
    outside = list(_outside(bundle))
    yield from outside
    if not outside:
        yield from _contradictions(bundle)
        yield from _circles_of_options(bundle)


def _told(bundle: Bundle, one: ProductOption, **params: Any) -> dict[str, Any]:  # noqa: ANN401  # what sentences show
    return {"bundle": bundle.name, "option": one.name, **params}


def _option(bundle: Bundle, one: ProductOption) -> Iterator[_Fault]:
    limits = {"least": plain(one.least), "most": plain(one.most), "quantity": plain(one.quantity)}
    here, told = frozenset({one.id}), _told(bundle, one, **limits)
    if one.least is not None and one.most is not None and one.least > one.most:
        yield _Fault("cpq.bounds_of_quantity", told, {OPTION: "max_quantity"}, here)
    elif (one.least is not None and one.start < one.least) or (one.most is not None and one.start > one.most):
        yield _Fault("cpq.start_outside", told, {OPTION: "quantity"}, here)
    if one.feature is not None and one.feature not in bundle.features:
        yield _Fault("cpq.feature_elsewhere", told, {OPTION: "feature_id", FEATURE: BUNDLE}, here | {one.feature})


def _features(bundle: Bundle) -> Iterator[_Fault]:
    for one in bundle.features.values():
        told = {"bundle": bundle.name, "feature": one.name, "least": one.least, "most": one.most}
        if one.most is None:
            continue
        if one.least is not None and one.least > one.most:
            yield _Fault("cpq.bounds_of_feature", told, {FEATURE: "max_options"}, frozenset({one.id}))
        needed = [o for o in bundle.options.values() if o.feature == one.id and o.required and o.active]
        if len(needed) > one.most:
            told = told | {"options": _list(o.name for o in needed), "count": len(needed)}
            fields = {FEATURE: "max_options", OPTION: "required"}
            yield _Fault("cpq.feature_required", told, fields, frozenset({one.id, *(o.id for o in needed)}))


def _circles_of_bundles(bundle: Bundle, bundles: Mapping[int, Bundle]) -> Iterator[_Fault]:
    """A way from the bundle over options in use back to itself."""

    def way(at: int, seen: frozenset[int]) -> list[ProductOption] | None:
        for one in bundles[at].options.values() if at in bundles else ():
            if not one.active or one.product in seen:
                continue
            if one.product == bundle.id:
                return [one]
            rest = way(one.product, seen | {one.product})
            if rest is not None:
                return [one, *rest]
        return None

    found = way(bundle.id, frozenset())
    if found is not None:
        names = " → ".join([bundle.name, *(bundles[one.product].name for one in found)])
        records = frozenset(one.id for one in found)
        yield _Fault("cpq.circle_of_bundles", {"bundle": bundle.name, "way": names}, {OPTION: "product_id"}, records)


def _outside(bundle: Bundle) -> Iterator[_Fault]:
    for one in bundle.constraints:
        told = {"bundle": bundle.name, "constraint": one.name}
        for field, option in (("option_id", one.option), ("by_option_id", one.other)):
            if option not in bundle.options:
                yield _Fault(
                    "cpq.constraint_outside", told, {CONSTRAINT: field, OPTION: BUNDLE}, frozenset({one.id, option})
                )
        if one.option == one.other:
            yield _Fault("cpq.constraint_itself", told, {CONSTRAINT: "by_option_id"}, frozenset({one.id}))


def _contradictions(bundle: Bundle) -> Iterator[_Fault]:
    """Options that depend on what they exclude, and required ones that exclude each other."""
    conditions = [one for one in bundle.conditions if _active(bundle, (one.option, *one.others))]
    needs = {one.option: set[int]() for one in conditions}
    rows = frozenset(i for one in conditions for i in one.constraints)
    for one in conditions:
        if not one.excludes and len(one.others) == 1:
            needs[one.option].update(one.others)
    fields = {CONSTRAINT: "type", OPTION: "active"}
    required = frozenset(one.id for one in bundle.options.values() if one.required and one.active)
    always = _reached(needs, required)
    for one in conditions:
        if not one.excludes:
            continue
        together = frozenset({one.option, *one.others})
        told = {"bundle": bundle.name, "option": bundle.title(one.option)}
        told["other"] = _list(bundle.title(other) for other in one.others)
        for option in sorted(needs.keys() - required):
            if together <= _reached(needs, frozenset({option})):
                named = told | {"which": bundle.title(option)}
                yield _Fault("cpq.contradiction", named, fields, rows | together)
        if together <= always:
            at = {CONSTRAINT: "type", OPTION: "required"}
            yield _Fault("cpq.required_excluded", told, at, rows | together | required)


def _active(bundle: Bundle, options: tuple[int, ...]) -> bool:
    return all(bundle.options[option].active for option in options)


def _reached(needs: Mapping[int, set[int]], start: frozenset[int]) -> frozenset[int]:
    """What is chosen together with these, because they depend on it."""
    found, level = set(start), set(start)
    while level:
        level = {other for option in level for other in needs.get(option, ())} - found
        found |= level
    return frozenset(found)


def _circles_of_options(bundle: Bundle) -> Iterator[_Fault]:
    """Options none of which can be chosen first, because each waits for another."""
    waiting = [one for one in bundle.conditions if not one.excludes and _active(bundle, (one.option,))]
    free = bundle.options.keys() - {one.option for one in waiting}
    while True:
        freed = {
            option
            for option in bundle.options.keys() - free
            if all(not free.isdisjoint(one.others) for one in waiting if one.option == option)
        }
        if not freed:
            break
        free |= freed
    stuck = bundle.options.keys() - free
    if not stuck:
        return
    at, way = min(stuck), list[int]()
    while at not in way:
        way.append(at)
        held = next(one for one in waiting if one.option == at and free.isdisjoint(one.others))
        at = min(held.others)
    circle = [*way[way.index(at) :], at]
    rows = frozenset(i for one in waiting if one.option in stuck for i in one.constraints)
    told = {"bundle": bundle.name, "way": " → ".join(bundle.title(option) for option in circle)}
    fields = {CONSTRAINT: "by_option_id", OPTION: "active"}
    yield _Fault("cpq.circle_of_options", told, fields, rows | frozenset(stuck))


def _list(names: Iterator[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
