"""Ranks and process groups: what approvals will compare and name; neither gives anybody a right."""

from typing import Any


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


def test_ranks_have_levels_of_their_own_and_stay_while_somebody_holds_them(world: Any) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    junior = admin.make("rank", name="专员", level=1)
    assert codes(admin.post("/records/rank", {"values": {"name": "主管", "level": 1}})) == ["unique.taken"]
    assert codes(admin.post("/records/rank", {"values": {"name": "零级", "level": 0}})) == ["value.out_of_range"]
    assert wang.post("/records/rank", {"values": {"name": "自封", "level": 99}}).status_code == 403
    assert admin.call("PATCH", f"/records/user/{wang.id}", {"values": {"rank_id": junior}}).status_code == 200
    found = wang.get("/query", params={"q": f"SELECT rank.name, rank.level FROM user WHERE id = '{wang.id}'"}).json()
    assert [found["rows"][0][name] for name in ("rank.name", "rank.level")] == ["专员", 1]
    assert codes(admin.call("DELETE", f"/records/rank/{junior}")) == ["record.has_children"]


def test_a_process_group_goes_with_its_members(world: Any) -> None:
    admin, wang, li = world.person("admin"), world.person("wangfang"), world.person("liqiang")
    group = admin.make("process_group", name="价格委员会")
    for person in (wang, li):
        admin.make("process_group_member", group_id=group, user_id=str(person.id))
    count = "SELECT COUNT(id) AS n FROM process_group_member"
    assert admin.get("/query", params={"q": count}).json()["rows"] == [{"n": 2}]
    assert wang.get("/query", params={"q": count}).status_code == 403
    assert admin.call("DELETE", f"/records/process_group/{group}").status_code == 204
    assert admin.get("/query", params={"q": count}).json()["rows"] == [{"n": 0}]
