import pytest

from dougong.kit.errors import BadRequest, DougongError, Refused
from dougong.records.transfer.checking import check_mapping
from dougong.records.transfer.guessing import guess_mapping
from dougong.records.transfer.mapping import Blank, OnDuplicate, parse_mapping, parse_mapping_text
from dougong.records.transfer.templates import as_login, fill
from tests.transfer.conftest import World


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str | None]]:
    return {(problem.code, problem.field) for problem in refused.value.problems}


def test_a_mapping_is_read() -> None:
    mapping = parse_mapping_text(
        """
        object: opportunity
        file: {encoding: gb18030, delimiter: ";"}
        match: [code]
        on_duplicate: update
        columns:
          id: code
          product: {field: product_id, by: code, values: {GTXPro: GTX Pro, n/a: null}, blank: reject}
          opened: {field: engage_date, dates: ["%d-%m-%y"], century: 1950}
          quarter: null
          boss: [{field: owner_id, by: login}, {field: next_step}]
        fields:
          name: {template: "{product}[ · {id}]"}
          type: {constant: renewal}
        """
    )
    assert mapping.on_duplicate is OnDuplicate.UPDATE
    assert mapping.values == {"product": {"GTXPro": "GTX Pro", "n/a": ""}}
    assert mapping.ignored == {"quarter"}
    assert mapping.columns == {"id", "product", "opened", "quarter", "boss"}
    rules = {rule.field: rule for rule in mapping.rules}
    assert rules["product_id"].blank is Blank.REJECT
    assert rules["engage_date"].century == 1950
    assert rules["owner_id"].by == "login"
    assert rules["type"].constant == "renewal"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ([], "transfer.mapping_not_map"),
        ({}, "transfer.mapping_empty"),
        ({"colums": {}}, "transfer.mapping_key"),
        ({"columns": {"a": {"feild": "name"}}}, "transfer.mapping_key"),
        ({"columns": {"a": {"by": "name"}}}, "transfer.mapping_no_field"),
        ({"columns": {"a": {"field": "d", "dates": ["%d.%m.%y"]}}}, "transfer.mapping_century"),
        ({"columns": {"a": {"field": "d", "dates": ["%d.%m.%y"], "century": 2001}}}, "transfer.mapping_century_value"),
        ({"columns": {"a": {"field": "d", "blank": "maybe"}}}, "transfer.mapping_choice"),
        ({"columns": {"a": "name"}, "on_duplicate": "merge"}, "transfer.mapping_choice"),
        ({"columns": {"a": "name"}, "on_duplicate": "update"}, "transfer.mapping_match"),
        ({"columns": {"a": "name", "b": "name"}}, "transfer.mapping_field_twice"),
        ({"columns": {"a": "name"}, "fields": {"code": {"template": "{b"}}}, "transfer.template_broken"),
        ({"columns": {"a": "name"}, "fields": {"code": {"template": "{b|shout}"}}}, "transfer.template_filter"),
        (
            {"columns": {"a": "name"}, "fields": {"code": {"template": "{b}", "constant": 1}}},
            "transfer.mapping_one_source",
        ),
        ({"columns": {"a": "name"}, "file": {"delimiter": ";;"}}, "transfer.mapping_delimiter"),
        ({"columns": {"a": {"field": "name", "values": {"x": [1]}}}}, "transfer.mapping_not_text"),
    ],
)
def test_a_malformed_mapping_is_refused(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_mapping(raw)
    assert code in {problem.code for problem in refused.value.problems}


def test_broken_yaml_names_its_line() -> None:
    with pytest.raises(BadRequest) as refused:
        parse_mapping_text("columns:\n  a: [name\n")
    assert (refused.value.code, refused.value.params["line"]) == ("transfer.mapping_yaml", 3)


COLUMNS = ("opportunity_id", "customer", "value", "opened")


@pytest.mark.parametrize(
    ("columns", "more", "code", "where"),
    [
        ({"oportunity_id": "code"}, {}, "transfer.column_unknown", "oportunity_id"),
        ({"opportunity_id": "code"}, {}, "transfer.column_unmapped", "customer"),
        ({"customer": "acount_id"}, {}, "transfer.field_unknown", "acount_id"),
        ({"customer": "created_at"}, {}, "transfer.field_read_only", "created_at"),
        ({"value": {"field": "amount", "by": "name"}}, {}, "transfer.by_without_link", "amount"),
        ({"customer": {"field": "account_id", "by": "nmae"}}, {}, "transfer.field_unknown", "account_id"),
        ({"customer": {"field": "account_id", "by": "owner_id"}}, {}, "transfer.lookup_by", "account_id"),
        ({"value": {"field": "amount", "dates": ["%Y"]}}, {}, "transfer.setting_misplaced", "amount"),
        ({"opened": {"field": "engage_date", "decimal": ","}}, {}, "transfer.setting_misplaced", "engage_date"),
        ({"value": "amount.cents"}, {}, "transfer.part_unknown", "amount.cents"),
        ({"value": "amount"}, {"match": ["code"]}, "transfer.match_unmapped", "match"),
        ({"value": "amount"}, {"object": "account"}, "transfer.mapping_object", "object"),
        ({"value": "amount"}, {}, "transfer.required_unmapped", "name"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    shared_world: World, columns: dict[str, object], more: dict[str, object], code: str, where: str
) -> None:
    mapping = parse_mapping({"columns": columns, **more})
    registry = shared_world.registry
    with pytest.raises(Refused) as refused:
        check_mapping(mapping, COLUMNS, registry.object("opportunity"), registry, shared_world.people["admin"])
    assert (code, where) in codes(refused)


def test_the_nearest_name_is_told(shared_world: World) -> None:
    mapping = parse_mapping({"columns": {"custmer": "acount_id"}})
    registry = shared_world.registry
    with pytest.raises(Refused) as refused:
        check_mapping(mapping, COLUMNS, registry.object("opportunity"), registry, shared_world.people["admin"])
    told = {problem.code: problem.params.get("nearest") for problem in refused.value.problems}
    assert told["transfer.column_unknown"] == "customer"
    assert told["transfer.field_unknown"] == "account_id"


def test_without_the_right_to_import_nothing_is_looked_at(shared_world: World) -> None:
    registry = shared_world.registry
    with pytest.raises(DougongError) as refused:
        check_mapping(
            parse_mapping({"columns": {"a": "name"}}),
            ("a",),
            registry.object("account"),
            registry,
            shared_world.people["wangfang"],
        )
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("object_name", "columns", "expected"),
    [
        (
            "opportunity",
            {
                "opportunity_id": ["1C1I7A6R"],
                "sales_agent": ["Moses Frase"],
                "product": ["GTX Basic"],
                "account": ["Cancity"],
                "deal_stage": ["Won"],
                "engage_date": ["20-10-16"],
                "close_date": ["01-03-17"],
                "close_value": ["1054"],
                "engage_quarter": ["Q4 2016"],
            },
            ["code", "owner_id", "product_id", "account_id", "stage", "engage_date", "close_date", "amount", None],
        ),
        (
            "account",
            {
                "account": ["Acme"],
                "sector": ["retail"],
                "year_established": ["1996"],
                "revenue": ["1100.04"],
                "employees": ["2822"],
                "office_location": ["Kenya"],
                "subsidiary_of": ["Acme"],
            },
            ["name", "industry", "established_year", "annual_revenue", "employees", "country", "parent_id"],
        ),
        (
            "contact",
            {"姓名": ["王芳"], "手机号码": ["13800000000"], "公司": ["华夏"], "职务": ["经理"], "电子邮件": ["a@b.cn"]},
            ["name", "mobile", "account_id", "title", "email"],
        ),
        ("account", {"khmc": ["华夏"], "Industry": ["x"], "城市": ["北京"]}, ["name", "industry", "address.city"]),
        ("opportunity", {"close_date": ["赢单"], "备注": ["x"]}, [None, "description"]),
    ],
)
def test_guesses(
    shared_world: World, object_name: str, columns: dict[str, list[str]], expected: list[str | None]
) -> None:
    registry = shared_world.registry
    guesses = guess_mapping(
        list(columns), list(columns.values()), registry.object(object_name), registry, shared_world.people["admin"]
    )
    assert list(guesses.values()) == expected


def test_templates() -> None:
    template = "{product}[ · {account}]"
    assert fill(template, {"product": "GTX Pro", "account": "Cancity"}) == "GTX Pro · Cancity"
    assert fill(template, {"product": "GTX Pro", "account": ""}) == "GTX Pro"
    assert fill(template, {"product": "", "account": ""}) == ""
    assert [as_login(name) for name in ("Moses Frase", "Mei-Mei Johns", "王芳")] == [
        "moses.frase",
        "mei-mei.johns",
        "wangfang",
    ]
