"""A change of definitions as the audit log tells it: one entry for each step of the plan, in words."""

from collections.abc import Iterator
from typing import Any

from dougong.kit.text import COMMA, Language, messages, sentence
from dougong.metadata.plan import Plan, Step
from dougong.storage.audit import VALUE_MAX, Author, Entry, Event, Words, cut


def entries(planned: Plan, by: Author) -> Iterator[Entry]:
    """What `planned` does to objects, fields and option sets."""
    for step in planned.steps:
        subject = Words(*(_subject(step, planned, language) for language in ("zh", "en")))
        details = Words(*("\n".join(lines(step, language)) for language in ("zh", "en")))
        place = step.name.partition(":")[0]
        of_set = step.thing == "option_set" or (step.thing == "option" and "." not in place)
        name = None if of_set else place.partition(".")[0]
        yield Entry(Event.DEFINE, by, subject, details, object=name)


def _subject(step: Step, planned: Plan, language: Language) -> str:
    name = getattr(step.label, language)
    if "." in step.name.partition(":")[0]:
        owner = step.name.partition(".")[0]
        found = planned.wanted.objects.get(owner) or planned.current.objects[owner]
        name = f"{getattr(found.label, language)} · {name}"
    return sentence(f"audit.thing.{step.thing}", language, {"name": name})


def lines(step: Step, language: Language) -> Iterator[str]:
    """What a step does, a line for each setting that changes."""
    yield sentence(f"audit.act.{step.act}", language)
    for term, (old, new) in step.changes.items():
        field = sentence(f"audit.term.{term}", language) if f"audit.term.{term}" in messages() else term
        before, after = (_shown(value, language) for value in (old, new))
        yield sentence("audit.changed", language, {"field": field, "old": before, "new": after})


def _shown(value: Any, language: Language) -> str:  # noqa: ANN401  # any setting of a definition
    match value:
        case None | [] | ():
            return sentence("audit.blank", language)
        case bool():
            return sentence(f"explain.{'true' if value else 'false'}", language)
        case {"zh": _, "en": _} if len(value) == 2:
            return cut(str(value[language]), VALUE_MAX)
        case list() | tuple() if all(isinstance(one, dict) and "value" in one for one in value):
            return cut(COMMA[language].join(_option(one, language) for one in value), VALUE_MAX)
        case list() | tuple() if all(isinstance(one, str) for one in value):
            return cut(COMMA[language].join(value), VALUE_MAX)
        case dict() | list() | tuple():
            return sentence("audit.arrangement", language)
        case _:
            return cut(str(value), VALUE_MAX)


def _option(option: dict[str, Any], language: Language) -> str:
    label = str(option.get("label", {}).get(language, option["value"]))
    return label if option.get("active", True) else sentence("audit.switched_off", language, {"name": label})
