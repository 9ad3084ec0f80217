"""The services that Chinese companies use, as their public documents describe them.

企查查 (openapi.qcc.com): the key stands in the address; the header Token is MD5(key + Timespan + secret) in capitals,
Timespan the second of the question. 天眼查 (open.tianyancha.com): the header Authorization is the token. Their answers
say in a code of their own whether they are answers; HTTP says 200 in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

QUOTA, SIGNATURE, BUSY = "quota", "signature", "busy"
"""Why a service refuses: nothing left to ask, it does not know us, it is asked too often."""


@dataclass(frozen=True)
class Shape:
    """Where things stand in a service's answers: dotted paths, `a.b.0.c`; "" is the answer itself."""

    ok: str = ""
    """The code that says whether it is an answer; "": every answer is one."""
    ok_values: tuple[str, ...] = ()
    none_values: tuple[str, ...] = ()
    """The codes that say that nothing was found."""
    list: str = ""
    ref: str = ""
    """What of a company in the list finds it again."""
    search: Mapping[str, str] = field(default_factory=dict)
    """By fact, where it stands in a company of the list."""
    company: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """What a refusing code means: quota, signature, busy."""


@dataclass(frozen=True)
class Preset:
    """A service that is known."""

    search_url: str
    detail_url: str
    signing: str
    secret_name: str
    shape: Shape


def _codes(**meanings: str) -> Mapping[str, str]:
    return MappingProxyType({code: meaning for meaning, codes in meanings.items() for code in codes.split()})


QICHACHA = Preset(
    search_url="https://api.qichacha.com/FuzzySearch/GetList?key={key}&searchKey={q}",
    detail_url="https://api.qichacha.com/ECIV4/GetBasicDetailsByName?key={key}&keyword={ref}",
    signing="md5_key_time_secret",
    secret_name="",
    shape=Shape(
        ok="Status",
        ok_values=("200",),
        none_values=("201",),
        list="Result",
        ref="Name",
        search=MappingProxyType(
            {
                "name": "Name",
                "credit_code": "CreditCode",
                "legal_representative": "OperName",
                "status": "Status",
                "established_on": "StartDate",
                "address": "Address",
            }
        ),
        company="Result",
        detail=MappingProxyType(
            {
                "name": "Name",
                "credit_code": "CreditCode",
                "legal_representative": "OperName",
                "registered_capital": "RegistCapi",
                "established_on": "StartDate",
                "status": "Status",
                "province": "Area.Province",
                "city": "Area.City",
                "district": "Area.County",
                "address": "Address",
                "industry": "Industry.Industry",
                "phone": "ContactInfo.PhoneNumber",
                "email": "ContactInfo.Email",
                "website": "ContactInfo.WebSite.0.Url",
                "scope": "Scope",
            }
        ),
        errors=_codes(quota="102 112 214", signature="101 103 105 107 111", busy="109 110"),
    ),
)

TIANYANCHA = Preset(
    search_url="https://open.api.tianyancha.com/services/open/search/2.0?word={q}&pageSize=20&pageNum=1",
    detail_url="https://open.api.tianyancha.com/services/open/ic/baseinfo/normal?keyword={ref}",
    signing="header",
    secret_name="Authorization",  # noqa: S106  # the name of a header
    shape=Shape(
        ok="error_code",
        ok_values=("0",),
        none_values=("300000",),
        list="result.items",
        ref="name",
        search=MappingProxyType(
            {
                "name": "name",
                "credit_code": "creditCode",
                "legal_representative": "legalPersonName",
                "registered_capital": "regCapital",
                "status": "regStatus",
                "established_on": "estiblishTime",
            }
        ),
        company="result",
        detail=MappingProxyType(
            {
                "name": "name",
                "credit_code": "creditCode",
                "legal_representative": "legalPersonName",
                "registered_capital": "regCapital",
                "established_on": "estiblishTime",
                "status": "regStatus",
                "province": "base",
                "city": "city",
                "district": "district",
                "address": "regLocation",
                "industry": "industry",
                "phone": "phoneNumber",
                "email": "email",
                "website": "websiteList",
                "scope": "businessScope",
            }
        ),
        errors=_codes(quota="300006 300007", signature="300002 300003 300005 300009 300011", busy="300004"),
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({"qichacha": QICHACHA, "tianyancha": TIANYANCHA})
