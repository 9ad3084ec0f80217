"""Whether a mapping fits a file, an object and a person, before the first row is read: all problems at once."""

from collections.abc import Sequence

from dougong.access.fields import editable_fields, field_access, readable_fields
from dougong.access.policy import allowed, check_action
from dougong.access.principal import Action, FieldAccess, Principal
from dougong.expressions.nearest import nearest
from dougong.kit.errors import BadRequest, Problem, Refused
from dougong.kit.text import Language
from dougong.metadata.field_types import LINKS
from dougong.metadata.field_types.options import default_of
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry
from dougong.records.transfer.cells import NUMBERS, parts_of
from dougong.records.transfer.conversion import is_composite
from dougong.records.transfer.listings import Listing, listing_at
from dougong.records.transfer.lookups import lookup_of
from dougong.records.transfer.mapping import Mapping, OnDuplicate, Rule
from dougong.records.write.values import REQUIRED_HIDDEN

REASON_COLUMN: dict[Language, str] = {"zh": "失败原因", "en": "Reason for rejection"}
"""The column that the file of rejected rows has behind the original ones; it may stay when the file comes back."""

DATES = frozenset({FieldType.DATE, FieldType.DATETIME})


def check_mapping(
    mapping: Mapping, columns: Sequence[str], obj: Object, registry: Registry, actor: Principal
) -> Mapping:
    """The mapping, right for a file with `columns`, for `obj` and for what `actor` may write.

    Raises Forbidden (no right to import or to create), Refused with every problem found (transfer.*, with the nearest
    name where one is misspelt).
    """
    check_action(actor, obj, Action.IMPORT)
    check_action(actor, obj, Action.UPDATE if mapping.on_duplicate is OnDuplicate.UPDATE else Action.CREATE)
    problems = _columns(mapping, columns)
    if mapping.object is not None and mapping.object != obj.name:
        problems.append(_problem("transfer.mapping_object", "object", other=mapping.object, object=obj.name))
    for rule in mapping.rules:
        problems += _rule(rule, obj, registry, actor)
    problems += _match(mapping, obj, actor) + _required(mapping, obj, actor)
    if problems:
        raise Refused(problems)
    return mapping


def _problem(code: str, where: str, **params: object) -> Problem:
    return Problem(code, where, params={"where": where, **params})


def _columns(mapping: Mapping, columns: Sequence[str]) -> list[Problem]:
    """Columns that the file lacks, and columns that the mapping forgets."""
    unknown = [
        _problem("transfer.column_unknown", column, column=column, nearest=nearest(column, columns))
        for column in sorted(mapping.columns - set(columns))
    ]
    ours = set(REASON_COLUMN.values())
    forgotten = [
        _problem("transfer.column_unmapped", column, column=column)
        for column in columns
        if column not in mapping.columns and column not in ours
    ]
    return unknown + forgotten


def _rule(rule: Rule, obj: Object, registry: Registry, actor: Principal) -> list[Problem]:
    listing = listing_at(registry, obj, rule.field)
    if listing is not None:
        return _listing(rule, listing, registry, actor)
    seen = {f.name for f in readable_fields(actor, obj)}
    if rule.name not in seen:
        return [
            _problem(
                "transfer.field_unknown", rule.field, name=rule.name, object=obj.name, nearest=nearest(rule.name, seen)
            )
        ]
    found = obj.fields[rule.name]
    if rule.name not in {f.name for f in editable_fields(actor, obj)} or found.system:
        return [_problem("transfer.field_read_only", rule.field, name=rule.name)]
    problems = []
    parts = parts_of(found)
    if rule.part and rule.part not in parts:
        known = ", ".join(parts) or "-"
        problems.append(_problem("transfer.part_unknown", rule.field, name=rule.name, part=rule.part, known=known))
    if found.type in LINKS:
        try:
            lookup_of(registry, actor, found, rule.by, rule.object)
        except BadRequest as error:
            problems.append(
                Problem(error.code, rule.field, params={"field": error.field or rule.by or "", **error.params})
            )
    elif rule.by is not None:
        problems.append(_problem("transfer.by_without_link", rule.field, name=rule.name))
    return problems + _settings(rule, found)


def _listing(rule: Rule, listing: Listing, registry: Registry, actor: Principal) -> list[Problem]:
    """A rule for parts of the record: who imports must be allowed to make them, and to look up what they lead to."""
    if any(allowed(actor, listing.object, action) is not None for action in (Action.CREATE, Action.IMPORT)):
        return [_problem("transfer.field_read_only", rule.field, name=rule.field)]
    try:
        lookup_of(registry, actor, listing.link, rule.by, rule.object)
    except BadRequest as error:
        return [Problem(error.code, rule.field, params={"field": error.field or rule.by or "", **error.params})]
    return []


def _settings(rule: Rule, found: Field) -> list[Problem]:
    """Settings of a rule that mean nothing for the type of its field."""
    numeric = found.type in NUMBERS or found.type is FieldType.LOCATION
    misplaced = {
        "dates": rule.dates and found.type not in DATES,
        "decimal": (rule.decimal or rule.thousands) and not numeric,
        "true": (rule.true or rule.false) and found.type is not FieldType.BOOLEAN,
    }
    problems = [
        _problem("transfer.setting_misplaced", rule.field, setting=setting, name=rule.name)
        for setting, wrong in misplaced.items()
        if wrong
    ]
    if found.type in {FieldType.FILE, FieldType.IMAGE}:
        problems.append(_problem("transfer.field_is_file", rule.field, name=rule.name))
    return problems


def _match(mapping: Mapping, obj: Object, actor: Principal) -> list[Problem]:
    given = {rule.field for rule in mapping.rules}
    seen = {f.name for f in readable_fields(actor, obj)}
    problems = []
    for name in mapping.match:
        if name not in given:
            problems.append(_problem("transfer.match_unmapped", "match", name=name, nearest=nearest(name, given)))
        elif name in seen and is_composite(obj.fields[name]):
            problems.append(_problem("transfer.match_type", "match", name=name))
    return problems


def _required(mapping: Mapping, obj: Object, actor: Principal) -> list[Problem]:
    """Required fields that no rule fills: every new record would be refused. Updates may leave them out."""
    if mapping.on_duplicate is OnDuplicate.UPDATE:
        return []
    given = {rule.name for rule in mapping.rules}
    return [
        _problem("transfer.required_unmapped", f.name, name=f.name, label_zh=f.label.zh, label_en=f.label.en)
        if field_access(actor, obj, f) is not FieldAccess.HIDDEN
        else Problem(REQUIRED_HIDDEN)
        for f in obj.fields.values()
        if f.required
        and not f.system
        and default_of(f) is None
        and f.default_formula is None
        and f.name not in given
        and f.type is not FieldType.AUTO_NUMBER
    ]
