"""Request bodies: JSON read exactly (decimals stay decimals) and refused when it holds what cannot be stored."""

import json
import re
from collections.abc import Callable, Coroutine, Mapping
from decimal import Decimal, DecimalException
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.types import Message, Receive
from typing_extensions import override

from dougong.kit.errors import BadRequest, DougongError, TooLarge
from dougong.kit.limits import BODY_BYTES_MAX, UPLOAD_BYTES_MAX

JSON_DEPTH_MAX = 200
"""Deeper than any document of ours; a bound, because an answer that repeats what was sent must be writable again."""

INTEGER_MAX = 2**63 - 1

NUMBER_LENGTH_MAX = 60
"""Longer than any number that a field holds; a bound, because arithmetic on long numbers is slow."""

MEGABYTE = 1024 * 1024

FORM_BYTES_MAX = 64 * 1024
"""What a multipart body may hold beside its file."""

JSON_TYPE, FORM_TYPE = "application/json", "multipart/form-data"

UPLOAD_PATHS = frozenset({"/api/v1/files", "/api/v1/imports"})

# The escapes by which a JSON text can carry NUL or half of a surrogate pair: only then the values are searched.
_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnsupportedMediaType(DougongError):
    """The body is of a kind that the address does not read."""

    status = 415
    default_code = "request.media_type"


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
            raise TooLarge(maximum=maximum // MEGABYTE)
        return message

    return counted


def parse_json(body: bytes) -> object:
    """The value of a JSON text; numbers with a point become Decimal.

    Raises JSONDecodeError for bad syntax and BadRequest for what JSON allows but nothing of ours can store.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_number,
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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. A key that stands in it twice means two things: neither is chosen."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise BadRequest("request.json_twice", key=next(n for n in names if names.count(n) > 1)[:NUMBER_LENGTH_MAX])
    return found


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
        """FastAPI's handler, given an `ExactRequest` whose body is of the kind that the route reads."""
        handle = super().get_route_handler()
        form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        wanted = None if self.body_field is None else FORM_TYPE if form else JSON_TYPE

        async def handle_exactly(request: Request) -> Response:
            if wanted is not None:
                check_media_type(request.headers, wanted)
            return await handle(ExactRequest(request.scope, request.receive))

        return handle_exactly


def check_media_type(headers: Mapping[str, str], wanted: str) -> None:
    """Raise UnsupportedMediaType for a body that is not called what it has to be; no body at all passes here."""
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if has_body and given != wanted and not (wanted == JSON_TYPE and given.endswith("+json")):
        raise UnsupportedMediaType(wanted=wanted, given=given[:100])
