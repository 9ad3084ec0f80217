"""A registry for the tests of SOQL's names: every kind of relation, parts of an address, a secret field."""

from types import MappingProxyType

from dougong.access.principal import NO_TOKENS, Action, FieldAccess, ObjectRights, Principal
from dougong.metadata.model import Field, FieldType, Label, Object, Option, Sharing
from dougong.metadata.registry import build_registry


def _field(name: str, type_: FieldType = FieldType.TEXT, **settings: object) -> Field:
    return Field(name, type_, Label(name, name), **settings)  # type: ignore[arg-type]


def _object(name: str, *fields: Field, name_field: str = "name", **settings: object) -> Object:
    by_name = {field.name: field for field in fields}
    return Object(name, Label(name, name), Label(name, name), name_field, by_name, **settings)  # type: ignore[arg-type]


_NAME = _field("name", required=True)
_OPTIONS = tuple(Option(value, Label(value, value)) for value in ("prospecting", "engaging", "won", "lost"))
_COLORS = tuple(Option(value, Label(value, value)) for value in ("red", "green", "blue"))

OBJECTS = (
    _object("department", _NAME, owned=False, sharing=Sharing.PUBLIC_READ),
    _object(
        "user",
        _NAME,
        _field("login", required=True),
        _field("password", secret=True),
        _field("department_id", FieldType.DEPARTMENT),
        owned=False,
        sharing=Sharing.PUBLIC_READ,
    ),
    _object(
        "account",
        _NAME,
        _field("industry"),
        _field("employee_count", FieldType.INTEGER),
        _field("colors", FieldType.MULTI_SELECT, options=_COLORS),
        _field("address", FieldType.ADDRESS),
        _field("place", FieldType.LOCATION),
        _field("parent_id", FieldType.LOOKUP, target="account"),
    ),
    _object(
        "contact",
        _NAME,
        _field("account_id", FieldType.LOOKUP, target="account"),
        _field("former_account_id", FieldType.LOOKUP, target="account"),
    ),
    _object(
        "opportunity",
        _NAME,
        _field("account_id", FieldType.LOOKUP, target="account"),
        _field("stage", FieldType.SELECT, options=_OPTIONS),
        _field("amount", FieldType.CURRENCY),
        _field("close_date", FieldType.DATE),
        _field("closed", FieldType.BOOLEAN),
        _field("call_at", FieldType.TIME),
    ),
    _object(
        "opportunity_line",
        _NAME,
        _field("opportunity_id", FieldType.MASTER_DETAIL, target="opportunity", required=True),
        owned=False,
        sharing=Sharing.PARENT,
    ),
    _object(
        "partnership",
        _NAME,
        _field("seller_id", FieldType.LOOKUP, target="account"),
        _field("buyer_id", FieldType.LOOKUP, target="account"),
    ),
    _object(
        "activity",
        _field("subject", required=True),
        _field("related_id", FieldType.POLYMORPHIC, targets=("account", "opportunity")),
        name_field="subject",
    ),
)
REGISTRY = build_registry(1, {obj.name: obj for obj in OBJECTS}, {})

WITHOUT_AMOUNT = Principal(
    user_id=1,
    login="wang",
    name="王芳",
    language="zh",
    timezone="Asia/Shanghai",
    department_id=None,
    rights=MappingProxyType(
        {
            name: ObjectRights(
                frozenset(Action),
                MappingProxyType({"amount": FieldAccess.HIDDEN} if name == "opportunity" else {}),
            )
            for name in REGISTRY.objects
        }
    ),
    tokens=NO_TOKENS,
)
"""A person from whom amounts of opportunities are hidden."""
