"""Whom one finds, and partners: through pickers, lists, filters, groupings, history and explanations."""

from typing import Any

import pytest


class Company:
    """The test company, and a partner with a person of its own. 王芳 owns the partner's account."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.admin, self.wang = world.person("admin"), world.person("wangfang")
        self.account = self.wang.make("account", name="伙伴公司")
        make = self.admin.make
        values = {"department_type": "external", "account_id": self.account}
        self.department = make("department", name="伙伴公司", **values)
        self.outsider_id = make(
            "user", name="外部小陈", login="partner.chen", user_type="external", department_id=self.department
        )
        role, profile = world.ids["role:partner"], world.ids["profile:partner"]
        make("user_role", user_id=self.outsider_id, role_id=str(role))
        make("user_profile", user_id=self.outsider_id, profile_id=str(profile))
        given = self.admin.post(f"/users/{self.outsider_id}/password", {"new": "temporary horse 8"})
        assert given.status_code == 204, given.text
        # What an administrator has set is replaced at the first sign-in.
        first = {"login": "partner.chen", "password": "temporary horse 8", "new_password": "correct horse 9"}
        assert world.stranger().post("/api/v1/session", json=first).status_code == 200
        world.ids["partner.chen"] = int(self.outsider_id)
        self.outsider = world.sign_in("partner.chen")


@pytest.fixture
def company(own_world: Any) -> Company:
    return Company(own_world)


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [problem["code"] for problem in answer.json()["problems"]]


def found(person: Any, text: str = "") -> set[str]:
    return {row["name"] for row in person.get("/lookup/user", params={"q": text, "limit": 50}).json()["rows"]}


def people(person: Any) -> set[str]:
    answer = person.post("/query", {"object": "user", "fields": ["name"], "limit": 100}).json()
    return {row["name"] for row in answer["rows"]}


def test_the_communication_scope_says_whom_one_finds_but_keeps_names_on_records(company: Company) -> None:
    admin, wang, world = company.admin, company.wang, company.world
    zhao = world.person("zhaomin")
    shared = zhao.make("account", name="赵敏的客户")
    member = {"record_id": {"object": "account", "id": shared}, "member_id": {"object": "user", "id": str(wang.id)}}
    zhao.make("team_member", level="read", **member)
    assert {"赵敏", "王芳", "李强"} <= people(wang)

    role = f"/records/role/{world.ids['role:standard']}"
    assert admin.call("PATCH", role, {"values": {"contact_scope": "department"}}).status_code == 200
    assert people(wang) == found(wang) == {"王芳", "李强"}
    assert found(wang, "赵敏") == set()
    assert wang.get(f"/records/user/{zhao.id}").status_code == 404
    assert {r["name"] for r in wang.post("/query", {"object": "department", "fields": ["name"]}).json()["rows"]} == {
        "华东"
    }
    # Her name stays on the record that 王芳 sees, and in its history.
    assert wang.get(f"/records/account/{shared}").json()["record"]["owner.name"] == "赵敏"
    (entry,) = wang.get(f"/records/account/{shared}/history").json()["entries"]
    assert entry["actor"]["name"] == "赵敏"
    by_name = {"field": "owner.name", "op": "contains", "value": "赵敏"}
    assert wang.post("/query", {"object": "account", "fields": ["name"], "filter": by_name}).json()["rows"] == []
    groups = {
        "object": "account",
        "fields": ["owner.name", {"function": "count", "name": "n"}],
        "group": ["owner.name"],
    }
    assert {row["owner.name"] for row in wang.post("/query", groups).json()["rows"]} == {"王芳", None}
    mine = wang.make("account", name="谁能看到")
    permitted = wang.get(f"/records/account/{mine}/permitted").json()
    assert ({p["name"] for p in permitted["people"]}, permitted["total"]) == ({"王芳", "李强"}, 3)
    # Whom one does not find one cannot name, neither as owner nor in a team.
    assert codes(wang.post("/records/account", {"values": {"name": "x", "owner_id": str(zhao.id)}})) == [
        "lookup.not_found"
    ]

    # Chosen departments add up with those of other roles; it holds with the next request.
    south = {"object": "department", "id": str(world.ids["华南"])}
    admin.make("role_node", role_id=str(world.ids["role:standard"]), node_id=south, purpose="contact")
    admin.call("PATCH", role, {"values": {"contact_scope": "chosen"}})
    assert people(wang) == {"王芳", "李强", "赵敏", "陈静"}
    assert {"管理员"} <= people(admin)


def test_a_partner_learns_of_the_companys_people_only_the_contact_persons(company: Company) -> None:
    admin, outsider = company.admin, company.outsider
    li = company.world.person("liqiang")
    # 王芳 owns the partner's account: she is the contact person; 李强 is named as one, and gone again.
    assert people(outsider) == found(outsider) == {"外部小陈", "王芳"}
    named = admin.make("department_contact", department_id=company.department, user_id=str(li.id))
    assert people(outsider) == {"外部小陈", "王芳", "李强"}
    admin.call("DELETE", f"/records/department_contact/{named}")
    assert people(outsider) == {"外部小陈", "王芳"}

    account = li.make("account", name="共享的客户")
    member = {"member_id": {"object": "user", "id": company.outsider_id}, "level": "edit"}
    li.make("team_member", record_id={"object": "account", "id": account}, **member)
    li.call("PATCH", f"/records/account/{account}", {"values": {"phone": "021-5555"}})
    seen = outsider.get(f"/records/account/{account}")
    assert seen.status_code == 200
    assert "李强" not in seen.text
    assert "华东" not in seen.text
    assert "李强" not in outsider.get(f"/records/account/{account}/history").text
    assert "李强" not in outsider.get(f"/records/account/{account}/access").text
    groups = {
        "object": "account",
        "fields": ["owner.name", {"function": "count", "name": "n"}],
        "group": ["owner.name"],
    }
    assert {row["owner.name"] for row in outsider.post("/query", groups).json()["rows"]} == {None}
    stale = outsider.call("PATCH", f"/records/account/{account}", {"values": {"phone": "1"}}, headers={"If-Match": "1"})
    assert stale.status_code == 409
    assert "李强" not in stale.text
    assert outsider.get(f"/records/account/{company.account}").status_code == 404
    assert outsider.post("/query", {"object": "department", "fields": ["name"]}).json()["rows"][0]["name"] == "伙伴公司"

    # The account changes hands: so does the contact person, at once.
    give = {"values": {"owner_id": str(li.id)}}
    assert admin.call("PATCH", f"/records/account/{company.account}", give).status_code == 200
    assert people(outsider) == {"外部小陈", "李强"}
    assert outsider.get(f"/records/account/{account}").json()["record"]["owner.name"] == "李强"


def test_a_role_takes_nobody_of_a_partner_beyond_the_partner(company: Company) -> None:
    company.wang.make("account", name="不该看到的客户")
    role = str(company.world.ids["role:admin"])
    company.admin.make("user_role", user_id=company.outsider_id, role_id=role)
    mine = company.outsider.make("account", name="伙伴登记的客户")
    rows = company.outsider.post("/query", {"object": "account", "fields": ["name"]}).json()["rows"]
    assert [row["id"] for row in rows] == [mine]
    assert people(company.outsider) == {"外部小陈", "王芳"}


def test_partners_stand_apart(company: Company) -> None:
    admin, ids = company.admin, company.world.ids

    def refused(of: str, /, **values: Any) -> list[str]:
        return codes(admin.post(f"/records/{of}", {"values": values}))

    inside, outside = str(ids["华东"]), company.department
    person = {"name": "某人", "login": "somebody"}
    assert refused("user", user_type="external", department_id=inside, **person) == ["partner.user_inside"]
    assert refused("user", user_type="external", **person) == ["partner.user_without_department"]
    assert refused("user", department_id=outside, **person) == ["partner.user_outside"]
    moved = admin.call("PATCH", f"/records/user/{company.wang.id}", {"values": {"department_id": outside}})
    assert codes(moved) == ["partner.user_outside"]
    assert refused("department", name="伙伴二", department_type="external") == ["partner.account_missing"]
    assert refused("department", name="内部", account_id=company.account) == ["partner.account_internal"]
    below = {"department_type": "external", "account_id": company.account, "parent_id": inside}
    assert refused("department", name="伙伴三", **below) == ["partner.parent_kind"]
    turned = admin.call(
        "PATCH", f"/records/department/{outside}", {"values": {"department_type": "internal", "account_id": None}}
    )
    assert codes(turned) == ["partner.kind_in_use"]
    assert refused("department", name="内部", manager_id=company.outsider_id) == ["partner.head"]
    assert refused("department_contact", department_id=inside, user_id=str(ids["wangfang"])) == [
        "partner.contact_department"
    ]
    assert refused("department_contact", department_id=outside, user_id=company.outsider_id) == [
        "partner.contact_external"
    ]
    assert refused("assistant", manager_id=str(ids["liqiang"]), assistant_id=company.outsider_id) == [
        "partner.assistant"
    ]
    administrator = str(ids["profile:administrator"])
    assert refused("user_profile", user_id=company.outsider_id, profile_id=administrator) == ["partner.administrator"]
