"""The rules of stages: what a record needs to move on, for any object that has a stage (`stage_field`).

Rules and tasks are configuration records (`stage_rule`, `stage_task`) by object, record type and stage; one guard in
the write path holds them for every way of writing. What an ended sale means is `crm.opportunities`.
Source: domain.md 2.4.
"""

from dougong.crm.stages.guard import guard
from dougong.crm.stages.settings import stage_settings
from dougong.records.hooks import EVERY_OBJECT, Act, Registration

CHANGING = (Act.CREATE, Act.UPDATE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(EVERY_OBJECT, "check", "after", guard, name="stages.guard", acts=CHANGING)
    for name in ("stage_rule", "stage_task"):
        registration.register_hook(name, "check", "after", stage_settings, name=f"stages.{name}", acts=CHANGING)
