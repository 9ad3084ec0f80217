"""Posting with files and mentions, timelines, reminders and the calendar of a phone, through the API."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.access.resolve import resolve
from dougong.crm.activities import reminders
from dougong.crm.activities.reminders import reminder_task
from dougong.kit import clock
from dougong.kit.errors import Refused
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, create, update, writing
from dougong.storage.schema import calendar_feed, notification

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture(autouse=True)
def nothing_told(world: Any) -> None:
    with world.database.transaction() as tx:
        tx.execute(sa.delete(notification))


def uploaded(person: Any, name: str, content: bytes) -> str:
    answer = person.call("POST", "/files", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def posted(person: Any, values: dict[str, Any], **more: Any) -> Any:
    return person.post("/activities", {"values": values, **more})


def about(obj: str, record_id: str) -> dict[str, str]:
    return {"object": obj, "id": record_id}


def told(person: Any) -> list[str]:
    return [row["text"] for row in person.get("/notifications").json()["rows"]]


def shared(world: Any, account: str, login: str) -> None:
    member = {
        "record_id": about("account", account),
        "member_id": about("user", str(world.ids[login])),
        "level": "read",
    }
    world.person("wangfang").make("team_member", **member)


def test_an_activity_is_posted_with_its_files_and_pictures(world: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="有附件的客户")
    files = [uploaded(wang, "现场.png", PNG), uploaded(wang, "纪要.txt", "要点".encode())]
    answer = posted(wang, {"subject": "现场勘查", "related_id": about("account", account)}, files=files)
    assert answer.status_code == 201, answer.text
    (row,) = wang.get(f"/records/account/{account}/timeline").json()["rows"]
    found = [(one["name"], one["picture"]) for one in row["files"]["rows"]]
    assert sorted(found) == [("现场.png", True), ("纪要.txt", False)]
    assert wang.get(f"/files/{files[1]}").content == "要点".encode()
    assert world.person("zhaomin").get(f"/files/{files[0]}").status_code == 404


def test_posting_is_all_or_nothing(world: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="全有或全无")
    theirs = uploaded(world.person("zhaomin"), "x.txt", b"x")
    answer = posted(wang, {"subject": "带别人的文件", "related_id": about("account", account)}, files=[theirs])
    assert (answer.status_code, answer.json()["code"]) == (404, "file.not_found")
    assert wang.get(f"/records/account/{account}/timeline").json()["rows"] == []


def test_whom_one_mentions_is_told_and_may_read_it(world: Any) -> None:
    wang, zhao = world.person("wangfang"), world.person("zhaomin")
    account = wang.make("account", name="共享给赵敏")
    shared(world, account, "zhaomin")
    answer = posted(wang, {"subject": "请看 @赵敏", "related_id": about("account", account)}, mentions=[str(zhao.id)])
    assert answer.status_code == 201, answer.text
    activity = answer.json()["id"]
    (text,) = told(zhao)
    assert "王芳" in text
    assert "请看 @赵敏" in text
    assert "共享给赵敏" in text
    assert zhao.get(f"/records/activity/{activity}").status_code == 200
    assert zhao.call("PATCH", f"/records/activity/{activity}", {"values": {"subject": "改"}}).status_code == 403
    (row,) = zhao.get(f"/records/account/{account}/timeline").json()["rows"]
    assert [one["user.name"] for one in row["mentions"]["rows"]] == ["赵敏"]
    assert told(wang) == []


def test_whoever_may_not_see_the_record_is_named_before_and_refused(world: Any) -> None:
    wang, zhao, li = world.person("wangfang"), world.person("zhaomin"), world.person("liqiang")
    account = wang.make("account", name="赵敏看不到")
    query = {"object": "account", "id": account}
    found = {one["name"]: one["sees"] for one in wang.get("/activities/mentionable", params=query).json()["rows"]}
    assert (found["赵敏"], found["李强"], "王芳" in found) == (False, True, False)
    values = {"subject": "@赵敏", "related_id": about("account", account)}
    answer = posted(wang, values, mentions=[str(zhao.id), str(li.id)])
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["problems"]] == ["activity.mention_hidden"]
    assert (told(zhao), told(li)) == ([], [])
    assert wang.get(f"/records/account/{account}/timeline").json()["rows"] == []


def test_the_timeline_of_an_account_has_those_of_its_deals_and_contacts(world: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="全景客户")
    contact = wang.make("contact", name="孙工", account_id=account)
    deal = wang.make("opportunity", name="全景机会", account_id=account)
    times = ["2026-11-01T02:00:00Z", "2026-11-03T02:00:00Z", "2026-11-02T02:00:00Z"]
    for (obj, record_id), kind, at in zip(
        (("account", account), ("contact", contact), ("opportunity", deal)),
        ("note", "call", "meeting"),
        times,
        strict=True,
    ):
        wang.make("activity", subject=kind, type=kind, related_id=about(obj, record_id), start_at=at)
    wang.make(
        "activity",
        subject="email",
        type="email",
        related_id=about("account", account),
        contact_id=contact,
        start_at=times[0],
    )

    def subjects(obj: str, record_id: str) -> list[str]:
        return [row["subject"] for row in wang.get(f"/records/{obj}/{record_id}/timeline").json()["rows"]]

    assert subjects("account", account)[:2] == ["call", "meeting"]
    assert set(subjects("account", account)) == {"call", "meeting", "note", "email"}
    assert subjects("contact", contact) == ["call", "email"]
    assert subjects("opportunity", deal) == ["meeting"]


def test_equal_times_keep_their_order_over_pages(world: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="同一时刻")
    made = [
        wang.make("activity", subject=str(n), related_id=about("account", account), start_at="2026-11-05T02:00:00Z")
        for n in range(7)
    ]
    paged: list[str] = []
    after = None
    while True:
        params = {"limit": 2, **({"after": after} if after else {})}
        answer = wang.get(f"/records/account/{account}/timeline", params=params).json()
        paged += [row["id"] for row in answer["rows"]]
        after = answer["next"]
        if after is None:
            break
    whole = [row["id"] for row in wang.get(f"/records/account/{account}/timeline").json()["rows"]]
    assert paged == whole
    assert sorted(paged, key=int) == sorted(made, key=int)


def test_the_lists_of_all_visits_and_calls_begin_with_the_newest(world: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="三个列表")
    made = [
        wang.make("activity", subject=kind, type=kind, related_id=about("account", account))
        for kind in ("visit", "call", "note", "visit", "call")
    ]
    keys = {"activity.all": made[::-1], "activity.visits": [made[3], made[0]], "activity.calls": [made[4], made[1]]}
    asked = {"field": "key", "op": "in", "value": list(keys)}
    fields = ["key", "filter", "sort"]
    views = wang.post("/query", {"object": "list_view", "fields": fields, "filter": asked}).json()["rows"]
    assert len(views) == len(keys)
    ours = {"field": "account_id", "op": "=", "value": account}
    for view in views:
        where = {"and": [ours, *([json.loads(view["filter"])] if view["filter"] else [])]}
        body = {"object": "activity", "fields": ["subject"], "filter": where, "order": json.loads(view["sort"])}
        found = wang.post("/query", body).json()["rows"]
        assert [row["id"] for row in found] == keys[view["key"]], view["key"]


# --- reminders


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr("dougong.records.write.pipeline.now", lambda: moment)

    return set_clock


def remind(world: Any) -> None:
    reminder_task(world.database.transaction).run()


def test_a_task_is_told_of_once_on_its_day_and_again_when_it_is_put_off(world: Any, at: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="提醒客户")
    task = wang.make(
        "activity", subject="寄样品", type="task", related_id=about("account", account), due_date="2027-03-02"
    )
    at(datetime(2027, 3, 2, 0, 59, tzinfo=UTC))  # 08:59 in China
    remind(world)
    assert told(wang) == []
    at(datetime(2027, 3, 2, 1, 0, tzinfo=UTC))
    remind(world)
    remind(world)
    (text,) = told(wang)
    assert "寄样品" in text
    assert "提醒客户" in text
    version = wang.get(f"/records/activity/{task}").json()["version"]
    assert version == 1
    assert wang.call("PATCH", f"/records/activity/{task}", {"values": {"due_date": "2027-03-04"}}).status_code == 200
    at(datetime(2027, 3, 5, 0, 10, tzinfo=UTC))
    remind(world)
    assert len(told(wang)) == 2
    assert "逾期" in told(wang)[0]


def test_a_done_task_is_not_told_of(world: Any, at: Any) -> None:
    wang = world.person("wangfang")
    wang.make("activity", subject="做完了", type="task", status="done", due_date="2027-04-02")
    at(datetime(2027, 4, 2, 3, tzinfo=UTC))
    remind(world)
    assert told(wang) == []


def test_a_planned_visit_is_told_of_before_it(world: Any, at: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="要去的客户")
    wang.make(
        "activity",
        subject="现场交流",
        type="visit",
        related_id=about("account", account),
        start_at="2027-05-06T02:00:00Z",
    )
    at(datetime(2027, 5, 6, 1, 29, tzinfo=UTC))
    remind(world)
    assert told(wang) == []
    at(datetime(2027, 5, 6, 1, 31, tzinfo=UTC))
    remind(world)
    (text,) = told(wang)
    assert "2027-05-06 10:00" in text


def test_reminders_go_on_over_pages_and_skip_nobody(world: Any, at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "PAGE", 2)
    wang, zhao = world.person("wangfang"), world.person("zhaomin")
    for n in range(5):
        (wang if n % 2 else zhao).make("activity", subject=f"第 {n}", type="task", due_date="2027-06-01")
    at(datetime(2027, 6, 1, 3, tzinfo=UTC))
    remind(world)
    assert (len(told(wang)), len(told(zhao))) == (2, 3)


# --- the calendar of a phone


def opened(person: Any) -> str:
    answer = person.post("/calendar-feed")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["path"])


def test_the_secret_address_gives_ones_own_calendar_and_nothing_else(world: Any) -> None:
    wang, zhao = world.person("wangfang"), world.person("zhaomin")
    soon = (clock.now() + timedelta(days=2)).isoformat()
    wang.make("activity", subject="王芳的会议", type="meeting", start_at=soon)
    zhao.make("activity", subject="赵敏的会议", type="meeting", start_at=soon)
    wang.make("activity", subject="不在日历里的记录", start_at=soon)
    phone = world.stranger()
    answer = phone.get(opened(wang))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "王芳的会议" in answer.text
    assert "赵敏的会议" not in answer.text
    assert "不在日历里" not in answer.text
    assert wang.get("/calendar-feed").json()["last_read_at"] is not None


def test_what_has_not_changed_is_not_sent_again(world: Any) -> None:
    wang = world.person("wangfang")
    wang.make("activity", subject="稳定的会议", type="meeting", start_at=clock.now().isoformat())
    address, phone = opened(wang), world.stranger()
    tag = phone.get(address).headers["etag"]
    again = phone.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    wang.make("activity", subject="新的会议", type="meeting", start_at=clock.now().isoformat())
    assert phone.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_an_address_is_void_when_it_is_renewed_closed_or_its_person_leaves(world: Any) -> None:
    zhao, phone = world.person("zhaomin"), world.stranger()
    first = opened(zhao)
    second = opened(zhao)
    assert (phone.get(first).status_code, phone.get(second).status_code) == (404, 200)
    assert zhao.call("DELETE", "/calendar-feed").status_code == 204
    answer = phone.get(second)
    assert (answer.status_code, answer.json()["code"]) == (404, "activity.no_feed")
    third = opened(zhao)

    def active(value: bool) -> None:
        with world.database.transaction() as tx:
            w = writing(tx, world.registry, resolve(tx, world.registry, world.ids["admin"]), "test")
            update(w, "user", [Change(zhao.id, {"active": value})])

    active(False)
    assert phone.get(third).status_code == 404
    active(True)
    world.people.pop("zhaomin", None)


def test_the_secret_is_stored_nowhere(world: Any) -> None:
    secret = opened(world.person("wangfang")).split("/")[4]
    with world.database.snapshot() as snapshot:
        stored = repr(snapshot.rows(sa.select(calendar_feed)))
    assert secret not in stored


def test_a_stranger_guesses_nothing(world: Any) -> None:
    for secret in ("x", "0" * 43, "%00", "..%2f"):
        assert world.stranger().get(f"/api/v1/calendar/{secret}/dougong.ics").status_code in {400, 404}


# --- the end


def test_an_activity_does_not_end_before_it_begins_by_whatever_way(world: Any) -> None:
    wang = world.person("wangfang")
    account = wang.make("account", name="时间客户")
    given = {"subject": "会谈", "type": "meeting", "related_id": about("account", account)}
    wrong = {**given, "start_at": "2027-02-02T10:00:00Z", "end_at": "2027-02-02T09:59:00Z"}

    def refused(answer: Any) -> list[tuple[str, str | None]]:
        assert answer.status_code == 422, answer.text
        return [(problem["code"], problem["field"]) for problem in answer.json()["problems"]]

    ended = [("record.rule", "end_at")]
    assert refused(wang.post("/records/activity", {"values": wrong})) == ended
    assert refused(posted(wang, wrong)) == ended
    assert (
        refused(wang.post("/batch", {"object": "activity", "action": "create", "rows": [{"values": wrong}]})) == ended
    )
    made = wang.make("activity", **{**wrong, "end_at": wrong["start_at"]})
    for values in ({"end_at": "2027-02-02T09:00:00Z"}, {"start_at": "2027-02-03T09:00:00Z"}):
        assert refused(wang.call("PATCH", f"/records/activity/{made}", {"values": values})) == ended
    with world.database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test"), "import")
        with pytest.raises(Refused) as caught:
            create(w, "activity", [wrong])
    assert [problem.field for problem in caught.value.problems] == ["end_at"]


def test_a_task_that_is_put_off_takes_its_end_along(world: Any) -> None:
    wang = world.person("wangfang")
    given = {"subject": "写方案", "type": "task", "due_date": "2027-03-02", "end_at": "2027-03-02T03:00:00Z"}
    made = wang.make("activity", **given)
    answer = wang.call("PATCH", f"/records/activity/{made}", {"values": {"due_date": "2027-03-09"}})
    assert answer.status_code == 200, answer.text
    found = answer.json()["record"]
    assert (found["start_at"], found["end_at"]) == ("2027-03-09T01:00:00Z", "2027-03-09T03:00:00Z")
