"""The part of CSS that documents need: a sheet of simple selectors, inline styles, lengths and colours.

Selectors are names, classes and both (`td.amount`), also behind each other (`table.lines th`); anything else, and any
property or value that is not known, is passed over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dougong.records.press.markup import Element

Style = dict[str, str]

INHERITED = frozenset(
    {"text-align", "font-size", "font-weight", "font-style", "font-family", "color", "line-height", "letter-spacing"}
)
SHEET_MAX = 20_000
RULES_MAX = 300

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PART = re.compile(r"([a-z][a-z0-9-]*|\*)?((?:\.[A-Za-z_][\w-]*)*)")
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?|-?\.\d+)(mm|cm|in|pt|px|em|rem|%)?")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.ASCII | re.IGNORECASE)
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
NAMED = {
    "black": "#000000",
    "white": "#ffffff",
    "red": "#cf1322",
    "green": "#389e0d",
    "blue": "#0958d9",
    "orange": "#d46b08",
    "gray": "#8c8c8c",
    "grey": "#8c8c8c",
    "silver": "#d9d9d9",
    "navy": "#10239e",
}


@dataclass(frozen=True)
class Rule:
    """A selector as steps of (name or None, classes), outermost first, and what it sets."""

    steps: tuple[tuple[str | None, frozenset[str]], ...]
    style: Mapping[str, str]

    @property
    def weight(self) -> tuple[int, int]:
        """Which of two rules holds: the one with more classes, then more names."""
        return sum(len(classes) for _, classes in self.steps), sum(name is not None for name, _ in self.steps)


def read_sheet(text: str) -> tuple[Rule, ...]:
    """The rules of a style sheet that are understood, the weightiest last."""
    rules: list[Rule] = []
    for selectors, body in _RULE.findall(_COMMENT.sub("", text[:SHEET_MAX])):
        style = declarations(body)
        for selector in selectors.split(","):
            steps = _steps(selector)
            if steps and style:
                rules.append(Rule(steps, style))
    return tuple(sorted(rules[:RULES_MAX], key=lambda rule: rule.weight))


def _steps(selector: str) -> tuple[tuple[str | None, frozenset[str]], ...]:
    found = []
    for word in selector.split():
        match = _PART.fullmatch(word)
        if match is None or not match[0]:
            return ()
        found.append((match[1] if match[1] != "*" else None, frozenset(match[2].split(".")) - {""}))
    return tuple(found)


def declarations(text: str) -> Style:
    """`name: value` pairs."""
    pairs = (part.partition(":") for part in text.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip().lower() for name, colon, value in pairs if colon
    }


def style_of(element: Element, rules: Sequence[Rule], inherited: Mapping[str, str]) -> Style:
    """What holds for `element`: what it inherits, then the rules that mean it, then its own."""
    style = {name: value for name, value in inherited.items() if name in INHERITED}
    for rule in rules:
        if _means(rule, element):
            style |= rule.style
    return style | declarations(element.attributes.get("style", ""))


def _means(rule: Rule, element: Element) -> bool:
    *above, last = rule.steps
    if not _is(element, last):
        return False
    at = element.parent
    for step in reversed(above):
        while at is not None and not _is(at, step):
            at = at.parent
        if at is None:
            return False
        at = at.parent
    return True


def _is(element: Element, step: tuple[str | None, frozenset[str]]) -> bool:
    name, classes = step
    return (name is None or name == element.name) and classes <= element.classes


def length(value: str | None) -> str | None:
    """A length as Typst writes it; None for what is none. A pixel is 0.75 points; rem is 10.5 points."""
    match = _LENGTH.fullmatch((value or "").strip())
    if match is None:
        return None
    number, unit = float(match[1]), match[2]
    if abs(number) > 5_000:
        return None
    if unit is None:
        return "0pt" if number == 0 else None
    if unit == "px":
        return f"{number * 0.75:g}pt"
    if unit == "rem":
        return f"{number * 10.5:g}pt"
    return f"{number:g}{unit}"


def colour(value: str | None) -> str | None:
    """A colour as Typst writes it; None for what is none."""
    text = (value or "").strip().lower()
    text = NAMED.get(text, text)
    if _HEX.fullmatch(text):
        return f'rgb("{text}")'
    match = _RGB.fullmatch(text)
    if match is not None:
        return f"rgb({', '.join(str(min(int(part), 255)) for part in match.groups())})"
    return None


def stroke(value: str | None) -> str | None:
    """A border as Typst writes it: `1px solid #ccc`; `none` where there is none; None for what is not understood."""
    words = (value or "").split()
    if not words:
        return None
    if words[0] in {"none", "0"}:
        return "none"
    width = next((found for word in words if (found := length(word)) is not None), "0.75pt")
    ink = next((found for word in words if (found := colour(word)) is not None), "black")
    dash = next((word for word in words if word in {"dashed", "dotted"}), None)
    if dash is not None:
        return f'(thickness: {width}, paint: {ink}, dash: "{dash}")'
    return f"(thickness: {width}, paint: {ink})"


def sides(style: Mapping[str, str], name: str) -> dict[str, str]:
    """Lengths of the four sides from `padding` and `padding-top` and so on, those that are given."""
    found: dict[str, str] = {}
    whole = [length(word) for word in style.get(name, "").split()]
    if whole and None not in whole:
        top, right, bottom, left = _four([word for word in whole if word is not None])
        found = {"top": top, "right": right, "bottom": bottom, "left": left}
    for side in ("top", "right", "bottom", "left"):
        own = length(style.get(f"{name}-{side}"))
        if own is not None:
            found[side] = own
    return found


def _four(given: list[str]) -> tuple[str, str, str, str]:
    match given[:4]:
        case [one]:
            return one, one, one, one
        case [vertical, across]:
            return vertical, across, vertical, across
        case [top, across, bottom]:
            return top, across, bottom, across
        case [top, right, bottom, left]:
            return top, right, bottom, left
        case _:
            raise AssertionError(given)
