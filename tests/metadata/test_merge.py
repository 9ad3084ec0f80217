"""The merge of three texts: what both sides did is in it, what they disagree about stays ours and is told."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dougong.metadata.merge import merged

LEVEL = {"name": "level", "label": {"zh": "级别", "en": "Level"}, "length": 10}
CITY = {"name": "city", "label": {"zh": "城市", "en": "City"}}
PHONE = {"name": "phone", "label": {"zh": "电话", "en": "Phone"}}

texts = st.sampled_from(["a", "b", "c", "d"])
bodies = st.builds(
    lambda names, lengths: {
        "label": "x",
        "fields": [{"name": n, "length": length} for n, length in zip(names, lengths, strict=False)],
    },
    st.lists(texts, unique=True, min_size=1),
    st.lists(st.integers(1, 3), min_size=4, max_size=4),
)


def merge(base: Any, ours: Any, theirs: Any, *, removals: bool = False) -> tuple[Any, list[tuple[str, ...]]]:
    result, clashes = merged(base, ours, theirs, removals=removals)
    return result, [clash.place for clash in clashes]


def test_each_side_changes_another_setting() -> None:
    ours = {**LEVEL, "label": {"zh": "等级", "en": "Level"}}
    theirs = {**LEVEL, "length": 20}
    result, clashes = merge({"fields": [LEVEL]}, {"fields": [ours]}, {"fields": [theirs, CITY]})
    assert result == {"fields": [{**ours, "length": 20}, CITY]}
    assert clashes == []


def test_where_both_changed_the_same_setting_ours_stays_and_is_told() -> None:
    ours, theirs = {**LEVEL, "length": 30}, {**LEVEL, "length": 20}
    result, clashes = merge({"fields": [LEVEL]}, {"fields": [ours]}, {"fields": [theirs]})
    assert result == {"fields": [ours]}
    assert clashes == [("fields", "level", "length")]


def test_what_the_company_removed_does_not_come_back_with_an_upgrade() -> None:
    result, clashes = merge({"fields": [LEVEL, CITY]}, {"fields": [CITY]}, {"fields": [LEVEL, CITY, PHONE]})
    assert result == {"fields": [CITY, PHONE]}
    assert clashes == []


def test_an_upgrade_removes_nothing_and_taking_back_does() -> None:
    base, ours, theirs = ({"fields": fields} for fields in ([LEVEL, CITY], [LEVEL, CITY, PHONE], [LEVEL]))
    assert merge(base, ours, theirs)[0] == {"fields": [LEVEL, CITY, PHONE]}
    assert merge(base, ours, theirs, removals=True)[0] == {"fields": [LEVEL, PHONE]}


def test_a_section_is_known_by_its_fields_when_the_company_gave_it_another_title() -> None:
    def page(title: str, *fields: str) -> dict[str, Any]:
        return {"sections": [{"label": {"zh": title, "en": title}, "fields": list(fields)}]}

    result, clashes = merge(page("基本", "a", "b"), page("资料", "b", "a", "dim"), page("基本", "a", "new", "b"))
    assert result == page("资料", "b", "a", "new", "dim")
    assert clashes == []


def test_an_order_that_only_theirs_changed_is_taken() -> None:
    base = {"fields": [LEVEL, CITY, PHONE]}
    ours = {"fields": [LEVEL, {**CITY, "length": 5}, PHONE]}
    result, _ = merge(base, ours, {"fields": [PHONE, LEVEL, CITY]})
    assert [one["name"] for one in result["fields"]] == ["phone", "level", "city"]


@given(bodies, bodies)
def test_a_side_that_did_nothing_leaves_the_other_as_it_is(base: Any, changed: Any) -> None:
    assert merge(base, base, changed, removals=True) == (changed, [])
    assert merge(base, changed, base, removals=True) == (changed, [])
    assert merge(base, changed, changed) == (changed, [])


@given(bodies, bodies, bodies)
def test_nothing_of_ours_is_lost_in_an_upgrade(base: Any, ours: Any, theirs: Any) -> None:
    result, _ = merge(base, ours, theirs)
    names = [one["name"] for one in result["fields"]]
    assert len(set(names)) == len(names)
    assert {one["name"] for one in ours["fields"]} <= set(names)
    new = {one["name"] for one in theirs["fields"]} - {one["name"] for one in base["fields"]}
    assert new <= set(names)
