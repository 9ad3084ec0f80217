"""What follows from an activity: the account, the time of posting, who acted last, visits, tasks, who may delete it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit import clock
from dougong.kit.errors import Forbidden, Refused
from dougong.records.api import (
    Change,
    Query,
    Writing,
    act,
    columns_of,
    delete,
    get,
    keeping,
    page,
    parse_soql,
    restore,
    update,
    writing,
)
from dougong.records.people import add_person
from dougong.storage.engine import Database
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG, Person, acting
from tests.world.records import account, activity, contact, one, opportunity, task

SHANGHAI = {"latitude": "31.230416", "longitude": "121.473701"}
NEAR = {"latitude": 31.2310, "longitude": 121.4740, "accuracy": 20}
FAR = {"latitude": 31.2800, "longitude": 121.4740, "accuracy": 20}


def read(w: Writing, obj: str, record_id: int, *fields: str) -> dict[str, Any]:
    return dict(get(w, obj, record_id, fields))


def last(w: Writing, obj: str, record_id: int) -> tuple[Any, Any]:
    found = read(w, obj, record_id, "last_activity_at", "last_activity_by_id")
    return found["last_activity_at"], found["last_activity_by_id"]


def posted(w: Writing, activity_id: int) -> Any:
    return read(w, "activity", activity_id, "published_at")["published_at"]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock of the product."""

    def set_clock(moment: datetime) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr("dougong.records.write.pipeline.now", lambda: moment)
        return moment

    return set_clock


NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)


def test_an_activity_on_a_deal_stamps_its_account_and_contact(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        customer = account(w, "盖章客户")
        person = contact(w, "陈工", customer)
        deal = opportunity(w, "盖章机会", account_id=customer)
        call = activity(w, "电话沟通", ("opportunity", deal), type="call", contact_id=person)
        found = read(w, "activity", call, "account_id", "sale_stage", "published_at")
        assert (found["account_id"], found["sale_stage"]) == (customer, "初步接洽")
        for obj, record_id in (("opportunity", deal), ("account", customer), ("contact", person)):
            assert last(w, obj, record_id) == (found["published_at"], w.actor.user_id), obj
        update(w, "opportunity", [Change(deal, {"stage": "engaging"})])
        assert read(w, "activity", call, "sale_stage")["sale_stage"] == "初步接洽"


def test_a_deal_that_comes_to_its_first_account_brings_its_activities(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, WANG_FANG) as w:
        first, second = account(w, "后来的客户"), account(w, "再后来的客户")
        deal = opportunity(w, "还没有客户")
        visit = activity(w, "上门", ("opportunity", deal), type="visit")
        assert read(w, "activity", visit, "account_id")["account_id"] is None
    at(NOON + timedelta(days=1))
    with acting(company, WANG_FANG) as w:
        update(w, "opportunity", [Change(deal, {"account_id": first})])
        found = read(w, "activity", visit, "account_id", "published_at", "sale_stage")
        assert (found["account_id"], found["published_at"]) == (first, NOON)
        author = read(w, "activity", visit, "owner_id")["owner_id"]
        assert last(w, "account", first) == (NOON, author)
        assert read(w, "account", first, "visits_total")["visits_total"] == 1
        # From one customer to another it goes without what was done with the first.
        update(w, "opportunity", [Change(deal, {"account_id": second})])
        assert read(w, "activity", visit, "account_id")["account_id"] == first
        assert last(w, "account", second) == (None, None)


def test_an_activity_on_a_contact_or_a_lead_stamps_them(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        customer = account(w, "联系人的客户")
        person = contact(w, "周工", customer)
        lead = one(w, "lead", name="刘总", company_name="新公司", mobile="13800138000")
        note = activity(w, "记录", ("contact", person))
        found = read(w, "activity", note, "account_id", "contact_id")
        assert (found["account_id"], found["contact_id"]) == (customer, person)
        assert last(w, "contact", person)[1] == w.actor.user_id
        assert last(w, "account", customer)[0] == posted(w, note)
        call = activity(w, "联系线索", ("lead", lead), type="call")
        assert last(w, "lead", lead) == (posted(w, call), w.actor.user_id)


def test_a_back_dated_activity_does_not_move_the_latest_back(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, WANG_FANG) as w:
        customer = account(w, "补录客户")
        activity(w, "今天", ("account", customer))
        latest = last(w, "account", customer)[0]
        later = at(NOON + timedelta(minutes=5))
        activity(w, "补录上月", ("account", customer), start_at=(NOON - timedelta(days=30)).isoformat())
        assert (latest, last(w, "account", customer)[0]) == (NOON, later)


def test_deleting_the_newest_finds_the_one_before_and_restoring_it_brings_it_back(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, LI_QIANG) as w:
        customer = account(w, "两人跟进的客户")
        first = activity(w, "经理来访", ("account", customer))
        manager = w.actor.user_id
    with acting(company, ADMIN) as w:
        at(NOON + timedelta(hours=1))
        second = activity(w, "管理员电话", ("account", customer), type="call")
        assert last(w, "account", customer) == (NOON + timedelta(hours=1), w.actor.user_id)
        version = read(w, "account", customer, "version")["version"]
        delete(w, "activity", [second])
        assert last(w, "account", customer) == (NOON, manager)
        restore(w, "activity", [second])
        assert last(w, "account", customer) == (NOON + timedelta(hours=1), w.actor.user_id)
        delete(w, "activity", [first, second])
        assert last(w, "account", customer) == (None, None)
        # Nobody has said anything of the account itself.
        assert read(w, "account", customer, "version")["version"] == version


def test_moving_an_activity_to_another_record_stamps_both(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        one_, other = account(w, "原客户"), account(w, "新客户")
        note = activity(w, "写错了客户", ("account", one_))
        update(w, "activity", [Change(note, {"related_id": {"object": "account", "id": str(other)}})])
        assert last(w, "account", one_) == (None, None)
        assert last(w, "account", other) == (posted(w, note), w.actor.user_id)


def test_what_is_to_be_done_is_not_posted_until_it_is_done(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, WANG_FANG) as w:
        customer = account(w, "任务客户")
        todo = task(w, "发报价", ("account", customer), due_date="2026-11-30")
        assert (posted(w, todo), last(w, "account", customer)) == (None, (None, None))
        done = at(NOON + timedelta(days=1))
        update(w, "activity", [Change(todo, {"status": "done"})])
        assert (posted(w, todo), last(w, "account", customer)[0]) == (done, done)
        update(w, "activity", [Change(todo, {"status": "open"})])
        assert (posted(w, todo), last(w, "account", customer)) == (None, (None, None))


def test_an_import_posts_what_happened_when_it_happened(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, ADMIN) as w:
        imported = writing(w.transaction, w.registry, w.actor, "import")
        customer = account(w, "有历史的客户")
        long_ago = datetime(2024, 3, 1, 2, tzinfo=UTC)
        activity(imported, "旧系统的拜访", ("account", customer), type="visit", start_at=long_ago.isoformat())
        assert last(w, "account", customer)[0] == long_ago


def test_what_the_product_keeps_nobody_writes(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        customer = account(w, "只读字段")
        for name, value in (
            ("published_at", "2020-01-01T00:00:00Z"),
            ("account_id", str(customer)),
            ("checked_in_at", "2020-01-01T00:00:00Z"),
            ("checked_in_location", SHANGHAI),
            ("position_state", "normal"),
            ("visit_status", "done"),
        ):
            with pytest.raises(Refused) as refused:
                activity(w, "伪造", ("account", customer), type="visit", **{name: value})
            assert codes(refused) == ["record.system_field"], name
        with pytest.raises(Refused) as refused:
            update(w, "account", [Change(customer, {"last_activity_by_id": str(w.actor.user_id)})])
        assert codes(refused) == ["record.system_field"]


# --- visits


def visit(w: Writing, customer: int, **params: Any) -> int:
    answer = act(w, "account", customer, "check_in", params)
    return int(answer["id"])


def test_a_check_in_near_the_account_is_normal_and_a_check_out_gives_the_time_there(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, WANG_FANG) as w:
        customer = account(w, "签到客户", location=SHANGHAI)
        made = visit(w, customer, position=NEAR, address="三号门", content="带样品")
        found = read(
            w, "activity", made, "subject", "type", "visit_status", "planned", "position_state", "distance",
            "accuracy", "checked_in_at", "checked_in_address", "account_id", "owner_id", "published_at",
        )  # fmt: skip
        assert found.pop("distance") in range(60, 90)
        assert found == {
            "subject": "拜访 签到客户",
            "type": "visit",
            "visit_status": "in_progress",
            "planned": False,
            "position_state": "normal",
            "accuracy": 20,
            "checked_in_at": NOON,
            "checked_in_address": "三号门",
            "account_id": customer,
            "owner_id": w.actor.user_id,
            "published_at": NOON,
        }
        at(NOON + timedelta(minutes=75, seconds=40))
        assert act(w, "activity", made, "check_out", {"position": NEAR, "content": "对方要试用"})["minutes"] == 75
        found = read(w, "activity", made, "visit_status", "visit_minutes", "content")
        assert found == {"visit_status": "done", "visit_minutes": 75, "content": "带样品\n对方要试用"}


@pytest.mark.parametrize(
    ("position", "state"),
    [
        (FAR, "far"),
        ({**FAR, "accuracy": 5200}, "inaccurate"),
        # What it may be wrong by does not count against the person.
        ({**NEAR, "latitude": 31.2366, "accuracy": 300}, "normal"),
        ({**NEAR, "latitude": 31.2366, "accuracy": 50}, "far"),
        (None, "missing"),
        # Made-up positions claim to be exact, or say nothing.
        ({**NEAR, "accuracy": 0}, "inaccurate"),
        ({"latitude": 31.2310, "longitude": 121.4740}, "inaccurate"),
    ],
)
def test_what_a_position_is_worth(company: Database, position: Any, state: str) -> None:
    with acting(company, WANG_FANG) as w:
        customer = account(w, f"定位 {state}", location=SHANGHAI)
        assert read(w, "activity", visit(w, customer, position=position), "position_state")["position_state"] == state


def test_an_account_without_a_position_can_be_given_that_of_the_check_in(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        customer = account(w, "没有位置的客户")
        made = visit(w, customer, position=NEAR)
        found = read(w, "activity", made, "position_state", "distance")
        assert found == {"position_state": "normal", "distance": None}
        assert read(w, "account", customer, "location")["location"] is None
        visit(w, customer, position=NEAR, place_account=True)
        assert str(read(w, "account", customer, "location")["location"].latitude) == "31.231000"


@pytest.mark.parametrize(
    "position",
    [{"latitude": 91, "longitude": 0}, {"latitude": "x", "longitude": 1}, {"latitude": 1}, "here", {**NEAR, "more": 1}],
)
def test_a_position_that_is_none_is_refused(company: Database, position: Any) -> None:
    with acting(company, WANG_FANG) as w:
        customer = account(w, "坏定位")
        with pytest.raises(Exception) as refused:  # noqa: PT011 (its code is looked at)
            visit(w, customer, position=position)
        assert refused.value.code == "activity.position"  # type: ignore[attr-defined]


def test_one_cannot_check_out_without_a_check_in_nor_twice(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, WANG_FANG) as w:
        customer = account(w, "先签到")
        planned = activity(
            w, "明天去", ("account", customer), type="visit", start_at=(NOON + timedelta(days=1)).isoformat()
        )
        found = read(w, "activity", planned, "visit_status", "planned", "published_at", "visited_at")
        assert found == {"visit_status": "planned", "planned": True, "published_at": None, "visited_at": None}
        with pytest.raises(Forbidden) as refused:
            act(w, "activity", planned, "check_out", {})
        assert refused.value.code == "access.action_not_offered"
        at(NOON + timedelta(days=1))
        act(w, "activity", planned, "check_in", {"position": NEAR})
        with pytest.raises(Forbidden):
            act(w, "activity", planned, "check_in", {"position": NEAR})
        act(w, "activity", planned, "check_out", {})
        with pytest.raises(Forbidden):
            act(w, "activity", planned, "check_out", {})
        assert read(w, "activity", planned, "planned", "visit_status") == {"planned": True, "visit_status": "done"}


def test_the_write_path_itself_refuses_steps_out_of_order(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        customer = account(w, "乱序")
        logged = activity(w, "补录拜访", ("account", customer), type="visit")
        kept = keeping(w, "checked_in_at", "checked_out_at")
        for name, code in (
            ("checked_in_at", "activity.checked_in_already"),
            ("checked_out_at", "activity.not_checked_in"),
        ):
            with pytest.raises(Refused) as refused:
                update(kept, "activity", [Change(logged, {name: clock.now()})])
            assert codes(refused) == [code]
        made = visit(w, customer)
        with pytest.raises(Refused) as refused:
            update(w, "activity", [Change(made, {"type": "note"})])
        assert codes(refused) == ["activity.type_fixed"]


def test_a_colleague_cannot_check_in_for_another(company: Database, at: Any) -> None:
    at(NOON)
    with acting(company, WANG_FANG) as w:
        customer = account(w, "王芳的客户")
        planned = activity(
            w, "王芳去", ("account", customer), type="visit", start_at=(NOON + timedelta(hours=2)).isoformat()
        )
    with acting(company, LI_QIANG) as w, pytest.raises(Forbidden):
        act(w, "activity", planned, "check_in", {})


def test_the_account_counts_its_visits(company: Database, at: Any) -> None:
    at(NOON - timedelta(days=3))
    with acting(company, WANG_FANG) as w:
        customer = account(w, "常去的客户")
        deal = opportunity(w, "常去的机会", account_id=customer)
        visit(w, customer, position=NEAR)
        at(NOON)
        # One logged afterwards on a deal of the account, one planned.
        activity(w, "前天去过", ("opportunity", deal), type="visit", start_at=(NOON - timedelta(days=2)).isoformat())
        activity(w, "下周去", ("account", customer), type="visit", start_at=(NOON + timedelta(days=7)).isoformat())
        found = read(w, "account", customer, "visits_total", "visits_planned", "last_visit_at")
        assert found == {"visits_total": 2, "visits_planned": 1, "last_visit_at": NOON - timedelta(days=2)}


def test_the_administrator_sets_distances_and_may_demand_a_photo(company: Database) -> None:
    with acting(company, ADMIN) as w:
        key = Compare(Path(("key",)), Operator.EQ, ("standard",))
        (setting,) = page(w, Query("activity_setting", columns_of(("id",)), key, limit=1)).rows[0]
        update(w, "activity_setting", [Change(setting, {"far_metres": 100_000, "picture_required": True})])
        customer = account(w, "要拍照", location=SHANGHAI)
        with pytest.raises(Refused) as refused:
            visit(w, customer, position=FAR)
        assert codes(refused) == ["activity.picture_required"]
        update(w, "activity_setting", [Change(setting, {"picture_required": False})])
        assert read(w, "activity", visit(w, customer, position=FAR), "position_state")["position_state"] == "normal"
        update(w, "activity_setting", [Change(setting, {"far_metres": 500})])


# --- tasks


def test_statistics_count_on_the_day_of_posting(company: Database, at: Any) -> None:
    """Neither when a task was made, nor when people say that it happened (domain.md 2.8)."""
    at(NOON)
    with acting(company, WANG_FANG) as w:
        customer = account(w, "统计口径客户")
        about = ("account", customer)
        later = task(w, "两天后完成", about)
        activity(w, "补录上月", about, type="call", start_at=(NOON - timedelta(days=30)).isoformat())
        activity(w, "约好的拜访", about, type="visit", start_at=(NOON + timedelta(days=1)).isoformat())
        at(NOON + timedelta(days=2))
        update(w, "activity", [Change(later, {"status": "done"})])
        at(NOON + timedelta(days=3))
        update(w, "activity", [Change(later, {"subject": "改了标题"})])
        question = (
            "SELECT DAY_ONLY(published_at) d, type, COUNT(id) n FROM activity "
            f"WHERE account_id = '{customer}' AND published_at != NULL GROUP BY DAY_ONLY(published_at), type"
        )
        rows = page(w, parse_soql(question, w.registry, w.actor)).rows
    assert set(rows) == {(date(2026, 11, 26), "call", 1), (date(2026, 11, 28), "task", 1)}


def test_the_next_contact_makes_a_task_that_moves_with_it(company: Database) -> None:
    def tasks(w: Writing, origin: int) -> list[Any]:
        where = Compare(Path(("origin_id",)), Operator.EQ, (origin,))
        return page(w, Query("activity", columns_of(("id", "type", "status", "due_date", "subject")), where)).rows

    with acting(company, WANG_FANG) as w:
        customer = account(w, "下次联系")
        call = activity(w, "介绍产品", ("account", customer), type="call", next_call_at="2026-12-01T02:00:00Z")
        ((todo, *rest),) = tasks(w, call)
        assert rest == ["task", "open", date(2026, 12, 1), "再次联系：介绍产品"]
        # Half past midnight in China is the day before in UTC.
        update(w, "activity", [Change(call, {"next_call_at": "2026-12-02T16:30:00Z"})])
        ((same, *rest),) = tasks(w, call)
        assert (same, rest[2]) == (todo, date(2026, 12, 3))
        update(w, "activity", [Change(todo, {"status": "done"})])
        update(w, "activity", [Change(call, {"next_call_at": "2026-12-09T02:00:00Z"})])
        assert len(tasks(w, call)) == 2


def test_the_day_and_the_place_in_the_calendar_of_a_task_go_together(company: Database) -> None:
    def days(w: Writing, one: int) -> tuple[Any, Any]:
        found = read(w, "activity", one, "due_date", "start_at")
        return found["due_date"], found["start_at"]

    with acting(company, WANG_FANG) as w:
        customer = account(w, "日历任务")
        todo = task(w, "发合同", ("account", customer), due_date="2026-12-04")
        assert days(w, todo) == (date(2026, 12, 4), datetime(2026, 12, 4, 1, tzinfo=UTC))
        update(w, "activity", [Change(todo, {"start_at": "2026-12-07T06:00:00Z"})])
        assert days(w, todo)[0] == date(2026, 12, 7)
        update(w, "activity", [Change(todo, {"due_date": "2026-12-08"})])
        assert days(w, todo)[1] == datetime(2026, 12, 8, 6, tzinfo=UTC)


# --- who may delete


BOSS = Person("gaozong", "高总", "总部", "总经理", "admin", "sales_manager")
"""Reaches and edits everything, and is no administrator."""


def test_only_author_and_administrator_delete_an_activity(company: Database) -> None:
    with acting(company, ADMIN) as w:
        add_person(w, {"login": BOSS.login, "name": BOSS.name}, role=BOSS.role, profile=BOSS.profile)
    with acting(company, WANG_FANG) as w:
        customer = account(w, "谁能删")
        first, second = (activity(w, "王芳写的", ("account", customer)) for _ in range(2))
    with acting(company, BOSS) as w:
        update(w, "activity", [Change(first, {"subject": "高总改过"})])
        with pytest.raises(Refused) as refused:
            delete(w, "activity", [first])
        assert codes(refused) == ["activity.not_author"]
    with acting(company, WANG_FANG) as w:
        delete(w, "activity", [first])
    with acting(company, ADMIN) as w:
        delete(w, "activity", [second])


def test_whoever_may_delete_a_record_takes_its_activities_along(company: Database) -> None:
    with acting(company, LI_QIANG) as w:
        customer = account(w, "整个删除")
    with acting(company, ADMIN) as w:
        activity(w, "管理员写的", ("account", customer))
    with acting(company, LI_QIANG) as w:
        delete(w, "account", [customer])
