"""Events are taken once by several senders, in order, and exist only with their transaction."""

from datetime import timedelta

import pytest

from dougong.storage.engine import Database
from dougong.storage.outbox import append, forget_sent, mark_sent, take


def fill(database: Database, count: int) -> None:
    with database.transaction() as tx:
        for number in range(count):
            append(tx, change_id=number, object="account", action="create", record_ids=[number, number + 1])


def test_two_senders_share_the_events(database: Database) -> None:
    fill(database, 5)
    with database.transaction() as one, database.transaction() as other:
        first, second = take(one, 3), take(other, 3)
        assert [event.change_id for event in first] == [0, 1, 2]
        assert [event.change_id for event in second] == [3, 4]
        assert first[1].record_ids == (1, 2)
        mark_sent(one, first)
    with database.transaction() as tx:
        assert [event.change_id for event in take(tx)] == [3, 4]
        assert forget_sent(tx, timedelta(days=1)) == 0
        assert forget_sent(tx, timedelta(seconds=-5)) == 3


def test_an_event_of_a_failed_transaction_never_was(database: Database) -> None:
    with pytest.raises(ValueError, match="stop"), database.transaction() as tx:  # noqa: PT012
        append(tx, change_id=1, object="account", action="create", record_ids=[1])
        raise ValueError("stop")
    with database.transaction() as tx:
        assert take(tx) == []
