"""An activity as it is posted from a timeline: with its files and the colleagues who are mentioned, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.records.api import Writing, create
from dougong.records.files import get_file

FILES_MAX = 20
MENTIONS_MAX = 50


def post(w: Writing, values: Mapping[str, Any], mentions: Sequence[int], files: Sequence[int]) -> int:
    """Create an activity with `files` (uploaded before) and tell those whom it mentions. Returns its id.

    Raises as `records.api.create` does, for the activity, its files and its mentions.
    """
    (activity_id,) = create(w, "activity", [values]).ids
    assert activity_id is not None  # without skip_problems a refused row raises
    attached = [get_file(w, one) for one in dict.fromkeys(files)]
    if attached:
        rows = [
            {
                "activity_id": activity_id,
                "name": found.name,
                "file": found.id,
                "picture": found.content_type.startswith("image/"),
            }
            for found in attached
        ]
        create(w, "activity_file", rows)
    people = list(dict.fromkeys(mentions))
    if people:
        create(w, "activity_mention", [{"activity_id": activity_id, "user_id": one} for one in people])
    return activity_id
