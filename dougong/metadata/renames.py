"""Things that are called otherwise from now on: found by their stable ids, and followed by everything that names them.

What follows is worked out on texts, where a name can only stand in few places: a setting that holds a field's name or
path (`field`, `fields`, `columns`, `name_field`, …), one that holds an object's or an option set's, a formula, and the
conditions of list views and rules. Places that come later need nothing new here if they use these words.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from dougong.metadata.definitions import (
    Body,
    object_from_body,
    object_to_body,
    option_set_from_body,
    option_set_to_body,
)
from dougong.metadata.model import EMPTY, Field, FieldType, Object, Option, OptionSet
from dougong.metadata.naming import LIST_PARTS, OBJECT_PARTS, STAGE_PART, owner_of

FIELD_WORDS = frozenset(
    {"field", "fields", "columns", "highlights", "sort", "key", "controlled_by", "path", "of", "follows"}
)
OBJECT_WORDS = frozenset({"object", "target", "targets", "objects", "object_name"})
FORMULA_WORDS = frozenset({"formula", "default_formula", "condition", "error_condition", "visible_when", "where"})
FIELD_SUFFIX = "_field"
FROM = "from"
"""Under it stands the path of a value that is taken from the record at hand."""
OTHER_WORDS = frozenset({"label", "plural", "help", "options", "id", "type", "value", "name", "icon", "color"})
SYSTEM_LINKS = MappingProxyType(
    {"owner_id": "user", "department_id": "department", "created_by_id": "user", "updated_by_id": "user"}
)
_CHAIN = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")

Names = Mapping[str, str]


@dataclass(frozen=True)
class Renames:
    """Old names to new ones: fields by their object, options by `object.field` or their set, as all were called."""

    objects: Names = field(default_factory=lambda: EMPTY)
    fields: Mapping[str, Names] = field(default_factory=lambda: EMPTY)
    option_sets: Names = field(default_factory=lambda: EMPTY)
    options: Mapping[str, Names] = field(default_factory=lambda: EMPTY)

    def __bool__(self) -> bool:
        """Whether anything is renamed."""
        return bool(self.objects or self.fields or self.option_sets or self.options)


@dataclass(frozen=True)
class Definitions:
    """Objects (without system fields) and option sets by their names."""

    objects: Mapping[str, Object]
    option_sets: Mapping[str, OptionSet]


def renames_between(old: Definitions, new: Definitions) -> Renames:
    """What `new` calls otherwise than `old`: the same stable id under a name that `old` does not have."""
    objects = _names(old.objects, new.objects)
    sets = _names(old.option_sets, new.option_sets)
    fields: dict[str, Names] = {}
    options: dict[str, Names] = {}
    for name, obj in old.objects.items():
        after = new.objects.get(objects.get(name, name))
        if after is None:
            continue
        found = _names(obj.fields, after.fields)
        if found:
            fields[name] = found
        for one in obj.fields.values():
            later = after.fields.get(found.get(one.name, one.name))
            if later is not None and one.option_set is None and (named := _options(one, later)):
                options[f"{name}.{one.name}"] = named
    for name, option_set in old.option_sets.items():
        later_set = new.option_sets.get(sets.get(name, name))
        if later_set is not None and (named := _options(option_set, later_set)):
            options[name] = named
    return Renames(objects, fields, sets, options)


def _names(old: Mapping[str, Any], new: Mapping[str, Any]) -> Names:
    called = {thing.stable_id: name for name, thing in old.items()}
    return {
        called[thing.stable_id]: name
        for name, thing in new.items()
        if name not in old and thing.stable_id in called and called[thing.stable_id] not in new
    }


def _options(old: Field | OptionSet, new: Field | OptionSet) -> Names:
    before, after = ({o.value: o.stable_id for o in thing.options} for thing in (old, new))
    called = {stable: value for value, stable in before.items()}
    return {
        called[stable]: value
        for value, stable in after.items()
        if value not in before and stable in called and called[stable] not in after
    }


def with_stable_ids(old: Definitions, new: Definitions) -> Definitions:
    """`new` with the stable ids that it leaves out of things which `old` has under the same name."""
    objects = {}
    for name, obj in new.objects.items():
        before = old.objects.get(name)
        if before is None:
            objects[name] = obj
            continue
        fields = {f.name: _with_id(before.fields.get(f.name), f) for f in obj.fields.values()}
        objects[name] = replace(obj, id=obj.id or before.id, fields=MappingProxyType(fields))
    sets = {
        name: replace(found, id=found.id or old.option_sets[name].id, options=_with_ids(old.option_sets[name], found))
        if name in old.option_sets
        else found
        for name, found in new.option_sets.items()
    }
    return Definitions(objects, sets)


def _with_id(old: Field | None, new: Field) -> Field:
    return new if old is None else replace(new, id=new.id or old.id, options=_with_ids(old, new))


def _with_ids(old: Field | OptionSet, new: Field | OptionSet) -> tuple[Option, ...]:
    ids = {option.value: option.id for option in old.options}
    return tuple(replace(option, id=option.id or ids.get(option.value)) for option in new.options)


class Renaming:
    """Texts with the new names in the place of the old ones; `objects` are the definitions with the old names."""

    def __init__(self, before: Definitions, renames: Renames) -> None:
        """Nothing is changed but what is returned."""
        self.before, self.renames = before, renames

    def definitions(self) -> Definitions:
        """All definitions with the new names."""
        sets = {}
        for name, found in self.before.option_sets.items():
            body = option_set_to_body(found)
            new = self.renames.option_sets.get(name, name)
            body["options"] = self._options(body["options"], self.renames.options.get(name, EMPTY))
            sets[new] = option_set_from_body(new, {**body, "id": found.stable_id})
        objects = {}
        for name, obj in self.before.objects.items():
            new = self.renames.objects.get(name, name)
            objects[new] = object_from_body(new, {**self.object(obj), "id": obj.stable_id})
        return Definitions(objects, sets)

    def object(self, obj: Object) -> Body:
        """The text of one object with the new names."""
        body = object_to_body(obj)
        fields = [self._field(obj, one) for one in body["fields"]]
        rest = {k: self._setting(obj.name, k, v) for k, v in body.items() if k != "fields"}
        return {k: fields if k == "fields" else rest[k] for k in body}

    def _field(self, obj: Object, body: Body) -> Body:
        found = obj.fields[body["name"]]
        changed = {k: self._setting(obj.name, k, v) for k, v in body.items()}
        changed["name"] = self.renames.fields.get(obj.name, EMPTY).get(found.name, found.name)
        changed["id"] = found.stable_id
        if found.option_set is not None:
            changed["option_set"] = self.renames.option_sets.get(found.option_set, found.option_set)
        if found.proposed is not None and found.target is not None:
            changed["proposed"] = self._proposed(obj.name, found.target, body["proposed"])
        options = self.options_of(obj.name, found)
        if "options" in changed:
            changed["options"] = self._options(changed["options"], options)
        if options and "default" in changed:
            changed["default"] = self.value(options, changed["default"])
        return changed

    def _proposed(self, object_name: str, target: str, body: Body) -> Body:
        """What a lookup proposes: the fields are the target's, and what is taken comes from the object itself."""

        def taken(value: Any) -> Any:  # noqa: ANN401  # JSON-like
            if isinstance(value, Mapping):
                return {k: self.path(object_name, v) if k == FROM else taken(v) for k, v in value.items()}
            return [taken(one) for one in value] if isinstance(value, list | tuple) else value

        mark = {"mark": self.path(target, body["mark"])} if "mark" in body else {}
        return {"where": taken(self.structure(target, body["where"])), **mark}

    def options_of(self, object_name: str, found: Field) -> Names:
        """The options of a field that are renamed, those of its set included."""
        key = f"{object_name}.{found.name}" if found.option_set is None else found.option_set
        return self.renames.options.get(key, EMPTY)

    def stages_of(self, object_name: str) -> Names:
        """The stages of an object that are renamed."""
        obj = self.before.objects[object_name]
        found = obj.fields.get(obj.stage_field or "")
        return EMPTY if found is None else self.options_of(object_name, found)

    def value(self, options: Names, value: Any) -> Any:  # noqa: ANN401  # JSON-like
        """A value of a select field with renamed options."""
        if isinstance(value, list | tuple):
            return [options.get(one, one) if isinstance(one, str) else one for one in value]
        return options.get(value, value) if isinstance(value, str) else value

    @staticmethod
    def _options(bodies: list[Body], names: Names) -> list[Body]:
        return [
            {**one, "value": names[one["value"]], "id": one.get("id") or one["value"]} if one["value"] in names else one
            for one in bodies
        ]

    def _setting(self, object_name: str, word: str, value: Any) -> Any:  # noqa: ANN401  # JSON-like
        """A setting of something that belongs to `object_name`, by the word under which it stands."""
        if word in OTHER_WORDS:
            return value
        if word in OBJECT_WORDS:
            return _each(value, lambda name: self.renames.objects.get(name, name))
        if word in FORMULA_WORDS and isinstance(value, str):
            return self.formula(object_name, value)
        if (word in FIELD_WORDS or word.endswith(FIELD_SUFFIX)) and not _structured(value):
            return _each(value, lambda path: self.path(object_name, path))
        return self.structure(object_name, value)

    def structure(self, object_name: str, value: Any) -> Any:  # noqa: ANN401  # JSON-like
        """Anything nested: what names another object (a related list) goes by that."""
        if isinstance(value, list | tuple):
            return [self.structure(object_name, one) for one in value]
        if not isinstance(value, Mapping):
            return value
        of = value.get("object")
        owner = of if isinstance(of, str) and of in self.before.objects else object_name
        changed = {word: self._setting(owner, word, one) for word, one in value.items()}
        compared = value.get("field")
        if isinstance(compared, str) and "value" in value:
            options = self._options_at(owner, compared)
            if options:
                changed["value"] = self.value(options, value["value"])
        return changed

    def _options_at(self, object_name: str, path: str) -> Names:
        *steps, last = path.split(".")
        owner: str | None = object_name
        for step in steps:
            owner = self._behind(owner, step)
        found = self._field_of(owner, last)
        return self.options_of(owner, found) if owner is not None and found is not None else EMPTY

    def path(self, object_name: str | None, path: str) -> str:
        """A field's name, or a path over lookups, as it is called from now on."""
        owner: str | None = object_name
        steps = path.split(".")
        named: list[str] = []
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            fields = self.renames.fields.get(owner or "", EMPTY)
            if last and step in fields:
                named.append(fields[step])
            elif f"{step}_id" in fields:
                named.append(fields[f"{step}_id"].removesuffix("_id"))
            else:
                named.append(step)
            owner = self._behind(owner, step)
        return ".".join(named)

    def _field_of(self, object_name: str | None, name: str) -> Field | None:
        obj = self.before.objects.get(object_name or "")
        return obj.fields.get(name) if obj is not None else None

    def _behind(self, object_name: str | None, step: str) -> str | None:
        """The object to which a step of a path leads."""
        found = self._field_of(object_name, f"{step}_id")
        if found is None:
            return SYSTEM_LINKS.get(f"{step}_id")
        return found.points_to[0] if len(found.points_to) == 1 else None

    def formula(self, object_name: str, text: str) -> str:
        """A formula; what stands in quotes stays as it is."""
        parts: list[str] = []
        start = 0
        for quoted in _QUOTED.finditer(text):
            parts += [self._unquoted(object_name, text[start : quoted.start()]), quoted.group()]
            start = quoted.end()
        return "".join([*parts, self._unquoted(object_name, text[start:])])

    def _unquoted(self, object_name: str, text: str) -> str:
        return _CHAIN.sub(lambda chain: self.path(object_name, chain.group()), text)

    def record(self, obj: Object, record: Mapping[str, Any]) -> dict[str, Any]:
        """A configuration record (of `obj`) with the new names: what names an object, a field, or columns as JSON."""
        named = record.get("object_name")
        owner = named if isinstance(named, str) and named in self.before.objects else None
        changed = dict(record)
        for name, value in record.items():
            if not isinstance(value, str) or name not in obj.fields:
                continue
            named_by = owner_of(name, record)
            if name in OBJECT_PARTS:
                changed[name] = self.renames.objects.get(value, value)
            elif named_by in self.before.objects:
                changed[name] = self.path(named_by, value)
            elif owner is not None and name in LIST_PARTS:
                changed[name] = self._unquoted(owner, value)
            elif owner is not None and name == STAGE_PART:
                changed[name] = self.value(self.stages_of(owner), value)
            elif owner is not None and obj.fields[name].type is FieldType.LONG_TEXT:
                changed[name] = self._document(owner, name, value)
        return changed

    def _document(self, owner: str, word: str, text: str) -> str:
        if text[:1] not in "{[":
            return self.formula(owner, text) if word in FORMULA_WORDS else text
        try:
            document = json.loads(text)
        except ValueError:
            return text
        changed = self._setting(owner, word if isinstance(document, list) else "", document)
        return text if changed == document else json.dumps(changed, ensure_ascii=False)


def _structured(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list | tuple) and any(isinstance(v, Mapping) for v in value)
    )


def _each(value: Any, name: Any) -> Any:  # noqa: ANN401  # a text or a list of texts
    if isinstance(value, str):
        return name(value)
    if isinstance(value, list | tuple):
        return [name(one) if isinstance(one, str) else one for one in value]
    return value


def told_renames(renames: Renames) -> Iterator[tuple[str, str, str]]:
    """Each rename as (kind, old name, new name), with the old names of what it is in."""
    yield from (("object", old, new) for old, new in renames.objects.items())
    yield from (("option_set", old, new) for old, new in renames.option_sets.items())
    for owner, names in renames.fields.items():
        yield from (("field", f"{owner}.{old}", new) for old, new in names.items())
    for owner, names in renames.options.items():
        yield from (("option", f"{owner}:{old}", new) for old, new in names.items())
