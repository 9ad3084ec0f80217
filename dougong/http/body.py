"""Request bodies: JSON read exactly (decimals stay decimals) and refused when it holds what cannot be stored."""

import json
import re
from collections.abc import Callable, Coroutine
from decimal import Decimal, DecimalException
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive
from typing_extensions import override

from dougong.kit.errors import BadRequest, TooLarge
from dougong.kit.limits import BODY_BYTES_MAX, UPLOAD_BYTES_MAX

JSON_DEPTH_MAX = 200
"""Deeper than any document of ours; a bound, because an answer that repeats what was sent must be writable again."""

INTEGER_MAX = 2**63 - 1

NUMBER_LENGTH_MAX = 60
"""Longer than any number that a field holds; a bound, because arithmetic on long numbers is slow."""

FORM_BYTES_MAX = 64 * 1024
"""What a multipart body may hold beside its file."""

UPLOAD_PATHS = frozenset({"/api/v1/files", "/api/v1/imports"})

# The escapes by which a JSON text can carry NUL or half of a surrogate pair: only then the values are searched.
_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def bytes_max(method: str, path: str) -> int:
    """How large the body of a request may be."""
    if method == "POST" and path in UPLOAD_PATHS:
        return UPLOAD_BYTES_MAX + FORM_BYTES_MAX
    return BODY_BYTES_MAX


def bounded(receive: Receive, maximum: int) -> Receive:
    """`receive`, which raises TooLarge once more than `maximum` bytes of the body have come."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > maximum:
            raise TooLarge(maximum=maximum)
        return message

    return counted


def parse_json(body: bytes) -> object:
    """The value of a JSON text; numbers with a point become Decimal.

    Raises JSONDecodeError for bad syntax and BadRequest for what JSON allows but nothing of ours can store.
    """
    try:
        value = json.loads(
            body.decode("utf-8"), parse_float=_decimal, parse_int=_integer, parse_constant=_refuse_number
        )
    except UnicodeDecodeError as error:
        raise BadRequest("request.json_encoding") from error
    except RecursionError as error:
        raise BadRequest("request.too_deep") from error
    if body.count(b"[") + body.count(b"{") > JSON_DEPTH_MAX:
        _check_depth(value)
    if _SUSPICIOUS.search(body):
        _check_storable(value)
    return value


def check_text(text: str) -> None:
    """Raise BadRequest when `text` holds a character that the database cannot store."""
    if _UNSTORABLE.search(text):
        raise BadRequest("request.control_character")


def _decimal(digits: str) -> Decimal:
    if len(digits) > NUMBER_LENGTH_MAX:
        _refuse_number(digits)
    try:
        number = Decimal(digits)
    except DecimalException:
        _refuse_number(digits)
    if abs(number.adjusted()) > NUMBER_LENGTH_MAX:
        _refuse_number(digits)
    return number


def _integer(digits: str) -> int | Decimal:
    if len(digits) > NUMBER_LENGTH_MAX:
        _refuse_number(digits)
    number = int(digits)
    # No field holds a longer one, and as an integer it could not be written into an answer.
    return number if abs(number) <= INTEGER_MAX else Decimal(digits)


def _refuse_number(digits: str) -> NoReturn:
    raise BadRequest("request.json_number", value=digits[:NUMBER_LENGTH_MAX])


def _check_depth(value: object) -> None:
    """Raise BadRequest for a document of more than `JSON_DEPTH_MAX` levels, looking level by level."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > JSON_DEPTH_MAX:
            raise BadRequest("request.too_deep")
        lists = [item for found in level if isinstance(found, list) for item in found]
        level = lists + [item for found in level if isinstance(found, dict) for item in found.values()]


def _check_storable(value: object) -> None:
    """The walk over a parsed body; its depth is bounded by the parser's."""
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check_storable(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_text(key)
            _check_storable(item)


class ExactRequest(Request):
    """A request whose `json()` is `parse_json`."""

    @override
    async def json(self) -> object:
        """The parsed body."""
        return parse_json(await self.body())


class ExactRoute(APIRoute):
    """A route whose JSON body is read by `parse_json`; used by every router of this room."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, given an `ExactRequest`."""
        handle = super().get_route_handler()

        async def handle_exactly(request: Request) -> Response:
            return await handle(ExactRequest(request.scope, request.receive))

        return handle_exactly
