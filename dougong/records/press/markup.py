"""HTML as a tree: tolerant, without scripts, bounded in depth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from typing_extensions import override

VOID = frozenset({"br", "hr", "img", "col", "page-number", "page-count"})
DROPPED = frozenset({"script", "style", "head", "title", "iframe", "object", "svg", "template"})
"""What stands in these is no text of the document. (A style sheet is kept aside.)"""
DEPTH_MAX = 60
CLOSED_BY = {
    "p": frozenset({"p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote"}),
    "li": frozenset({"li"}),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "thead": frozenset({"tbody", "tfoot"}),
    "tbody": frozenset({"tbody", "tfoot"}),
}
"""Elements whose end may be left out, and what begins behind them."""


@dataclass
class Element:
    """An element with its attributes and what stands in it: texts and elements, in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = None

    @property
    def classes(self) -> frozenset[str]:
        """The words of its `class`."""
        return frozenset(self.attributes.get("class", "").split())

    def elements(self) -> Iterator["Element"]:
        """The elements directly in it."""
        return (child for child in self.children if isinstance(child, Element))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("body")
        self.at = self.root
        self.depth = 0
        self.dropping: str | None = None
        self.sheets: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.dropping is not None:
            return
        if tag in DROPPED:
            self.dropping = tag
            return
        while self.at.name in CLOSED_BY and tag in CLOSED_BY[self.at.name]:
            self._up()
        new = Element(tag, {name: value or "" for name, value in attrs}, parent=self.at)
        self.at.children.append(new)
        if tag not in VOID and self.depth < DEPTH_MAX:
            self.at = new
            self.depth += 1

    @override
    def handle_endtag(self, tag: str) -> None:
        if self.dropping is not None:
            self.dropping = None if tag == self.dropping else self.dropping
            return
        above: Element | None = self.at
        while above is not None and above.name != tag:
            above = above.parent
        if above is None or above is self.root:
            return
        while self.at is not above:
            self._up()
        self._up()

    @override
    def handle_data(self, data: str) -> None:
        if self.dropping == "style":
            self.sheets.append(data)
        elif self.dropping is None:
            self.at.children.append(data)

    def _up(self) -> None:
        if self.at.parent is not None:
            self.at = self.at.parent
            self.depth -= 1


def read_html(text: str) -> tuple[Element, str]:
    """The tree of `text` under a root named body, and the text of its style sheets."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.root, "\n".join(reader.sheets)
