"""Pools (线索池、客户池): records that nobody has, whom they may find, for how long they stay, and how they come back.

One engine for every object that its definition calls `pooled`. What a pool is, its people, limits, exceptions, reasons
and rules are records of objects of the standard package; what happens to a record is a line of `pool_movement`. Rights
to see what lies in a pool are tokens on the row like any other (`dougong.access.pools`). Source: domain.md 5.8, 5.9.
"""

from dougong.crm.pools import actions, following, limits, owning, settings
from dougong.crm.pools.reading import PERIOD
from dougong.records.hooks import EVERY_OBJECT, Act, Registration

CHANGING = (Act.CREATE, Act.UPDATE)
APPEARING = (*CHANGING, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    hook(EVERY_OBJECT, "owner", "after", owning.new_records, name="pools.entering", acts=[Act.CREATE])
    hook(EVERY_OBJECT, "owner", "after", owning.changed_records, name="pools.handing_over", acts=[Act.UPDATE])
    hook(
        EVERY_OBJECT,
        "owner",
        "after",
        limits.owner_limits,
        name="pools.limits",
        requires=["pools.entering", "pools.handing_over"],
        acts=CHANGING,
    )
    # Nothing of a record is decided anew when it comes back: there is no stage "owner".
    hook(EVERY_OBJECT, "check", "after", owning.restored_records, name="pools.restoring", acts=[Act.RESTORE])
    hook(EVERY_OBJECT, "check", "after", limits.owner_limits, name="pools.limits_restored", acts=[Act.RESTORE])
    hook(EVERY_OBJECT, "references", "after", owning.not_upon_unclaimed, name="pools.unclaimed", acts=CHANGING)
    hook(EVERY_OBJECT, "validation", "after", owning.periods, name="pools.periods", acts=CHANGING)
    hook(EVERY_OBJECT, "after", "after", owning.tell_movements, name="pools.movements", acts=CHANGING)
    hook(EVERY_OBJECT, "after", "after", following.steps, name="pools.steps", acts=CHANGING)
    hook(following.ACTIVITY, "after", "after", following.activities, name="pools.activities", acts=CHANGING)
    hook("pool", "check", "after", settings.pool_settings, name="pools.settings", acts=APPEARING)
    hook("pool", "check", "after", settings.pool_going, name="pools.going", acts=[Act.DELETE])
    hook("pool", "after", "after", settings.pool_saved, name="pools.saved", acts=CHANGING)
    for name in ("pool_limit", "pool_return_reason", "pool_self_created"):
        hook(name, "check", "after", settings.names_pooled, name=f"pools.object.{name}", acts=APPEARING)
    for name, needed in (("pool_exception", True), ("pool_distribution", False)):
        check = settings.conditions_of(needed)
        hook(name, "check", "after", check, name=f"pools.conditions.{name}", acts=APPEARING)
    hook(PERIOD, "check", "after", settings.period_settings, name="pools.period_settings", acts=APPEARING)
    hook(PERIOD, "after", "after", settings.period_saved, name="pools.period_saved")
    registration.register_actions(actions.actions_of)
