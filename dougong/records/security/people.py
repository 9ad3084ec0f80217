"""What an administrator does for a person who cannot sign in, or should not: actions on the person's record.

Each is told in the audit log. A password is made here and shown this once; its owner chooses another at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.access.attempts import is_locked, unlock
from dougong.access.audit import note
from dougong.access.closing import close_sessions
from dougong.access.passwords import one_time_password, set_password
from dougong.access.second_factor import reset, second_factor_of
from dougong.access.sessions import has_sessions
from dougong.access.sign_in_policy import policy_of
from dougong.kit.errors import Forbidden
from dougong.metadata.model import Label
from dougong.records.api import Seen, get
from dougong.records.hooks import Action
from dougong.records.security.areas import may_look_after
from dougong.records.work import Reading, Writing
from dougong.storage.audit import Event

USER = "user"
Answer = Mapping[str, Any]


def _is_anothers(user: Seen) -> bool:
    """An administrator's to do, and theirs who look after users; for oneself there is the dialog of sign-in."""
    return user.reading.actor.user_id != user.id and may_look_after(user.reading, user.id)


def _login(r: Reading, user_id: int) -> str:
    return str(get(r, USER, user_id, ("login",))["login"])


def _check(w: Writing) -> None:
    """Passwords are given by people, not by programs that hold their token."""
    if w.via == "api":
        raise Forbidden("session.browser_only")


def _reset_password(w: Writing, ids: Sequence[int], _params: Mapping[str, Any]) -> Answer:
    _check(w)
    (user_id,) = ids
    login, password = _login(w, user_id), one_time_password(policy_of(w.transaction))
    set_password(w.transaction, user_id, login, password, must_change=True)
    close_sessions(w.transaction, user_id)
    unlock(w.transaction, login)
    note(w.transaction, Event.PASSWORD_RESET, w.author, about=user_id, code="audit.one_time")
    return {"password": password}


def _reset_factor(w: Writing, ids: Sequence[int], _params: Mapping[str, Any]) -> Answer:
    _check(w)
    for user_id in ids:
        reset(w.transaction, user_id, w.author)
    return {}


def _unlock(w: Writing, ids: Sequence[int], _params: Mapping[str, Any]) -> Answer:
    for user_id in ids:
        unlock(w.transaction, _login(w, user_id))
        note(w.transaction, Event.UNLOCKED, w.author, about=user_id)
    return {}


def _sign_out(w: Writing, ids: Sequence[int], _params: Mapping[str, Any]) -> Answer:
    for user_id in ids:
        close_sessions(w.transaction, user_id)
        note(w.transaction, Event.SIGNED_OUT_EVERYWHERE, w.author, about=user_id)
    return {}


ACTIONS = (
    Action(
        USER,
        "reset_password",
        Label("重置密码", "Reset password"),
        _reset_password,
        offered=lambda user: _is_anothers(user) and bool(user.values.get("active")),
        confirm=Label(
            "将生成一个一次性密码，只显示一次，请转告本人。对方会从所有设备退出，并须在下次登录时设置新密码。",
            "Makes a one-time password that is shown once, for you to pass on. The person is signed out everywhere and "
            "chooses another at the next sign-in.",
        ),
        icon="key",
    ),
    Action(
        USER,
        "reset_factor",
        Label("重置两步验证", "Reset second factor"),
        _reset_factor,
        offered=lambda user: _is_anothers(user) and second_factor_of(user.reading.snapshot, user.id).since is not None,
        confirm=Label(
            "请先确认是本人提出的请求。对方会从所有设备退出，之后只用密码登录，可以重新启用两步验证。",
            "Make sure first that it is really that person who asks. They are signed out everywhere, sign in with the "
            "password alone, and may set a second factor up again.",
        ),
        icon="safety",
    ),
    Action(
        USER,
        "unlock",
        Label("解除登录锁定", "Unlock sign-in"),
        _unlock,
        offered=lambda user: _is_anothers(user) and is_locked(user.reading.snapshot, str(user.values.get("login"))),
        icon="unlock",
    ),
    Action(
        USER,
        "sign_out",
        Label("退出所有设备", "Sign out everywhere"),
        _sign_out,
        offered=lambda user: _is_anothers(user) and has_sessions(user.reading.snapshot, user.id),
        confirm=Label(
            "对方未保存的内容会丢失，需要重新登录。", "What is not saved there is lost; they have to sign in again."
        ),
        icon="logout",
    ),
)
