"""SOQL to the query tree: each clause, each way to write a name, each kind of value."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dougong.expressions.ast import FALSE, TRUE, And, Compare, Condition, DateRange, Me, Not, Operator, Or, Path, Value
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.records.read.query import AggregateCondition, Call, Column, Function, Order, Query
from dougong.records.read.soql import parse_soql
from tests.records.soql_registry import REGISTRY, WITHOUT_AMOUNT


def _query(text: str) -> Query:
    return parse_soql(text, REGISTRY)


def _path(text: str) -> Path:
    return Path(tuple(text.split(".")))


def _compare(name: str, operator: str, *values: Value) -> Compare:
    return Compare(_path(name), Operator(operator), values)


def _where(text: str, object_name: str = "opportunity") -> Condition:
    return _query(f"SELECT id FROM {object_name} WHERE {text}").where


def _columns(text: str) -> list[tuple[str, object]]:
    return [(column.name, column.term) for column in _query(text).columns]


def test_a_plain_query() -> None:
    assert _query("SELECT id, name FROM account") == Query(
        "account", (Column(_path("id"), "id"), Column(_path("name"), "name")), limit=PAGE_SIZE_MAX
    )


def test_every_clause_at_once() -> None:
    found = _query(
        """
        select stage, COUNT(id) number, Sum(amount)
        from Opportunity o
        where o.closed = true and account.industry = 'IT'
        group by stage having COUNT(id) > 1
        order by SUM(amount) desc nulls last, stage asc nulls first
        limit 20 offset 40;
        """
    )
    total = Call(Function.SUM, _path("amount"))
    assert found == Query(
        "opportunity",
        (
            Column(_path("stage"), "stage"),
            Column(Call(Function.COUNT, _path("id")), "number"),
            Column(total, "sum(amount)"),
        ),
        where=And((_compare("closed", "=", True), _compare("account.industry", "=", "IT"))),
        group=(_path("stage"),),
        having=AggregateCondition(Compare(Path(("number",)), Operator.GT, (1,))),
        order=(Order(total, descending=True), Order(_path("stage"), nulls_first=True)),
        limit=PAGE_SIZE_MAX,
        most=20,
        offset=40,
    )


@pytest.mark.parametrize(
    ("written", "api_name"),
    [
        ("close_date", "close_date"),
        ("CloseDate", "close_date"),
        ("CLOSEDATE", "close_date"),
        ("closeDate__c", "close_date"),
        ("o.close_date", "close_date"),
        ("opportunity.CloseDate", "close_date"),
        ("Id", "id"),
        ("StageName", "stage"),
        ("CreatedDate", "created_at"),
        ("LastModifiedById", "updated_by_id"),
        ("CreatedBy.Name", "created_by.name"),
        ("Account.Name", "account.name"),
        ("AccountId", "account_id"),
        ("account.parent.parent.name", "account.parent.parent.name"),
        ("Owner.Department.Name", "owner.department.name"),
        ("account.Address.City", "account.address.city"),
        ("account.place.latitude", "account.place.latitude"),
        ("account.address", "account.address"),
    ],
)
def test_a_name_can_be_written_in_several_ways(written: str, api_name: str) -> None:
    assert _columns(f"SELECT {written} FROM opportunity o") == [(api_name, _path(api_name))]


def test_name_is_the_name_field_of_every_object() -> None:
    assert _columns("SELECT Name, related.Name FROM activity") == [
        ("name", _path("name")),
        ("related.name", _path("related.name")),
    ]


@pytest.mark.parametrize("name", ["opportunity_line", "OpportunityLine", "OPPORTUNITYLINE"])
def test_an_object_can_be_written_in_several_ways(name: str) -> None:
    assert _query(f"SELECT id FROM {name}").object == "opportunity_line"


def test_all_fields_but_secret_ones() -> None:
    names = [name for name, _ in _columns("SELECT FIELDS(ALL) FROM user")]
    assert "login" in names
    assert "password" not in names


def test_what_a_reader_may_not_see_is_not_among_all_fields() -> None:
    query = parse_soql("SELECT FIELDS(ALL) FROM opportunity", REGISTRY, WITHOUT_AMOUNT)
    assert "amount" not in [column.name for column in query.columns]


@pytest.mark.parametrize(
    ("source", "object_name", "field"),
    [
        ("contact", "contact", "account_id"),
        ("contacts", "contact", "account_id"),
        ("Contacts", "contact", "account_id"),
        ("contact__former_account", "contact", "former_account_id"),
        ("contacts__former_account_id", "contact", "former_account_id"),
        ("Opportunities", "opportunity", "account_id"),
        ("opportunitys", "opportunity", "account_id"),
        ("accounts", "account", "parent_id"),
        ("activities", "activity", "related_id"),
        ("partnership__buyer", "partnership", "buyer_id"),
    ],
)
def test_children_of_an_account(source: str, object_name: str, field: str) -> None:
    query = _query(f"SELECT name, (SELECT id FROM {source}) FROM account")
    child = query.children[0]
    assert (child.name, child.query.object, child.field) == (source.lower(), object_name, field)


@pytest.mark.parametrize(
    ("parent", "source", "field"),
    [
        ("opportunity", "OpportunityLines", "opportunity_id"),
        ("user", "opportunities", "owner_id"),
        ("user", "opportunity__created_by", "created_by_id"),
        ("department", "users", "department_id"),
    ],
)
def test_children_of_others(parent: str, source: str, field: str) -> None:
    assert _query(f"SELECT id, (SELECT id FROM {source}) FROM {parent}").children[0].field == field


def test_a_child_subquery_has_clauses_of_its_own() -> None:
    query = _query(
        "SELECT (SELECT name FROM opportunities WHERE amount > 10 ORDER BY CloseDate DESC LIMIT 3) FROM account LIMIT 7"
    )
    assert query.columns == (Column(_path("id"), "id"),)
    assert query.most == 7
    assert query.children[0].query == Query(
        "opportunity",
        (Column(_path("name"), "name"),),
        where=_compare("amount", ">", 10),
        order=(Order(_path("close_date"), descending=True),),
        limit=3,
    )


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("name = 'x'", _compare("name", "=", "x")),
        ('name = "x"', _compare("name", "=", "x")),
        ("name != 'x'", _compare("name", "!=", "x")),
        ("name <> 'x'", _compare("name", "!=", "x")),
        ("amount < 5", _compare("amount", "<", 5)),
        ("amount<=-5.50", _compare("amount", "<=", Decimal("-5.50"))),
        ("amount > 1e3", _compare("amount", ">", Decimal("1E+3"))),
        ("amount >= '5'", _compare("amount", ">=", 5)),
        ("id = '12'", _compare("id", "=", 12)),
        ("id = 12", _compare("id", "=", 12)),
        ("closed = TRUE", _compare("closed", "=", True)),
        ("closed = False", _compare("closed", "=", False)),
        ("close_date = 2026-01-31", _compare("close_date", "=", date(2026, 1, 31))),
        ("close_date = '2026-01-31'", _compare("close_date", "=", date(2026, 1, 31))),
        ("created_at > 2026-01-31", _compare("created_at", ">", date(2026, 1, 31))),
        (
            "created_at > 2026-01-31T08:00:00+08:00",
            _compare("created_at", ">", datetime(2026, 1, 31, tzinfo=UTC)),
        ),
        ("created_at > 2026-01-31T00:00:00.000Z", _compare("created_at", ">", datetime(2026, 1, 31, tzinfo=UTC))),
        ("close_date = THIS_QUARTER", _compare("close_date", "=", DateRange("THIS_QUARTER"))),
        ("close_date = last_n_days:30", _compare("close_date", "=", DateRange("LAST_N_DAYS", 30))),
        ("close_date in (TODAY, 2026-01-01)", _compare("close_date", "in", DateRange("TODAY"), date(2026, 1, 1))),
        ("owner_id = :me", _compare("owner_id", "=", Me())),
        ("owner_id = $me", _compare("owner_id", "=", Me())),
        ("owner_id in (:me, '7')", _compare("owner_id", "in", Me(), 7)),
        ("name = null", _compare("name", "is null")),
        ("name != null", _compare("name", "is not null")),
        ("name <> NULL", _compare("name", "is not null")),
        ("name = ''", _compare("name", "is null")),
        ("amount != ''", _compare("amount", "is not null")),
        ("account.address = null", _compare("account.address", "is null")),
        ("account.address is not null", _compare("account.address", "is not null")),
        ("name is null", _compare("name", "is null")),
        ("name is not null", _compare("name", "is not null")),
        ("stage IN ('won', null)", _compare("stage", "in", "won", None)),
        ("stage not in ('won','lost')", _compare("stage", "not in", "won", "lost")),
        ("name like 'A%'", _compare("name", "like", "A%")),
        (r"name like 'a\%b\_\\%'", _compare("name", "like", r"a\%b\_\\%")),
        (r"name = 'a\'b\"\n\t\\\u4e2d\%'", _compare("name", "=", "a'b\"\n\t\\中%")),
        ("name = '中文 OR 1=1 --'", _compare("name", "=", "中文 OR 1=1 --")),
        ("call_at = '08:30'", _compare("call_at", "=", datetime(2026, 1, 1, 8, 30, tzinfo=UTC).time())),
    ],
)
def test_a_comparison(text: str, condition: Condition) -> None:
    assert _where(text) == condition


A, B, C = (_compare("name", "=", letter) for letter in "abc")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("name='a' AND name='b' AND name='c'", And((A, B, C))),
        ("name='a' OR name='b' AND name='c'", Or((A, And((B, C))))),
        ("(name='a' OR name='b') AND name='c'", And((Or((A, B)), C))),
        ("NOT name='a' AND name='b'", And((Not(A), B))),
        ("NOT (name='a' AND name='b')", Not(And((A, B)))),
        ("not not name='a'", Not(Not(A))),
        ("((name='a'))", A),
        ("name='a' OR (name='b' OR name='c')", Or((A, B, C))),
    ],
)
def test_words_bind_as_in_sql(text: str, condition: Condition) -> None:
    assert _where(text) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("colors = 'red;blue'", _compare("colors", "=", "red", "blue")),
        ("colors = 'red'", _compare("colors", "=", "red")),
        ("colors != 'red;blue'", _compare("colors", "!=", "red", "blue")),
        ("colors includes ('red', 'blue')", _compare("colors", "includes", "red", "blue")),
        (
            "colors includes ('red;blue', 'green')",
            Or(
                (
                    _compare("colors", "includes", "green"),
                    And((_compare("colors", "includes", "red"), _compare("colors", "includes", "blue"))),
                )
            ),
        ),
        ("colors excludes ('red')", _compare("colors", "excludes", "red")),
        (
            "colors excludes ('red;blue')",
            And(
                (
                    _compare("colors", "excludes"),
                    Not(And((_compare("colors", "includes", "red"), _compare("colors", "includes", "blue")))),
                )
            ),
        ),
        ("colors = null", _compare("colors", "is null")),
    ],
)
def test_multi_selects(text: str, condition: Condition) -> None:
    assert _where(text, "account") == condition


JANUARY, NEXT = date(2026, 1, 1), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("operator", "condition"),
    [
        ("=", And((_compare("close_date", ">=", JANUARY), _compare("close_date", "<", NEXT)))),
        (
            "!=",
            And(
                (
                    _compare("close_date", "is not null"),
                    Not(And((_compare("close_date", ">=", JANUARY), _compare("close_date", "<", NEXT)))),
                )
            ),
        ),
        ("<", _compare("close_date", "<", JANUARY)),
        ("<=", _compare("close_date", "<", NEXT)),
        (">", _compare("close_date", ">=", NEXT)),
        (">=", _compare("close_date", ">=", JANUARY)),
    ],
)
def test_a_year_is_a_range(operator: str, condition: Condition) -> None:
    assert _where(f"CALENDAR_YEAR(close_date) {operator} 2026") == condition


def test_functions_and_their_names() -> None:
    text = (
        "SELECT COUNT(), count(amount), COUNT_DISTINCT(account.owner_id), AVG(amount) mean, MIN(close_date), "
        "CALENDAR_YEAR(close_date) AS y, calendar_month(convertTimezone(CreatedDate)), DAY_ONLY(created_at), "
        "CALENDAR_QUARTER(close_date) FROM opportunity"
    )
    assert _columns(text) == [
        ("count()", Call(Function.COUNT)),
        ("count(amount)", Call(Function.COUNT, _path("amount"))),
        ("count_distinct(account.owner_id)", Call(Function.COUNT_DISTINCT, _path("account.owner_id"))),
        ("mean", Call(Function.AVG, _path("amount"))),
        ("min(close_date)", Call(Function.MIN, _path("close_date"))),
        ("y", Call(Function.YEAR, _path("close_date"))),
        ("calendar_month(created_at)", Call(Function.MONTH, _path("created_at"))),
        ("day_only(created_at)", Call(Function.DAY, _path("created_at"))),
        ("calendar_quarter(close_date)", Call(Function.QUARTER, _path("close_date"))),
    ]


def test_groups_and_orders_can_name_columns_by_their_alias() -> None:
    query = _query("SELECT CALENDAR_YEAR(close_date) y, SUM(amount) t FROM opportunity GROUP BY y ORDER BY t, Y DESC")
    year = Call(Function.YEAR, _path("close_date"))
    assert query.group == (year,)
    assert query.order == (Order(Call(Function.SUM, _path("amount"))), Order(year, descending=True))


def test_having_takes_aliases_and_aggregates_and_adds_what_is_not_selected() -> None:
    query = _query(
        "SELECT stage, SUM(amount) total FROM opportunity GROUP BY stage "
        "HAVING total > 100 AND (SUM(amount) < 500 OR MAX(close_date) = THIS_YEAR) AND COUNT() > 3"
    )
    assert [column.name for column in query.columns] == ["stage", "total", "max(close_date)", "count()"]
    assert query.having == AggregateCondition(
        And(
            (
                Compare(Path(("total",)), Operator.GT, (100,)),
                Or(
                    (
                        Compare(Path(("total",)), Operator.LT, (500,)),
                        Compare(Path(("max(close_date)",)), Operator.EQ, (DateRange("THIS_YEAR"),)),
                    )
                ),
                Compare(Path(("count()",)), Operator.GT, (3,)),
            )
        )
    )


@pytest.mark.parametrize("word", ["organisation", "ordering", "inactive", "notes", "null_value", "likes", "andy"])
def test_names_may_begin_with_words_of_the_language(word: str) -> None:
    assert _columns(f"SELECT id {word} FROM account")[0][0] == word


def test_no_where_is_true_and_an_impossible_one_is_no_error() -> None:
    assert _query("SELECT id FROM account").where == TRUE
    assert _where("name = 'a' AND NOT name = 'a'") != FALSE
