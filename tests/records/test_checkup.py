"""What the doctor finds in the records themselves."""

import sqlalchemy as sa

from dougong.metadata.registry import load_registry
from dougong.records.checkup import check_records
from dougong.storage.checkup import State
from dougong.storage.engine import Database
from dougong.storage.schema import search_entry
from tests.world.people import WANG_FANG, ZHAO_MIN, acting, found_company
from tests.world.records import account, one

CODES = ("doctor.tokens", "doctor.search", "doctor.summaries", "doctor.catching_up")


def findings(database: Database) -> dict[str, tuple[State, int, str]]:
    with database.consistent_snapshot() as snapshot:
        found = check_records(snapshot, load_registry(snapshot))
        return {c.code: (c.state, c.params["count"], ", ".join(c.params["names"])) for c in found}


def test_records_with_other_tokens_than_their_own_and_records_that_no_search_finds(database: Database) -> None:
    found_company(database)
    with acting(database, WANG_FANG) as w:
        shared, opened, lost = account(w, "共享"), account(w, "被打开"), account(w, "搜不到")
        one(
            w,
            "team_member",
            record_id={"object": "account", "id": str(shared)},
            member_id={"object": "user", "id": str(w.actor.user_id)},
            level="edit",
        )
    assert findings(database) == dict.fromkeys(CODES, (State.GOOD, 0, ""))
    with acting(database, ZHAO_MIN) as w:
        table = w.registry.tables["account"]
        w.transaction.execute(sa.update(table).where(table.c.id == opened).values(access=[*w.actor.tokens["own"]]))
        w.transaction.execute(sa.delete(search_entry).where(search_entry.c.record_id == lost))
    assert findings(database) == {
        "doctor.tokens": (State.BAD, 1, "account (1)"),
        "doctor.search": (State.BAD, 1, "account (1)"),
        "doctor.summaries": (State.GOOD, 0, ""),
        "doctor.catching_up": (State.GOOD, 0, ""),
    }
