"""A template to begin with, made from the object's layout: a title, the fields in two columns, the lines as a table."""

from collections.abc import Iterator

from markupsafe import escape

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.kit.text import Language
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Label, Object
from dougong.records.api import Reading
from dougong.records.printing.templates import Template

STYLE = """<style>
  h1 { text-align: center; letter-spacing: 2pt; margin: 0 0 14pt 0 }
  h2 { font-size: 12pt; margin: 14pt 0 6pt 0; padding: 0 0 0 6pt; border-left: 3pt solid #1677ff }
  table.facts td { border: 0.5pt solid #d9d9d9; padding: 5pt 7pt }
  td.label { background: #fafafa; color: #595959 }
  table.lines th { background: #f0f5ff; border: 0.5pt solid #d9d9d9 }
  table.lines td { border: 0.5pt solid #d9d9d9 }
  td.number, th.number { text-align: right }
</style>
"""
NUMBERS = frozenset({FieldType.CURRENCY, FieldType.DECIMAL, FieldType.INTEGER, FieldType.PERCENT})
WIDE = frozenset({FieldType.LONG_TEXT, FieldType.RICH_TEXT, FieldType.ADDRESS})
LEFT_OUT = frozenset({FieldType.FILE, FieldType.LOCATION})
WORDS = {
    "title": Label("{object}概要", "{object} summary"),
    "number": Label("序号", "No."),
    "total": Label("合计", "Total"),
    "capitals": Label("大写", "In words"),
    "printed": Label("打印人：{{ user }}　打印时间：{{ now }}", "Printed by {{ user }}, {{ now }}"),
    "pages": Label("第 {{ page }} 页，共 {{ pages }} 页", "Page {{ page }} of {{ pages }}"),
}


def draft(r: Reading, object_name: str, language: Language) -> Template:
    """A template for the object with all that its layout shows to the reader."""
    obj = r.registry.object(object_name)
    label = getattr(obj.label, language)
    title = _words("title", language).replace("{object}", label)
    body = [STYLE, f"<h1>{escape(title)}</h1>\n"]
    for section in obj.layout.sections:
        fields = [f for name in section.fields if (f := obj.fields.get(name)) is not None and _shown(r, obj, f)]
        if fields:
            body.append(f"<h2>{escape(getattr(section.label, language))}</h2>\n{_facts(fields, language)}")
    for related in obj.layout.related:
        child = r.registry.objects[related.object]
        if (
            child.fields[related.field].holds
            and allowed(r.actor, child, Action.READ) is None
            and child.navigation is None
        ):
            found = [f for name in related.columns if (f := child.fields.get(name)) is not None and _shown(r, child, f)]
            if found and child.name != "team_member":
                body.append(f"<h2>{escape(getattr(child.label, language))}</h2>\n{_lines(child, found, language)}")
    footer = (
        '<table style="width: 100%"><tr>'
        f"<td>{_words('printed', language)}</td>"
        f'<td style="text-align: right">{_words("pages", language)}</td></tr></table>'
    )
    return Template(
        name=WORDS["title"].zh.replace("{object}", obj.label.zh),
        name_en=WORDS["title"].en.replace("{object}", obj.label.en),
        object=obj.name,
        body="".join(body),
        footer=footer,
    )


def _words(name: str, language: Language) -> str:
    return str(getattr(WORDS[name], language))


def _shown(r: Reading, obj: Object, found: Field) -> bool:
    return found.type not in LEFT_OUT and readable(r.actor, obj, found)


def _facts(fields: list[Field], language: Language) -> str:
    """Label and value, two pairs in a row; a long text has a row of its own."""
    rows: list[str] = []
    waiting = ""
    for found in fields:
        pair = f'<td class="label">{escape(getattr(found.label, language))}</td>'
        if found.type in WIDE:
            rows += [f'  <tr>{waiting}<td class="label"></td><td></td></tr>\n'] if waiting else []
            rows.append(f'  <tr>{pair}<td colspan="3">{_value("record", found)}</td></tr>\n')
            waiting = ""
        elif waiting:
            rows.append(f"  <tr>{waiting}{pair}<td>{_value('record', found)}</td></tr>\n")
            waiting = ""
        else:
            waiting = f"{pair}<td>{_value('record', found)}</td>"
    if waiting:
        rows.append(f'  <tr>{waiting}<td class="label"></td><td></td></tr>\n')
    columns = "".join(f'<col style="width: {width}">' for width in ("16%", "34%", "16%", "34%"))
    return f'<table class="facts" style="width: 100%">\n  {columns}\n{"".join(rows)}</table>\n'


def _value(base: str, found: Field) -> str:
    path = f"{base}.{found.step if found.type in LINKS else found.name}"
    if found.type is FieldType.IMAGE:
        return f'{{{{ {path} | image("40mm") }}}}'
    return f"{{{{ {path} | money }}}}" if found.type is FieldType.CURRENCY else f"{{{{ {path} }}}}"


def _lines(child: Object, fields: list[Field], language: Language) -> str:
    heads = "".join(f"<th{_class(found)}>{escape(getattr(found.label, language))}</th>" for found in fields)
    cells = "".join(f"<td{_class(found)}>{_value(child.name, found)}</td>" for found in fields)
    number = _words("number", language)
    return (
        '<table class="lines" style="width: 100%">\n'
        f'  <thead><tr><th style="width: 10%">{number}</th>{heads}</tr></thead>\n'
        f"  {{% for {child.name} in children.{child.name} %}}\n"
        f"  <tr><td>{{{{ loop.index }}}}</td>{cells}</tr>\n"
        "  {% endfor %}\n"
        f"{''.join(_total(child, fields, language))}</table>\n"
    )


def _total(child: Object, fields: list[Field], language: Language) -> Iterator[str]:
    if not fields or fields[-1].name != child.amount_field:
        return
    total = f"children.{child.name} | sum(attribute='{child.amount_field}')"
    yield (
        f'  <tr><td colspan="{len(fields)}" class="number">{_words("total", language)}</td>'
        f'<td class="number"><b>{{{{ {total} | money }}}}</b></td></tr>\n'
    )


def _class(found: Field) -> str:
    return ' class="number"' if found.type in NUMBERS else ""
