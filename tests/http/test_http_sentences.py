"""Every refusal of this room has a sentence in both languages, whatever pydantic finds."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic_core import core_schema

import dougong
from dougong.http.pydantic_codes import CODES
from dougong.kit.text import messages

ROOT = Path(dougong.__file__).parent
OURS = ("http.yaml", "session.yaml")
CODE = re.compile(r'"((?:request|session|service|http)\.[a-z_0-9]+)"')


def test_each_error_type_of_pydantic_has_a_sentence() -> None:
    known = set(get_args(core_schema.ErrorType))
    assert set(CODES) >= known
    assert {code for code in CODES.values() if code not in messages()} == set()


def test_each_code_that_is_raised_has_a_sentence() -> None:
    sources = [*ROOT.glob("http/*.py"), *ROOT.glob("access/*.py")]
    raised = {code for source in sources for code in CODE.findall(source.read_text(encoding="utf-8"))}
    assert raised
    assert {code for code in raised if code not in messages()} == set()


@pytest.mark.parametrize("name", OURS)
def test_both_languages_interpolate_the_same(name: str) -> None:
    texts = yaml.safe_load((ROOT / "kit" / "messages" / name).read_text(encoding="utf-8"))
    for code, sentence in texts.items():
        assert set(sentence) == {"zh", "en"}, code
        assert set(re.findall(r"{(\w+)}", sentence["zh"])) == set(re.findall(r"{(\w+)}", sentence["en"])), code


def test_each_status_has_a_title() -> None:
    for status in (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503):
        assert f"http.{status}" in messages()
