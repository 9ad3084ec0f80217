"""What tests of duplicates do: rules in one line, records, and what is said of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.kit.errors import Problem, Refused
from dougong.metadata.registry import Registry
from dougong.records.api import Change, Writing, create, update, writing
from dougong.storage.unit_of_work import Transaction
from tests.world.people import ADMIN, Person


@dataclass(frozen=True)
class Company:
    """The company within one transaction, which leaves no trace."""

    tx: Transaction
    registry: Registry
    people: Mapping[str, Principal]


Part = tuple[str, str, str, str]
"""A condition: field, comparison, compared object, compared field."""


def rule(company: Company, object_name: str, *groups: Sequence[Part], **settings: Any) -> int:
    """Save a rule with its conditions as the administrator does; its id."""
    values = {
        "key": f"test_{object_name}",
        "name": "测试规则",
        "object_name": object_name,
        "action": "warn",
        **settings,
    }
    threshold = values.pop("threshold", 75)
    with through(company, ADMIN) as w:
        (rule_id,) = create(w, "duplicate_rule", [values]).ids
        for number, group in enumerate(groups, 1):
            for field, match, compared, other in group:
                condition = {
                    "rule_id": rule_id,
                    "group_number": number,
                    "object_name": object_name,
                    "field_name": field,
                    "match": match,
                    "compared_object": compared,
                    "compared_field": other,
                    "threshold": threshold,
                }
                create(w, "duplicate_condition", [condition])
    assert rule_id is not None
    return rule_id


def only_rules_of_tests(company: Company) -> None:
    """Switch the rules of the standard package off."""
    with through(company, ADMIN) as w:
        table = w.registry.tables["duplicate_rule"]
        ids = [row.id for row in w.transaction.rows(sa.select(table.c.id))]
        update(w, "duplicate_rule", [Change(one, {"active": False}) for one in ids])


@contextmanager
def through(company: Company, person: Person, via: str = "ui") -> Iterator[Writing]:
    """`person` writes by a surface; what raises in the block leaves nothing behind."""
    with company.tx.savepoint():
        yield writing(company.tx, company.registry, company.people[person.login], via)


def made(company: Company, person: Person, object_name: str, via: str = "ui", **values: Any) -> int:
    """Create a record, in spite of what it may be a duplicate of."""
    with through(company, person, via) as w:
        outcome = create(replace(w, twins="all"), object_name, [values], skip_problems=True)
    assert outcome.problems == (), [(p.code, p.field) for p in outcome.problems]
    (record_id,) = outcome.ids
    assert record_id is not None
    return record_id


def refused(company: Company, person: Person, object_name: str, via: str = "ui", **values: Any) -> list[Problem]:
    """What is said against creating a record; nothing when it is stored."""
    try:
        with through(company, person, via) as w:
            create(w, object_name, [values])
    except Refused as refusal:
        return list(refusal.problems)
    return []


def hits(problems: Sequence[Problem]) -> list[int]:
    """The ids of the duplicates that a refusal tells."""
    return [int(one["id"]) for problem in problems for one in problem.params["hits"]]


def marked(company: Company, object_name: str, *ids: int) -> list[bool]:
    """Whether records are marked as possible duplicates."""
    with through(company, ADMIN) as w:
        table = w.registry.tables[object_name]
        rows = w.transaction.rows(sa.select(table.c.id, table.c.suspected_duplicate).where(table.c.id.in_(ids)))
        flags = {row.id: bool(row.suspected_duplicate) for row in rows}
        return [flags[one] for one in ids]
