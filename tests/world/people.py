"""The people of the test company: each works through `records.api` with the rights that they really have.

管理员 administers. 周建国 directs sales in the whole company, 李强 leads 华东 where 王芳 sells, 赵敏 sells in 华南.
Emma Clarke sells overseas and Olivia Reed administers; those two read English.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dougong.access.passwords import set_password
from dougong.access.principal import system
from dougong.access.resolve import resolve
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, Writing, create, update, writing
from dougong.records.people import add_person, find_person
from dougong.storage.engine import Database

PASSWORD = "beam-column-bracket 7"


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. `role` is the reach and `profile` the rights, by their keys in the standard package."""

    login: str
    name: str
    department: str
    position: str
    role: str
    profile: str
    language: str = "zh"


ADMIN = Person("admin", "管理员", "总部", "系统管理员", "admin", "administrator")
DIRECTOR = Person("zhoujianguo", "周建国", "总部", "销售总监", "manager", "sales_manager")
LI_QIANG = Person("liqiang", "李强", "华东区", "销售经理", "manager", "sales_manager")
WANG_FANG = Person("wangfang", "王芳", "华东区", "销售", "standard", "sales")
ZHAO_MIN = Person("zhaomin", "赵敏", "华南区", "销售", "standard", "sales")
EMMA = Person("emma", "Emma Clarke", "Overseas", "Account executive", "standard", "sales_manager", "en")
OLIVIA = Person("olivia", "Olivia Reed", "Overseas", "Administrator", "admin", "administrator", "en")

PEOPLE = (ADMIN, DIRECTOR, LI_QIANG, WANG_FANG, ZHAO_MIN, EMMA, OLIVIA)
BRANCHES = ("华东区", "华南区", "Overseas")


def found_company(database: Database) -> None:
    """Departments and people in a database that has the standard package and nobody in it."""
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test company"), "test")
        (head,) = create(w, "department", [{"name": "总部"}]).ids
        branches = create(w, "department", [{"name": name, "parent_id": head} for name in BRANCHES]).ids
        departments = dict(zip(("总部", *BRANCHES), (head, *branches), strict=True))
        for person in PEOPLE:
            values = {
                "login": person.login,
                "name": person.name,
                "position": person.position,
                "language": person.language,
                "department_id": departments[person.department],
            }
            user_id = add_person(w, values, role=person.role, profile=person.profile)
            set_password(tx, user_id, person.login, PASSWORD)
        leader = find_person(w, LI_QIANG.login)
        update(w, "department", [Change(departments["华东区"] or 0, {"manager_id": leader})])


@contextmanager
def acting(database: Database, person: Person) -> Iterator[Writing]:
    """A transaction in which `person` writes, with exactly their rights."""
    with database.transaction() as tx:
        registry = load_registry(tx)
        user_id = find_person(writing(tx, registry, system("test company"), "test"), person.login)
        assert user_id is not None, person.login
        yield writing(tx, registry, resolve(tx, registry, user_id), "api")
