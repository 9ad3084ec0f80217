"""The fields that the registry adds to an object, by what its definition says of it."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from dougong.metadata.model import Field, FieldType, Label, Object, OnDelete, Option
from dougong.metadata.names import RECORD_TYPE


def _system_field(name: str, type_: FieldType, zh: str, en: str, target: str | None = None) -> Field:
    # What the product itself keeps is no news: history tells who changed what and when anyway.
    return Field(name, type_, Label(zh, en), target=target, system=True, tracked=False, on_delete=OnDelete.CLEAR)


SYSTEM: Mapping[str, Field] = {
    f.name: f
    for f in (
        _system_field("id", FieldType.ID, "编号", "ID"),
        _system_field("created_at", FieldType.DATETIME, "创建时间", "Created at"),
        _system_field("created_by_id", FieldType.USER, "创建人", "Created by", "user"),
        _system_field("updated_at", FieldType.DATETIME, "最新修改时间", "Last modified at"),
        _system_field("updated_by_id", FieldType.USER, "最新修改人", "Last modified by", "user"),
        _system_field("version", FieldType.INTEGER, "版本", "Version"),
    )
}
"""The fields that the product keeps on each object."""

OWNERSHIP: Mapping[str, Field] = {
    "owner_id": Field(
        "owner_id",
        FieldType.USER,
        Label("所有人", "Owner"),
        help=Label("负责这条记录的人；不填则为创建人。", "Who is responsible; the creator unless somebody is named."),
        default="$user",
        target="user",
        on_delete=OnDelete.RESTRICT,
    ),
    "department_id": Field(
        "department_id",
        FieldType.DEPARTMENT,
        Label("所属部门", "Department"),
        help=Label(
            "角色的数据范围按所属部门计算；不填则为所有人的主部门。",
            "Roles reach records by it; the owner's department unless another is named.",
        ),
        default="$department",
        target="department",
        on_delete=OnDelete.RESTRICT,
    ),
}
"""The fields of each owned object. They are written through the API like others: giving them away is a transfer."""


LOCK: Mapping[str, Field] = {
    f.name: f
    for f in (
        _system_field("locked_at", FieldType.DATETIME, "锁定时间", "Locked at"),
        _system_field("locked_by_id", FieldType.USER, "锁定人", "Locked by", "user"),
    )
}
"""The fields of each object whose records can be locked; blank while a record is not."""


def _moment(name: str, zh: str, en: str, *, indexed: bool = False) -> Field:
    return replace(_system_field(name, FieldType.DATETIME, zh, en), indexed=indexed)


POOL: Mapping[str, Field] = {
    f.name: f
    for f in (
        Field(
            "pool_id",
            FieldType.LOOKUP,
            Label("所属池", "Pool"),
            help=Label(
                "记录所在的线索池或客户池；留空表示不在任何池中。", "The pool that the record belongs to, if any."
            ),
            target="pool",
            indexed=True,
            on_delete=OnDelete.RESTRICT,
        ),
        replace(
            _system_field("pool_status", FieldType.SELECT, "领取状态", "Pool status"),
            default="private",
            options=(
                Option("private", Label("自有", "Private")),
                Option("unclaimed", Label("未领取", "Unclaimed"), color="orange"),
                Option("claimed", Label("已领取", "Claimed"), color="blue"),
                Option("assigned", Label("已分配", "Assigned"), color="cyan"),
            ),
        ),
        _moment("claimed_at", "认领时间", "Taken at", indexed=True),
        _moment("expires_at", "到期时间", "Protected until", indexed=True),
        _moment("hard_end_at", "最长保护到期", "Protected until at the latest"),
        _moment("followed_at", "最近有效跟进", "Last followed up"),
        _moment("reminded_at", "到期提醒时间", "Reminded at"),
        _moment("extended_until", "延期至", "Extended until"),
        _moment("extension_wanted_until", "申请延期至", "Extension wanted until"),
        replace(_system_field("extension_reason", FieldType.TEXT, "延期理由", "Reason for the extension"), length=255),
        _system_field("last_owner_id", FieldType.USER, "上一所有人", "Last owner", "user"),
        _moment("returned_at", "退回时间", "Returned at"),
        _system_field("return_reason_id", FieldType.LOOKUP, "退回原因", "Reason for the return", "pool_return_reason"),
        replace(
            _system_field("return_description", FieldType.TEXT, "退回说明", "Description of the return"), length=255
        ),
        replace(_system_field("return_count", FieldType.INTEGER, "退回次数", "Times returned"), minimum=0),
        _moment("thaw_at", "原所有人可再领取时间", "Last owner may take it again from"),
    )
}
"""The fields of each object whose records can lie in pools. `pool_id` is written with new records, afterwards by the
actions of pools; they keep the others."""


def added_fields(obj: Object) -> Mapping[str, Field]:
    """What the registry adds to the fields of `obj`, by name, in the order in which people see them."""
    system = dict(SYSTEM)
    return MappingProxyType(
        {
            "id": system.pop("id"),
            **({RECORD_TYPE: record_type_field(obj)} if obj.record_types else {}),
            **(OWNERSHIP if obj.owned else {}),
            **system,
            **(LOCK if obj.lockable else {}),
            **(POOL if obj.pooled else {}),
        }
    )


def record_type_field(obj: Object) -> Field:
    """The field by which a record of `obj` has one of the object's record types."""
    standard = next((one.name for one in obj.record_types if one.default), None)
    return Field(
        RECORD_TYPE,
        FieldType.SELECT,
        Label("业务类型", "Record type"),
        help=Label(
            "决定可选的值、新建时的默认值和页面布局。",
            "Decides which values are offered, what new records start with, and the layout of the page.",
        ),
        required=True,
        default=standard,
        options=tuple(Option(one.name, one.label, active=one.active) for one in obj.record_types),
    )
