"""Auto-numbers such as OPP-202611-0042: one locked counter for each field and period, without gaps or doubles.

The counter's row stays locked until the transaction ends, so a number that was given to a record that was then not
stored goes back, and two writers never hold the same one. `{yyyy}`, `{yy}`, `{mm}` and `{dd}` name the period: where
they stand in the format the count starts again with each new period; `{0000}` is the number, at least that wide.
"""

import re
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.storage.schema import auto_number
from dougong.storage.unit_of_work import Transaction

DEFAULT_FORMAT = "{0000}"
_TOKEN = re.compile(r"\{(yyyy|yy|mm|dd|0+)\}")


def next_numbers(
    transaction: Transaction, object_name: str, *, field: str, pattern: str | None, count: int, day: date
) -> list[str]:
    """The next `count` numbers of a field on `day`, in order; they are taken when `transaction` commits."""
    pattern = pattern or DEFAULT_FORMAT
    statement = (
        insert(auto_number)
        .values(object=object_name, field=field, period=period(pattern, day), next=1 + count)
        .on_conflict_do_update(
            index_elements=[auto_number.c.object, auto_number.c.field, auto_number.c.period],
            set_={"next": auto_number.c.next + count},
        )
        .returning(auto_number.c.next - sa.literal(count))
    )
    first = int(transaction.scalar(statement))
    return formatted(pattern, day, range(first, first + count))


def seen_numbers(
    transaction: Transaction, object_name: str, *, field: str, pattern: str | None, numbers: Iterable[str]
) -> None:
    """Go on counting behind `numbers` that came from elsewhere, where they have the form of `pattern`."""
    pieces = _TOKEN.split(pattern or DEFAULT_FORMAT)
    tokens = pieces[1::2]
    # By position and not by name: a format may show a token twice.
    shape = re.compile(
        "".join(
            re.escape(piece)
            if index % 2 == 0
            else (r"(\d{1,18})" if piece.startswith("0") else rf"(\d{{{len(piece)}}})")
            for index, piece in enumerate(pieces)
        )
    )
    highest: dict[str, int] = {}
    for text in numbers:
        found = shape.fullmatch(text)
        if found is not None:
            parts = list(zip(tokens, found.groups(), strict=True))
            number = next((int(part) for token, part in parts if token.startswith("0")), 0)
            key = "".join(part for token, part in parts if not token.startswith("0"))
            highest[key] = max(highest.get(key, 0), number)
    for key, number in sorted(highest.items()):
        inserted = insert(auto_number).values(object=object_name, field=field, period=key, next=number + 1)
        transaction.execute(
            inserted.on_conflict_do_update(
                index_elements=[auto_number.c.object, auto_number.c.field, auto_number.c.period],
                set_={"next": sa.func.greatest(auto_number.c.next, inserted.excluded.next)},
            )
        )


def period(pattern: str, day: date) -> str:
    """The period of `day` in which numbers of `pattern` are counted together; '' when it names no date."""
    return "".join(_date_part(token, day) for token in _TOKEN.findall(pattern) if not token.startswith("0"))


def formatted(pattern: str, day: date, numbers: Iterable[int]) -> list[str]:
    """`numbers` in `pattern`; a pattern without a place for the number gets it at the end."""
    place = next((m for m in _TOKEN.finditer(pattern) if m.group(1).startswith("0")), None)
    start, end, width = (len(pattern), len(pattern), 1) if place is None else (*place.span(), len(place.group(1)))
    before, behind = (_TOKEN.sub(lambda m: _date_part(m.group(1), day), p) for p in (pattern[:start], pattern[end:]))
    return [f"{before}{number:0{width}d}{behind}" for number in numbers]


def _date_part(token: str, day: date) -> str:
    return {"yyyy": f"{day.year:04d}", "yy": f"{day.year % 100:02d}", "mm": f"{day.month:02d}", "dd": f"{day.day:02d}"}[
        token
    ]
