"""The process that prints: a request on standard input, a line about the answer and its files on standard output.

The request is `{"template": …, "documents": […], "form": "pdf" | "pages" | "each"}`. The line is
`{"sizes": [bytes of each file]}` or `{"error": code, "params": {…}}`.
"""

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk  # type: ignore[import-untyped]
import typst
from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from markupsafe import Markup

from dougong.kit.errors import DougongError
from dougong.kit.text import Language
from dougong.records.press.formats import Choice, Money, Node, Percent, Value
from dougong.records.press.language import Environment, environment, rendered
from dougong.records.press.markup import Element, read_html
from dougong.records.press.style import read_sheet
from dougong.records.press.typesetting import Paper, Sheet, document, preamble

CPU_SECONDS = 60
MEMORY_BYTES = 3 * 1024 * 1024 * 1024
PAGES_SHOWN_MAX = 20
PIXELS_PER_INCH = 110
FONT = ("Noto Sans CJK SC",)
FONTS = "DOUGONG_FONTS"
"""A directory of a company's own typefaces; its first family is used before ours."""
PAGE = Markup("<page-number></page-number>")
PAGES = Markup("<page-count></page-count>")


def _choice(value: Value) -> Choice:
    found = Choice(value[0])
    found.label = value[1]
    return found


READERS: Mapping[str, Callable[[Any], Any]] = {
    "money": Money,
    "percent": Percent,
    "number": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "choice": _choice,
    "choices": lambda value: [_choice(item) for item in value],
    "html": Markup,
    "node": lambda value: Node({name: read(part) for name, part in value[1].items()}, value[0] or ""),
    "nodes": lambda value: [read(item) for item in value],
}
"""How a value of each kind is read; texts, truth values and nothing come as they are."""


def read(value: Value) -> Value:
    """A value as the request writes it: itself, or [kind, what it is]."""
    if isinstance(value, list):
        return READERS[value[0]](value[1])
    return value


def render(template: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]) -> tuple[list[str], dict[str, bytes]]:
    """The Typst code of each document, and the images that they name."""
    language: Language = "en" if template["language"] == "en" else "zh"
    env = environment(language)
    paper = Paper(template["paper"], template["landscape"], tuple(template["margins"]), language)
    images: dict[str, bytes] = {}
    codes = []
    for number, given in enumerate(documents):
        context = {**{name: read(value) for name, value in given.items()}, "page": PAGE, "pages": PAGES}
        roots: list[Element] = []
        sheets: list[str] = []
        for part in ("header", "body", "footer"):
            root, sheet = read_html(_rendered(env, part, template[part], context))
            roots.append(root)
            sheets.append(sheet)
        sheet_of_all = Sheet(images, read_sheet("\n".join(sheets)), number)
        codes.append(document(sheet_of_all, paper, *roots))
    return codes, images


class _FailedError(Exception):
    """A template that cannot be printed: `code` and `params` of the sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _rendered(env: Environment, part: str, source: str, context: Mapping[str, Any]) -> str:
    try:
        return rendered(env, source, context)
    except TemplateSyntaxError as error:
        raise _FailedError("print.syntax", part=part, line=error.lineno, message=error.message) from error
    except SecurityError as error:
        raise _FailedError("print.not_allowed", part=part, message=str(error)) from error
    except TemplateError as error:
        raise _FailedError("print.failed", part=part, message=error.message) from error


def compiled(codes: Sequence[str], images: Mapping[str, bytes], language: str, form: str) -> list[bytes]:
    """The files: one PDF of all documents, one of each, or pictures of the first pages."""
    own = os.environ.get(FONTS)
    places = [str(Path(manimgx_fonts_cjk.__file__).parent), *([own] if own else [])]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=places)
    family = (*_families(own), *FONT)
    with tempfile.TemporaryDirectory(prefix="dougong-print-") as root:
        for name, content in images.items():
            Path(root, name).write_bytes(content)
        compiler = typst.Compiler(
            b"", root=root, font_paths=fonts, package_path=root, package_cache_path=root, ignore_system_fonts=True
        )
        head = preamble(Paper(language=language), family)
        texts = [head + "\n".join(codes)] if form != "each" else [head + code for code in codes]
        if form == "pages":
            pages = compiler.compile(texts[0].encode(), format="png", ppi=PIXELS_PER_INCH)
            return (pages if isinstance(pages, list) else [pages or b""])[:PAGES_SHOWN_MAX]
        return [_one(compiler.compile(text.encode(), format="pdf")) for text in texts]


def _families(place: str | None) -> tuple[str, ...]:
    if not place:
        return ()
    return tuple(typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[place]).families())


def _one(answer: Value) -> bytes:
    return b"".join(answer) if isinstance(answer, list) else bytes(answer or b"")


def answer(request: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The line about the answer, and the files."""
    template = request["template"]
    try:
        codes, images = render(template, request["documents"])
        files = compiled(codes, images, template["language"], request["form"])
    except _FailedError as error:
        return {"error": error.code, "params": error.params}, []
    except DougongError as error:
        return {"error": error.code, "params": dict(error.params)}, []
    except typst.TypstError as error:
        return {"error": "print.not_set", "params": {"message": error.message}}, []
    except (MemoryError, RecursionError):
        return {"error": "print.too_long", "params": {}}, []
    return {"sizes": [len(file) for file in files]}, files


def main() -> int:
    """Print what standard input asks for."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    told, files = answer(json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    for file in files:
        sys.stdout.buffer.write(file)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
