"""Whether the buttons of an object can do what they say: their addresses, fields, values and conditions."""

import re
from collections.abc import Iterator, Mapping

from dougong.expressions.ast import And, Compare, Condition, Not, Or
from dougong.expressions.filter_json import parse_filter
from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.check_fields import DEFAULT_WORDS, problem, unknown_object
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import Button, ButtonKind, ButtonPlace, Field, Object
from dougong.metadata.names import LOCK_FIELDS, OWNERSHIP_FIELDS, POOL_FIELDS, SYSTEM_FIELDS, nearest

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
NEEDED = {
    ButtonKind.LINK: "url",
    ButtonKind.CREATE: "object",
    ButtonKind.UPDATE: "values",
    ButtonKind.PRINT: "template",
}
"""What a button of each kind cannot be without."""


def button_problems(obj: Object, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    """Everything that is wrong with the buttons of `obj`."""
    yield from _shown(obj, place)
    seen: set[str] = set()
    for button in obj.buttons:
        where = f"{place}.buttons.{button.name}"
        if button.name in seen:
            yield problem("metadata.button_twice", where, name=button.name)
        seen.add(button.name)
        if not getattr(button, NEEDED[button.kind]):
            yield problem("metadata.button_needs", where, part=NEEDED[button.kind], kind=button.kind.value)
            continue
        yield from _link(obj, button, objects, where)
        yield from _values(obj, button, objects, where)
        yield from _condition(obj, button, objects, where)


def _shown(obj: Object, place: str) -> Iterator[Problem]:
    """The buttons that layouts name."""
    known = {button.name for button in obj.buttons}
    layouts = [("layout", obj.layout), *((f"layouts.{one.name}", one.layout) for one in obj.layouts)]
    for where, layout in layouts:
        for name in layout.buttons or ():
            if name not in known:
                yield problem("metadata.no_such_button", f"{place}.{where}", name=name, nearest=nearest(name, known))


def fields_of(button: Button) -> Iterator[str]:
    """The fields and paths of its own object that a button names: for whoever asks where a field is used."""
    yield from PLACEHOLDER.findall(button.url or "")
    for name, value in button.values.items():
        if button.kind is ButtonKind.UPDATE:
            yield name
        if isinstance(value, Mapping):
            yield str(value["from"])
    if button.visible_when is not None:
        yield from (str(compare.path) for compare in _compares(parse_filter(button.visible_when)))


def _link(obj: Object, button: Button, objects: Mapping[str, Object], where: str) -> Iterator[Problem]:
    if button.kind is not ButtonKind.LINK or button.url is None:
        return
    scheme, colons, rest = button.url.partition("://")
    # The place that is opened is the administrator's choice, never a record's.
    if scheme not in {"http", "https"} or not colons or PLACEHOLDER.match(rest) or not rest.strip("/"):
        yield problem("metadata.button_address", where, url=button.url)
    if ButtonPlace.LIST in button.places:
        yield problem("metadata.button_link_place", where)
    for path in PLACEHOLDER.findall(button.url):
        yield from path_problems(obj, path, objects, where)


def _values(obj: Object, button: Button, objects: Mapping[str, Object], where: str) -> Iterator[Problem]:
    if button.kind not in {ButtonKind.CREATE, ButtonKind.UPDATE}:
        return
    target = obj
    if button.kind is ButtonKind.CREATE:
        if button.object not in objects:
            yield unknown_object(where, button.object or "", objects)
            return
        target = objects[button.object or ""]
        if ButtonPlace.LIST in button.places:
            yield problem("metadata.button_create_place", where)
    for name, value in button.values.items():
        found = target.fields.get(name)
        if found is None and not (target.owned and name in OWNERSHIP_FIELDS):
            yield _unknown(target, where, name)
        elif isinstance(value, Mapping):
            if button.kind is ButtonKind.UPDATE:
                yield problem("metadata.button_value", where, name=name)
            else:
                yield from path_problems(obj, str(value["from"]), objects, where)
        elif found is not None:
            yield from _value(found, value, where)


def _value(found: Field, value: object, where: str) -> Iterator[Problem]:
    if found.system or found.maintained:
        yield problem("metadata.button_value", where, name=found.name)
    elif isinstance(value, str) and value in DEFAULT_WORDS:
        if found.type not in DEFAULT_WORDS[value]:
            yield problem("metadata.button_value", where, name=found.name)
    elif found.type not in LINKS and value is not None:
        try:
            KINDS[found.type].parse(found, value)
        except BadRequest:
            yield problem("metadata.button_value", where, name=found.name)


def _condition(obj: Object, button: Button, objects: Mapping[str, Object], where: str) -> Iterator[Problem]:
    if button.visible_when is None:
        return
    try:
        condition = parse_filter(button.visible_when)
    except BadRequest:
        yield problem("metadata.button_condition", where)
        return
    for compare in _compares(condition):
        yield from path_problems(obj, str(compare.path), objects, where)


def _compares(condition: Condition) -> Iterator[Compare]:
    match condition:
        case Compare():
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from _compares(part)
        case Not(part):
            yield from _compares(part)
        case _:
            return


def path_problems(obj: Object, path: str, objects: Mapping[str, Object], where: str) -> Iterator[Problem]:
    """A field, or a dotted path over lookups; parts of a composite field end it."""
    current = obj
    *steps, last = path.split(".")
    for step in steps:
        link = current.fields.get(f"{step}_id")
        target = link.points_to[0] if link is not None and link.points_to else _system_target(current, step)
        if target is None or target not in objects:
            if step not in current.fields:
                yield _unknown(current, where, step)
            return
        current = objects[target]
    if last not in {*_known(current), "name"}:
        yield _unknown(current, where, last)


def walked(obj: Object, path: str, objects: Mapping[str, Object]) -> Field | None:
    """The field at the end of a path; None for one of the product's own, and where it leads nowhere."""
    current: Object | None = obj
    *steps, last = path.split(".")
    for step in steps:
        link = current.fields.get(f"{step}_id") if current is not None else None
        current = objects.get(link.points_to[0]) if link is not None and link.points_to else None
    return current.fields.get(last) if current is not None else None


def _system_target(obj: Object, step: str) -> str | None:
    if step in {"created_by", "updated_by"} or (obj.owned and step == "owner"):
        return "user"
    if obj.pooled and step in POOL_TARGETS:
        return POOL_TARGETS[step]
    return "department" if obj.owned and step == "department" else None


POOL_TARGETS = {"pool": "pool", "return_reason": "pool_return_reason", "last_owner": "user"}


def _known(obj: Object) -> set[str]:
    ownership = OWNERSHIP_FIELDS if obj.owned else ()
    kept = (*(LOCK_FIELDS if obj.lockable else ()), *(POOL_FIELDS if obj.pooled else ()))
    return {*obj.fields, *SYSTEM_FIELDS, *ownership, *kept}


def _unknown(obj: Object, where: str, name: str) -> Problem:
    return problem("metadata.no_such_field", where, name=name, object=obj.name, nearest=nearest(name, _known(obj)))
