"""The second factor: set up, asked for at the sign-in, used once, taken away; and the list of one's sessions."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dougong.access.second_factor import (
    DRIFT_STEPS,
    RECOVERY_CODES,
    STEP_SECONDS,
    accepted_step,
    remove,
)
from dougong.access.sign_in_policy import STANDARD
from dougong.kit.clock import now
from dougong.storage.schema import credential, login_attempt, recovery_code, session
from dougong.storage.sealing import Sealer, new_key

PASSWORD = "correct horse 9"
LOGIN = "zhaomin"
WIDE = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
"""Digits as an input method may type them."""


@pytest.fixture(autouse=True)
def _clean(world: Any) -> Iterator[None]:
    """Nobody has failed before, and nobody keeps a second factor after."""
    with world.database.transaction() as tx:
        tx.execute(sa.delete(login_attempt))
    yield
    with world.database.transaction() as tx:
        remove(tx, world.ids[LOGIN])


def attempt(world: Any, **more: Any) -> Any:
    return world.stranger().post("/api/v1/session", json={"login": LOGIN, "password": PASSWORD, **more})


def enrolled(world: Any) -> tuple[Any, pyotp.TOTP, list[str]]:
    """赵敏 with a second factor, whose code of the present step is still good: (she, her authenticator, recovery)."""
    person = world.sign_in(LOGIN)
    begun = person.post("/second-factor", {"password": PASSWORD})
    assert begun.status_code == 200, begun.text
    totp = pyotp.TOTP(begun.json()["secret"])
    confirmed = person.post("/second-factor/confirm", {"code": totp.at(now() - timedelta(seconds=STEP_SECONDS))})
    assert confirmed.status_code == 200, confirmed.text
    return person, totp, confirmed.json()["recovery_codes"]


class TestEnrolment:
    """By its owner, in a session, with the password."""

    def test_from_off_to_on(self, world: Any) -> None:
        person = world.sign_in(LOGIN)
        assert person.get("/second-factor").json() == {"since": None, "recovery_codes": 0}
        begun = person.post("/second-factor", {"password": PASSWORD}).json()
        assert pyotp.parse_uri(begun["uri"]).secret == begun["secret"]
        assert pyotp.parse_uri(begun["uri"]).name == LOGIN
        # It does not hold yet: who leaves here is not locked out.
        assert attempt(world).status_code == 200
        assert person.post("/second-factor/confirm", {"code": "000000"}).json()["code"] == "session.otp_wrong"
        codes = person.post("/second-factor/confirm", {"code": pyotp.TOTP(begun["secret"]).now()}).json()
        assert len(set(codes["recovery_codes"])) == RECOVERY_CODES
        state = person.get("/second-factor").json()
        assert state["since"] is not None
        assert state["recovery_codes"] == RECOVERY_CODES

    def test_needs_the_password_which_cannot_be_guessed(self, world: Any) -> None:
        person = world.sign_in(LOGIN)
        for _ in range(STANDARD.attempts_max):
            answer = person.post("/second-factor", {"password": "wrong"})
            assert answer.status_code == 403
            assert answer.json()["code"] == "session.password_wrong"
        assert person.post("/second-factor", {"password": PASSWORD}).status_code == 429

    def test_in_its_order(self, world: Any) -> None:
        person = world.sign_in(LOGIN)
        early = person.post("/second-factor/confirm", {"code": "123456"})
        assert early.json()["code"] == "session.second_factor_not_begun"
        person, totp, _ = enrolled(world)
        for path, body in (("", {"password": PASSWORD}), ("/confirm", {"code": totp.now()})):
            answer = person.post(f"/second-factor{path}", body)
            assert answer.status_code == 409
            assert answer.json()["code"] == "session.second_factor_on"

    def test_neither_secret_nor_codes_lie_open(self, world: Any) -> None:
        _, totp, codes = enrolled(world)
        with world.database.snapshot() as snapshot:
            kept = snapshot.one(sa.select(credential).where(credential.c.user_id == world.ids[LOGIN]))
            hashes = snapshot.rows(sa.select(recovery_code.c.code_hash))
        assert totp.secret not in kept.totp_secret
        for code in codes:
            assert all(code.replace("-", "").encode() not in row.code_hash for row in hashes)


class TestSignIn:
    """In two steps."""

    def test_asks_for_the_code_and_takes_it_once(self, world: Any) -> None:
        _, totp, _ = enrolled(world)
        asked = attempt(world)
        assert asked.status_code == 401
        assert asked.json()["code"] == "session.otp_required"
        assert "set-cookie" not in asked.headers
        code = totp.now()
        assert attempt(world, otp=f" {code[:3]} {code[3:]}".translate(WIDE)).status_code == 200
        again = attempt(world, otp=code)
        assert again.status_code == 401
        assert again.json()["code"] == "session.otp_wrong"

    def test_the_code_that_confirmed_is_used_up(self, world: Any) -> None:
        _, totp, _ = enrolled(world)
        assert attempt(world, otp=totp.at(now() - timedelta(seconds=STEP_SECONDS))).status_code == 401

    def test_a_wrong_password_never_tells_of_a_second_factor(self, world: Any) -> None:
        _, totp, _ = enrolled(world)
        for otp in ({}, {"otp": totp.now()}, {"otp": "000000"}):
            assert attempt(world, password="wrong", **otp).json()["code"] == "session.sign_in_failed"
        # And it does not use the code up.
        assert attempt(world, otp=totp.now()).status_code == 200

    def test_each_recovery_code_once_however_typed(self, world: Any) -> None:
        person, _, codes = enrolled(world)
        assert attempt(world, otp=codes[0]).status_code == 200
        assert attempt(world, otp=codes[0]).json()["code"] == "session.otp_wrong"
        assert attempt(world, otp=codes[1].lower().replace("-", " ")).status_code == 200
        assert person.get("/second-factor").json()["recovery_codes"] == RECOVERY_CODES - 2

    def test_codes_are_guessed_under_the_lock_of_the_login(self, world: Any) -> None:
        _, totp, codes = enrolled(world)
        for _ in range(STANDARD.attempts_max - 1):
            assert attempt(world, otp="00000x").status_code == 401
            # Asking for the code again neither counts nor lets one begin anew.
            assert attempt(world).json()["code"] == "session.otp_required"
        assert attempt(world, otp="00000x").status_code == 401
        for given_code in (totp.now(), codes[0]):
            assert attempt(world, otp=given_code).json()["code"] == "session.locked"

    def test_being_asked_is_no_failure(self, world: Any) -> None:
        enrolled(world)
        for _ in range(STANDARD.attempts_max + 1):
            assert attempt(world).json()["code"] == "session.otp_required"

    def test_of_many_at_once_one_gets_in(self, world: Any) -> None:
        _, totp, codes = enrolled(world)
        for code in (totp.now(), codes[0]):
            with ThreadPoolExecutor(4) as pool:
                statuses = [answer.status_code for answer in pool.map(lambda otp: attempt(world, otp=otp), [code] * 4)]
            assert statuses.count(200) == 1
            assert statuses.count(401) == 3
            with world.database.transaction() as tx:
                tx.execute(sa.delete(login_attempt))

    def test_without_the_key_recovery_codes_still_open(self, world: Any) -> None:
        _, totp, codes = enrolled(world)
        with world.database.transaction() as tx:
            tx.execute(sa.update(credential).values(totp_secret=Sealer(new_key()).seal(totp.secret)))
        lost = attempt(world, otp=totp.now())
        assert lost.status_code == 503
        assert lost.json()["code"] == "storage.secret_key_other"
        assert attempt(world, otp=codes[0]).status_code == 200


class TestOff:
    """By its owner with password and code, or by an administrator."""

    def test_by_its_owner(self, world: Any) -> None:
        person, totp, codes = enrolled(world)
        off = "/second-factor/off"
        assert person.post(off, {"password": "wrong", "code": totp.now()}).json()["code"] == "session.password_wrong"
        wrong = person.post(off, {"password": PASSWORD, "code": "000000"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "session.otp_wrong")
        assert person.post(off, {"password": PASSWORD, "code": totp.now()}).status_code == 204
        assert person.get("/second-factor").json() == {"since": None, "recovery_codes": 0}
        assert attempt(world).status_code == 200
        assert person.post(off, {"password": PASSWORD, "code": codes[0]}).json()["code"] == "session.otp_wrong"

    def test_by_an_administrator(self, world: Any) -> None:
        person, _, _ = enrolled(world)
        path = f"/users/{world.ids[LOGIN]}/second-factor"
        assert world.person("wangfang").call("DELETE", path).json()["code"] == "session.administrator_required"
        assert world.person("admin").call("DELETE", "/users/1/second-factor").status_code == 404
        assert world.person("admin").call("DELETE", path).status_code == 204
        assert person.get("/session").status_code == 401
        assert attempt(world).status_code == 200


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEPS = st.integers(-DRIFT_STEPS - 2, DRIFT_STEPS + 2)


@given(
    seconds=st.lists(st.integers(0, 20 * STEP_SECONDS), max_size=20), offsets=st.lists(STEPS, min_size=20, max_size=20)
)
def test_no_code_works_twice_and_none_outside_the_drift(seconds: list[int], offsets: list[int]) -> None:
    secret, start, last, used = SECRET, 1_800_000_000, None, set()
    totp = pyotp.TOTP(secret)
    for second, offset in zip(sorted(seconds), offsets, strict=False):
        at = start + second
        step = at // STEP_SECONDS + offset
        found = accepted_step(secret, totp.at(step * STEP_SECONDS), datetime.fromtimestamp(at, UTC), last)
        fresh = abs(offset) <= DRIFT_STEPS and all(step > earlier for earlier in used)
        assert found == (step if fresh else None)
        if found is not None:
            used.add(found)
            last = found


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "abcdef", "\N{SNOWMAN}" * 6, "-12345"])
def test_what_is_no_code(code: str) -> None:
    assert accepted_step(SECRET, code, now(), None) is None


class TestSessions:
    """Where one is signed in, and signing out there."""

    CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"

    @pytest.fixture(autouse=True)
    def _alone(self, world: Any) -> None:
        with world.database.transaction() as tx:
            tx.execute(sa.delete(session).where(session.c.user_id == world.ids[LOGIN]))

    def listed(self, person: Any) -> list[dict[str, Any]]:
        answer = person.get("/sessions")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["sessions"]
        return found

    def test_the_list_tells_the_device(self, world: Any) -> None:
        other = world.sign_in(LOGIN, headers={"User-Agent": self.CHROME})
        mine = world.sign_in(LOGIN)
        here, there = self.listed(mine)
        assert (here["current"], there["current"]) == (True, False)
        assert (there["browser"], there["system"], there["mobile"]) == ("Chrome", "Windows", False)
        assert (here["browser"], here["system"]) == (None, None)
        assert there["ip"] == "testclient"
        # What opens a session is never in the list.
        answer = mine.get("/sessions").text
        assert other.csrf not in answer
        assert other.client.cookies["dougong_session"] not in answer

    def test_those_that_are_over_are_not_in_it(self, world: Any) -> None:
        world.sign_in(LOGIN)
        with world.database.transaction() as tx:
            tx.execute(
                sa.update(session)
                .where(session.c.user_id == world.ids[LOGIN])
                .values(last_seen_at=now() - timedelta(hours=13))
            )
        assert [s["current"] for s in self.listed(world.sign_in(LOGIN))] == [True]

    def test_one_is_ended_by_its_owner_only(self, world: Any) -> None:
        other, mine = world.sign_in(LOGIN), world.sign_in(LOGIN)
        there = next(s["id"] for s in self.listed(mine) if not s["current"])
        assert world.person("wangfang").call("DELETE", f"/sessions/{there}").status_code == 404
        assert other.get("/session").status_code == 200
        assert mine.call("DELETE", f"/sessions/{there}").status_code == 204
        assert other.get("/session").status_code == 401
        assert mine.call("DELETE", f"/sessions/{there}").json()["code"] == "session.session_not_found"

    def test_everywhere_else(self, world: Any) -> None:
        others, mine, stranger = (
            [world.sign_in(LOGIN) for _ in range(2)],
            world.sign_in(LOGIN),
            world.person("wangfang"),
        )
        assert mine.call("DELETE", "/sessions").status_code == 204
        assert [o.get("/session").status_code for o in others] == [401, 401]
        assert stranger.get("/session").status_code == 200
        assert len(self.listed(mine)) == 1

    def test_a_token_manages_none_of_it(self, world: Any) -> None:
        person = world.sign_in(LOGIN)
        token = person.post("/tokens", {"name": "程序"}).json()["token"]
        for method, path, body in (
            ("GET", "/sessions", None),
            ("DELETE", "/sessions", None),
            ("DELETE", "/sessions/1", None),
            ("GET", "/second-factor", None),
            ("POST", "/second-factor", {"password": PASSWORD}),
            ("POST", "/second-factor/confirm", {"code": "000000"}),
            ("POST", "/second-factor/off", {"password": PASSWORD, "code": "000000"}),
            ("DELETE", f"/users/{world.ids[LOGIN]}/second-factor", None),
        ):
            headers = {"Authorization": f"Bearer {token}"}
            answer = world.stranger().request(method, f"/api/v1{path}", json=body, headers=headers)
            assert answer.status_code == 403, path
            assert answer.json()["code"] == "session.browser_only"
