"""Deals on hold: they keep their stage and count as open nowhere, until they are taken up again; domain.md 2.4."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dougong.crm.opportunities.reminding import resuming_task
from dougong.kit import clock
from tests.http.test_http_deals import change, changed, deal, problems, read


@pytest.fixture
def wang(world: Any) -> Any:
    return world.person("wangfang")


def day(ahead: int) -> str:
    return (clock.now() + timedelta(days=ahead)).date().isoformat()


def hold(person: Any, record_id: str, **params: Any) -> Any:
    given = {"hold_reason": "budget", "resume_on": day(30), **params}
    return person.post(f"/records/opportunity/{record_id}/actions/hold", {"params": given})


def resume(person: Any, record_id: str) -> Any:
    return person.post(f"/records/opportunity/{record_id}/actions/resume")


def actions(person: Any, record_id: str) -> list[str]:
    offered = person.get(f"/records/opportunity/{record_id}").json()["actions"]
    known = {"win", "lose", "hold", "resume", "reopen"}
    return [action["name"] for action in offered if action["name"] in known]


def test_a_deal_on_hold_keeps_its_stage_and_is_open_nowhere(wang: Any) -> None:
    account = wang.make("account", name="搁置客户")
    made = deal(wang, account_id=account, stage="proposal", amount="100", close_date="2020-01-31")
    before = read(wang, made)
    assert (before["overdue"], before["forecast_category"], before["hold_reason"]) == (True, "best_case", None)
    assert actions(wang, made) == ["win", "lose", "hold"]
    assert hold(wang, made, hold_description="等预算").status_code == 200
    found = read(wang, made)
    assert (found["stage"], found["outcome"], found["forecast_category"]) == ("proposal", "on_hold", "omitted")
    assert (found["overdue"], found["days_in_stage"], found["probability"]) == (False, None, before["probability"])
    assert found["held_at"] is not None
    assert (read(wang, account, "account")["open_opportunities"], read(wang, account, "account")["open_amount"]) == (
        0,
        "0.00",
    )
    assert actions(wang, made) == ["win", "lose", "resume"]
    assert hold(wang, made).json()["code"] == "access.action_not_offered"


def test_it_is_taken_up_again_where_it_stood(wang: Any) -> None:
    account = wang.make("account", name="恢复客户")
    made = deal(wang, account_id=account, stage="proposal", amount="100")
    since = read(wang, made)["stage_updated_at"]
    assert hold(wang, made, hold_description="等预算").status_code == 200
    assert resume(wang, made).status_code == 200
    found = read(wang, made)
    kept = [found[name] for name in ("hold_reason", "resume_on", "hold_description", "held_at")]
    assert (found["stage"], found["outcome"], found["forecast_category"], kept) == (
        "proposal",
        "open",
        "best_case",
        [None] * 4,
    )
    assert found["stage_updated_at"] == since
    assert read(wang, account, "account")["open_amount"] == "100.00"
    history = wang.get(f"/records/opportunity/{made}/history").json()
    assert json.dumps(history).count('"hold_reason"') >= 2
    assert resume(wang, made).json()["code"] == "access.action_not_offered"


def test_a_rest_has_a_reason_and_a_day_that_is_to_come(wang: Any) -> None:
    made = deal(wang)
    assert problems(hold(wang, made, hold_reason=None)) == [("opportunity.hold_reason", "hold_reason")]
    assert problems(hold(wang, made, resume_on=None)) == [("opportunity.resume_when", "resume_on")]
    for ahead in (0, -3):
        assert problems(hold(wang, made, resume_on=day(ahead))) == [("opportunity.resume_past", "resume_on")]
    assert problems(change(wang, made, resume_on=day(5))) == [("opportunity.hold_reason", "hold_reason")]
    answer = hold(wang, made, amount="5")
    assert (answer.status_code, answer.json()["code"]) == (400, "record.unknown_field")
    assert read(wang, made)["outcome"] == "open"


def test_while_it_rests_it_moves_to_no_stage_but_it_may_end(wang: Any) -> None:
    made = deal(wang, amount="10", close_date="2027-05-31")
    # By any write: whoever gives a reason in a form or by the API has put it on hold.
    assert changed(wang, made, hold_reason="other", resume_on=day(9))["outcome"] == "on_hold"
    assert problems(change(wang, made, stage="engaging")) == [("opportunity.on_hold", "stage")]
    assert changed(wang, made, hold_reason=None, stage="engaging")["outcome"] == "open"
    assert hold(wang, made).status_code == 200
    lost = {"params": {"lost_reason": "budget"}}
    assert wang.post(f"/records/opportunity/{made}/actions/lose", lost).status_code == 200
    found = read(wang, made)
    assert (found["outcome"], found["ended_from"], found["hold_reason"], found["resume_on"]) == (
        "lost",
        "engaging",
        None,
        None,
    )
    assert actions(wang, made) == ["reopen"]


def test_a_new_day_may_be_set_while_it_rests_and_lists_find_it(wang: Any) -> None:
    made = deal(wang, name="换个日子")
    assert hold(wang, made).status_code == 200
    since = read(wang, made)["held_at"]
    found = changed(wang, made, resume_on=day(60), next_step="再等等")
    assert (found["outcome"], found["held_at"], found["resume_on"]) == ("on_hold", since, day(60))
    where = {
        "and": [{"field": "outcome", "op": "=", "value": "on_hold"}, {"field": "name", "op": "=", "value": "换个日子"}]
    }
    rows = wang.post("/query", {"object": "opportunity", "fields": ["name"], "filter": where}).json()["rows"]
    assert [row["id"] for row in rows] == [made]


def test_several_are_put_on_hold_at_once_or_none(world: Any, wang: Any) -> None:
    ids = [deal(wang), deal(wang)]
    body = {"ids": ids, "params": {"hold_reason": "priority", "resume_on": day(3)}}
    assert wang.post("/records/opportunity/actions/hold", body).status_code == 200
    assert [read(wang, one)["outcome"] for one in ids] == ["on_hold", "on_hold"]
    third = deal(wang)
    answer = wang.post("/records/opportunity/actions/resume", {"ids": [*ids, third]})
    assert problems(answer) == [("access.action_not_offered", None)]
    assert wang.post("/records/opportunity/actions/resume", {"ids": ids}).status_code == 200
    assert world.person("zhaomin").post(f"/records/opportunity/{third}/actions/hold").status_code == 404


def test_the_owner_is_reminded_once_on_the_day(world: Any, wang: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(moment: datetime) -> list[str]:
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr("dougong.records.write.pipeline.now", lambda: moment)
        resuming_task(world.database.transaction).run()
        resuming_task(world.database.transaction).run()
        rows = wang.get("/notifications").json()["rows"]
        return [row["text"] for row in rows if "黄河机会" in row["text"]]

    made = deal(wang, name="黄河机会")
    assert hold(wang, made, resume_on="2027-04-02").status_code == 200
    assert at(datetime(2027, 4, 2, 0, 59, tzinfo=UTC)) == []  # 08:59 in China
    assert len(at(datetime(2027, 4, 2, 1, 0, tzinfo=UTC))) == 1
    version = wang.get(f"/records/opportunity/{made}").json()["version"]
    assert change(wang, made, resume_on="2027-04-10").status_code == 200
    assert wang.get(f"/records/opportunity/{made}").json()["version"] == version + 1
    assert len(at(datetime(2027, 4, 10, 2, 0, tzinfo=UTC))) == 2


def test_a_deal_on_hold_holds_its_contacts_at_their_account(wang: Any) -> None:
    account, other = wang.make("account", name="留人客户"), wang.make("account", name="别家客户")
    contact = wang.make("contact", name="钱先生", account_id=account)
    made = deal(wang, account_id=account, contact_id=contact)
    assert hold(wang, made).status_code == 200
    refused = change(wang, contact, "contact", account_id=other)
    assert problems(refused) == [("contact.in_open_deals", "account_id")]
