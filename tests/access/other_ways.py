"""The ways to a record beside lists and pages: search, SOQL, history, timeline, files, and writing many at once.

Asked of the same random companies as everything else in `test_visibility`, and held to the same model.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import NotFound
from dougong.records import api
from dougong.records.files import get_file, store_file
from tests.model.visibility import Company, changes, reads

CHANGED = "探针改"


def hang(w: api.Writing, company: Company, ids: dict[str, int]) -> Company:
    """Hang an activity with a file on each opportunity, of the same owner and place; the company of these activities.

    Nothing but owner and department says who sees an activity: it is in no team, under no rule and in no dimension.
    """
    owners, places = {}, {}
    for record, owner in company.owners.items():
        name, place = f"t-{record}", company.places[record]
        file = ids[f"f-{record}"] = store_file(w, f"{record}.txt", [b"probe"]).id
        values = {
            "subject": f"探针活动 {record}",
            "related_id": {"object": "opportunity", "id": ids[record]},
            "owner_id": ids[owner],
            "department_id": None if place is None else ids[place],
            "attachment": file,
        }
        (made,) = api.create(w, "activity", [values]).ids
        assert made is not None
        ids[name], owners[name], places[name] = made, owner, place
    return replace(
        company, owners=owners, places=places, masters={}, teams={}, rules=[], ruling=[], locked=set(), sources={}
    )


def check_other_ways(
    w: api.Writing, company: Company, activities: Company, person: str, ids: Mapping[str, int], names: Mapping[int, str]
) -> None:
    """Search, SOQL with details, history, timeline and files agree with the model; so does writing many at once."""
    seen = {o for o in company.owners if reads(company, person, o)}
    found = {names[h.id] for h in api.search(w, "探针商机", limit=50) if h.object == "opportunity" and h.id in names}
    assert found == seen
    lines = {line for line in company.masters if reads(company, person, line)}
    asked = api.parse_soql(
        "SELECT id, (SELECT id FROM opportunity_lines) FROM opportunity WHERE name LIKE '探针商机%' LIMIT 500",
        w.registry,
        w.actor,
    )
    page = api.page(w, asked)
    assert {names[row[0]] for row in page.rows} == seen
    assert {names[row[0]] for rows in page.children[0].rows for row in rows} == lines
    for name in company.owners:
        if name in seen:
            assert api.history(w, "opportunity", ids[name])
        else:
            with pytest.raises(NotFound):
                api.history(w, "opportunity", ids[name])
        check_activity(w, activities, person, ids, name)
    check_many(w, company, person, ids)


def check_activity(w: api.Writing, activities: Company, person: str, ids: Mapping[str, int], record: str) -> None:
    """What hangs on a record is seen by its own rights, on the timeline as elsewhere, and its file with it."""
    hangs = Compare(Path(("related_id",)), Operator.EQ, (ids[record],))
    shown = {row[0] for row in api.page(w, api.Query("activity", api.columns_of(("id",)), hangs)).rows}
    if reads(activities, person, f"t-{record}"):
        assert shown == {ids[f"t-{record}"]}
        assert get_file(w, ids[f"f-{record}"]).name == f"{record}.txt"
    else:
        assert shown == set()
        with pytest.raises(NotFound):
            get_file(w, ids[f"f-{record}"])


def check_many(w: api.Writing, company: Company, person: str, ids: Mapping[str, int]) -> None:
    """Many changes at once, in the browser and by an import: each row for itself, as the caller chose."""
    records = sorted(company.owners)
    may = {name for name in records if changes(company, person, name)}
    for surface in ("ui", "import"):
        many = api.writing(w.transaction, w.registry, w.actor, surface)
        wanted = [api.Change(ids[name], {"next_step": f"{CHANGED} {surface} {person}"}) for name in records]
        done = api.update(many, "opportunity", wanted, skip_problems=True)
        assert {name for name, number in zip(records, done.ids, strict=True) if number is not None} == may
        assert {records[problem.row] for problem in done.problems} == set(records) - may
