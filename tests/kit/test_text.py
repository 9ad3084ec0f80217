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


@pytest.mark.parametrize("code", sorted(messages()))
def test_every_sentence_is_there_in_both_languages(code: str) -> None:
    texts = messages()[code]
    assert set(texts) == {"zh", "en"}
    assert all(text.strip() for text in texts.values())
