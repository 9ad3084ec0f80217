"""The companies of loaded registry files: by the beginning of a name, by any part of it, by the registration number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, insert

from dougong.expressions.matching import literal_pattern
from dougong.records.companies.company import CREDIT_CODE, NAME, Company
from dougong.records.search_text import GRAM, normalise, quoted
from dougong.storage.samples import sample_first
from dougong.storage.schema import registry_company, registry_fill, registry_load
from dougong.storage.unit_of_work import Snapshot, Transaction

LEAST = 2
"""Characters of a name below which nothing is offered: one stands everywhere."""
PROPOSED_MAX = 300
TERMS_MAX = 4
NAME_MAX = 200


@dataclass(frozen=True)
class Loaded:
    """What of a provider's file is in force."""

    companies: int
    file_name: str
    loaded_at: datetime


def loaded(snapshot: Snapshot, provider_id: int) -> Loaded | None:
    """The loading that is in force, if there is one."""
    table = registry_load
    row = snapshot.one(
        sa.select(table.c.companies, table.c.file_name, table.c.loaded_at).where(table.c.provider_id == provider_id)
    )
    return None if row is None else Loaded(**row._mapping)


def companies_like(snapshot: Snapshot, provider_id: int, text: str, limit: int) -> list[Company]:
    """The provider's companies whose name has every word of `text` in it: that very name, beginnings, then parts; of
    equally close ones the shorter. One whose registration number is `text` comes first."""
    sought = normalise(text)[:NAME_MAX]
    if len(sought) < LEAST:
        return []
    table = registry_company
    mine = sa.and_(
        table.c.provider_id == provider_id,
        table.c.load_id
        == sa.select(registry_load.c.load_id).where(registry_load.c.provider_id == provider_id).scalar_subquery(),
    )
    columns = sa.select(table.c.id, table.c.name, table.c.credit_code, table.c.details, table.c.name_key).where(mine)
    begins = columns.where(table.c.name_key.like(f"{literal_pattern(sought)}%")).limit(PROPOSED_MAX)
    rows = {row.id: row for row in snapshot.rows(begins)}
    if len(rows) < limit:
        question = " & ".join(map(_grams, sought.split(" ")[:TERMS_MAX]))
        matching = columns.where(table.c.grams.op("@@", is_comparison=True)(sa.cast(question, TSQUERY)))
        inside = sa.select(sample_first(matching, table.c.id, "inside")).limit(PROPOSED_MAX)
        rows |= {row.id: row for row in snapshot.rows(inside)}
    words = sought.split(" ")
    fitting = [row for row in rows.values() if all(w in row.name_key or w in _code(row.credit_code) for w in words)]
    fitting.sort(key=lambda row: (_code(row.credit_code) != sought, *_closeness(row.name_key, sought), row.id))
    return [_company(row) for row in fitting[:limit]]


def _closeness(name: str, sought: str) -> tuple[bool, bool, int]:
    return name != sought, not name.startswith(sought), len(name)


def _code(text: str | None) -> str:
    return (text or "").lower()


def _grams(word: str) -> str:
    if len(word) < GRAM:
        return f"{quoted(word)}:*"
    return " & ".join(dict.fromkeys(quoted(word[at : at + GRAM]) for at in range(len(word) - GRAM + 1)))


def company_of(snapshot: Snapshot, provider_id: int, ref: str) -> Company | None:
    """The company again, by its `ref`; None once another file has taken the place of the one that it was in."""
    if not ref.isdecimal() or len(ref) > 18:
        return None
    table = registry_company
    row = snapshot.one(
        sa.select(table.c.id, table.c.name, table.c.credit_code, table.c.details).where(
            table.c.provider_id == provider_id, table.c.id == int(ref)
        )
    )
    return None if row is None else _company(row)


def _company(row: sa.Row[tuple[object, ...]]) -> Company:
    code = {} if row.credit_code is None else {CREDIT_CODE: row.credit_code}
    return Company(str(row.id), {NAME: row.name, **code, **row.details})


def store_companies(tx: Transaction, provider_id: int, load_id: int, found: Iterable[Mapping[str, str]]) -> int:
    """Store companies of a loading that is under way: nobody finds them yet. Returns how many there were."""
    rows = list(found)
    tx.copy(
        registry_company,
        ("provider_id", "load_id", "name", "name_key", "credit_code", "details", "grams"),
        ((provider_id, load_id, *_stored(facts)) for facts in rows),
    )
    return len(rows)


def _stored(facts: Mapping[str, str]) -> Sequence[object]:
    name = facts[NAME][:NAME_MAX]
    key = normalise(name)
    code = facts.get(CREDIT_CODE)
    grams = {key[at : at + GRAM] for at in range(len(key))}
    if code:
        number = normalise(code)
        grams |= {number[at : at + GRAM] for at in range(len(number))}
    details = {fact: value for fact, value in facts.items() if fact not in {NAME, CREDIT_CODE} and value}
    return name, key, code or None, details, " ".join(map(quoted, grams))


def put_in_force(tx: Transaction, provider_id: int, load_id: int, companies: int, file_name: str) -> None:
    """From now on the companies of this loading are the provider's."""
    values = {"load_id": load_id, "companies": companies, "file_name": file_name, "loaded_at": sa.func.now()}
    statement = insert(registry_load).values(provider_id=provider_id, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["provider_id"], set_=values))


def take_away(tx: Transaction, provider_id: int, keep: int | None, limit: int) -> int:
    """Remove up to `limit` companies of other loadings than `keep`. Returns how many."""
    table = registry_company
    others = table.c.provider_id == provider_id
    if keep is not None:
        others &= table.c.load_id != keep
    return tx.execute(sa.delete(table).where(table.c.id.in_(sa.select(table.c.id).where(others).limit(limit))))


def note_fill(tx: Transaction, user_id: int, name: str) -> None:
    """That somebody has taken a company from a registry."""
    tx.execute(sa.insert(registry_fill).values(user_id=user_id, name_key=normalise(name)))


def taken_lately(snapshot: Snapshot, user_id: int, names: Sequence[str], since: datetime) -> set[str]:
    """Which of `names` the person has taken from a registry since then."""
    keys = {normalise(name): name for name in names}
    table = registry_fill
    statement = sa.select(table.c.name_key).where(
        table.c.user_id == user_id, table.c.at >= since, table.c.name_key.in_(list(keys))
    )
    return {keys[row.name_key] for row in snapshot.rows(statement.distinct())}
