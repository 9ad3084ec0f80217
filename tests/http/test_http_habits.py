"""What the screens keep for each person: for them alone, on every device, bounded, and never more than they may see."""

from typing import Any

import pytest
import sqlalchemy as sa

from dougong.records.habits import OPENED, OPENED_KEPT, PINS_MAX
from dougong.storage.schema import habit


@pytest.fixture
def wang(world: Any) -> Any:
    return world.person("wangfang")


def put(person: Any, path: str, body: object = None) -> int:
    return int(person.call("PUT", path, body).status_code)


def test_habits_are_there_in_the_next_session_and_for_nobody_else(world: Any, wang: Any) -> None:
    account = wang.make("account", name="置顶客户")
    assert put(wang, "/habits/widths/account", {"widths": {"name": 320, "owner_id": 90}}) == 200
    assert put(wang, "/habits/default-view/account", {"view": "all"}) == 200
    assert put(wang, "/habits/list/account", {"address": "view=all&sort=-name"}) == 200
    assert put(wang, f"/habits/pins/account/{account}") == 200
    kept = world.sign_in("wangfang").get("/habits").json()
    assert kept["widths"] == {"account": {"name": 320, "owner_id": 90}}
    assert (kept["default_views"], kept["lists"]) == ({"account": "all"}, {"account": "view=all&sort=-name"})
    assert [(row["object"], row["id"], row["name"]) for row in kept["pins"]] == [("account", account, "置顶客户")]
    nothing = {"widths": {}, "default_views": {}, "lists": {}, "pins": []}
    assert world.person("zhaomin").get("/habits").json() == nothing


def test_each_goes_back_to_how_the_screens_come(wang: Any) -> None:
    account = wang.make("account", name="取消置顶")
    for path, body, back in (
        ("/habits/widths/contact", {"widths": {"name": 200}}, {"widths": {}}),
        ("/habits/default-view/contact", {"view": "12"}, {"view": None}),
        ("/habits/list/contact", {"address": "sort=name"}, {"address": None}),
    ):
        assert (put(wang, path, body), put(wang, path, back)) == (200, 200)
    assert put(wang, f"/habits/pins/account/{account}") == 200
    assert wang.call("DELETE", f"/habits/pins/account/{account}").status_code == 200
    kept = wang.get("/habits").json()
    assert all("contact" not in kept[kind] for kind in ("widths", "default_views", "lists"))
    assert account not in {row["id"] for row in kept["pins"]}


def test_what_one_may_no_longer_see_is_not_shown(world: Any, wang: Any) -> None:
    account = wang.make("account", name="将被移交")
    assert (put(wang, f"/habits/pins/account/{account}"), put(wang, f"/recent/account/{account}")) == (200, 200)
    admin = world.person("admin")
    given = {"values": {"owner_id": str(world.ids["zhaomin"])}}
    assert admin.call("PATCH", f"/records/account/{account}", given).status_code == 200
    told = wang.get("/habits").text + wang.get("/recent").text
    assert account not in told
    assert "将被移交" not in told
    # Nor can it be found out by trying.
    assert put(wang, f"/habits/pins/account/{account}") == 404
    assert put(wang, f"/recent/account/{account}") == 404
    assert account not in wang.get("/recent").text


def test_what_is_kept_is_bounded(world: Any, wang: Any) -> None:
    assert put(wang, "/habits/widths/account", {"widths": {"name": 5}}) == 400
    assert put(wang, "/habits/widths/account", {"widths": {f"f{n}": 90 for n in range(101)}}) == 400
    assert put(wang, "/habits/list/account", {"address": "x" * 8001}) == 400
    assert put(wang, "/habits/default-view/nothing", {"view": "1"}) == 400
    for number in range(1, OPENED_KEPT + 6):
        assert put(wang, f"/recent/account/{wang.make('account', name=f'看过{number}')}") == 200
    with world.database.transaction() as tx:
        mine = sa.and_(habit.c.user_id == world.ids["wangfang"], habit.c.kind == OPENED)
        assert tx.scalar(sa.select(sa.func.count()).where(mine)) == OPENED_KEPT
        for number in range(1, PINS_MAX + 1):
            tx.execute(
                sa.insert(habit).values(user_id=world.ids["zhaomin"], kind="pin", object="account", record_id=number)
            )
    zhao = world.person("zhaomin")
    answer = zhao.call("PUT", f"/habits/pins/account/{zhao.make('account', name='太多')}")
    assert (answer.status_code, answer.json()["code"]) == (409, "habits.too_many_pins")
