"""Asking the owner of a record that one may not see, and what the owner does about it (撞单, domain.md 5.6).

The owner gets a notification and a task; the page of their record says who asks, and gives it to them at a click: as
a member of its team, which is the sharing that there is. The one who asks learns nothing of the record by asking.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dougong.access.principal import system
from dougong.automation.notifications import notify
from dougong.kit.clock import today
from dougong.kit.errors import BadRequest, Refused
from dougong.kit.text import Language, sentence
from dougong.records.api import Reading, Writing, create, get
from dougong.records.duplicates.asking import Question, note_question, settle_question

ACTIVITY, TEAM, USER = "activity", "team_member", "user"
SUBJECT_MAX = 200


def ask(
    w: Writing, object_name: str, values: Mapping[str, Any], hit: int, exclude: int | None = None, note: str = ""
) -> None:
    """Ask the owner of the duplicate `hit` of a record with these values. Raises as `note_question` does."""
    asked = note_question(w, object_name, values, hit, exclude, note.strip())
    obj = w.registry.object(asked.object)
    ours = replace(w, actor=system("somebody asks the owner of a duplicate"), via="system")
    language: Language = "en" if get(ours, USER, asked.owner_id, ("language",))["language"] == "en" else "zh"
    create(ours, ACTIVITY, [_task(w, asked, language, note.strip())])
    params = {"who": w.actor.name, "object": obj.label, "name": asked.name, "note": note.strip()}
    notify(w, [asked.owner_id], "duplicate.asked", params, (asked.object, asked.id))


def is_shareable(r: Reading, object_name: str) -> bool:
    """Whether records of the object have a team, to which somebody who asks can be added."""
    team = r.registry.objects.get(TEAM)
    return team is not None and object_name in team.fields["record_id"].points_to


def answer(w: Writing, object_name: str, record_id: int, user_id: int, *, share: bool) -> None:
    """Settle the question of `user_id` about a record; `share`: let them read it, and tell them so.

    Raises NotFound where they do not wait for an answer, Refused or Forbidden where the writer may not share it.
    """
    settle_question(w, object_name, record_id, user_id, share=share)
    if not share:
        return
    if not is_shareable(w, object_name):
        raise BadRequest("duplicate.no_team", object=object_name)
    place = {"object": object_name, "id": str(record_id)}
    member = {"object": USER, "id": str(user_id)}
    try:
        create(w, TEAM, [{"record_id": place, "member_id": member, "level": "read"}])
    except Refused as refusal:
        # Somebody has let them in since they asked.
        if any(problem.code != "team.twice" for problem in refusal.problems):
            raise
    obj = w.registry.object(object_name)
    name = get(w, object_name, record_id, (obj.name_field,))[obj.name_field]
    params = {"who": w.actor.name, "object": obj.label, "name": name}
    notify(w, [user_id], "duplicate.shared", params, (object_name, record_id))


def _task(w: Writing, asked: Question, language: Language, note: str) -> dict[str, object]:
    label = w.registry.object(asked.object).label
    params = {"who": w.actor.name, "name": asked.name, "label_zh": label.zh, "label_en": label.en, "note": note}
    task: dict[str, object] = {
        "subject": sentence("duplicate.question", language, params)[:SUBJECT_MAX],
        "type": "task",
        "status": "open",
        "due_date": today(w.actor.timezone).isoformat(),
        "content": sentence("duplicate.question_text", language, params),
        "owner_id": str(asked.owner_id),
    }
    if asked.object in w.registry.object(ACTIVITY).fields["related_id"].points_to:
        task["related_id"] = {"object": asked.object, "id": str(asked.id)}
    return task
