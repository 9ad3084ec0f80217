"""Three texts into one: what a change from `base` to `theirs` makes of `ours`, which came from `base` too.

An upgrade is such a change (the last release's text, this release's, what the company made of the first); taking a
change back is one, too, with its sides exchanged. Texts are JSON-like. Where both sides changed the same setting, ours
stays and the clash is told.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

Value = Any
"""A JSON-like value, or MISSING."""
MISSING: Any = object()


@dataclass(frozen=True)
class Clash:
    """A setting that both sides changed: `kept` is in force, `offered` is not (None: it is not there)."""

    place: tuple[str, ...]
    kept: Value
    offered: Value


@dataclass
class _Merge:
    removals: bool
    clashes: list[Clash] = field(default_factory=list)

    def value(self, base: Value, ours: Value, theirs: Value, place: tuple[str, ...]) -> Value:
        if theirs in (ours, base):
            return ours
        if ours == base and (self.removals or not _holds_data(ours) or not _holds_data(theirs)):
            return theirs if self.removals or not _is_data(ours) or theirs is not MISSING else ours
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self.mapping(base if isinstance(base, Mapping) else {}, ours, theirs, place)
        if _is_list(ours) and _is_list(theirs):
            named = _naming(base if _is_list(base) else (), ours, theirs)
            if named is not None:
                return self.sequence(*named, place)
        if theirs is MISSING and self.removals:
            # What is taken away goes with everything that was done to it since.
            self.clashes.append(Clash(place, None, _or_none(ours)))
            return MISSING
        if theirs is MISSING:
            return ours
        self.clashes.append(Clash(place, _or_none(ours), _or_none(theirs)))
        return ours

    def mapping(
        self, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], place: tuple[str, ...]
    ) -> dict[str, Any]:
        found = {}
        for key in dict.fromkeys([*ours, *theirs]):
            was, held, asked = (side.get(key, MISSING) for side in (base, ours, theirs))
            result = self.value(was, held, asked, (*place, key))
            if result is not MISSING:
                found[key] = result
        return found

    def sequence(self, base: "_Named", ours: "_Named", theirs: "_Named", place: tuple[str, ...]) -> list[Any]:
        """Lists whose items are known by something: ours in our order, with what is new in theirs at its place."""
        order = _order(list(base), list(ours), list(theirs))
        for name in theirs:
            if name not in ours and (name not in base or base[name] != theirs[name]):
                order.insert(_place_of(name, list(theirs), order), name)
        found = []
        for name in order:
            was, held, asked = (side.get(name, MISSING) for side in (base, ours, theirs))
            result = self.value(was, held, asked, (*place, _told(name)))
            if result is not MISSING:
                found.append(result)
        return found


_Named = dict[Hashable, Any]


def merged(base: Value, ours: Value, theirs: Value, *, removals: bool) -> tuple[Value, list[Clash]]:
    """What `ours` becomes, and where it stayed although `theirs` differs from `base`, too.

    `removals`: fields and options that `base` has and `theirs` has not are taken away, and whatever they became;
    without it they stay (an upgrade).
    """
    merging = _Merge(removals)
    return merging.value(base, ours, theirs, ()), merging.clashes


def _is_data(value: object) -> bool:
    """Whether records have values in it: a field, an option."""
    return isinstance(value, Mapping) and ("name" in value or "value" in value)


def _holds_data(value: object) -> bool:
    """Whether it is, or is made of, such things."""
    return isinstance(value, Mapping) or (
        _is_list(value) and any(_is_data(one) for one in cast("Sequence[Any]", value))
    )


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _or_none(value: Value) -> Value:
    return None if value is MISSING else value


def _told(name: Hashable) -> str:
    return str(name[-1]) if isinstance(name, tuple) else str(name)


def _naming(base: Sequence[Any], *sides: Sequence[Any]) -> tuple[_Named, _Named, _Named] | None:
    """The three lists by what their items are known by; None where they are known by nothing."""
    naming: Callable[[Any], Hashable | None] = item_name
    if any(_is_section(item) for side in sides for item in side):
        naming = _section_names(base)
    found = []
    for side in (base, *sides):
        named = {name: item for item in side if (name := naming(item)) is not None}
        if len(named) != len(side):
            return None
        found.append(named)
    return found[0], found[1], found[2]


def item_name(item: Any) -> Hashable | None:  # noqa: ANN401  # JSON-like
    """By what an item of a list is known: a field by its stable id, an option by its value; a text by itself."""
    if not isinstance(item, Mapping):
        return item if isinstance(item, str | int | float | bool) else None
    for term in ("name", "value", "key"):
        if term in item:
            return (term, item.get("id") or item[term])
    if "object" in item and "field" in item:
        return ("related", item["object"], item["field"])
    return None


def _is_section(item: object) -> bool:
    return isinstance(item, Mapping) and "fields" in item and "label" in item and "name" not in item


def _section_names(base: Sequence[Any]) -> Callable[[Any], Hashable | None]:
    """A section has no name: it is the one of `base` with its label, else the one with which it shares most fields."""
    labels = {str(section.get("label")): place for place, section in enumerate(base) if isinstance(section, Mapping)}

    def name(item: Any) -> Hashable | None:  # noqa: ANN401  # JSON-like
        if not _is_section(item):
            return None
        place = labels.get(str(item["label"]))
        if place is None:
            fields = set(map(str, item["fields"]))
            shared = [(len(fields & set(map(str, one.get("fields", ())))), n) for n, one in enumerate(base)]
            most, place = max(shared, default=(0, -1), key=lambda pair: pair[0])
            if most * 2 <= len(fields):
                return ("section", str(item["label"]["zh"]))
        return ("section", place)

    return name


def _order(base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    """Our order; where we left the common items in the order of `base` and they did not, theirs."""
    common = set(base) & set(ours) & set(theirs)
    in_base, in_ours, in_theirs = ([n for n in side if n in common] for side in (base, ours, theirs))
    if in_ours != in_base or in_theirs == in_base:
        return list(ours)
    following = iter(in_theirs)
    return [next(following) if name in common else name for name in ours]


def _place_of(name: Any, theirs: list[Any], order: list[Any]) -> int:  # noqa: ANN401  # a name
    """Behind the nearest thing before it in `theirs` that is there."""
    for before in reversed(theirs[: theirs.index(name)]):
        if before in order:
            return order.index(before) + 1
    return 0
