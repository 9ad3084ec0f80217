"""What keeps a company from locking itself out: presets, the last administrator, permissions that could not work."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve
from dougong.kit.errors import Refused
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, Writing, create, delete, update, writing
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction


def work(tx: Transaction, actor: Principal | None = None) -> Writing:
    return writing(tx, load_registry(tx), actor or system("test"), "system")


def make(w: Writing, obj: str, **values: object) -> int:
    (made,) = create(w, obj, [values]).ids
    assert made is not None
    return made


def key(w: Writing, obj: str, name: str) -> int:
    table = w.registry.tables[obj]
    return int(w.transaction.scalar(sa.select(table.c.id).where(table.c.key == name)))


def administrator(w: Writing, login: str) -> tuple[int, int]:
    """A user who administers, and the record that makes them."""
    user = make(w, "user", name=login, login=login)
    return user, make(w, "user_profile", user_id=user, profile_id=key(w, "profile", "administrator"))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


class TestPresets:
    @pytest.mark.parametrize(
        ("obj", "name"), [("role", n) for n in ("admin", "standard", "manager", "partner")] + [("profile", "sales")]
    )
    def test_they_are_there_and_stay(self, database: Database, obj: str, name: str) -> None:
        with database.transaction() as tx:
            w = work(tx)
            with pytest.raises(Refused) as refused:
                delete(w, obj, [key(w, obj, name)])
        assert codes(refused) == ["preset.delete"]

    def test_an_administrator_neither_makes_nor_unmakes_one(self, database: Database) -> None:
        with database.transaction() as tx:
            user, _ = administrator(work(tx), "anna")
        with database.transaction() as tx:
            w = work(tx, resolve(tx, load_registry(tx), user))
            role = key(w, "role", "manager")
            with pytest.raises(Refused) as refused:
                update(w, "role", [Change(role, {"preset": False})])
            assert codes(refused) == ["preset.flag"]
            with pytest.raises(Refused) as refused:
                create(w, "role", [{"key": "mine", "name": "我的", "preset": True}])
            assert codes(refused) == ["preset.flag"]
            update(w, "role", [Change(role, {"name": "部门经理"})])
            delete(w, "role", [make(w, "role", key="mine", name="我的")])

    def test_a_role_that_somebody_has_is_not_deleted(self, database: Database) -> None:
        with database.transaction() as tx:
            w = work(tx)
            role = make(w, "role", key="mine", name="我的")
            make(w, "user_role", user_id=make(w, "user", name="a", login="a"), role_id=role)
            with pytest.raises(Refused) as refused:
                delete(w, "role", [role])
        assert codes(refused) == ["record.has_children"]


class TestTheLastAdministrator:
    """By whichever way the right would go."""

    def test_one_of_two_may_go(self, database: Database) -> None:
        with database.transaction() as tx:
            w = work(tx)
            (one, _), (_, held) = administrator(w, "anna"), administrator(w, "bert")
            update(w, "user", [Change(one, {"active": False})])
            with pytest.raises(Refused) as refused:
                delete(w, "user_profile", [held])
            assert codes(refused) == ["administrator.last"]

    @pytest.mark.parametrize("how", ["switched off", "deleted", "relieved", "given to another", "the profile changed"])
    def test_the_last_stays(self, database: Database, how: str) -> None:
        with database.transaction() as tx:
            w = work(tx)
            user, held = administrator(w, "anna")
            gone = make(w, "user", name="bert", login="bert", active=False)
            profile = key(w, "profile", "administrator")
            ways: Mapping[str, Any] = {
                "switched off": lambda: update(w, "user", [Change(user, {"active": False})]),
                "deleted": lambda: delete(w, "user", [user]),
                "relieved": lambda: delete(w, "user_profile", [held]),
                "given to another": lambda: update(w, "user_profile", [Change(held, {"user_id": gone})]),
                "the profile changed": lambda: update(w, "profile", [Change(profile, {"administers": False})]),
            }
            with pytest.raises(Refused) as refused:
                ways[how]()
            assert codes(refused) == ["administrator.last"]
            assert resolve(tx, w.registry, user).administers

    def test_both_at_once_in_one_batch_are_refused(self, database: Database) -> None:
        with database.transaction() as tx:
            w = work(tx)
            users = [administrator(w, login)[0] for login in ("anna", "bert")]
            with pytest.raises(Refused) as refused:
                update(w, "user", [Change(user, {"active": False}) for user in users])
        assert codes(refused) == ["administrator.last"]

    def test_others_come_and_go_and_a_company_without_any_is_free(self, database: Database) -> None:
        with database.transaction() as tx:
            w = work(tx)
            user = make(w, "user", name="carl", login="carl")
            held = make(w, "user_profile", user_id=user, profile_id=key(w, "profile", "sales"))
            delete(w, "user_profile", [held])
            update(w, "user", [Change(user, {"active": False})])
            delete(w, "user", [user])

    def test_two_who_remove_each_other_at_once(self, database: Database) -> None:
        """A hundred times would prove no more: the second waits for the first, and sees it."""
        for round_ in range(5):
            with database.transaction() as tx:
                w = work(tx)
                people = [administrator(w, f"{login}{round_}")[0] for login in ("anna", "bert")]
                others = sa.select(w.registry.tables["user_profile"].c.id)
                keep = w.registry.tables["user_profile"].c.user_id.in_(people)
                before = [
                    row.id
                    for row in tx.rows(others.where(~keep, w.registry.tables["user_profile"].c.deleted_at.is_(None)))
                ]
                if before:
                    delete(w, "user_profile", before)
            barrier, refused = threading.Barrier(2), list[str]()

            def remove(actor: int, other: int, barrier: threading.Barrier = barrier, told: list[str] = refused) -> None:
                try:
                    with database.transaction() as tx:
                        w = work(tx, resolve(tx, load_registry(tx), actor))
                        barrier.wait()
                        update(w, "user", [Change(other, {"active": False})])
                except Refused as error:
                    told.append(error.problems[0].code)

            threads = [threading.Thread(target=remove, args=pair) for pair in (people, people[::-1])]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert refused == ["administrator.last"]


class TestPermissions:
    @pytest.mark.parametrize("actions", [["update"], ["delete", "create"], ["export"], ["share"]])
    def test_what_is_done_to_records_needs_seeing_them(self, database: Database, actions: list[str]) -> None:
        with database.transaction() as tx:
            w = work(tx)
            profile = make(w, "profile", key="mine", name="我的")
            with pytest.raises(Refused) as refused:
                make(w, "object_permission", profile_id=profile, object_name="account", actions=actions)
            assert codes(refused) == ["permission.needs_read"]
            held = make(w, "object_permission", profile_id=profile, object_name="account", actions=["read", *actions])
            with pytest.raises(Refused):
                update(w, "object_permission", [Change(held, {"actions": actions})])
            update(w, "object_permission", [Change(held, {"actions": ["create"]})])

    def test_a_required_field_is_hidden_only_with_a_default(self, database: Database) -> None:
        with database.transaction() as tx:
            w = work(tx)
            profile = make(w, "profile", key="mine", name="我的")

            def hide(object_name: str, field_name: str, level: str = "hidden") -> int:
                values = {"object_name": object_name, "field_name": field_name, "level": level}
                return make(w, "field_permission", profile_id=profile, **values)

            required = {
                name: field
                for obj in (w.registry.objects["account"], w.registry.objects["opportunity"])
                for name, field in ((f"{obj.name}.{f.name}", f) for f in obj.fields.values() if f.required)
            }
            assert {f.default is None for f in required.values()} == {True, False}
            for name, field in required.items():
                if field.default is None and field.type != "auto_number":
                    with pytest.raises(Refused) as refused:
                        hide(*name.split("."))
                    assert codes(refused) == ["permission.required_hidden"]
                else:
                    hide(*name.split("."))
            held = hide("account", "name", "read")
            with pytest.raises(Refused):
                update(w, "field_permission", [Change(held, {"level": "hidden"})])
            hide("account", "phone")
