"""The table of conditions that the web application's evaluator is held to, decided by ours."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dougong.expressions.ast import Path as FieldPath
from dougong.expressions.check import Comparable, check_condition
from dougong.expressions.evaluate import EvaluationContext, evaluate
from dougong.expressions.filter_json import parse_filter
from dougong.kit.errors import BadRequest
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Label, Option

TABLE = json.loads((Path(__file__).parents[2] / "web/src/records/condition_cases.json").read_text(encoding="utf-8"))
OPTIONS = tuple(Option(value, Label(value, value)) for value in TABLE["options"])
CHOICES = {FieldType.SELECT, FieldType.MULTI_SELECT}


def _field(name: str, type_: FieldType) -> Field:
    return Field(name, type_, Label(name, name), options=OPTIONS if type_ in CHOICES else ())


FIELDS = {name: _field(name, FieldType(type_)) for name, type_ in TABLE["fields"].items()}
CONTEXT = EvaluationContext(today=date(2026, 2, 28), zone=TABLE["timezone"], user_id=int(TABLE["me"]))


class Known:
    """The fields of the table."""

    def comparable(self, path: FieldPath) -> Comparable:
        found = FIELDS[str(path)]
        kind = KINDS[found.type]
        return Comparable(kind.scalar, kind.operators, frozenset(TABLE["options"]) if found.options else None)

    def selecting(self, object_name: str) -> "Known":
        raise BadRequest("query.selection_place", object=object_name)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: json.dumps(case["filter"], ensure_ascii=False))
@pytest.mark.parametrize("name", ["full", "blank"])
def test_our_evaluator_decides_as_the_table_says(case: dict[str, Any], name: str) -> None:
    record = {key: KINDS[FIELDS[key].type].parse(FIELDS[key], value) for key, value in TABLE["records"][name].items()}
    condition = check_condition(parse_filter(case["filter"]), Known())

    def value_of(path: FieldPath) -> object:
        return record[str(path)]

    def scalar_of(path: FieldPath) -> str:
        return KINDS[FIELDS[str(path)].type].scalar

    assert evaluate(condition, value_of, scalar_of, CONTEXT) is case[name]
