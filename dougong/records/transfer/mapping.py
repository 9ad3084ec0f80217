"""What a mapping says: how the columns of a file become the fields of an object. Plain data, checked as such.

The same structure comes from a YAML file (command line) and from the import wizard (JSON):

    object: opportunity             # optional; must then be the object that is imported
    file: {encoding: gb18030, delimiter: ";", sheet: 一月}      # optional; found out where not given
    distinct: [manager]             # one record for each different combination of these columns
    match: [code]                   # fields by which a record that exists already is recognised
    on_duplicate: update            # create | update | skip | reject (default: reject with `match`, else create)
    columns:
      opportunity_id: code          # short for {field: code}
      sales_agent: {field: owner_id, by: name}
      product: {field: product_id, by: name, values: {GTXPro: GTX Pro}}
      engage_date: {field: start_date, dates: ["%d-%m-%y"], century: 2000}
      close_value: {field: amount, decimal: ".", thousands: ","}
      engage_quarter: null          # left out on purpose; a column that is not named at all is an error
    fields:                         # fields that no single column gives
      name: {template: "{product}[ · {account}]"}
      source: {constant: import}

In a template `{column}` stands for the column's text (after `values`), `{column|login}` for it passed through one of
`templates.FILTERS`, and what is in square brackets is left out when a column in it is blank.
"""

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import yaml

from dougong.kit.errors import BadRequest, Problem, Refused
from dougong.records.transfer.templates import template_columns, template_problems

EMPTY: MappingType[str, str] = MappingProxyType({})


class OnDuplicate(StrEnum):
    """What becomes of a row whose record exists already."""

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"
    REJECT = "reject"


class Blank(StrEnum):
    """What a blank cell means."""

    ALLOW = "allow"
    """Nothing is given: a new record takes the field's default, an existing one keeps its value."""
    CLEAR = "clear"
    """An existing record's value is emptied."""
    REJECT = "reject"
    SKIP = "skip"
    """The whole row is passed over."""


@dataclass(frozen=True)
class Rule:
    """How one field gets its value: from a column, a template over columns, or a constant."""

    field: str
    """API name; one part of an address or location as address.city."""
    column: str | None = None
    template: str | None = None
    constant: Any = None
    by: str | None = None
    """Lookups: the target's field (or dotted path) that the cell holds; default its name."""
    object: str | None = None
    """Polymorphic lookups: the object that is looked up."""
    dates: tuple[str, ...] = ()
    """strptime formats, the only ones accepted."""
    century: int | None = None
    """First year of the hundred that two-digit years mean: 2000 reads 17 as 2017, 1950 reads 49 as 2049."""
    decimal: str | None = None
    thousands: str | None = None
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    blank: Blank = Blank.ALLOW
    default: Any = None
    """Stands in for a blank cell."""

    @property
    def name(self) -> str:
        """The API name of the field that the rule fills, without the part."""
        return self.field.partition(".")[0]

    @property
    def part(self) -> str:
        """The part of an address or location; '' for a whole field."""
        return self.field.partition(".")[2]

    @property
    def source(self) -> str | None:
        """What a report calls the origin of the value: the column, or the template's text."""
        return self.column or self.template


@dataclass(frozen=True)
class Mapping:
    """A whole mapping. `values` corrects the cells of a column before anything else looks at them."""

    rules: tuple[Rule, ...]
    values: MappingType[str, MappingType[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    ignored: frozenset[str] = frozenset()
    object: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    distinct: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    on_duplicate: OnDuplicate = OnDuplicate.CREATE
    create_anyway: bool = False
    """`create` was asked for: also in spite of duplicate rules that only warn."""

    @property
    def columns(self) -> frozenset[str]:
        """Every column that the mapping speaks of."""
        found = {rule.column for rule in self.rules if rule.column is not None}
        found.update(self.values, self.ignored, self.distinct)
        for rule in self.rules:
            if rule.template is not None:
                found.update(template_columns(rule.template))
        return frozenset(found)


_RULE_KEYS = {
    "field", "values", "by", "object", "dates", "century", "decimal", "thousands", "true", "false",
    "blank", "default", "template", "constant", "column",
}  # fmt: skip
_TOP_KEYS = {"object", "file", "distinct", "match", "on_duplicate", "columns", "fields", "ignore"}
_FILE_KEYS = {"encoding", "delimiter", "sheet"}


def parse_mapping_text(text: str) -> Mapping:
    """The mapping of a YAML text. Raises BadRequest (transfer.mapping_yaml, with the line) and Refused."""
    try:
        raw = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRequest("transfer.mapping_yaml", field="mapping", line=line, reason=error.problem or "") from error
    except yaml.YAMLError as error:
        raise BadRequest("transfer.mapping_yaml", field="mapping", line=1, reason=str(error)[:200]) from error
    return parse_mapping(raw)


def parse_mapping(raw: object) -> Mapping:
    """The mapping of plain data, as YAML and JSON give it. Raises Refused with every problem of its form."""
    return _Parser().mapping(raw)


class _Parser:
    """Collects all problems of a mapping's form, then refuses it once with all of them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.values: dict[str, MappingType[str, str]] = {}
        self.ignored: set[str] = set()

    def mapping(self, raw: object) -> Mapping:
        top = self._dict(raw, "mapping")
        self._known(top, _TOP_KEYS, "mapping")
        rules: list[Rule] = []
        for column, spec in self._dict(top.get("columns"), "columns").items():
            rules += self._column(str(column), spec)
        for name, spec in self._dict(top.get("fields"), "fields").items():
            rule = self._rule(spec if isinstance(spec, dict) else {"constant": spec}, f"fields.{name}", field=str(name))
            if rule is not None:
                rules.append(rule)
        if not rules and not self.problems:
            self._problem("transfer.mapping_empty", "columns")
        file = self._dict(top.get("file"), "file")
        self._known(file, _FILE_KEYS, "file")
        match = self._words(top.get("match"), "match")
        mapping = Mapping(
            rules=tuple(rules),
            values=MappingProxyType(self.values),
            ignored=frozenset(self.ignored | set(self._words(top.get("ignore"), "ignore"))),
            object=self._word(top.get("object"), "object"),
            encoding=self._word(file.get("encoding"), "file.encoding"),
            delimiter=self._delimiter(file.get("delimiter")),
            sheet=self._word(file.get("sheet"), "file.sheet"),
            distinct=self._words(top.get("distinct"), "distinct"),
            match=match,
            on_duplicate=self._on_duplicate(top.get("on_duplicate"), match),
            create_anyway=top.get("on_duplicate") == OnDuplicate.CREATE,
        )
        self._check_twice(rules)
        if self.problems:
            raise Refused(self.problems)
        return mapping

    def _column(self, column: str, spec: object) -> list[Rule]:
        """The rules of one column: a field's name, a rule, a list of them, or null to leave it out."""
        where = f"columns.{column}"
        if spec is None or (isinstance(spec, dict) and spec.get("field", "") is None):
            self.ignored.add(column)
            return []
        rules = []
        for one in spec if isinstance(spec, list) else [spec]:
            given = one if isinstance(one, dict) else {"field": one}
            if "values" in given:
                self.values[column] = {**self.values.get(column, {}), **self._corrections(given["values"], where)}
                if "field" not in given:
                    continue  # a column may be corrected only for the templates that use it
            rule = self._rule(given, where, column=column)
            if rule is not None:
                rules.append(rule)
        return rules

    def _rule(self, spec: dict[str, Any], where: str, *, column: str | None = None, field: str = "") -> Rule | None:
        self._known(spec, _RULE_KEYS, where)
        name = field or self._word(spec.get("field"), f"{where}.field")
        if not name:
            self._problem("transfer.mapping_no_field", where)
            return None
        column = column or self._word(spec.get("column"), f"{where}.column")
        template = self._word(spec.get("template"), f"{where}.template")
        if sum((column is not None, template is not None, "constant" in spec)) != 1:
            self._problem("transfer.mapping_one_source", where)
            return None
        if template is not None:
            self.problems += template_problems(template, where)
        if column is not None and field and "values" in spec:
            self.values[column] = {**self.values.get(column, {}), **self._corrections(spec["values"], where)}
        dates = self._words(spec.get("dates"), f"{where}.dates")
        century = spec.get("century")
        if any("%y" in form for form in dates) and century is None:
            self._problem("transfer.mapping_century", where)
        if century is not None and (isinstance(century, bool) or not isinstance(century, int) or century % 10):
            self._problem("transfer.mapping_century_value", where, value=century)
            century = None
        return Rule(
            field=name,
            column=column,
            template=template,
            constant=spec.get("constant"),
            by=self._word(spec.get("by"), f"{where}.by"),
            object=self._word(spec.get("object"), f"{where}.object"),
            dates=dates,
            century=century,
            decimal=self._word(spec.get("decimal"), f"{where}.decimal"),
            thousands=self._text(spec.get("thousands"), f"{where}.thousands"),
            true=self._words(spec.get("true"), f"{where}.true"),
            false=self._words(spec.get("false"), f"{where}.false"),
            blank=self._blank(spec.get("blank"), where),
            default=spec.get("default"),
        )

    def _corrections(self, raw: object, where: str) -> dict[str, str]:
        """Old text → new text. YAML reads `yes` and `1` as other things than text; they are meant as typed."""
        found: dict[str, str] = {}
        for old, new in self._dict(raw, f"{where}.values").items():
            if isinstance(new, dict | list):
                self._problem("transfer.mapping_not_text", f"{where}.values.{old}")
            else:
                found[str(old)] = "" if new is None else str(new)
        return found

    def _check_twice(self, rules: Sequence[Rule]) -> None:
        seen: dict[str, Rule] = {}
        for rule in rules:
            if rule.field in seen:
                both = f"{seen[rule.field].source or 'constant'}, {rule.source or 'constant'}"
                self._problem("transfer.mapping_field_twice", rule.field, columns=both)
            seen[rule.field] = rule

    def _blank(self, raw: object, where: str) -> Blank:
        if raw is None:
            return Blank.ALLOW
        try:
            return Blank(str(raw))
        except ValueError:
            self._problem("transfer.mapping_choice", f"{where}.blank", value=str(raw), known=", ".join(Blank))
            return Blank.ALLOW

    def _on_duplicate(self, raw: object, match: tuple[str, ...]) -> OnDuplicate:
        if raw is None:
            return OnDuplicate.REJECT if match else OnDuplicate.CREATE
        try:
            found = OnDuplicate(str(raw))
        except ValueError:
            known = ", ".join(OnDuplicate)
            self._problem("transfer.mapping_choice", "on_duplicate", value=str(raw), known=known)
            return OnDuplicate.CREATE
        if found is not OnDuplicate.CREATE and not match:
            self._problem("transfer.mapping_match", "match", on_duplicate=found.value)
        return found

    def _delimiter(self, raw: object) -> str | None:
        if raw is None or (isinstance(raw, str) and len(raw) == 1 and raw not in '"\r\n'):
            return raw
        self._problem("transfer.mapping_delimiter", "file.delimiter")
        return None

    def _dict(self, raw: object, where: str) -> dict[Any, Any]:
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self._problem("transfer.mapping_not_map", where)
            return {}
        return raw

    def _known(self, given: dict[Any, Any], known: set[str], where: str) -> None:
        for key in given:
            if key not in known:
                self._problem("transfer.mapping_key", f"{where}.{key}", key=str(key), known=", ".join(sorted(known)))

    def _text(self, raw: object, where: str) -> str | None:
        if raw is None or isinstance(raw, str):
            return raw
        self._problem("transfer.mapping_not_text", where)
        return None

    def _word(self, raw: object, where: str) -> str | None:
        return self._text(raw, where) or None

    def _words(self, raw: object, where: str) -> tuple[str, ...]:
        if raw is None:
            return ()
        if isinstance(raw, str):
            return (raw,)
        if isinstance(raw, list) and all(isinstance(one, str) for one in raw):
            return tuple(raw)
        self._problem("transfer.mapping_not_texts", where)
        return ()

    def _problem(self, code: str, where: str, **params: object) -> None:
        self.problems.append(Problem(code, where, params={"where": where, **params}))
