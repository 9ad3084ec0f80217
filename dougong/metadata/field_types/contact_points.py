"""Ways to reach somebody: e-mail, phone and web address, each normalised so that equal ones compare equal."""

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

import phonenumbers
import sqlalchemy as sa

from dougong.metadata.field_types.kind import (
    TEXTUAL,
    Kind,
    TextFormat,
    ValueProblem,
    as_is,
    export_as_is,
    one_column,
    pack_one,
    shown,
    unpack_one,
)
from dougong.metadata.field_types.text import check_length, clean_line, require_text
from dougong.metadata.model import Field, FieldType

REGION = "CN"
"""Numbers without a country code are Chinese, unless a file says otherwise."""

EMAIL_LENGTH_MAX = 254
URL_LENGTH_MAX = 2_000
EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)*[^\W_](?:[\w-]{0,61}[^\W_])?|\[[0-9a-fA-F:.]+\]")
PHONE_CHARACTERS = re.compile(r"[\d\s+()\-./·#]+(?:(?:ext\.?|x|,|;ext=)[\s:.]*\d{1,7})?", re.IGNORECASE)
SERVICE_NUMBER = re.compile(r"\d{3,6}")
POSSIBLE = frozenset({phonenumbers.ValidationResult.IS_POSSIBLE, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY})
EXTENSION_WORDS = re.compile(r"\s*(?:转|分机号?|extension)\s*[::]?\s*")


def parse_email(field: Field, value: object) -> str | None:
    """An e-mail address in lower case: one `@`, a host with a dot, no quoting tricks."""
    if value is None:
        return None
    text = clean_line(require_text(value)).lower()
    if not text:
        return None
    local = text.partition("@")[0]
    if not EMAIL.fullmatch(text) or local.startswith(".") or local.endswith(".") or ".." in text:
        raise ValueProblem("value.bad_email", value=shown(value))
    return check_length(field, text, EMAIL_LENGTH_MAX)


def phone_number(text: str, region: str) -> str:
    """`text` as E.164 (+8613800138000), an extension as ` ext. 12`; local and service numbers as their digits.

    What the country's numbering plan has no room for is refused with ValueProblem. What it has room for is accepted,
    though not known to be in use: numbers of a new range do not wait for an update of the library.
    """
    plain = EXTENSION_WORDS.sub(" ext. ", unicodedata.normalize("NFKC", text).strip())
    plain = re.sub(r"[‐-―−]", "-", plain)
    if not PHONE_CHARACTERS.fullmatch(plain):
        raise ValueProblem("value.bad_phone", value=shown(text))
    if SERVICE_NUMBER.fullmatch(plain):
        return plain
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException as error:
        raise ValueProblem("value.bad_phone", value=shown(text)) from error
    extension = f" ext. {number.extension}" if number.extension else ""
    international = plain.startswith(("+", "00"))
    if phonenumbers.is_valid_number(number) or (international and phonenumbers.is_possible_number(number)):
        return phonenumbers.format_number(_bare(number), phonenumbers.PhoneNumberFormat.E164) + extension
    if not international and phonenumbers.is_possible_number_with_reason(number) in POSSIBLE:
        return phonenumbers.national_significant_number(number) + extension
    raise ValueProblem("value.bad_phone", value=shown(text))


def _bare(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    bare = phonenumbers.PhoneNumber()
    bare.merge_from(number)
    bare.extension = None
    return bare


def parse_phone(field: Field, value: object) -> str | None:
    """A phone number, see `phone_number`; without a country code it is Chinese."""
    return _phone(field, value, REGION)


def _phone(_field: Field, value: object, region: str) -> str | None:
    if value is None:
        return None
    text = clean_line(require_text(value))
    return phone_number(text, region) if text else None


def _phone_from_text(field: Field, text: str, form: TextFormat) -> str | None:
    """A spreadsheet may have made a number of it: 13800138000.0 is read as it was typed."""
    return _phone(field, re.sub(r"^(\d{5,})\.0$", r"\1", text.strip()), form.region)


def parse_url(field: Field, value: object) -> str | None:
    """A web address. Only http and https, never credentials; a bare host is taken to speak https."""
    if value is None:
        return None
    text = clean_line(require_text(value))
    if not text:
        return None
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.\-]*:(?!\d)", text):
        text = f"https://{text.removeprefix('//')}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueProblem("value.bad_url", value=shown(value)) from error
    bad_host = host is None or not (HOST.fullmatch(host) or ":" in host) or ("." not in host and ":" not in host)
    if parts.scheme.lower() not in {"http", "https"} or bad_host or "@" in parts.netloc or re.search(r"[\s<>\"]", text):
        raise ValueProblem("value.bad_url", value=shown(value))
    return check_length(field, f"{parts.scheme.lower()}{text[len(parts.scheme) :]}", URL_LENGTH_MAX)


def _plain(parse: Callable[[Field, object], str | None]) -> Callable[[Field, str, TextFormat], str | None]:
    def parse_text(field: Field, text: str, _form: TextFormat) -> str | None:
        return parse(field, text)

    return parse_text


EMAIL_KIND = Kind(
    columns=one_column(sa.Text),
    parse=parse_email,
    parse_text=_plain(parse_email),
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=export_as_is,
    operators=TEXTUAL,
    scalar="text",
    unique=True,
    becomes=frozenset({FieldType.TEXT, FieldType.LONG_TEXT}),
)

PHONE = Kind(
    columns=one_column(sa.Text),
    parse=parse_phone,
    parse_text=_phone_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=export_as_is,
    operators=TEXTUAL,
    scalar="text",
    unique=True,
    becomes=frozenset({FieldType.TEXT, FieldType.LONG_TEXT}),
)

URL = Kind(
    columns=one_column(sa.Text),
    parse=parse_url,
    parse_text=_plain(parse_url),
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=export_as_is,
    operators=TEXTUAL,
    scalar="text",
    unique=True,
    becomes=frozenset({FieldType.LONG_TEXT}),
)
