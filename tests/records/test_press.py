"""The press: a template gets at values and formats and at nothing else, and what has no end is ended."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from jinja2 import TemplateError

from dougong.kit.capitals import chinese_date, rmb_capitals
from dougong.kit.errors import BadRequest
from dougong.kit.text import Language
from dougong.records.press.formats import Choice, Money, Node, Percent
from dougong.records.press.language import environment, rendered
from dougong.records.press.markup import read_html
from dougong.records.press.style import colour, length, read_sheet, sides, stroke
from dougong.records.press.typesetting import Paper, Sheet, document, string
from dougong.records.printing.paths import wanted_by
from dougong.records.printing.pressing import press

TEMPLATE = {
    "language": "zh",
    "paper": "a4",
    "landscape": False,
    "margins": [20, 18, 20, 18],
    "header": "",
    "footer": "",
}


def stage(value: str, label: str) -> Choice:
    found = Choice(value)
    found.label = label
    return found


LINES = [
    Node({"product": Node({}, "甲"), "amount": Money("10.50")}),
    Node({"product": Node({}, "乙"), "amount": None}),
    Node({"product": Node({}, "丙"), "amount": Money("2")}),
]
CONTEXT = {
    "record": Node(
        {
            "name": "二期 <改造>",
            "amount": Money("10050.08"),
            "rate": Percent("10.00"),
            "stage": stage("won", "赢单"),
            "account": Node({"name": "华东", "level": stage("a", "A 级")}, "华东"),
            "day": date(2026, 11, 26),
            "won": True,
            "note": "第一行\n第二行",
        },
        "二期 <改造>",
    ),
    "children": Node({"opportunity_line": LINES}),
}


def made(source: str) -> str:
    return rendered(environment("zh"), source, CONTEXT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ record.name }}", "二期 &lt;改造&gt;"),
        ("{{ record }}", "二期 &lt;改造&gt;"),
        ("{{ record.amount }}|{{ record.amount | money('¥') }}", "10,050.08|¥10,050.08"),
        ("{{ record.amount | capitals }}", "壹万零伍拾元零捌分"),
        ("{{ record.amount * 2 - 0.16 }}", "20,100.00"),
        ("{{ record.rate }}", "10%"),
        ("{{ record.stage }}{% if record.stage == 'won' %}!{% endif %}", "赢单!"),
        ("{{ record.account }}/{{ record.account.name }}/{{ record.account.level }}", "华东/华东/A 级"),
        ("{{ record.day }} {{ record.day | date('yyyy年M月d日') }}", "2026-11-26 2026年11月26日"),
        ("{{ record.day | chinese_date }}", "二〇二六年十一月二十六日"),
        ("{{ record.won }}", "是"),
        ("{{ record.note }}", "第一行<br>第二行"),
        ("[{{ record.nothing }}{{ record.nothing.at.all }}]", "[]"),
        ("{{ children.opportunity_line | sum(attribute='amount') | money }}", "12.50"),
        ("{{ children.opportunity_line | map(attribute='product') | join('、') }}", "甲、乙、丙"),
        (
            "{% for line in children.opportunity_line %}{{ loop.index }}{{ line.product }}{% endfor %}",
            "1甲2乙3丙",
        ),
        (
            "{% set n = namespace(t=0) %}{% for x in children.opportunity_line %}{% set n.t = n.t + x.amount %}"  # noqa: ISC004
            "{% endfor %}{{ n.t }}",
            "12.50",
        ),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(record.account) }}", "<华东>"),
    ],
)
def test_what_a_template_can_say(source: str, expected: str) -> None:
    assert made(source) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh", "2026-11-26 2026-11-26 14:05 09:30"), ("en", "Nov 26, 2026 Nov 26, 2026 14:05 09:30")],
)
def test_days_are_written_as_the_reader_writes_them(language: Language, expected: str) -> None:
    at = datetime(2026, 11, 26, 14, 5, tzinfo=UTC)
    values = {"day": at.date(), "at": at, "time": at.replace(hour=9, minute=30).time()}
    context = {"record": Node(values, "x")}
    source = "{{ record.day | date }} {{ record.at }} {{ record.time }}"
    assert rendered(environment(language), source, context) == expected


ESCAPES = (
    "{{ record.__class__ }}",
    "{{ record.name.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ record['__class__'] }}",
    "{{ record.name['__class__'] }}",
    "{{ record.name.format(1) }}",
    "{{ record.name.upper() }}",
    "{{ range.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ namespace()['__class__'].__mro__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner() }}",
    "{{ dict(a=1) }}",
    "{{ record | attr('__class__') }}",
    "{{ record | tojson }}",
    "{{ record | pprint }}",
    "{{ '%999999999d' | format(1) }}",
    "{{ [].append(1) }}",
    "{{ {}.keys() }}",
    "{{ ('x' * 999999999) | length }}",
    "{{ 'x' * 9 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ '%999999999d' % 1 }}",
    "{% for i in range(999999999) %}x{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% for i in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for i in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% for i in [1] %}{{ loop.cycle.__self__ }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__class__ }}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ children.opportunity_line.append }}",
    "{{ children.opportunity_line | map('attr', '__class__') | list }}",
    "{{ children.opportunity_line | map(attribute='__class__') | join }}",
    "{{ children.opportunity_line | groupby('__class__') }}",
    "{{ record.amount.__class__ }}",
    "{{ record.stage.label }}",
)


@pytest.mark.parametrize("source", ESCAPES)
def test_no_template_gets_out_of_its_sandbox(source: str) -> None:
    try:
        found = made(source)
    except TemplateError:
        return
    # What is not refused has found nothing: a name that is no value reads as blank.
    assert set(found) <= {"、", "甲", "乙", "丙"}, found


@pytest.mark.parametrize("source", ["{{ record.nothing.__class__ }}", "{{ nothing.__class__.__mro__ }}"])
def test_what_is_blank_leads_nowhere(source: str) -> None:
    assert made(source) == ""


def test_what_has_no_end_is_ended() -> None:
    loops = "".join(f"{{% for a{n} in range(1000) %}}" for n in range(4)) + "{% endfor %}" * 4
    started = time.monotonic()
    with pytest.raises(BadRequest) as refused:
        press({**TEMPLATE, "body": loops}, [{}], "pdf", seconds=2)
    assert refused.value.code == "print.too_slow"
    assert time.monotonic() - started < 10


def test_what_fills_the_memory_is_refused() -> None:
    doubling = (
        "{% set ns = namespace(x='长') %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}"
    )
    much = "{% for a in range(1000) %}{% for b in range(1000) %}很长的一段文字没有尽头{% endfor %}{% endfor %}"
    for body in (doubling, much):
        with pytest.raises(BadRequest) as refused:
            press({**TEMPLATE, "body": body}, [{}], "pdf")
        assert refused.value.code in {"print.too_long", "print.not_allowed"}


def test_the_paths_of_a_template_are_found() -> None:
    wanted = wanted_by(
        "{{ record.name }}{% set a = record.account %}{{ a.owner.name }}{% if record['amount'] %}{% endif %}"
        "{% for line in children.opportunity_line | sort(attribute='amount') %}{{ line.product.name }}{% endfor %}"
        "{% set lines = children.opportunity_line %}{{ lines | sum(attribute='quantity') }}"
        "{{ children.contact | length }}"
    )
    assert {("name",), ("account",), ("account", "owner", "name"), ("amount",)} <= wanted.record
    assert {("amount",), ("product", "name"), ("quantity",)} <= wanted.children["opportunity_line"]
    assert wanted.children["contact"] == set()


def test_a_broken_template_is_told_with_its_line() -> None:
    with pytest.raises(BadRequest) as refused:
        wanted_by("好\n{% if record.name %}")
    assert refused.value.code == "print.syntax"
    assert refused.value.params["line"] == 2
    for source in ("{{ 1 | nosuch }}", "{{ 1 is nosuch }}"):
        with pytest.raises(BadRequest):
            wanted_by(source)


def test_texts_become_literals() -> None:
    assert string('a"b\\c\n') == '"a\\"b\\\\c\\n"'
    root, sheet = read_html('<style>p {color: red}</style><p>#import "x" <b>*粗*</b><script>alert(1)</script></p>')
    code = document(Sheet({}, read_sheet(sheet)), Paper(), read_html("")[0], root, read_html("")[0])
    assert '#"#import \\"x\\" ";' in code
    assert "alert" not in code
    assert "weight: 700" in code


def test_styles_are_read_and_written_anew() -> None:
    assert (length("12px"), length("2rem"), length("50%"), length("red"), length("0")) == (
        "9pt",
        "21pt",
        "50%",
        None,
        "0pt",
    )
    assert (colour("#FFF"), colour("rgb(300, 0, 1)"), colour("url(x)")) == ('rgb("#fff")', "rgb(255, 0, 1)", None)
    assert stroke("1px solid #ccc") == '(thickness: 0.75pt, paint: rgb("#ccc"))'
    assert sides({"padding": "1pt 2pt", "padding-left": "0"}, "padding") == {
        "top": "1pt",
        "right": "2pt",
        "bottom": "1pt",
        "left": "0pt",
    }


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.2", "壹元贰角整"),
        ("1.02", "壹元零贰分"),
        ("10.005", "壹拾元零壹分"),
        ("1010", "壹仟零壹拾元整"),
        ("10050.08", "壹万零伍拾元零捌分"),
        ("100000", "壹拾万元整"),
        ("12345678.9", "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整"),
        ("100000001", "壹亿零壹元整"),
        ("1234500000000", "壹万贰仟叁佰肆拾伍亿元整"),
        ("-3", "负叁元整"),
    ],
)
def test_amounts_in_capitals(amount: str, text: str) -> None:
    assert rmb_capitals(Decimal(amount)) == text


def test_days_in_chinese() -> None:
    assert chinese_date(date(2026, 10, 20)) == "二〇二六年十月二十日"
    assert chinese_date(date(2005, 1, 31)) == "二〇〇五年一月三十一日"
