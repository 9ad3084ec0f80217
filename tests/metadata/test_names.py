"""What an API name may be."""

import pytest

from dougong.metadata.names import RESERVED_FIELDS, name_problem, nearest, option_problem

NAMES = [
    ("account", None),
    ("account_id", None),
    ("field2", None),
    ("a" * 48, None),
    ("a" * 49, "metadata.name_too_long"),
    ("", "metadata.name_form"),
    ("Account", "metadata.name_form"),
    ("2nd", "metadata.name_form"),
    ("_x", "metadata.name_form"),
    ("x_", "metadata.name_form"),
    ("x__c", "metadata.name_form"),
    ("x-y", "metadata.name_form"),
    ("x y", "metadata.name_form"),
    ("x;drop table y", "metadata.name_form"),
    ("名称", "metadata.name_form"),
    ("x\n", "metadata.name_form"),
    ("select", "metadata.name_reserved"),
    ("group", "metadata.name_reserved"),
    ("limit", "metadata.name_reserved"),
    ("access", "metadata.name_reserved"),
    ("deleted_at", "metadata.name_reserved"),
    ("ctid", "metadata.name_reserved"),
]


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_names(name: str, code: str | None) -> None:
    assert name_problem(name, RESERVED_FIELDS) == code


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("won", True),
        ("A-1.5_x", True),
        ("x" * 80, True),
        ("x" * 81, False),
        ("", False),
        ("赢单", False),
        ("a b", False),
        ("a\n", False),
    ],
)
def test_option_values(value: str, fits: bool) -> None:
    assert (option_problem(value) is None) is fits


def test_the_nearest_name_is_offered_only_when_it_is_near() -> None:
    assert nearest("acount", ["contact", "account"]) == "account"
    assert nearest("Stage", ["stage"]) == "stage"
    assert nearest("xyz", ["account"]) == ""
