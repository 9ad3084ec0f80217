"""Rules over records that were there before: keys are filled in, and the scan finds their duplicates."""

import pytest
import sqlalchemy as sa

from dougong.kit.errors import BadRequest, Conflict, Forbidden, NotFound
from dougong.records.api import Change, create, update, writing
from dougong.records.duplicates import matches, terms
from dougong.records.duplicates.asking import note_question
from dougong.records.duplicates.scanning import fill_terms, last_scan, run_scan, start_scan
from dougong.records.duplicates.trying import drafted, try_rule
from dougong.records.duplicates.workbench import count_pairs, groups, tell_apart, twins_of
from dougong.storage.jobs import Interrupted
from dougong.storage.schema import duplicate_key, duplicate_term
from tests.duplicates.acts import Company, made, marked, only_rules_of_tests, rule, through
from tests.duplicates.conftest import Founded
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG, ZHAO_MIN

NAMES = [f"公司{n:03}号" for n in range(30)]
CONDITION = {"field_name": "name", "match": "company", "compared_object": "account", "compared_field": "name"}


@pytest.fixture
def twins(bare: Company) -> tuple[int, int, int]:
    """Two accounts of 王芳's and one of 赵敏's with the same name."""
    rule(bare, "account", [("name", "company", "account", "name")], action="mark")
    people = (WANG_FANG, WANG_FANG, ZHAO_MIN)
    names = ("西湖电子", "杭州西湖电子", "西湖电子有限公司")
    first, second, third = (made(bare, p, "account", name=n) for p, n in zip(people, names, strict=True))
    return first, second, third


def test_the_workbench_shows_what_its_reader_sees(bare: Company, twins: tuple[int, int, int]) -> None:
    with through(bare, ADMIN) as w:
        (group,) = groups(w, "account")
        assert ({one.id for one in group.records}, group.score, group.rules) == (set(twins), 100, ("测试规则",))
    with through(bare, WANG_FANG) as w:
        (group,) = groups(w, "account")
        assert [one.id for one in group.records] == [twins[0], twins[1]]
        assert {one.id: one.name for one in twins_of(w, "account", twins[0])} == {
            twins[1]: "杭州西湖电子",
            twins[2]: None,
        }
    with through(bare, WANG_FANG) as w, pytest.raises(Forbidden):
        start_scan(w, "account")


def test_what_is_not_the_same_is_never_said_again(bare: Company, twins: tuple[int, int, int]) -> None:
    first, second, third = twins
    with through(bare, WANG_FANG) as w:
        with pytest.raises(NotFound):
            tell_apart(w, [("account", first), ("account", third)])
        with pytest.raises(BadRequest):
            tell_apart(w, [("account", first)])
        assert tell_apart(w, [("account", first), ("account", second)]) == 1
    with through(bare, ADMIN) as w:
        tell_apart(w, [("account", first), ("account", third)])
        update(w, "account", [Change(first, {"name": "西湖电子（杭州）"})])
        assert groups(w, "account")[0].records[0].id == second
    assert marked(bare, "account", first, second) == [False, True]


def test_the_owner_of_a_hidden_record_is_asked_once_a_day(bare: Company, twins: tuple[int, int, int]) -> None:
    values = {"name": "西湖电子"}
    with through(bare, LI_QIANG) as w:
        with pytest.raises(NotFound):
            note_question(w, "account", {"name": "别的"}, twins[2])
        note_question(w, "account", values, twins[2], note="我们在谈")
        with pytest.raises(Conflict) as caught:
            note_question(w, "account", values, twins[2])
    assert caught.value.code == "duplicate.asked_already"


def test_a_rule_is_tried_before_it_is_saved(bare: Company, twins: tuple[int, int, int]) -> None:
    with through(bare, ADMIN) as w:
        draft = drafted(w, "account", [CONDITION])
        found, whole = try_rule(w, draft, {"name": "西湖电子集团"})
        assert ({one.id for one in found}, whole) == (set(twins), True)
        found, _ = try_rule(w, draft, {}, twins[0])
        assert {one.id for one in found} == {twins[1], twins[2]}
        with pytest.raises(BadRequest):
            drafted(w, "account", [{**CONDITION, "field_name": "employees"}])


def test_keys_of_old_records_are_filled_in_and_the_scan_goes_on_where_it_stopped(
    founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "AT_ONCE", 10)
    database = founded.database
    with database.transaction() as tx:
        company = Company(tx, founded.registry, founded.people)
        only_rules_of_tests(company)
        with through(company, ADMIN, "import") as w:
            ids = create(w, "account", [{"name": n} for n in NAMES] + [{"name": f"{n}有限公司"} for n in NAMES]).ids
        rule(company, "account", [("name", "company", "account", "name")], action="mark")
        assert tx.scalar(sa.select(duplicate_term.c.state)) == terms.BUILDING
    fill_terms(database, chunk=7)
    with database.transaction() as tx:
        assert tx.scalar(sa.select(duplicate_term.c.state)) == terms.COMPLETE
        assert tx.scalar(sa.select(sa.func.count()).select_from(duplicate_key)) == len(ids)
        w = writing(tx, founded.registry, founded.people[ADMIN.login], "ui")
        job_id = start_scan(w, "account")
    asked = iter([False] * 8 + [True])
    with pytest.raises(Interrupted):
        run_scan(database, job_id, lambda: next(asked), chunk=10)
    run_scan(database, job_id, chunk=10)
    with database.transaction() as tx:
        company = Company(tx, founded.registry, founded.people)
        w = writing(tx, founded.registry, founded.people[ADMIN.login], "ui")
        scan = last_scan(w, "account")
        assert scan is not None
        assert (scan.state, scan.progress, scan.total, scan.result["pairs"]) == ("done", 60, 60, 30)
        assert count_pairs(w, "account") == len(groups(w, "account")) == 30
        assert all(marked(company, "account", *(one or 0 for one in ids)))
        # Without the rule there is no duplicate, no mark and no key.
        table = founded.registry.tables["duplicate_rule"]
        rule_id = tx.scalar(sa.select(table.c.id).where(table.c.key == "test_account"))
        update(w, "duplicate_rule", [Change(rule_id, {"active": False})])
    fill_terms(database)
    with database.transaction() as tx:
        company = Company(tx, founded.registry, founded.people)
        assert not any(marked(company, "account", *(one or 0 for one in ids)))
        assert tx.scalar(sa.select(sa.func.count()).select_from(duplicate_key)) == 0


def test_keys_that_tell_nothing_yet_are_read_until_they_are_made_anew(founded: Founded) -> None:
    """What an upgrade finds: keys of similar names from before they told the names."""
    database = founded.database
    with database.transaction() as tx:
        company = Company(tx, founded.registry, founded.people)
        only_rules_of_tests(company)
        rule(company, "account", [("name", "fuzzy", "account", "name")], action="mark", key="similar")
        similar = made(company, WANG_FANG, "account", name="阿里巴巴网络")
        made(company, WANG_FANG, "account", name="字节跳动")
        tx.execute(sa.update(duplicate_key).values(told=None))
        tx.execute(sa.update(duplicate_term).values(state=terms.BUILDING, position=0, done=0))
        with through(company, ADMIN) as w:
            assert [one.id for one in matches(w, "account", {"name": "阿里吧巴网络"})] == [similar]
        terms.queue_filling(tx)
        jobs = sa.table("procrastinate_jobs", sa.column("task_name"))
        assert tx.rows(sa.select(jobs.c.task_name).where(jobs.c.task_name == terms.FILLING_TASK))
    fill_terms(database)
    with database.transaction() as tx:
        kind = sa.select(duplicate_term.c.id).where(duplicate_term.c.kind == "fuzzy").scalar_subquery()
        told = sa.select(duplicate_key.c.told).where(duplicate_key.c.term_id == kind).distinct()
        found = {row.told for row in tx.rows(told)}
        assert found >= {"阿里巴巴\n阿里巴巴网络", "字节跳动\n字节跳动"}
        assert None not in found
        with through(Company(tx, founded.registry, founded.people), ADMIN) as w:
            assert [one.id for one in matches(w, "account", {"name": "阿里吧巴网络"})] == [similar]
