"""`kill -9` of the server and its database at random moments under concurrent writes: what was acknowledged is there.

Each round starts `dougong serve`, lets several people write through HTTP, kills both after a random time, starts the
database again and looks: every acknowledged record has at least the acknowledged version and, at that version, the
acknowledged value; a write without an answer is there whole or not at all; versions, history, changes and outbox agree.
Twenty rounds with DEEP=1, five otherwise. The seed is printed, so that a failing run can be repeated.
"""

import itertools
import os
import random  # noqa: TID251  # decides when to kill; the seed is printed
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from dougong.storage.checkup import State, check_database
from dougong.storage.embedded import running
from dougong.storage.embedded.place import find_place
from dougong.storage.embedded.server import _postmaster
from tests.cli.conftest import PASSWORD, dougong, make_data, serving

__all__ = ["make_data"]

ROUNDS = 20 if os.environ.get("DEEP") else 5
WRITERS = 4
FACTS = ("doctor.versions", "doctor.history", "doctor.outbox", "doctor.orphans", "doctor.sequences", "doctor.indexes")


@dataclass
class Record:
    """What a writer knows of a record that it made."""

    id: int
    acknowledged: dict[int, str]
    """The name at each version that was acknowledged."""
    deleted: bool = False
    asked: list[str] = field(default_factory=list)
    """Names that were asked for; whether the last is stored was perhaps never told."""
    delete_asked: bool = False

    @property
    def version(self) -> int:
        return max(self.acknowledged)


@dataclass
class Writer:
    """One person at work until the server is gone. Everything that an answer acknowledged is kept."""

    number: int
    random: random.Random
    records: list[Record] = field(default_factory=list)
    asked_names: set[str] = field(default_factory=set)
    """Names of creations that may or may not have been stored."""
    unexpected: list[str] = field(default_factory=list)
    counter: "itertools.count[int]" = field(default_factory=itertools.count)

    def work(self, address: str, cookies: httpx.Cookies, csrf: str) -> None:
        with httpx.Client(base_url=address, cookies=cookies, headers={"X-CSRF-Token": csrf}, timeout=30) as client:
            try:
                while self.step(client):
                    pass
            except httpx.TransportError:
                return

    def step(self, client: httpx.Client) -> bool:
        """One write; False when the answer was none that a healthy server gives."""
        living = [record for record in self.records if not record.deleted and not record.delete_asked]
        choice = self.random.random()
        if not living or choice < 0.4:
            return self.create(client)
        record = self.random.choice(living)
        if choice < 0.5:
            return self.create_batch(client)
        if choice < 0.6:
            return self.delete(client, record)
        return self.update(client, record)

    def name(self) -> str:
        return f"客户 {self.number}-{next(self.counter)}-{self.random.getrandbits(32):x}"

    def healthy(self, answer: httpx.Response, *expected: int) -> bool:
        if answer.status_code in expected:
            return True
        # While the database dies before the server does, the server says that it has lost it.
        if answer.status_code != 503:
            self.unexpected.append(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
        return False

    def create(self, client: httpx.Client) -> bool:
        name = self.name()
        self.asked_names.add(name)
        answer = client.post("/api/v1/records/account", json={"values": {"name": name}})
        if not self.healthy(answer, 201):
            return False
        body = answer.json()
        self.records.append(Record(int(body["id"]), {int(body["version"]): name}))
        return True

    def create_batch(self, client: httpx.Client) -> bool:
        names = [self.name() for _ in range(self.random.randint(2, 20))]
        self.asked_names.update(names)
        rows = [{"values": {"name": name}} for name in names]
        answer = client.post("/api/v1/batch", json={"object": "account", "action": "create", "rows": rows})
        if not self.healthy(answer, 200, 201):
            return False
        for record_id, name in zip(answer.json()["ids"], names, strict=True):
            self.records.append(Record(int(record_id), {1: name}))
        return True

    def update(self, client: httpx.Client, record: Record) -> bool:
        name = self.name()
        record.asked.append(name)
        answer = client.patch(
            f"/api/v1/records/account/{record.id}",
            json={"values": {"name": name}},
            headers={"If-Match": str(record.version)},
        )
        if not self.healthy(answer, 200):
            return False
        record.acknowledged[int(answer.json()["version"])] = name
        return True

    def delete(self, client: httpx.Client, record: Record) -> bool:
        record.delete_asked = True
        answer = client.delete(f"/api/v1/records/account/{record.id}")
        if not self.healthy(answer, 204):
            return False
        record.deleted = True
        return True


@pytest.fixture(scope="module")
def data(make_data: Callable[[], Path]) -> Path:
    folder = make_data()
    assert dougong("init", "--data", folder).code == 0
    created = dougong("user", "create", "root", "管理员", "--stdin", "--data", folder, stdin=f"{PASSWORD}\n")
    assert created.code == 0, created.errors
    return folder


def test_nothing_acknowledged_is_lost_by_kill_9(data: Path) -> None:
    seed = random.SystemRandom().getrandbits(32)
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    writers = [Writer(number, random.Random(chance.getrandbits(32))) for number in range(WRITERS)]
    for _ in range(ROUNDS):
        _round(data, writers, chance)
        _check(data, writers)
    acknowledged = sum(len(record.acknowledged) + record.deleted for writer in writers for record in writer.records)
    sys.stdout.write(f"{acknowledged} acknowledged writes in {ROUNDS} rounds\n")
    assert acknowledged > 10 * ROUNDS


def _round(data: Path, writers: list[Writer], chance: random.Random) -> None:
    with serving(data) as server:
        body = {"login": "root", "password": PASSWORD}
        signed_in = httpx.post(f"{server.address}/api/v1/session", json=body, timeout=30)
        assert signed_in.status_code == 200, signed_in.text
        csrf = signed_in.json()["csrf"]
        threads = [
            threading.Thread(target=writer.work, args=(server.address, signed_in.cookies, csrf)) for writer in writers
        ]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.3, 2.5))
        postmaster = _postmaster(find_place(data))
        assert postmaster is not None
        victims = [server.process.pid, postmaster[0]]
        chance.shuffle(victims)
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
            time.sleep(chance.choice([0, 0, 0.01, 0.1]))
        server.process.wait()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
    assert [told for writer in writers for told in writer.unexpected] == []


def _check(data: Path, writers: list[Writer]) -> None:
    with running(data) as server:
        with psycopg.connect(server.url) as connection:
            rows = connection.execute("SELECT id, version, name, deleted_at IS NOT NULL FROM data.account").fetchall()
        stored = {row[0]: row[1:] for row in rows}
        known = {record.id for writer in writers for record in writer.records}
        for writer in writers:
            for record in writer.records:
                assert record.id in stored, f"an acknowledged record is lost: {record}"
                _check_record(record, *stored[record.id])
        asked = {name for writer in writers for name in writer.asked_names}
        for record_id in stored.keys() - known:
            version, name, _ = stored[record_id]
            assert version == 1, "nobody knew of this record, so nobody can have changed it"
            assert name in asked
        wrong = [
            check for check in check_database(server.url, None) if check.code in FACTS and check.state is not State.GOOD
        ]
        assert wrong == []


def _check_record(record: Record, version: int, name: str, deleted: bool) -> None:
    """Between the last acknowledged write and what is stored lies at most the one write without an answer."""
    if record.deleted:
        assert deleted, f"an acknowledged deletion is undone: {record}"
    if deleted:
        assert record.delete_asked
        version -= 1
    if version == record.version:
        assert name == record.acknowledged[version], f"an acknowledged value is lost: {record} {name}"
    else:
        assert version == record.version + 1, f"{record} has version {version}"
        assert record.asked
        assert name == record.asked[-1]
        # It is known now, as it would be to a person who looks.
        record.acknowledged[version] = name
    record.deleted = deleted
    record.delete_asked = deleted
