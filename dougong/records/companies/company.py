"""A company as a registry knows it: the same few facts, wherever they come from. Source: domain.md 5.1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dougong.metadata.model import Label

NAME, CREDIT_CODE = "name", "credit_code"

FACTS: Mapping[str, Label] = MappingProxyType(
    {
        NAME: Label("企业名称", "Company name"),
        CREDIT_CODE: Label("统一社会信用代码", "Registration number"),
        "legal_representative": Label("法定代表人", "Legal representative"),
        "registered_capital": Label("注册资本", "Registered capital"),
        "established_on": Label("成立日期", "Established on"),
        "status": Label("经营状态", "Business status"),
        "province": Label("省份", "Province"),
        "city": Label("城市", "City"),
        "district": Label("区县", "District"),
        "address": Label("注册地址", "Registered address"),
        "industry": Label("行业", "Industry"),
        "phone": Label("电话", "Phone"),
        "email": Label("邮箱", "E-mail"),
        "website": Label("网址", "Website"),
        "scope": Label("经营范围", "Business scope"),
    }
)
"""Everything that a provider can say of a company, and what people call it."""

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        NAME: ("企业名称", "公司名称", "名称", "单位名称", "name", "company", "company_name"),
        CREDIT_CODE: ("统一社会信用代码", "信用代码", "社会信用代码", "税号", "creditcode", "credit_code", "uscc"),
        "legal_representative": ("法定代表人", "法人", "法人代表", "legalperson", "legal_representative", "opername"),
        "registered_capital": ("注册资本", "注册资金", "regcapital", "registered_capital"),
        "established_on": ("成立日期", "成立时间", "注册日期", "establishtime", "established_on", "startdate"),
        "status": ("经营状态", "登记状态", "状态", "status", "regstatus"),
        "province": ("省份", "省", "所属省份", "province"),
        "city": ("城市", "市", "所属城市", "city"),
        "district": ("区县", "区", "所属区县", "district"),
        "address": ("注册地址", "地址", "住所", "企业地址", "address"),
        "industry": ("行业", "所属行业", "行业门类", "industry"),
        "phone": ("电话", "联系电话", "企业电话", "phone", "tel"),
        "email": ("邮箱", "电子邮箱", "email", "e-mail"),
        "website": ("网址", "官网", "企业网址", "website", "url"),
        "scope": ("经营范围", "scope", "businessscope", "business_scope"),
    }
)
"""What the columns of registry files are called."""

FACT_LENGTH_MAX = 4_000


@dataclass(frozen=True)
class Company:
    """A registered company; `ref` is how its provider finds it again. Facts that are not known are missing."""

    ref: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its registered name."""
        return self.facts.get(NAME, "")


def guessed_columns(columns: tuple[str, ...]) -> dict[str, str]:
    """Which column of a file holds which fact, by what the columns are called."""
    found: dict[str, str] = {}
    plain = {"".join(column.split()).lower(): column for column in reversed(columns)}
    for fact, names in HEADINGS.items():
        column = next((plain[name] for name in names if name in plain), None)
        if column is not None and column not in found.values():
            found[fact] = column
    return found
