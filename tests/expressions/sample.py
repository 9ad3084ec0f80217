"""One table with a column of each scalar type, random rows for it, and random conditions over it.

Values come from small pools on purpose: a condition should often meet its value, its case, its boundary, its absence.
"""

import random  # noqa: TID251  # seeded rows
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa
from hypothesis import strategies as st

from dougong.expressions.ast import (
    FALSE,
    TRUE,
    Among,
    And,
    Compare,
    Condition,
    DateRange,
    Me,
    Not,
    Operator,
    Or,
    Path,
    Selection,
    Value,
)
from dougong.expressions.context import EvaluationContext
from dougong.expressions.dates import COUNTED_NAMES, FIXED_NAMES, midnight
from dougong.expressions.operators import LIST_OPERATORS, MATCHING, NULL_TESTS, OPERATORS_BY_SCALAR, SET_OPERATORS
from dougong.expressions.to_sql import Enter, Inner, Operand

SAMPLE = sa.Table(
    "expression_sample",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("words", sa.Text),
    sa.Column("amount", sa.Numeric),
    sa.Column("whole", sa.BigInteger),
    sa.Column("day", sa.Date),
    sa.Column("moment", sa.DateTime(timezone=True)),
    sa.Column("hour", sa.Time),
    sa.Column("flag", sa.Boolean),
    sa.Column("owner_id", sa.BigInteger),
    sa.Column("tags", sa.ARRAY(sa.Text)),
)
SCALARS: Mapping[str, str] = {
    "words": "text",
    "amount": "number",
    "whole": "number",
    "day": "date",
    "moment": "datetime",
    "hour": "time",
    "flag": "boolean",
    "owner_id": "id",
    "tags": "texts",
}

ZONES = [
    "UTC",
    "Asia/Shanghai",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    # Clocks that have jumped over midnight, so that a day there began at one.
    "America/Sao_Paulo",
    "America/Havana",
    "Asia/Beirut",
]
DAYS = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2026, 1, 31),
    date(2026, 3, 8),
    date(2026, 3, 9),
    date(2026, 3, 29),
    date(2026, 3, 30),
    date(2018, 11, 4),
    date(2018, 11, 5),
    date(1999, 12, 31),
    date(1, 1, 1),
    date(9999, 12, 31),
]
WORDS = [
    "",
    "a",
    "A",
    "Ab",
    "aB%",
    "a_b",
    "a\\b",
    "\\",
    "%",
    "_",
    "É",
    "é",
    "İ",
    "i",
    "ß",
    "ẞ",
    "Σ",
    "ς",
    "中文",
    "中",
    "ﬁ",
    "a'b",
    "Z",
    "z",
    "😀",
    "\n",
]
NUMBERS: list[int | Decimal] = [
    0,
    1,
    -1,
    2,
    10**18,
    2**63 - 1,
    Decimal("0.1"),
    Decimal("1.0"),
    Decimal("1.00000000001"),
    Decimal("-2.5"),
]
WHOLES = [0, 1, -1, 2, 10**18, 2**63 - 1]
HOURS = [time(0, 0), time(8, 30), time(23, 59, 59, 999999)]
IDS = [0, 1, 2, 7, 2**40]
OPTIONS = ["red", "green", "blue"]
MOMENTS = [
    midnight(day, zone) + timedelta(microseconds=shift) for day in DAYS[:12] for zone in ZONES for shift in (-1, 0, 1)
] + [datetime(2026, 2, 14, 12, 30, tzinfo=UTC)]

ROW_COUNT = 300


def rows(seed: int) -> list[dict[str, object]]:
    """Random rows, each value blank one time in five."""
    chance = random.Random(seed)

    def one(pool: list[object]) -> object:
        return None if chance.random() < 0.2 else chance.choice(pool)

    def tags() -> object:
        return None if chance.random() < 0.2 else chance.sample(OPTIONS, chance.randint(1, 3))

    return [
        {
            "id": number,
            "words": one([*WORDS, "".join(chance.choices("aAbé%_\\中", k=3))]),
            "amount": one([*map(Decimal, NUMBERS)]),
            "whole": one([*WHOLES]),
            "day": one([*DAYS, date(2026, 1, 1) + timedelta(days=chance.randint(-500, 500))]),
            "moment": one([*MOMENTS]),
            "hour": one([*HOURS]),
            "flag": one([True, False]),
            "owner_id": one([*IDS]),
            "tags": tags(),
        }
        for number in range(1, ROW_COUNT + 1)
    ]


def resolve(path: Path) -> Operand:
    """The sample's column."""
    name = path.steps[0]
    return Operand(SAMPLE.c[name], SCALARS[name])


def is_visible(number: object) -> bool:
    """Whether the reader may see the row with this id; a selection must not see the others."""
    return isinstance(number, int) and number % 3 != 0


def enter(selection: Selection, depth: int = 1) -> Inner:
    """Selects from the same rows again, as far as they are visible."""
    assert selection.object == "sample"
    table = SAMPLE.alias(f"s{depth}")

    def resolve_inner(path: Path) -> Operand:
        return Operand(table.c[path.steps[0]], SCALARS[path.steps[0]])

    def exists(predicate: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return (
            sa.select(sa.literal_column("1"))
            .select_from(table)
            .where(table.c.id % sa.literal_column("3") != sa.literal_column("0"), predicate)
            .exists()
        )

    deeper: Enter = lambda inner: enter(inner, depth + 1)  # noqa: E731  # a function of its own would say no more
    return Inner(resolve_inner, deeper, exists)


def scalar_of(path: Path) -> str:
    """The sample's scalar type."""
    return SCALARS[path.steps[0]]


RELATIVE = st.one_of(
    st.sampled_from(sorted(FIXED_NAMES)).map(DateRange),
    st.builds(DateRange, st.sampled_from(sorted(COUNTED_NAMES)), st.sampled_from([0, 1, 2, 30, 9_999])),
)
_BY_SCALAR: Mapping[str, st.SearchStrategy[Value]] = {
    "text": st.one_of(st.sampled_from(WORDS), st.text("aAbBéÉ%_\\中", max_size=4)),
    "number": st.sampled_from([*NUMBERS, 10**30, -(10**30)]),
    "date": st.one_of(st.sampled_from(DAYS), RELATIVE),
    "datetime": st.one_of(st.sampled_from(MOMENTS), st.sampled_from(DAYS), RELATIVE),
    "time": st.sampled_from(HOURS),
    "boolean": st.booleans(),
    "id": st.one_of(st.sampled_from(IDS), st.just(Me())),
    "texts": st.sampled_from(OPTIONS),
}


@st.composite
def compares(draw: st.DrawFn) -> Condition:
    """A comparison that `check_condition` would let pass."""
    name = draw(st.sampled_from(sorted(SCALARS)))
    scalar = SCALARS[name]
    operator = draw(st.sampled_from(sorted(OPERATORS_BY_SCALAR[scalar])))
    value = st.one_of(_BY_SCALAR[scalar], _BY_SCALAR[scalar], _BY_SCALAR[scalar], st.none())
    if operator in NULL_TESTS:
        values: tuple[Value, ...] = ()
    elif operator in LIST_OPERATORS:
        values = tuple(draw(st.lists(value, max_size=4)))
    elif operator in SET_OPERATORS and scalar == "texts":
        values = tuple(draw(st.lists(value, min_size=1, max_size=3)))
    elif operator in MATCHING:
        values = (draw(st.one_of(value, st.text("aAbé%_\\中", max_size=4))),)
    else:
        values = (draw(value),)
    return Compare(Path((name,)), Operator(operator), values)


@st.composite
def amongs(draw: st.DrawFn, inner: st.SearchStrategy[Condition]) -> Condition:
    """A semi-join or anti-join of the sample with itself, over two fields of one scalar type."""
    path = draw(st.sampled_from(sorted(set(SCALARS) - {"tags"})))
    field = draw(st.sampled_from([name for name in SCALARS if SCALARS[name] == SCALARS[path]]))
    selection = Selection("sample", Path((field,)), draw(inner))
    return Among(Path((path,)), selection, negated=draw(st.booleans()))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(compares(), compares(), compares(), st.sampled_from([TRUE, FALSE])),
    lambda inner: st.one_of(
        amongs(inner),
        st.lists(inner, max_size=3).map(lambda items: And(tuple(items))),
        st.lists(inner, max_size=3).map(lambda items: Or(tuple(items))),
        inner.map(Not),
    ),
    max_leaves=8,
)
CONTEXTS = st.builds(
    EvaluationContext,
    today=st.sampled_from(DAYS),
    zone=st.sampled_from(ZONES),
    user_id=st.sampled_from([None, 1, 7]),
)
