"""What was done with customers and what is to be done: visits, calls, e-mails, meetings, tasks and notes.

An activity is a record; this area keeps what follows from it (`deriving`, `visits`), notes who acted last on what it is
about (`stamping`), brings along what a deal has when it comes to its first account (`joining`), makes the task of the
next contact (`following`), tells who is mentioned (`mentioning`), offers check-in and check-out (`checking_in`),
reminds (`reminders`) and gives calendars to phones (`feed`). Source: domain.md 2.8.
"""

from dougong.crm.activities.catching_up import CATCH_UPS
from dougong.crm.activities.checking_in import ACTIONS
from dougong.crm.activities.deleting import by_author
from dougong.crm.activities.deriving import derive
from dougong.crm.activities.following import make_tasks
from dougong.crm.activities.joining import join_account
from dougong.crm.activities.mentioning import check_mentions, tell_mentioned
from dougong.crm.activities.stamping import stamp_related
from dougong.records.hooks import Act, Registration

ACTIVITY, MENTION, OPPORTUNITY = "activity", "activity_mention", "opportunity"
WRITING = (Act.CREATE, Act.UPDATE)
STORING = (*WRITING, Act.DELETE, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    hook(ACTIVITY, "check", "after", derive, name="activities.derive", acts=WRITING)
    hook(ACTIVITY, "check", "after", by_author, name="activities.author", acts=(Act.DELETE,))
    hook(ACTIVITY, "after", "after", stamp_related, name="activities.stamp", acts=STORING)
    hook(ACTIVITY, "after", "after", make_tasks, name="activities.tasks", acts=WRITING)
    hook(OPPORTUNITY, "after", "after", join_account, name="activities.join", acts=(Act.UPDATE,))
    hook(MENTION, "check", "after", check_mentions, name="activities.mentions", acts=WRITING)
    hook(MENTION, "after", "after", tell_mentioned, name="activities.told", acts=(Act.CREATE,))
    registration.actions += ACTIONS
    registration.catch_ups += CATCH_UPS
