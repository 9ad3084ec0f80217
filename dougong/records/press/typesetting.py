"""The tree of a document as Typst code.

Every text is a string literal, every length and colour was read and is written anew: nothing of a template or a record
becomes code, so there is nothing to inject, and no import, file or address to name.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dougong.kit.errors import BadRequest
from dougong.records.press.markup import Element
from dougong.records.press.style import Rule, Style, colour, length, read_sheet, sides, stroke, style_of

INLINE = frozenset(
    {"a", "b", "strong", "i", "em", "u", "s", "del", "ins", "span", "small", "sub", "sup", "br", "img", "code", "font",
     "label", "mark", "q", "time", "page-number", "page-count"}
)  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ELEMENTS_MAX = 60_000
IMAGES_MAX = 60
IMAGE_BYTES_MAX = 5 * 1024 * 1024
COLUMNS_MAX = 60
CELLS_OVER_MAX = 1_000
TYPES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}

_DATA = re.compile(r"data:(image/[a-z]+);base64,([A-Za-z0-9+/=\s]+)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_ADDRESS = re.compile(r"https?://[^\s\"\\]{1,2000}|mailto:[^\s\"\\]{1,300}|tel:[^\s\"\\]{1,60}")

BASE = read_sheet(
    """
    h1 {font-size: 19pt; font-weight: bold; margin: 0 0 10pt 0}
    h2 {font-size: 14pt; font-weight: bold; margin: 14pt 0 8pt 0}
    h3 {font-size: 12pt; font-weight: bold; margin: 12pt 0 6pt 0}
    h4 {font-weight: bold; margin: 8pt 0 4pt 0}
    h5 {font-weight: bold; margin: 6pt 0 4pt 0}
    h6 {font-weight: bold; margin: 6pt 0 4pt 0}
    p {margin: 0 0 6pt 0}
    table {margin: 4pt 0 8pt 0}
    blockquote {padding: 2pt 0 2pt 10pt; border-left: 2pt solid #d9d9d9; color: #595959}
    b {font-weight: bold}
    strong {font-weight: bold}
    th {font-weight: bold; text-align: left}
    td {padding: 4pt 5pt}
    th {padding: 4pt 5pt}
    i {font-style: italic}
    em {font-style: italic}
    u {text-decoration: underline}
    ins {text-decoration: underline}
    s {text-decoration: line-through}
    del {text-decoration: line-through}
    small {font-size: 0.85em}
    a {color: #0958d9}
    mark {background: #fffb8f}
    """
)
EM_BOX = "top-edge: 0.88em, bottom-edge: -0.12em"
"""A line is as high as its Chinese characters: one em, like a line of CSS whose height is 1."""
HAIRLINE = '(thickness: 0.5pt, paint: rgb("#bfbfbf"))'
GREY = 'rgb("#595959")'
ALIGNMENTS = {"left": "left", "start": "left", "center": "center", "right": "right", "end": "right"}
UPRIGHT = {"top": "top", "middle": "horizon", "bottom": "bottom"}


@dataclass
class Sheet:
    """One document being set: its rules, and the images that it needs, by their file names."""

    images: dict[str, bytes]
    rules: tuple[Rule, ...] = ()
    number: int = 0
    """The document's place among those that are printed together: its last page is labelled by it."""
    elements: int = field(default=0)

    def enter(self, element: Element, inherited: Mapping[str, str]) -> Style:
        """The style of the next element. Raises BadRequest where a document has too many."""
        self.elements += 1
        if self.elements > ELEMENTS_MAX:
            raise BadRequest("print.too_long")
        return style_of(element, (*BASE, *self.rules), inherited)


def string(text: str) -> str:
    """A Typst string literal."""
    return '"' + _CONTROL.sub("", text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def flow(sheet: Sheet, root: Element, style: Style | None = None, *, top: bool = False) -> str:
    """What stands in `root`: runs of text and the blocks between them. `top`: where a page may be broken."""
    inherited = style or {}
    parts: list[str] = []
    run: list[Element | str] = []
    for child in (*root.children, None):
        if child is not None and (isinstance(child, str) or _is_inline(child)):
            run.append(child)
            continue
        if any(not isinstance(item, str) or item.strip() for item in run):
            parts.append("".join(_inline(sheet, _trimmed(run), inherited)))
        run = []
        if child is not None and not isinstance(child, str):
            parts.append(_block(sheet, child, inherited, top=top))
    return "".join(parts)


def _is_inline(element: Element) -> bool:
    return element.name in INLINE and not any(not _is_inline(child) for child in element.elements())


def _trimmed(run: Sequence[Element | str]) -> list[Element | str]:
    """White space at the ends of a line is nothing."""
    found = list(run)
    if isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return found


def _inline(sheet: Sheet, items: Sequence[Element | str], inherited: Mapping[str, str]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            text = _SPACE.sub(" ", item)
            if text:
                yield f"#{string(text)};"
        else:
            yield _inline_element(sheet, item, inherited)


def _inline_element(sheet: Sheet, element: Element, inherited: Mapping[str, str]) -> str:
    style = sheet.enter(element, inherited)
    match element.name:
        case "br":
            return "#linebreak();"
        case "img":
            return _image(sheet, element, style)
        case "page-number":
            return '#context counter(page).display("1");'
        case "page-count":
            return f"#context counter(page).at(<end-{sheet.number}>).first();"
        case _:
            content = "".join(_inline(sheet, element.children, style))
    if element.name in {"sub", "sup"}:
        return f"#{'sub' if element.name == 'sub' else 'super'}[{content}];"
    return _linked(element, _painted(style, _differing(style, inherited), content))


def _linked(element: Element, content: str) -> str:
    address = element.attributes.get("href", "").strip()
    if element.name == "a" and _ADDRESS.fullmatch(address):
        return f"#link({string(address)})[{content}];"
    return content


def _painted(style: Mapping[str, str], own: Mapping[str, str], content: str) -> str:
    """Inline content with what its element changes."""
    if arguments := _text(own):
        content = f"#text({', '.join(arguments)})[{content}];"
    if (paint := colour(style.get("background") or style.get("background-color"))) is not None:
        content = f"#highlight(fill: {paint})[{content}];"
    decoration = style.get("text-decoration", "")
    if "underline" in decoration:
        content = f"#underline[{content}];"
    if "line-through" in decoration:
        content = f"#strike[{content}];"
    return content


def _differing(style: Mapping[str, str], inherited: Mapping[str, str]) -> Style:
    return {name: value for name, value in style.items() if inherited.get(name) != value}


def _text(own: Mapping[str, str]) -> list[str]:
    """The arguments of Typst's `text` that say what `own` does."""
    found = []
    size = own.get("font-size", "")
    if size.endswith("%") and (percent := length(size)) is not None:
        found.append(f"size: {float(percent[:-1]) / 100:g}em")
    elif (written := length(size)) is not None:
        found.append(f"size: {written}")
    weight = own.get("font-weight")
    if weight in {"bold", "bolder", "600", "700", "800", "900"}:
        found.append("weight: 700")
    elif weight in {"500", "300"}:
        found.append(f"weight: {weight}")
    elif weight is not None:
        found.append("weight: 400")
    if (paint := colour(own.get("color"))) is not None:
        found.append(f"fill: {paint}")
    if (spacing := length(own.get("letter-spacing"))) is not None:
        found.append(f"tracking: {spacing}")
    return found


def _block(sheet: Sheet, element: Element, inherited: Mapping[str, str], *, top: bool) -> str:
    style = sheet.enter(element, inherited)
    before = "#pagebreak(weak: true);" if top and _breaks(style, "before") else ""
    after = "#pagebreak(weak: true);" if top and _breaks(style, "after") else ""
    return before + _boxed(element, style, inherited, _content(sheet, element, style)) + after


def _breaks(style: Mapping[str, str], where: str) -> bool:
    return style.get(f"page-break-{where}") == "always" or style.get(f"break-{where}") == "page"


def _content(sheet: Sheet, element: Element, style: Style) -> str:
    match element.name:
        case "table":
            return _table(sheet, element, style)
        case "ul" | "ol":
            kind = "list" if element.name == "ul" else "enum"
            items = [f"[{flow(sheet, item, sheet.enter(item, style))}]" for item in element.elements()]
            return f"#{kind}({', '.join(items)});" if items else ""
        case "hr":
            return f"#line(length: 100%, stroke: {stroke(style.get('border-top')) or HAIRLINE});"
        case "pre":
            text = "".join(child for child in element.children if isinstance(child, str))
            return "#linebreak();".join(f"#{string(line)};" for line in text.strip("\n").split("\n"))
        case _:
            return flow(sheet, element, style)


def _boxed(element: Element, style: Style, inherited: Mapping[str, str], content: str) -> str:
    """Content as a block with its space, border, ground and text settings."""
    margin, padding = sides(style, "margin"), sides(style, "padding")
    arguments = [f"width: {_block_width(style)}"]
    arguments.append(f"above: {margin.get('top', '0pt')}")
    arguments.append(f"below: {margin.get('bottom', '0pt')}")
    if padding and element.name != "table":
        arguments.append(f"inset: ({', '.join(f'{side}: {value}' for side, value in padding.items())})")
    if (paint := colour(style.get("background") or style.get("background-color"))) is not None:
        arguments.append(f"fill: {paint}")
    if element.name != "hr" and (lines := _borders(style)):
        arguments.append(f"stroke: ({lines})")
    if (radius := length(style.get("border-radius"))) is not None:
        arguments.append(f"radius: {radius}")
    if (height := length(style.get("height"))) is not None and not height.endswith("%"):
        arguments.append(f"height: {height}")
    if "avoid" in {style.get("page-break-inside"), style.get("break-inside")}:
        arguments.append("breakable: false")
    if element.name in HEADINGS:
        arguments.append("sticky: true")
    inner = "".join(_settings(style, inherited)) + content
    block = f"#block({', '.join(arguments)})[{inner}];"
    indents = [f"{side}: {margin[side]}" for side in ("left", "right") if margin.get(side, "0pt") != "0pt"]
    return f"#pad({', '.join(indents)})[{block}];" if indents else block


def _block_width(style: Mapping[str, str]) -> str:
    return length(style.get("width")) or "100%"


def _settings(style: Mapping[str, str], inherited: Mapping[str, str]) -> Iterator[str]:
    own = _differing(style, inherited)
    if arguments := _text(own):
        yield f"#set text({', '.join(arguments)});"
    if (side := ALIGNMENTS.get(own.get("text-align", ""))) is not None:
        yield f"#set align({side});"
    if own.get("text-align") == "justify":
        yield "#set par(justify: true);"
    if (leading := _leading(own.get("line-height"))) is not None:
        yield f"#set par(leading: {leading});"
    if (indent := length(own.get("text-indent"))) is not None:
        yield f"#set par(first-line-indent: (amount: {indent}, all: true));"


def _leading(value: str | None) -> str | None:
    """The space between lines from CSS's height of a line."""
    if value is None:
        return None
    if re.fullmatch(r"\d(\.\d+)?", value):
        return f"{max(float(value) - 1, 0):g}em"
    return length(value)


def _borders(style: Mapping[str, str]) -> str:
    found = {}
    if (whole := stroke(style.get("border"))) is not None:
        found = dict.fromkeys(("top", "right", "bottom", "left"), whole)
    for side in ("top", "right", "bottom", "left"):
        if (own := stroke(style.get(f"border-{side}"))) is not None:
            found[side] = own
    return ", ".join(f"{side}: {line}" for side, line in found.items())


def _image(sheet: Sheet, element: Element, style: Mapping[str, str]) -> str:
    """An image that stands in the document itself; what is elsewhere is left out."""
    match = _DATA.fullmatch(element.attributes.get("src", ""))
    if match is None or match[1] not in TYPES or len(sheet.images) >= IMAGES_MAX:
        return ""
    try:
        content = base64.b64decode(match[2], validate=False)
    except (binascii.Error, ValueError):
        return ""
    if not 0 < len(content) <= IMAGE_BYTES_MAX:
        return ""
    name = f"image-{len(sheet.images)}.{TYPES[match[1]]}"
    sheet.images[name] = content
    sizes = []
    for side in ("width", "height"):
        given = style.get(side) or element.attributes.get(side, "")
        size = length(f"{given}px" if given.isdigit() else given)
        if size is not None:
            sizes.append(f"{side}: {size}")
    return f"#box(image({', '.join([string(name), *sizes])}));"


def _table(sheet: Sheet, table: Element, style: Style) -> str:
    head, body = _rows(sheet, table, style)
    rows = [*head, *body]
    count = min(max((sum(_span(cell, "colspan") for cell in cells) for cells, _ in rows), default=0), COLUMNS_MAX)
    if not count:
        return ""
    whole = length(style.get("width")) is not None
    columns = [width or ("1fr" if whole else "auto") for width in _widths(sheet, table, rows, style, count)]
    grid = HAIRLINE if table.attributes.get("border", "0") not in {"", "0"} else "none"
    top = [_cell(sheet, cell, row_style, count) for cells, row_style in head for cell in cells]
    rest = [_cell(sheet, cell, row_style, count) for cells, row_style in body for cell in cells]
    header = [f"table.header({', '.join(top)})"] if top else []
    parts = [f"columns: ({', '.join(columns)},)", f"stroke: {grid}", "inset: 0pt", *header, *rest]
    return f"#table({', '.join(parts)});"


Row = tuple[list[Element], Style]


def _rows(sheet: Sheet, table: Element, style: Style) -> tuple[list[Row], list[Row]]:
    """The rows of the head, which stands on every page, and the others, each with its style."""
    head: list[Row] = []
    body: list[Row] = []
    for part in table.elements():
        if part.name == "tr":
            body.append(_row(sheet, part, style))
        elif part.name in {"thead", "tbody", "tfoot"}:
            part_style = sheet.enter(part, style)
            rows = [_row(sheet, row, part_style) for row in part.elements() if row.name == "tr"]
            (head if part.name == "thead" else body).extend(rows)
    return [row for row in head if row[0]], [row for row in body if row[0]]


def _row(sheet: Sheet, row: Element, style: Style) -> Row:
    own = sheet.enter(row, style)
    # A row has no ground of its own in Typst: its cells have it.
    ground = {name: own[name] for name in ("background", "background-color", "vertical-align") if name in own}
    return [cell for cell in row.elements() if cell.name in {"td", "th"}], own | ground


def _widths(sheet: Sheet, table: Element, rows: Sequence[Row], style: Style, count: int) -> list[str | None]:
    widths: list[str | None] = [None] * count
    columns = [part for part in _columns(table) if part.name == "col"]
    for at, column in enumerate(columns[:count]):
        widths[at] = _width(sheet, column, style)
    for cells, row_style in rows[:3]:
        at = 0
        for cell in cells:
            span = _span(cell, "colspan")
            if span == 1 and at < count and widths[at] is None:
                widths[at] = _width(sheet, cell, row_style)
            at += span
        if any(widths):
            break
    return widths


def _columns(table: Element) -> Iterator[Element]:
    for part in table.elements():
        if part.name == "colgroup":
            yield from part.elements()
        else:
            yield part


def _width(sheet: Sheet, element: Element, style: Style) -> str | None:
    given = sheet.enter(element, style).get("width") or element.attributes.get("width", "")
    return length(f"{given}px" if given.isdigit() else given)


def _span(cell: Element, name: str) -> int:
    given = cell.attributes.get(name, "1")
    most = COLUMNS_MAX if name == "colspan" else CELLS_OVER_MAX
    return min(max(int(given), 1), most) if given.isdigit() and len(given) < 5 else 1


def _cell(sheet: Sheet, cell: Element, row_style: Style, count: int) -> str:
    style = sheet.enter(cell, row_style)
    for name in ("background", "background-color", "vertical-align"):
        if name in row_style:
            style.setdefault(name, row_style[name])
    arguments = []
    if (across := min(_span(cell, "colspan"), count)) > 1:
        arguments.append(f"colspan: {across}")
    if (down := _span(cell, "rowspan")) > 1:
        arguments.append(f"rowspan: {down}")
    side = ALIGNMENTS.get(style.get("text-align", ""), "left")
    arguments.append(f"align: {side} + {UPRIGHT.get(style.get('vertical-align', ''), 'horizon')}")
    if padding := sides(style, "padding"):
        arguments.append(f"inset: ({', '.join(f'{at}: {value}' for at, value in padding.items())})")
    if (paint := colour(style.get("background") or style.get("background-color"))) is not None:
        arguments.append(f"fill: {paint}")
    if lines := _borders(style):
        arguments.append(f"stroke: ({lines})")
    inner = "".join(_settings({k: v for k, v in style.items() if k != "text-align"}, row_style))
    return f"table.cell({', '.join(arguments)})[{inner}{flow(sheet, cell, style)}]"


@dataclass(frozen=True)
class Paper:
    """The page: its size, how it lies, and its margins in millimetres (top, right, bottom, left)."""

    size: str = "a4"
    landscape: bool = False
    margins: tuple[int, int, int, int] = (20, 18, 20, 18)
    language: str = "zh"


def preamble(paper: Paper, font: Sequence[str]) -> str:
    """What holds for all documents of one print."""
    families = ", ".join(string(name) for name in font)
    region = ', region: "cn"' if paper.language == "zh" else ""
    return (
        f"#set text(font: ({families},), size: 10.5pt, lang: {string(paper.language)}{region}, {EM_BOX});"
        "#set par(leading: 0.45em, spacing: 0.45em);#set block(spacing: 0pt);\n"
    )


def document(sheet: Sheet, paper: Paper, header: Element, body: Element, footer: Element) -> str:
    """One document on pages of its own, numbered from 1."""
    top, right, bottom, left = paper.margins
    small = {"font-size": "9pt", "color": "#595959"}
    running = [
        f"{name}: [#set text(size: 9pt, fill: {GREY});{flow(sheet, root, dict(small))}]"
        for name, root in (("header", header), ("footer", footer))
        if root.children
    ]
    arguments = [
        f"paper: {string(paper.size)}",
        f"flipped: {'true' if paper.landscape else 'false'}",
        f"margin: (top: {top}mm, right: {right}mm, bottom: {bottom}mm, left: {left}mm)",
        *running,
    ]
    return (
        f"#set page({', '.join(arguments)});#counter(page).update(1);"
        f"{flow(sheet, body, top=True)}#metadata(0)<end-{sheet.number}>\n"
    )
