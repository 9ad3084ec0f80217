"""What a lookup proposes: the contacts of a deal's account first, those of others all the same; decision 45."""

import json
from typing import Any

import pytest

from tests.http.conftest import Person, World

OWN, BELOW, ABOVE, OTHER = "祁连本部", "祁连下级", "祁连上级", "祁连顾问"


@pytest.fixture(scope="module")
def family(world: World) -> dict[str, str]:
    """An account with a parent and a subsidiary, a consultant's, a contact of each, and a deal."""
    wang = world.person("wangfang")
    above = wang.make("account", name="祁连集团")
    own = wang.make("account", name="祁连设备", parent_id=above)
    below = wang.make("account", name="祁连设备配件", parent_id=own)
    other = wang.make("account", name="河西咨询")
    made = {"account": own}
    for name, account in ((OWN, own), (BELOW, below), (ABOVE, above), (OTHER, other)):
        made[name] = wang.make("contact", name=name, account_id=account)
    made["deal"] = wang.make("opportunity", name="祁连二期", account_id=own)
    made["bare"] = wang.make("opportunity", name="还没有客户")
    return made


@pytest.fixture
def wang(world: World) -> Person:
    return world.person("wangfang")


def offered(person: Person, given: dict[str, Any], field: str = "opportunity.contact_id", **params: Any) -> Any:
    query = {"q": "祁连", "field": field, "given": json.dumps(given), **params}
    answer = person.get("/lookup/contact", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(person: Person, obj: str, number: str) -> Any:
    return person.get(f"/records/{obj}/{number}").json()["record"]


def names(answer: Any) -> set[str]:
    return {row["name"] for row in answer["rows"]}


def test_contacts_of_the_account_its_parent_and_its_subsidiaries_are_proposed(
    wang: Person, family: dict[str, str]
) -> None:
    answer = offered(wang, {"account_id": family["account"]})
    assert (names(answer), answer["narrowed"]) == ({OWN, BELOW, ABOVE}, True)
    assert {row["beyond"] for row in answer["rows"]} == {None}
    # Without a text it is the same: nothing but these is listed.
    assert names(offered(wang, {"account_id": family["account"]}, q="")) == {OWN, BELOW, ABOVE}


def test_all_others_are_a_question_away_and_say_whose_they_are(wang: Person, family: dict[str, str]) -> None:
    answer = offered(wang, {"account_id": family["account"]}, all=True)
    assert answer["narrowed"] is False
    assert {row["name"]: row["beyond"] for row in answer["rows"]} == {
        OWN: None,
        BELOW: None,
        ABOVE: None,
        OTHER: "河西咨询",
    }


def test_the_one_that_a_form_holds_is_told_by_itself(world: World, family: dict[str, str]) -> None:
    wang, given = world.person("wangfang"), {"account_id": family["account"]}
    for name, mark in ((OWN, None), (BELOW, None), (OTHER, "河西咨询")):
        answer = offered(wang, given, q="", id=family[name])
        assert [(row["name"], row["beyond"]) for row in answer["rows"]] == [(name, mark)]
        assert answer["narrowed"] is False
    # With the account that it belongs to, or with none, it is no stranger.
    for account in (read(wang, "contact", family[OTHER])["account_id"], None):
        assert [row["beyond"] for row in offered(wang, {"account_id": account}, q="", id=family[OTHER])["rows"]] == [
            None
        ]
    # Who does not see it learns nothing of it.
    assert offered(world.person("zhaomin"), given, q="", id=family[OTHER])["rows"] == []


def test_a_part_of_a_deal_goes_by_the_account_of_the_deal(wang: Person, family: dict[str, str]) -> None:
    field = "opportunity_contact.contact_id"
    assert names(offered(wang, {"opportunity_id": family["deal"]}, field)) == {OWN, BELOW, ABOVE}
    # Nobody is left out of a deal that has no account: there is nothing to go by.
    bare = offered(wang, {"opportunity_id": family["bare"]}, field)
    assert (names(bare), bare["narrowed"]) == ({OWN, BELOW, ABOVE, OTHER}, False)


def test_what_the_person_does_not_see_narrows_nothing_and_tells_nothing(world: World, family: dict[str, str]) -> None:
    zhao = world.person("zhaomin")
    answer = offered(zhao, {"opportunity_id": family["deal"]}, "opportunity_contact.contact_id")
    assert answer == {"rows": [], "narrowed": False}
    assert offered(zhao, {"account_id": family["account"]})["rows"] == []


def test_another_account_is_no_reason_to_refuse(wang: Person, family: dict[str, str]) -> None:
    values = {"values": {"contact_id": family[OTHER]}}
    assert wang.call("PATCH", f"/records/opportunity/{family['deal']}", values).status_code == 200
    part = wang.make("opportunity_contact", opportunity_id=family["deal"], contact_id=family[OTHER])
    found = wang.get(f"/records/opportunity_contact/{part}").json()["record"]
    assert found["contact_id"] == family[OTHER]


def test_the_metadata_says_what_a_picker_and_a_list_go_by(wang: Person) -> None:
    objects = {obj["name"]: obj for obj in wang.get("/metadata").json()["objects"]}
    fields = {field["name"]: field for field in objects["opportunity"]["fields"]}
    assert (fields["contact_id"]["proposed"]["field"], fields["contact_id"]["proposed"]["mark"]) == (
        "opportunity.contact_id",
        "account.name",
    )
    assert fields["account_id"]["proposed"] is None


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"field": "opportunity.nothing"}, "metadata.unknown_field"),
        ({"field": "nothing.contact_id"}, "metadata.unknown_object"),
        ({"field": "opportunity.contact_id", "given": "[1]"}, "filter.not_an_object"),
        ({"field": "opportunity.contact_id", "given": "{"}, "filter.not_an_object"),
        ({"field": "opportunity.contact_id", "given": '{"account_id": "x"}'}, "value.not_an_id"),
    ],
)
def test_broken_questions_are_refused_with_a_reason(wang: Person, params: dict[str, str], code: str) -> None:
    answer = wang.get("/lookup/contact", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def define(admin: Person, **change: Any) -> Any:
    return admin.post("/metadata/changes", {"version": None, "dry_run": False, "changes": [change]})


def asking(where: object, **proposed: str) -> dict[str, Any]:
    label = {"zh": "协助人", "en": "Helper"}
    body = {"name": "helper_id", "type": "lookup", "target": "contact", "label": label}
    return {"object": "opportunity", "field": "helper_id", "body": {**body, "proposed": {"where": where, **proposed}}}


@pytest.mark.parametrize(
    ("where", "proposed", "code"),
    [
        ({"field": "tear", "op": "=", "value": "a"}, {}, "metadata.no_such_field"),
        ({"field": "role", "op": "=", "value": {"from": "rule"}}, {}, "metadata.no_such_field"),
        ({"field": "role", "op": "is", "value": "user"}, {}, "metadata.button_condition"),
        ({"field": "role", "op": "=", "value": "user"}, {"mark": "account.nom"}, "metadata.no_such_field"),
        ({"field": "account.days_unvisited", "op": "=", "value": 1}, {}, "metadata.setting_unfit"),
    ],
)
def test_a_proposal_that_cannot_be_asked_is_no_configuration(
    world: World, where: object, proposed: dict[str, str], code: str
) -> None:
    answer = define(world.person("admin"), **asking(where, **proposed))
    assert code in {problem["code"] for problem in answer.json()["problems"]}, answer.text


def test_a_proposal_follows_renames_and_tells_that_it_uses_its_fields(world: World) -> None:
    admin = world.person("admin")

    def text(name: str) -> dict[str, Any]:
        return {"name": name, "type": "text", "length": 80, "label": {"zh": "圈子", "en": "Circle"}}

    assert define(admin, object="contact", field="circle", body=text("circle")).status_code == 200
    assert define(admin, object="opportunity", field="ring", body=text("ring")).status_code == 200
    where = {"and": [{"field": "circle", "op": "=", "value": {"from": "ring"}}]}
    assert define(admin, **asking(where, mark="circle")).status_code == 200
    for obj, old, new in (("contact", "circle", "band"), ("opportunity", "ring", "hoop")):
        assert define(admin, object=obj, field=old, body=text(new)).status_code == 200
        uses = admin.get(f"/metadata/definitions/objects/{obj}/uses").json()["fields"]
        assert [(use["kind"], use["field"]) for use in uses[new]].count(("proposed", "helper_id")) > 0
    body = admin.get("/metadata/definitions/objects/opportunity").json()["body"]
    (found,) = [one for one in body["fields"] if one["name"] == "helper_id"]
    after = {"and": [{"field": "band", "op": "=", "value": {"from": "hoop"}}]}
    assert found["proposed"] == {"where": after, "mark": "band"}
