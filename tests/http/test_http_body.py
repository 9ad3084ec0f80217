"""JSON bodies: exact numbers, nothing that cannot be stored, and no way to make the parser work for long."""

import json
from decimal import Decimal

import pytest

from dougong.http.body import bytes_max, parse_json
from dougong.http.records_api import version_of
from dougong.kit.errors import BadRequest


def test_numbers_with_a_point_stay_exact() -> None:
    assert parse_json(b'{"amount": 1054.10, "n": 12345678901234567890}') == {
        "amount": Decimal("1054.10"),
        "n": 12345678901234567890,
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"name": "a\\u0000b"}', "request.control_character"),
        (b'{"a\\u0000": 1}', "request.control_character"),
        (b'[["\\ud800"]]', "request.control_character"),
        (b'{"name": "\\uDFFF"}', "request.control_character"),
        (b'{"name": NaN}', "request.json_number"),
        (b'{"name": -Infinity}', "request.json_number"),
        (b"[1e999999999]", "request.json_number"),
        (b"[1e-999999999]", "request.json_number"),
        (b"[" + b"9" * 5000 + b"]", "request.json_number"),
        (b"[0." + b"9" * 5000 + b"]", "request.json_number"),
        (b'{"name": "\xff"}', "request.json_encoding"),
        (b"[" * 200_000, "request.too_deep"),
        (b'{"a":' * 200_000, "request.too_deep"),
    ],
)
def test_refuses(body: bytes, code: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        parse_json(body)
    assert refusal.value.code == code


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "😀"


def test_bad_syntax_is_the_decoder_s_own_error() -> None:
    with pytest.raises(json.JSONDecodeError):
        parse_json(b"{")


def test_only_uploads_may_be_large() -> None:
    assert bytes_max("POST", "/api/v1/files") > bytes_max("POST", "/api/v1/query")
    assert bytes_max("GET", "/api/v1/files") == bytes_max("POST", "/api/v1/query")


@pytest.mark.parametrize(("header", "version"), [(None, None), ("*", None), ("3", 3), ('"3"', 3), ('W/"12"', 12)])
def test_if_match(header: str | None, version: int | None) -> None:
    assert version_of(header) == version


@pytest.mark.parametrize("header", ["", "a", '"a"', "1.5", "-1", "9" * 30, "٣"])
def test_if_match_refuses(header: str) -> None:
    with pytest.raises(BadRequest):
        version_of(header)
