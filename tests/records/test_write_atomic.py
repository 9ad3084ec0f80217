"""A refused batch leaves the database as it was, to the last row of the last table."""

import os
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.access.principal import Action, FieldAccess
from dougong.kit.errors import Conflict, Forbidden, NotFound, Refused
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, delete, restore, update
from dougong.storage.schema import system
from tests.records.company import Company, limited, without
from tests.records.conftest import RolledBack

EXAMPLES = 400 if os.environ.get("DEEP") else 40


@pytest.fixture(scope="module")
def world(company: Company) -> tuple[Company, dict[str, list[int]]]:
    """Records to write to: mine, a colleague's, deleted ones, with children and without."""
    ids: dict[str, list[int]] = {}
    with company.database.transaction() as tx:
        w = company.write(tx, "王芳")
        ids["account"] = [
            i or 0 for i in create(w, "account", [{"name": f"a{n}", "code": f"c{n}"} for n in range(5)]).ids
        ]
        other = create(company.write(tx, "赵敏"), "account", [{"name": "她的", "code": "hers"}]).ids
        ids["contact"] = [i or 0 for i in create(w, "contact", [{"name": "k", "account_id": ids["account"][0]}]).ids]
        deals = [{"name": f"o{n}", "account_id": ids["account"][1]} for n in range(2)]
        ids["opportunity"] = [i or 0 for i in create(w, "opportunity", deals).ids]
        lines = [{"opportunity_id": i} for i in ids["opportunity"]]
        ids["opportunity_line"] = [i or 0 for i in create(w, "opportunity_line", lines).ids]
        delete(w, "account", [ids["account"][4]])
        ids["account"] += [i or 0 for i in other]
    return company, ids


def dump(w: Writing) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    tables = [*w.registry.tables.values(), *system.tables.values()]
    return {
        str(table): sorted((tuple(row) for row in w.transaction.rows(sa.select(table))), key=repr) for table in tables
    }


GOOD_AND_BAD: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["好", "", None, "x" * 200, 5]),
    "code": st.sampled_from(["c0", "c1", "hers", "new", "new2", None]),
    "credit": st.sampled_from(["1", "-1", "many", 10**9]),
    "tags": st.sampled_from([["open"], ["frozen"], ["nothing"], "open"]),
    "score": st.just(1),
    "phone": st.sampled_from(["110", "119"]),
    "nonsense": st.just(1),
    "address": st.sampled_from([{"city": "杭州"}, {"town": "x"}]),
}


@st.composite
def values(draw: st.DrawFn, ids: list[int]) -> dict[str, Any]:
    names = draw(
        st.lists(st.sampled_from(["name", "name", "code", "credit", "phone", "tags", *GOOD_AND_BAD]), max_size=3)
    )
    given_values = {"name": "好", **{name: draw(GOOD_AND_BAD[name]) for name in names}}
    if draw(st.booleans()):
        given_values["parent_id"] = draw(st.sampled_from([*ids, 10**15]))
    return given_values


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_refused_batch_leaves_no_trace(world: tuple[Company, dict[str, list[int]]], data: st.DataObject) -> None:
    company, ids = world
    accounts = ids["account"]
    actor = company.principal("王芳")
    if data.draw(st.booleans()):
        actor = limited(actor, "account", phone=FieldAccess.READ)
    if data.draw(st.integers(0, 9)) == 0:
        actor = without(actor, "account", data.draw(st.sampled_from(list(Action))))
    act = data.draw(st.sampled_from(["create", "update", "delete", "restore"]))
    with suppress(RolledBack), company.database.transaction() as tx:
        w = company.write(tx, actor)
        before = dump(w)
        try:
            match act:
                case "create":
                    create(w, "account", data.draw(st.lists(values(accounts), min_size=1, max_size=4)))
                case "update":
                    changes = st.builds(
                        Change, st.sampled_from([*accounts, 10**15]), values(accounts), st.sampled_from([None, 1, 2])
                    )
                    update(w, "account", data.draw(st.lists(changes, min_size=1, max_size=4)))
                case "delete":
                    name = data.draw(st.sampled_from(sorted(ids)))
                    delete(w, name, data.draw(st.lists(st.sampled_from([*ids[name], 10**15]), min_size=1, max_size=4)))
                case "restore":
                    restore(w, "account", data.draw(st.lists(st.sampled_from(accounts), min_size=1, max_size=3)))
        except (Refused, NotFound, Forbidden, Conflict):
            assert dump(w) == before
        raise RolledBack
