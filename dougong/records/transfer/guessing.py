"""Which field a column probably is: by its API name, its label in either language, its pinyin, or a word that means the
same. A guess is shown to a person and never used without them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dougong.access.fields import editable_fields
from dougong.access.policy import allowed
from dougong.access.principal import Action, Principal
from dougong.kit.pinyin import spelt
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry
from dougong.records.transfer.cells import parts_of
from dougong.records.transfer.listings import listings_of

SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("公司", "公司名称", "企业名称", "单位名称", "客户", "名称", "company", "organization", "title"),
        "owner_id": ("负责人", "业务员", "销售", "销售代表", "跟进人", "归属人", "salesperson", "sales_agent", "rep"),
        "department_id": ("部门", "团队", "team", "office"),
        "account_id": ("客户名称", "公司", "公司名称", "company", "customer", "client", "organization"),
        "product_id": ("产品", "产品名称", "商品", "item"),
        "contact_id": ("联系人", "客户联系人", "contact_person"),
        "parent_id": ("上级", "母公司", "集团", "subsidiary_of", "parent_company"),
        "stage": ("阶段", "商机阶段", "状态", "deal_stage", "status"),
        "amount": ("金额", "成交金额", "合同金额", "预计金额", "value", "close_value", "deal_value", "price", "total"),
        "close_date": ("结单日期", "成交日期", "预计成交日期", "签约日期", "closing_date", "won_date"),
        "engage_date": ("接洽日期", "开始日期", "start_date", "opened", "open_date"),
        "code": ("编号", "编码", "单号", "id", "no", "number", "opportunity_id", "sku"),
        "industry": ("行业", "所属行业", "sector"),
        "employees": ("人数", "员工数", "规模", "headcount", "staff"),
        "annual_revenue": ("年收入", "营业额", "年营业额", "营收", "revenue", "turnover"),
        "established_year": ("成立年份", "成立时间", "year_established", "founded"),
        "country": ("国家", "地区", "office_location", "location"),
        "address": ("地址", "联系地址", "公司地址", "street"),
        "mobile": ("手机", "手机号", "手机号码", "移动电话", "cell", "cellphone"),
        "phone": ("电话", "电话号码", "联系电话", "座机", "tel", "telephone"),
        "email": ("邮箱", "电子邮件", "邮件", "mail", "e-mail"),
        "website": ("网站", "官网", "网址", "主页", "homepage", "url"),
        "tax_number": ("税号", "信用代码", "社会信用代码", "uscc"),
        "family": ("系列", "产品系列", "分类", "series", "category"),
        "list_price": ("价格", "单价", "标价", "售价", "sales_price", "price"),
        "title": ("职务", "职位", "头衔", "job_title", "position"),
        "description": ("备注", "说明", "描述", "remark", "remarks", "note", "notes", "comment"),
        "source": ("来源", "客户来源", "lead_source", "channel"),
        "subject": ("主题", "标题", "title"),
        "content": ("内容", "跟进内容", "记录", "text", "body"),
    }
)
"""Words for fields by API name, beyond the labels of the fields themselves."""

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "province": ("省份", "省", "province"),
        "city": ("城市", "市", "city"),
        "district": ("区县", "区", "district"),
        "street": ("街道", "详细地址", "street"),
        "postcode": ("邮编", "邮政编码", "postcode", "zip"),
        "latitude": ("纬度", "latitude"),
        "longitude": ("经度", "longitude"),
    }
)

_DATE = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?")
_NUMBER = re.compile(r"[-+]?[¥$€]?[\d,]+(\.\d+)?%?")


def guess_mapping(
    columns: Sequence[str],
    samples: Sequence[Sequence[str]],
    obj: Object,
    registry: Registry,
    actor: Principal,
) -> dict[str, str | None]:
    """For each column the field that it probably is, each field at most once; None where nothing fits.

    `samples` (some values of each column) rule out fields whose type they cannot be. Only fields that `actor` may
    write.
    """
    fields = [
        f for f in editable_fields(actor, obj) if not f.system and f.type not in {FieldType.FILE, FieldType.IMAGE}
    ]
    words = {f.name: _words(f, obj, registry) for f in fields}
    scored = [
        (score, at, name)
        for at, column in enumerate(columns)
        for name, known in words.items()
        if (score := _score(_plain(column), name, known)) and _may_be(obj.fields[name], samples[at])
    ]
    guesses: dict[str, str | None] = dict.fromkeys(columns)
    taken: set[str] = set()
    # The surest first; among equals the order of the file.
    for _, at, name in sorted(scored, key=lambda entry: (-entry[0], entry[1])):
        if guesses[columns[at]] is None and name not in taken:
            guesses[columns[at]] = name
            taken.add(name)
    for column in columns:
        listing = _listing(_plain(column), obj, registry, actor) if guesses[column] is None else None
        if listing is not None and listing not in guesses.values():
            guesses[column] = listing
    for column in columns:
        part = _part(_plain(column), fields) if guesses[column] is None else None
        if part is not None and part not in guesses.values():
            guesses[column] = part
    return guesses


def _listing(column: str, obj: Object, registry: Registry, actor: Principal) -> str | None:
    """A column that lists what the record has: 角色, Roles, user_role.role_id."""
    for listing in listings_of(registry, obj):
        target = registry.objects[listing.link.points_to[0]]
        words = (listing.path, listing.link.name, listing.link.step, listing.link.label.zh, listing.link.label.en)
        names = {*words, target.plural.zh, target.plural.en, listing.object.label.zh, listing.object.label.en}
        if column in map(_plain, names) and allowed(actor, listing.object, Action.CREATE) is None:
            return listing.path
    return None


def _part(column: str, fields: Sequence[Field]) -> str | None:
    """A column that is one part of an address or location: address.city, 地址城市, 城市."""
    for found in fields:
        for part in parts_of(found):
            words = PARTS[part]
            names = {f"{found.name}{part}", *words, *(f"{found.label.zh}{word}" for word in words)}
            if column in {_plain(name) for name in names}:
                return f"{found.name}.{part}"
    return None


def _words(found: Field, obj: Object, registry: Registry) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The field's own names; other names of it; their pinyin."""
    own = {found.name, found.step, found.label.zh, found.label.en}
    others = set(SYNONYMS.get(found.name, ()))
    if found.name == obj.name_field:
        others |= {obj.label.zh, obj.label.en, obj.name, f"{obj.label.zh}名称", f"{obj.name} name"}
    if found.type in LINKS and found.target is not None and found.target != obj.name:
        target = registry.object(found.target)
        name = target.fields[target.name_field].label
        own |= {f"{found.label.zh}.{name.zh}", f"{found.label.en}.{name.en}", f"{found.step}.{target.name_field}"}
        others |= {target.label.zh, target.label.en, f"{target.label.zh}名称", f"{target.label.en} name"}
    readings = [spelt(word) for word in (found.label.zh, *others) if not word.isascii()]
    return (
        frozenset(map(_plain, own)),
        frozenset(map(_plain, others)),
        frozenset(form for parts in readings for form in ("".join(parts), "".join(part[0] for part in parts))),
    )


def _score(column: str, name: str, known: tuple[frozenset[str], frozenset[str], frozenset[str]]) -> int:
    own, others, spellings = known
    if column == _plain(name):
        return 100
    if column in own:
        return 90
    if column in others:
        return 70
    if column in spellings:
        return 60
    return 30 if any(len(word) > 3 and (word in column or column in word) for word in own if len(column) > 3) else 0


def _plain(text: str) -> str:
    """`text` for comparison: half width, lower case, letters and digits only."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def _may_be(found: Field, samples: Sequence[str]) -> bool:
    """Whether values like `samples` can be in the field; no samples rule nothing out."""
    if not samples:
        return True
    if found.type in {FieldType.DATE, FieldType.DATETIME}:
        return any(_DATE.search(sample) for sample in samples)
    if found.type in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT}:
        return any(_NUMBER.fullmatch(sample.replace(" ", "").rstrip("元万亿")) for sample in samples)
    if found.type is FieldType.EMAIL:
        return any("@" in sample for sample in samples)
    return True
