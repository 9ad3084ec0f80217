"""How a fault in a formula is told: a code with data, and the part of the text that it means."""

from collections.abc import Iterable
from dataclasses import dataclass

from dougong.kit.errors import BadRequest
from dougong.kit.text import Language, sentence


@dataclass(frozen=True)
class Span:
    """A part of a formula's text: its first character and length, and where a person finds it (from 1)."""

    start: int
    length: int
    line: int
    column: int


class FormulaProblem(BadRequest):
    """A formula that cannot be used. `params` has line, column, start and length beside what the sentence says."""

    default_code = "formula.bad"

    def __init__(self, code: str, span: Span, **params: object) -> None:
        """`span` is the part of the text at fault."""
        self.span = span
        super().__init__(code)
        place = {"line": span.line, "column": span.column, "start": span.start, "length": span.length}
        self.params = {**place, **params}


def in_words(**kinds: str | Iterable[str]) -> dict[str, object]:
    """Parameters that name kinds of values, each as it is and (`_zh`, `_en`) as people call it."""
    found: dict[str, object] = {}
    for name, kind in kinds.items():
        several = [kind] if isinstance(kind, str) else sorted(kind)
        found |= {name: several[0] if isinstance(kind, str) else several}
        found |= {f"{name}_zh": _listed(several, "zh", "或"), f"{name}_en": _listed(several, "en", " or ")}
    return found


def _listed(kinds: Iterable[str], language: Language, between: str) -> str:
    return between.join(sentence(f"formula.kind.{kind}", language) for kind in kinds)
