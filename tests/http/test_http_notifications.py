"""What people are told: by code, in their own language, for them alone, and only what they want."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.resolve import resolve
from dougong.automation.notifications import notify
from dougong.kit.text import messages
from dougong.metadata.model import Label
from dougong.records.api import Change, update, writing
from dougong.records.housekeeping import housekeeping_task
from dougong.storage.notifications import COUNTED_MAX, KEPT
from dougong.storage.schema import notification

CODE = "reminder.task_due"


@pytest.fixture(autouse=True)
def nothing_told(world: Any) -> Iterator[None]:
    """Each test begins with nothing told to anybody."""
    yield
    with world.database.transaction() as tx:
        tx.execute(sa.delete(notification))


def tell(world: Any, *logins: str, by: str = "liqiang", code: str = CODE, **params: object) -> None:
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, resolve(tx, world.registry, world.ids[by]), "test")
        record = params.pop("record", None)
        notify(w, [world.ids[login] for login in logins], code, params, record)


def texts(person: Any, **query: Any) -> list[str]:
    answer = person.get("/notifications", params=query)
    assert answer.status_code == 200, answer.text
    return [row["text"] for row in answer.json()["rows"]]


def unread(person: Any) -> int:
    return int(person.get("/notifications/unread").json()["unread"])


def test_each_reads_their_own_and_nobody_elses(world: Any) -> None:
    wang, zhao = world.person("wangfang"), world.person("zhaomin")
    tell(world, "wangfang", subject="回访华东重工")
    assert [len(texts(wang)), len(texts(zhao)), unread(wang), unread(zhao)] == [1, 0, 1, 0]
    mine = wang.get("/notifications").json()["rows"][0]
    assert "回访华东重工" in mine["text"]
    assert zhao.post("/notifications/read", {"ids": [mine["id"]]}).status_code == 200
    assert zhao.post("/notifications/read", {"ids": None}).status_code == 200
    assert unread(wang) == 1
    assert wang.post("/notifications/read", {"ids": [mine["id"]]}).status_code == 200
    assert (unread(wang), texts(wang, unread=True), len(texts(wang))) == (0, [], 1)


def test_whoever_acts_and_whoever_has_left_is_not_told(world: Any) -> None:
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, resolve(tx, world.registry, world.ids["admin"]), "test")
        update(w, "user", [Change(world.ids["chenjing"], {"active": False})])
    try:
        tell(world, "liqiang", "wangfang", "wangfang", "chenjing", subject="一次")
        with world.database.snapshot() as snapshot:
            told = snapshot.rows(sa.select(notification.c.user_id))
        assert [row.user_id for row in told] == [world.ids["wangfang"]]
    finally:
        with world.database.transaction() as tx:
            w = writing(tx, world.registry, resolve(tx, world.registry, world.ids["admin"]), "test")
            update(w, "user", [Change(world.ids["chenjing"], {"active": True})])


def test_the_sentence_is_in_the_readers_language_and_time(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"zh": "{at} {day} {label} {names}", "en": "EN {at} {day} {label} {names}"}
    monkeypatch.setitem(messages(), "reminder.task_due", said)
    wang = world.sign_in("wangfang")
    at = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
    tell(world, "wangfang", at=at, day=date(2026, 11, 27), label=Label("客户", "Account"), names=("甲", "乙"))
    assert texts(wang) == ["2026-11-26 09:30 2026-11-27 客户 甲、乙"]
    try:
        assert wang.call("PATCH", "/session", {"language": "en"}).status_code == 200
        assert texts(wang) == ["EN Nov 26, 2026 09:30 Nov 27, 2026 Account 甲, 乙"]
    finally:
        wang.call("PATCH", "/session", {"language": "zh"})


def test_it_leads_to_the_record_as_long_as_one_may_see_that(world: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="会被删除的客户")
    tell(world, "wangfang", "zhaomin", subject="看客户", record=("account", int(account)))
    (mine,) = wang.get("/notifications").json()["rows"]
    (hers,) = world.person("zhaomin").get("/notifications").json()["rows"]
    assert (mine["object"], mine["record_id"]) == ("account", account)
    assert (hers["object"], hers["record_id"]) == (None, None)
    assert wang.call("DELETE", f"/records/account/{account}").status_code == 204
    (mine,) = wang.get("/notifications").json()["rows"]
    assert mine["record_id"] is None


def test_it_is_told_with_what_it_tells_or_not_at_all(world: Any) -> None:
    class Lost(Exception):
        pass

    def lost() -> None:
        with world.database.transaction() as tx:
            w = writing(tx, world.registry, resolve(tx, world.registry, world.ids["liqiang"]), "test")
            notify(w, [world.ids["wangfang"]], CODE, {"subject": "不存在"})
            raise Lost

    with pytest.raises(Lost):
        lost()
    assert texts(world.person("wangfang")) == []


def test_a_kind_can_be_switched_off_and_on(world: Any) -> None:
    wang = world.person("wangfang")
    shown = {one["kind"]: one["on"] for one in wang.get("/notifications/kinds").json()["kinds"]}
    assert shown["reminder"] is True
    assert shown["mention"] is True
    assert wang.call("PUT", "/notifications/kinds", {"off": ["reminder"]}).status_code == 200
    tell(world, "wangfang", "zhaomin", subject="不想知道")
    tell(world, "wangfang", code="mention.activity", name="李强", subject="想知道", record_name="")
    assert [len(texts(wang)), len(texts(world.person("zhaomin")))] == [1, 1]
    assert {one["kind"]: one["on"] for one in wang.get("/notifications/kinds").json()["kinds"]}["reminder"] is False
    assert wang.call("PUT", "/notifications/kinds", {"off": []}).status_code == 200
    tell(world, "wangfang", subject="又想知道")
    assert len(texts(wang)) == 2
    answer = wang.call("PUT", "/notifications/kinds", {"off": ["weather"]})
    assert (answer.status_code, answer.json()["code"]) == (400, "notifications.no_such_kind")


def test_pages_follow_one_another_and_the_count_is_bounded(world: Any) -> None:
    wang = world.person("wangfang")
    for n in range(5):
        tell(world, "wangfang", subject=f"第 {n}")
    first = wang.get("/notifications", params={"limit": 2}).json()
    second = wang.get("/notifications", params={"limit": 2, "before": first["next"]}).json()
    third = wang.get("/notifications", params={"limit": 2, "before": second["next"]}).json()
    ids = [row["id"] for found in (first, second, third) for row in found["rows"]]
    assert (len(ids), ids == sorted(ids, key=int, reverse=True), third["next"]) == (5, True, None)
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, resolve(tx, world.registry, world.ids["liqiang"]), "test")
        for _ in range(COUNTED_MAX + 5):
            notify(w, [world.ids["wangfang"]], CODE, {"subject": "很多"})
    assert unread(wang) == COUNTED_MAX
    assert wang.post("/notifications/read", {"ids": None}).status_code == 200
    assert unread(wang) == 0


def test_who_views_as_somebody_else_does_not_read_what_they_are_told(world: Any) -> None:
    tell(world, "wangfang", subject="私事")
    admin = world.sign_in("admin")
    assert admin.post("/view-as", {"user": str(world.ids["wangfang"])}).status_code == 200
    assert unread(admin) == 0
    for path in ("/notifications", "/notifications/kinds"):
        answer = admin.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "notifications.private")


def test_old_news_is_thrown_away(world: Any) -> None:
    tell(world, "wangfang", subject="旧")
    tell(world, "wangfang", subject="新")
    with world.database.transaction() as tx:
        oldest = tx.scalar(sa.select(sa.func.min(notification.c.id)))
        aged = sa.update(notification).where(notification.c.id == oldest)
        tx.execute(aged.values(at=notification.c.at - KEPT))
    housekeeping_task(world.database).run()
    assert len(texts(world.person("wangfang"))) == 1
