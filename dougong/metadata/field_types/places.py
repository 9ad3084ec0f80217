"""Places: a Chinese postal address in its parts (省市区), and a point on the map."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from typing import cast

import sqlalchemy as sa

from dougong.kit.money import decimal_text, exact, rounded
from dougong.kit.text import Language
from dougong.metadata.field_types.kind import (
    NULL_TESTS,
    Columns,
    Kind,
    TextFormat,
    ValueProblem,
    is_blank,
    shown,
)
from dougong.metadata.field_types.text import clean_line, require_text
from dougong.metadata.model import Field

DEGREE_SCALE = 6
"""A millionth of a degree is about 11 cm."""


@dataclass(frozen=True)
class Address:
    """A postal address; blank parts are None, and an address without any part is no address."""

    province: str | None = None
    city: str | None = None
    district: str | None = None
    street: str | None = None
    postcode: str | None = None


@dataclass(frozen=True)
class Location:
    """A point in degrees, WGS 84."""

    latitude: Decimal
    longitude: Decimal


PARTS = tuple(f.name for f in fields(Address))
PART_LENGTHS = {"province": 60, "city": 60, "district": 60, "street": 255, "postcode": 20}

CHINESE = re.compile(
    r"(?P<province>[^\s省市区]{2,8}(?:省|自治区|特别行政区)|(?:北京|天津|上海|重庆)市)?\s*"
    r"(?P<city>[^\s省市区县]{1,12}?(?:市|自治州|地区|盟))?\s*"
    r"(?P<district>[^\s省市区县]{1,14}?(?:区|县|市|旗))?\s*(?P<street>.*)"
)


def address_columns(field: Field) -> Columns:
    """One text column a part: `address_city` and so on."""
    return tuple((f"{field.name}_{part}", sa.Text()) for part in PARTS)


def parse_address(_field: Field, value: object) -> Address | None:
    """An address from its parts; unknown parts are refused."""
    if is_blank(value):
        return None
    if isinstance(value, Address):
        given: Mapping[str, object] = dict(zip(PARTS, astuple(value), strict=True))
    elif isinstance(value, Mapping):
        given = cast("Mapping[str, object]", value)
    else:
        raise ValueProblem("value.not_an_address", value=shown(value), parts=list(PARTS))
    unknown = sorted(set(given) - set(PARTS))
    if unknown:
        raise ValueProblem("value.unknown_part", value=shown(unknown[0]), parts=list(PARTS))
    return _whole({part: _part(part, given.get(part)) for part in PARTS})


def _part(part: str, value: object) -> str | None:
    if value is None:
        return None
    text = clean_line(require_text(value))
    if len(text) > PART_LENGTHS[part]:
        raise ValueProblem("value.too_long", length=len(text), maximum=PART_LENGTHS[part])
    return text or None


def _whole(parts: Mapping[str, str | None]) -> Address | None:
    return Address(**parts) if any(parts.values()) else None


def _address_from_text(field: Field, text: str, _form: TextFormat) -> Address | None:
    """A Chinese address in one cell is cut into 省, 市, 区; anything else is the street, and nothing is lost."""
    body = clean_line(text)
    postcode = re.search(r"(?:邮编[::]?\s*|\s)(\d{6})$", body)
    if postcode:
        body = body[: postcode.start()].strip()
    found = CHINESE.fullmatch(body)
    parts = found.groupdict() if found and found["province"] else {"street": body}
    return parse_address(field, parts | {"postcode": postcode[1] if postcode else None})


def _wire_address(value: Address | None) -> dict[str, str | None] | None:
    return None if value is None else dict(zip(PARTS, astuple(value), strict=True))


def address_text(value: Address) -> str:
    """The address on one line, as it is written in China."""
    head = "".join(p for p in (value.province, value.city, value.district) if p)
    return " ".join(p for p in (head, value.street, value.postcode) if p)


def _export_address(_field: Field, value: Address | None, _language: Language) -> str | None:
    return None if value is None else address_text(value)


def _pack_address(_field: Field, value: Address | None) -> tuple[str | None, ...]:
    return (None,) * len(PARTS) if value is None else astuple(value)


def _unpack_address(_field: Field, values: Sequence[str | None]) -> Address | None:
    return _whole(dict(zip(PARTS, values, strict=True)))


def location_columns(field: Field) -> Columns:
    """`{name}_latitude` and `{name}_longitude`."""
    return tuple((f"{field.name}_{part}", sa.Numeric(9, DEGREE_SCALE)) for part in ("latitude", "longitude"))


def parse_location(_field: Field, value: object) -> Location | None:
    """A point from `{"latitude": …, "longitude": …}`; both or neither."""
    if is_blank(value):
        return None
    if isinstance(value, Location):
        return Location(_degrees(value.latitude, 90), _degrees(value.longitude, 180))
    if not isinstance(value, Mapping) or set(value) != {"latitude", "longitude"}:
        raise ValueProblem("value.not_a_location", value=shown(value))
    given = cast("Mapping[str, object]", value)
    if is_blank(given["latitude"]) and is_blank(given["longitude"]):
        return None
    return Location(_degrees(given["latitude"], 90), _degrees(given["longitude"], 180))


def _degrees(value: object, bound: int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueProblem("value.not_a_number", value=shown(value))
    found = exact(value.strip() if isinstance(value, str) else value)
    if found is None:
        raise ValueProblem("value.not_a_number", value=shown(value))
    if not -bound <= found <= bound:
        raise ValueProblem("value.out_of_range", value=shown(value), minimum=str(-bound), maximum=str(bound))
    return rounded(found, DEGREE_SCALE)


def _location_from_text(field: Field, text: str, _form: TextFormat) -> Location | None:
    """`31.230416, 121.473701`: latitude first."""
    if is_blank(text):
        return None
    parts = re.split(r"\s*[,，;；]\s*|\s+", text.strip())
    if len(parts) != 2:
        raise ValueProblem("value.not_a_location", value=shown(text))
    return parse_location(field, {"latitude": parts[0], "longitude": parts[1]})


def _wire_location(value: Location | None) -> dict[str, str] | None:
    if value is None:
        return None
    return {"latitude": decimal_text(value.latitude), "longitude": decimal_text(value.longitude)}


def _export_location(_field: Field, value: Location | None, _language: Language) -> str | None:
    return None if value is None else f"{decimal_text(value.latitude)},{decimal_text(value.longitude)}"


def _pack_location(_field: Field, value: Location | None) -> tuple[Decimal | None, Decimal | None]:
    return (None, None) if value is None else (value.latitude, value.longitude)


def _unpack_location(_field: Field, values: Sequence[Decimal | None]) -> Location | None:
    latitude, longitude = values
    return None if latitude is None or longitude is None else Location(latitude, longitude)


ADDRESS = Kind(
    columns=address_columns,
    parse=parse_address,
    parse_text=_address_from_text,
    pack=_pack_address,
    unpack=_unpack_address,
    wire=_wire_address,
    export=_export_address,
    operators=NULL_TESTS,
    scalar="text",
    sortable=False,
)

LOCATION = Kind(
    columns=location_columns,
    parse=parse_location,
    parse_text=_location_from_text,
    pack=_pack_location,
    unpack=_unpack_location,
    wire=_wire_location,
    export=_export_location,
    operators=NULL_TESTS,
    scalar="number",
    sortable=False,
)
