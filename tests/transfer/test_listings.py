"""Users imported with their roles and profiles: a cell lists what each of them has."""

import pytest

from dougong.kit.errors import Refused
from dougong.records.transfer.guessing import guess_mapping
from dougong.records.transfer.undo import undo_import
from tests.transfer.test_import import Importing, importing

__all__ = ["importing"]

USERS = {
    "columns": {
        "姓名": "name",
        "登录名": "login",
        "部门": "department_id",
        "角色": "user_role.role_id",
        "职能": {"field": "user_profile.profile_id", "by": "key"},
    }
}
HEAD = "姓名,登录名,部门,角色,职能\n"


def held(importing: Importing, login: str) -> tuple[set[str], set[str]]:
    """The roles and profiles of somebody."""
    roles = importing.world.query(f"SELECT role.name FROM user_role WHERE user.login = '{login}'")
    profiles = importing.world.query(f"SELECT profile.key FROM user_profile WHERE user.login = '{login}'")
    assert len(roles) == len(set(roles))
    return {row[0] for row in roles}, {row[0] for row in profiles}


def test_people_come_with_roles_and_profiles_and_go_with_them(importing: Importing) -> None:
    content = (
        HEAD + '甲,jia,华东,普通用户、经理用户,sales\n乙,yi,华东,普通用户；普通用户,"sales, finance"\n丙,bing,华东,,\n'
    )
    report = importing("user", content, USERS)
    assert (report.created, report.rejected, report.unlinked) == (3, 0, 0), report.problems
    assert held(importing, "jia") == ({"普通用户", "经理用户"}, {"sales"})
    assert held(importing, "yi") == ({"普通用户"}, {"sales", "finance"})
    assert held(importing, "bing") == (set(), set())
    before = importing.world.count("user_role")
    world = importing.world
    undone = undo_import(world.database, world.registry, world.people["admin"], report.job_id or 0)
    assert (undone.deleted, undone.kept) == (3, 0), undone.reasons
    assert world.count("user_role") == before - 3


def test_a_name_that_nobody_has_rejects_its_row(importing: Importing) -> None:
    report = importing("user", HEAD + "甲,jia,华东,普通用户、国王,sales\n乙,yi,华东,普通用户,sales\n", USERS)
    assert (report.created, report.rejected) == (1, 1)
    assert [(p["code"], p["column"], p["value"]) for p in report.problems] == [("transfer.lookup_none", "角色", "国王")]


def test_who_is_there_already_gets_what_is_missing(importing: Importing) -> None:
    updating = {**USERS, "match": ["login"], "on_duplicate": "update"}
    report = importing("user", HEAD + "王芳,wangfang,华东,普通用户、经理用户,sales\n", updating)
    assert (report.updated, report.unlinked) == (1, 0)
    assert held(importing, "wangfang") == ({"普通用户", "经理用户"}, {"sales"})
    again = importing("user", HEAD + "王芳,wangfang,华东,普通用户、经理用户,sales\n", updating)
    assert again.unlinked == 0
    assert held(importing, "wangfang") == ({"普通用户", "经理用户"}, {"sales"})


def test_a_trial_finds_the_same_and_stores_nothing(importing: Importing) -> None:
    before = importing.world.count("user_role")
    report = importing(
        "user", HEAD + "甲,jia,华东,普通用户、国王,sales\n乙,yi,华东,普通用户,sales\n", USERS, dry_run=True
    )
    assert (report.created, report.rejected, report.later_changes) == (1, 1, [])
    assert importing.world.count("user_role") == before


def test_what_is_no_list_of_the_object_is_an_unknown_field(importing: Importing) -> None:
    for wrong in ("user_role.user_id", "team_member.record_id", "public_group_member.member_id"):
        mapping = {"columns": {"姓名": "name", "登录名": "login", "角色": wrong}}
        with pytest.raises(Refused) as refused:
            importing("user", "姓名,登录名,角色\n甲,jia,x\n", mapping)
        assert [problem.code for problem in refused.value.problems] == ["transfer.field_unknown"]


def test_the_columns_are_guessed(importing: Importing) -> None:
    world = importing.world
    obj = world.registry.object("user")
    columns = ("姓名", "Login", "角色", "Profiles")
    guesses = guess_mapping(
        columns, [("甲",), ("jia",), ("普通用户",), ("销售",)], obj, world.registry, world.people["admin"]
    )
    assert guesses == {
        "姓名": "name",
        "Login": "login",
        "角色": "user_role.role_id",
        "Profiles": "user_profile.profile_id",
    }
