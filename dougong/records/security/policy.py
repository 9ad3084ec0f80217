"""The sign-in policy: what it says holds for the sessions that are open."""

from dougong.access.sign_in_policy import apply_to_sessions
from dougong.kit.errors import Problem
from dougong.records.hooks import Batch
from dougong.records.work import Writing


def holds_at_once(_batch: Batch, w: Writing) -> list[Problem]:
    """Shorten the open sessions to what the policy now says."""
    apply_to_sessions(w.transaction)
    return []
