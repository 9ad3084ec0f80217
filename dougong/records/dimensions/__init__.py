"""Dimensions beside departments: what their settings must be, and how one comes into force for an object.

Who sees what by them is decided in `dougong.access` (`dimensions`, `grasp`, `terms`); the rules of `checks`, `values`
and `switching` are hooks of the write path, because the settings are records. Used by http and by the worker.
"""

from dougong.records.dimensions import checks, switching, values
from dougong.records.hooks import EVERY_OBJECT, Act, Registration

CHANGING = (Act.CREATE, Act.UPDATE)


def install(registration: Registration) -> None:
    """What `dougong.records.sharing` registers for dimensions."""
    for object_name, check in (
        ("dimension", checks.key_for_ever),
        ("dimension_node", checks.node_in_place),
        ("user_dimension_node", checks.one_own_node),
        ("role_scope", checks.one_scope),
        ("dimension_object", switching.switchable),
    ):
        acts = (*CHANGING, Act.RESTORE)
        registration.register_hook(object_name, "check", "after", check, name=f"dimensions.{object_name}", acts=acts)
    registration.register_hook(
        "dimension_object",
        "after",
        "after",
        switching.switch_on,
        name="dimensions.switch",
        acts=(Act.CREATE, Act.RESTORE),
    )
    registration.register_hook(
        EVERY_OBJECT, "owner", "after", values.default_nodes, name="dimensions.defaults", acts=(Act.CREATE,)
    )
    registration.register_hook(
        EVERY_OBJECT, "after", "after", values.fill_restored, name="dimensions.restored", acts=(Act.RESTORE,)
    )
    registration.register_hook(EVERY_OBJECT, "check", "after", values.nodes_fit, name="dimensions.fit", acts=CHANGING)
