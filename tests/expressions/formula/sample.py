"""A table with a column of each kind, random rows for it, and random formulas over it, as their texts."""

import random  # noqa: TID251  # seeded rows
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa
from hypothesis import strategies as st

from dougong.expressions.ast import Path
from dougong.expressions.context import EvaluationContext
from dougong.expressions.dates import midnight
from dougong.expressions.formula.functions import FUNCTIONS
from dougong.expressions.formula.problems import FormulaProblem
from dougong.expressions.formula.tree import Name
from dougong.expressions.formula.types import Field, Kind, Root, Type
from dougong.expressions.nearest import nearest

STAGES = ("new", "won", "lost")

SAMPLE = sa.Table(
    "formula_sample",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("words", sa.Text),
    sa.Column("more", sa.Text),
    sa.Column("amount", sa.Numeric),
    sa.Column("cost", sa.Numeric),
    sa.Column("rate", sa.Numeric),
    sa.Column("whole", sa.BigInteger),
    sa.Column("day", sa.Date),
    sa.Column("due", sa.Date),
    sa.Column("moment", sa.DateTime(timezone=True)),
    sa.Column("later_on", sa.DateTime(timezone=True)),
    sa.Column("hour", sa.Time),
    sa.Column("flag", sa.Boolean),
    sa.Column("stage", sa.Text),
    sa.Column("owner_id", sa.BigInteger),
    sa.Column("tags", sa.ARRAY(sa.Text)),
)
TYPES: Mapping[str, Type] = {
    "id": Type(Kind.ID),
    "words": Type(Kind.TEXT),
    "more": Type(Kind.TEXT),
    "amount": Type(Kind.NUMBER),
    "cost": Type(Kind.NUMBER),
    "rate": Type(Kind.NUMBER),
    "whole": Type(Kind.NUMBER),
    "day": Type(Kind.DATE),
    "due": Type(Kind.DATE),
    "moment": Type(Kind.DATETIME),
    "later_on": Type(Kind.DATETIME),
    "hour": Type(Kind.TIME),
    "flag": Type(Kind.BOOLEAN),
    "stage": Type(Kind.TEXT, frozenset(STAGES), is_option=True, labels=(("赢单", "won"), ("Won", "won"))),
    "owner_id": Type(Kind.ID),
    "tags": Type(Kind.TEXTS, frozenset({"red", "green", "blue"}), is_option=True),
}


class SampleSchema:
    """The sample's columns as the fields of a formula."""

    def field(self, name: Name, root: Root) -> Field:
        word = ".".join(name.steps)
        if root is Root.USER or word not in TYPES:
            params = {"object_zh": "样本", "object_en": "Sample", "nearest": nearest(word, TYPES, 0.5)}
            raise FormulaProblem("formula.unknown_field", name.span, path=word, **params)
        return Field(Path(name.steps), TYPES[word], root, percent=word == "rate")


ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Sao_Paulo"]
DAYS = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2023, 2, 28),
    date(2000, 2, 29),
    date(1900, 2, 28),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2026, 1, 31),
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2018, 11, 4),
    date(1, 1, 2),
    date(9999, 12, 30),
]
WORDS = [
    "a",
    "A",
    "Ab",
    "aB%",
    "a_b",
    "\\",
    "É",
    "é",
    "ß",
    "Σ",
    "中文",
    "中",
    "Ｚ",
    "z ",
    "  pad ",
    "\u3000全角",
    "😀x",
]
WORDS += ["12", "-3.5", " 7 ", "1e5", "0.00000000005", "999999999999999999", "2024-02-29", "2023-02-29", "2026-01-31"]
NUMBERS = [
    *map(Decimal, "0 1 -1 2 3 7 10 100 0.1 0.01 0.5 1.5 2.5 -2.5 0.125 0.005 1.005 33.335 999999999999999.99".split()),
    Decimal("0.0000000001"),
    Decimal("-0.0000000001"),
    Decimal("123456789.123456789"),
]
WHOLES = [0, 1, -1, 2, 12, 365, 10**6, 2**53 - 1]
HOURS = [time(0, 0), time(8, 30), time(23, 59, 59, 999999)]
MOMENTS = [
    midnight(day, zone) + timedelta(microseconds=shift) for day in DAYS[:12] for zone in ZONES for shift in (-1, 0, 1)
] + [datetime(2026, 2, 14, 12, 30, tzinfo=UTC)]

ROW_COUNT = 80


def rows(seed: int) -> list[dict[str, object]]:
    """Random rows, each value blank one time in five."""
    chance = random.Random(seed)

    def one(pool: list[object]) -> object:
        return None if chance.random() < 0.2 else chance.choice(pool)

    def tags() -> object:
        return None if chance.random() < 0.2 else chance.sample(["red", "green", "blue"], chance.randint(1, 3))

    return [
        {
            "id": number,
            "words": one([*WORDS]),
            "more": one([*WORDS]),
            "amount": one([*NUMBERS]),
            "cost": one([*NUMBERS]),
            "rate": one([*map(Decimal, ["0", "10", "12.5", "33.333", "100", "-5", "0.0000000001"])]),
            "whole": one([*WHOLES]),
            "day": one([*DAYS]),
            "due": one([*DAYS, date(2026, 1, 1) + timedelta(days=chance.randint(-500, 500))]),
            "moment": one([*MOMENTS]),
            "later_on": one([*MOMENTS]),
            "hour": one([*HOURS]),
            "flag": one([True, False]),
            "stage": one([*STAGES]),
            "owner_id": one([1, 2, 7, 2**40]),
            "tags": tags(),
        }
        for number in range(1, ROW_COUNT + 1)
    ]


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


_LEAVES: Mapping[Kind, st.SearchStrategy[str]] = {
    Kind.TEXT: st.sampled_from(["words", "more", "stage", *map(_quoted, WORDS), '""']),
    Kind.NUMBER: st.sampled_from(
        ["amount", "cost", "rate", "whole", *(str(abs(n)) for n in NUMBERS if "E" not in str(n)), "-3"]
    ),
    Kind.DATE: st.sampled_from(["day", "due", "TODAY()"]),
    Kind.DATETIME: st.sampled_from(["moment", "later_on", "NOW()"]),
    Kind.TIME: st.just("hour"),
    Kind.BOOLEAN: st.sampled_from(["flag", "true", "false"]),
    Kind.TEXTS: st.just("tags"),
    Kind.ID: st.sampled_from(["owner_id", "id"]),
}
GENERAL = [Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.BOOLEAN]
"""Kinds that formulas can make values of."""

_FORMS: Mapping[Kind, list[tuple[str, tuple[Kind, ...]]]] = {
    Kind.TEXT: [
        ("LEFT({}, {})", (Kind.TEXT, Kind.NUMBER)),
        ("RIGHT({}, {})", (Kind.TEXT, Kind.NUMBER)),
        ("MID({}, {}, {})", (Kind.TEXT, Kind.NUMBER, Kind.NUMBER)),
        ("UPPER({})", (Kind.TEXT,)),
        ("LOWER({})", (Kind.TEXT,)),
        ("TRIM({})", (Kind.TEXT,)),
        ("SUBSTITUTE({}, {}, {})", (Kind.TEXT, Kind.TEXT, Kind.TEXT)),
        ("{} & {}", (Kind.TEXT, Kind.TEXT)),
        ("{} & {}", (Kind.NUMBER, Kind.DATE)),
        ("{} & {}", (Kind.TEXT, Kind.DATETIME)),
        ("TEXT({})", (Kind.NUMBER,)),
        ("TEXT({})", (Kind.DATE,)),
        ("TEXT({})", (Kind.DATETIME,)),
        ("TEXT({})", (Kind.TIME,)),
        ("TEXT({})", (Kind.BOOLEAN,)),
        ("TEXT({})", (Kind.TEXTS,)),
        ("TEXT({})", (Kind.ID,)),
        ("NUMBERSTRING({})", (Kind.NUMBER,)),
    ],
    Kind.NUMBER: [
        ("({} + {})", (Kind.NUMBER, Kind.NUMBER)),
        ("({} - {})", (Kind.NUMBER, Kind.NUMBER)),
        ("({} * {})", (Kind.NUMBER, Kind.NUMBER)),
        ("({} / {})", (Kind.NUMBER, Kind.NUMBER)),
        ("-{}", (Kind.NUMBER,)),
        ("ROUND({}, 0)", (Kind.NUMBER,)),
        ("ROUND({}, 2)", (Kind.NUMBER,)),
        ("ROUND({}, 5)", (Kind.NUMBER,)),
        ("FLOOR({})", (Kind.NUMBER,)),
        ("CEILING({})", (Kind.NUMBER,)),
        ("ABS({})", (Kind.NUMBER,)),
        ("MOD({}, {})", (Kind.NUMBER, Kind.NUMBER)),
        ("SQRT({})", (Kind.NUMBER,)),
        ("POWER({}, {})", (Kind.NUMBER, Kind.NUMBER)),
        ("MAX({}, {}, {})", (Kind.NUMBER, Kind.NUMBER, Kind.NUMBER)),
        ("MIN({}, {})", (Kind.NUMBER, Kind.NUMBER)),
        ("LEN({})", (Kind.TEXT,)),
        ("VALUE({})", (Kind.TEXT,)),
        ("YEAR({})", (Kind.DATE,)),
        ("MONTH({})", (Kind.DATETIME,)),
        ("DAY({})", (Kind.DATETIME,)),
        ("WEEKDAY({})", (Kind.DATE,)),
        ("DAYSBETWEEN({}, {})", (Kind.DATE, Kind.DATE)),
        ("({} - {})", (Kind.DATE, Kind.DATE)),
        ("({} - {})", (Kind.DATETIME, Kind.DATETIME)),
    ],
    Kind.DATE: [
        ("DATE({}, {}, {})", (Kind.NUMBER, Kind.NUMBER, Kind.NUMBER)),
        ("DATE(YEAR({}) + 1, MONTH({}), DAY({}))", (Kind.DATE, Kind.DATE, Kind.DATE)),
        ("ADDDAYS({}, {})", (Kind.DATE, Kind.NUMBER)),
        ("ADDMONTHS({}, {})", (Kind.DATE, Kind.NUMBER)),
        ("({} + {})", (Kind.DATE, Kind.NUMBER)),
        ("({} - {})", (Kind.DATE, Kind.NUMBER)),
        ("DATEVALUE({})", (Kind.DATETIME,)),
        ("DATEVALUE({})", (Kind.TEXT,)),
        ("MAX({}, {})", (Kind.DATE, Kind.DATE)),
    ],
    Kind.DATETIME: [
        ("({} + {})", (Kind.DATETIME, Kind.NUMBER)),
        ("({} - {})", (Kind.DATETIME, Kind.NUMBER)),
        ("MIN({}, {})", (Kind.DATETIME, Kind.DATETIME)),
    ],
    Kind.BOOLEAN: [
        *[(f"({{}} {sign} {{}})", (kind, kind)) for sign in ("=", "!=", "<", "<=", ">", ">=") for kind in GENERAL[:4]],
        ("({} = {})", (Kind.BOOLEAN, Kind.BOOLEAN)),
        ("({} != {})", (Kind.BOOLEAN, Kind.BOOLEAN)),
        ("({} < {})", (Kind.TIME, Kind.TIME)),
        ("({} = {})", (Kind.ID, Kind.ID)),
        ("({} && {})", (Kind.BOOLEAN, Kind.BOOLEAN)),
        ("({} || {})", (Kind.BOOLEAN, Kind.BOOLEAN)),
        ("!{}", (Kind.BOOLEAN,)),
        ("AND({}, {}, {})", (Kind.BOOLEAN, Kind.BOOLEAN, Kind.BOOLEAN)),
        ("OR({}, {})", (Kind.BOOLEAN, Kind.BOOLEAN)),
        ("NOT({})", (Kind.BOOLEAN,)),
        *[("ISBLANK({})", (kind,)) for kind in (*GENERAL, Kind.TEXTS, Kind.ID)],
        ("CONTAINS({}, {})", (Kind.TEXT, Kind.TEXT)),
        ("BEGINS({}, {})", (Kind.TEXT, Kind.TEXT)),
        ('INCLUDES({}, "red")', (Kind.TEXTS,)),
        ('(stage = "won")', ()),
        ("({} = null)", (Kind.TEXT,)),
    ],
}


@st.composite
def texts(draw: st.DrawFn, kind: Kind, depth: int = 3) -> str:
    """The text of a formula that gives a value of `kind`."""
    forms = _FORMS.get(kind)
    if depth == 0 or forms is None or draw(st.integers(0, 5)) == 0:
        return draw(_LEAVES[kind])
    general = [
        ("IF({}, {}, {})", (Kind.BOOLEAN, kind, kind)),
        ("IF({}, {})", (Kind.BOOLEAN, kind)),
        ("BLANKVALUE({}, {})", (kind, kind)),
        ("IF({}, null, {})", (Kind.BOOLEAN, kind)),
        ('CASE(stage, "won", {}, "new", {}, {})', (kind, kind, kind)),
        ("CASE({}, {}, {}, {})", (Kind.NUMBER, Kind.NUMBER, kind, kind)),
    ]
    form, kinds = draw(st.sampled_from(forms if draw(st.integers(0, 4)) else general))
    return form.format(*(draw(texts(part, depth - 1)) for part in kinds))


FORMULAS = st.sampled_from(GENERAL).flatmap(texts)

CONTEXTS = st.builds(
    EvaluationContext,
    today=st.sampled_from(DAYS),
    zone=st.sampled_from(ZONES),
    user_id=st.just(7),
    now=st.sampled_from(MOMENTS),
)

TABLED = frozenset(FUNCTIONS) - {"ISNEW", "ISCHANGED", "PRIORVALUE"}
"""Functions that formulas over stored rows can call: the random ones call each."""
