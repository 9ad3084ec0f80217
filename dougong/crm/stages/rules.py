"""What is set for the stages of an object, and the order in which its records go through them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Field, Object, Option
from dougong.metadata.names import RECORD_TYPE
from dougong.records.api import Order, Query, Reading, columns_of, page

RULE, TASK = "stage_rule", "stage_task"
ANY_TYPE = "*"
OPEN, WON, LOST = "open", "won", "lost"
ENDED = frozenset({WON, LOST})

_COLUMNS = (
    *("record_type", "stage", "probability", "forecast_category", "required_fields", "required_on_leaving"),
    *("skippable", "may_go_back", "standard_days"),
)


@dataclass(frozen=True)
class StageRule:
    """What is set for one stage; a stage without a rule asks for nothing."""

    probability: Decimal | None = None
    category: str | None = None
    entering: tuple[str, ...] = ()
    """Fields without which a record does not come in."""
    leaving: tuple[str, ...] = ()
    """Fields without which a record does not move on."""
    skippable: bool = True
    may_go_back: bool = True
    standard_days: int | None = None


NO_RULE = StageRule()


@dataclass(frozen=True)
class StageTask:
    """A task of a stage that has to be done before a record moves on."""

    name: str
    name_en: str


@dataclass(frozen=True)
class StageRules:
    """The rules and tasks of one object, by record type and stage; a type without its own has those of all types."""

    rules: Mapping[tuple[str, str], StageRule]

    def of(self, record_type: str | None, stage: str | None) -> StageRule:
        """The rule of `stage` for records of this type."""
        if stage is None:
            return NO_RULE
        own = self.rules.get((record_type or ANY_TYPE, stage))
        return own or self.rules.get((ANY_TYPE, stage)) or NO_RULE


def rules_of(r: Reading, object_name: str) -> StageRules:
    """The stage rules of an object, whoever asks: they hold for everybody."""
    if RULE not in r.registry.objects:
        return StageRules({})
    rows = page(_product(r), Query(RULE, columns_of(_COLUMNS), _about(object_name), limit=PAGE_SIZE_MAX)).rows
    found: dict[tuple[str, str], StageRule] = {}
    for type_, stage, probability, category, entering, leaving, skippable, back, days in rows:
        found[type_, stage] = StageRule(
            probability,
            category,
            names_in(entering),
            names_in(leaving),
            skippable is not False,
            back is not False,
            days,
        )
    return StageRules(found)


def mandatory_tasks(r: Reading, object_name: str) -> Mapping[tuple[str, str], Sequence[StageTask]]:
    """By record type and stage the tasks that have to be done to move on, in their order."""
    if TASK not in r.registry.objects:
        return {}
    columns = columns_of(("record_type", "stage", "name", "name_en", "mandatory"))
    order = (Order(Path(("order_number",))),)
    found: dict[tuple[str, str], list[StageTask]] = {}
    rows = page(_product(r), Query(TASK, columns, _about(object_name), order=order, limit=PAGE_SIZE_MAX)).rows
    for type_, stage, name, name_en, mandatory in rows:
        tasks = found.setdefault((type_, stage), [])
        if mandatory:
            tasks.append(StageTask(name, name_en or name))
    return found


def names_in(text: str | None) -> tuple[str, ...]:
    """The names in a list of them, as settings hold it."""
    return tuple(name for part in (text or "").split(",") if (name := part.strip()))


def outcome_of(option: Option | None) -> str:
    """Whether a stage is open, won or lost; one that says nothing is open."""
    return str(option.attributes.get("outcome", OPEN)) if option is not None else OPEN


def option_of(field: Field, stage: str | None) -> Option | None:
    """The option of a stage."""
    return next((option for option in field.options if option.value == stage), None)


def probability_of(rule: StageRule, option: Option | None) -> Decimal | None:
    """The probability that a stage brings: that of its rule, else that of the option."""
    if rule.probability is None and option is not None and "probability" in option.attributes:
        return Decimal(str(option.attributes["probability"]))
    return rule.probability


def between(field: Field, offered: Sequence[str] | None, start: str, end: str) -> Iterator[Option]:
    """The open stages in use between two, as records that are offered `offered` (None: all) pass them."""
    values = [option.value for option in field.options]
    if start not in values or end not in values:
        return
    for option in field.options[values.index(start) + 1 : values.index(end)]:
        if option.active and outcome_of(option) == OPEN and (offered is None or option.value in offered):
            yield option


def offered_stages(obj: Object, record: Mapping[str, Any], stage_field: str) -> Sequence[str] | None:
    """The stages that the record's type offers; None: all."""
    wanted = record.get(RECORD_TYPE)
    found = next((one for one in obj.record_types if one.name == wanted), None)
    return None if found is None else found.options.get(stage_field)


def field_params(field: Field) -> dict[str, Any]:
    """What a sentence about `field` names."""
    return {"field": field.name, "label_zh": field.label.zh, "label_en": field.label.en}


def stage_params(field: Field, stage: str | None) -> dict[str, Any]:
    """What a sentence about a stage names."""
    option = option_of(field, stage)
    label = option.label if option is not None else None
    return {
        "stage": stage or "",
        "stage_zh": label.zh if label else stage or "",
        "stage_en": label.en if label else stage or "",
    }


def _product(r: Reading) -> Reading:
    return Reading(r.snapshot, r.registry, system("stage rules"))


def _about(object_name: str) -> Compare:
    return Compare(Path(("object_name",)), Operator.EQ, (object_name,))
