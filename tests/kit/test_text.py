"""Sentences: parameters, lists, and parts that vanish when they have nothing to say."""

import pytest

from dougong.kit.text import messages, sentence


def test_optional_parts_vanish_without_their_parameter() -> None:
    params = {"place": "x", "name": "acount", "object": "甲"}
    assert "account" in sentence("metadata.no_such_object", "en", {**params, "nearest": "account"})
    without = sentence("metadata.no_such_object", "en", {**params, "nearest": ""})
    assert without == 'x: there is no object "acount".'
    assert sentence("metadata.no_such_object", "en", params) == without


def test_lists_are_read_as_lists() -> None:
    params = {"field": "阶段", "value": "x", "options": ["甲", "乙"]}
    assert sentence("value.unknown_option", "zh", params).endswith("可选：甲、乙。")
    assert sentence("value.unknown_option", "en", params).endswith("甲, 乙.")


def test_a_missing_parameter_does_not_fail() -> None:
    assert "{maximum}" in sentence("value.too_long", "zh", {"field": "名称"})


def test_an_unknown_field_is_told_with_the_nearest() -> None:
    params = {"name": "nmae", "object": "account", "nearest": "name"}
    for code in ("record.unknown_field", "metadata.unknown_field"):
        assert 'Did you mean "name"?' in sentence(code, "en", {**params, "field": "nmae"})


def test_a_fault_in_a_text_is_told_with_its_place_whatever_its_sentence() -> None:
    params = {"field": "nam", "object": "account", "line": 1, "column": 8}
    assert sentence("metadata.unknown_field", "en", params).startswith("Line 1, column 8: account has no field")
    assert sentence("soql.date", "en", params | {"value": "x"}).count("column 8") == 1


@pytest.mark.parametrize("code", sorted(messages()))
def test_every_sentence_is_there_in_both_languages(code: str) -> None:
    texts = messages()[code]
    assert set(texts) == {"zh", "en"}
    assert all(text.strip() for text in texts.values())
