"""Checks that the house stands as the documents draw it: `python -m tools.check_house`, seconds.

Sizes are printed, never judged: a long file should make its author ask whether it has two purposes. What fails is
structure: a folder that does not say what it is for, an error without a sentence, a field type that a screen cannot
draw, a route that declares no principal, configuration that does not satisfy its schema, a gap in the decisions, a link
into nothing, an address of somebody's workplace.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.kit.text import messages
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import FieldType
from dougong.metadata.package import read_package, schema
from dougong.storage.engine import open_database
from dougong.storage.sealing import Sealer, new_key

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "dougong" / "crm" / "package"
DECISIONS = ROOT / "docs" / "decisions"
PARTS_OF_A_DECISION = ("Context", "Decision", "Consequences", "Alternatives")
LONGEST = 12
WORTH_A_LOOK = 300

CODE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
PLACEHOLDER = re.compile(r"(?<!{){([a-z_]+)}")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")

# Written so that this file does not find itself.
WORKPLACE = re.compile(
    r"[/]work[/]|[/]farm[/]|\bfarm[-](?:bench|studio)|files[.]pythonhosted|registry[.]npmjs|pypi[.]org[/]simple"
    r"|deb[.]debian[.]org|[/]root[/][.]|[/]opt[/](?:pypi|wheels)",
    re.IGNORECASE,
)
NOT_TEXT = {".png", ".jpg", ".ico", ".gif", ".xlsx", ".xls", ".woff2", ".gz", ".zip", ".pdf", ".svg"}


def main() -> int:
    """Print the sizes and every problem; 1 when there is one."""
    found = 0
    for check in CHECKS:
        problems = sorted(set(check()))
        found += len(problems)
        title = (check.__doc__ or check.__name__).splitlines()[0].rstrip(".")
        print(f"{'ok ' if not problems else 'NO '} {title}")
        for problem in problems:
            print(f"     {problem}")
    print_sizes()
    print(f"{len(CHECKS)} structure checks, {found} problems")
    return 1 if found else 0


def print_sizes() -> None:
    """The longest files, and how many there are."""
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in sources()}
    ordered = sorted(lines.items(), key=lambda item: -item[1])
    long = sum(count > WORTH_A_LOOK for count in lines.values())
    print(f"    {len(lines)} source files, {sum(lines.values())} lines, {long} files over {WORTH_A_LOOK}; the longest:")
    for path, count in ordered[:LONGEST]:
        print(f"     {count:5} {path.relative_to(ROOT)}")


def sources() -> list[Path]:
    """Every Python and TypeScript file of ours."""
    places = ["dougong", "tools", "bench", "tests", "web/src"]
    found = [p for place in places for p in (ROOT / place).rglob("*") if p.suffix in {".py", ".ts", ".tsx"}]
    return sorted(p for p in found if "node_modules" not in p.parts)


@cache
def trees() -> dict[Path, ast.Module]:
    """The parsed modules of the product."""
    return {p: ast.parse(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "dougong").rglob("*.py"))}


def folders_without_purpose() -> Iterator[str]:
    """Each folder says what lives in it."""
    for folder in sorted({path.parent for path in trees()}):
        init = trees().get(folder / "__init__.py")
        if init is None or len(ast.get_docstring(init) or "") < len("What lives here, and for whom."):
            yield f"{folder.relative_to(ROOT)}/__init__.py: say what lives here and who may use it"


def codes_without_sentence() -> Iterator[str]:
    """Each error code has a sentence in Chinese and in English."""
    areas = {code.split(".")[0] for code in messages()}
    for path, tree in trees().items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for code in _codes(call):
                if code not in messages() and (code.split(".")[0] in areas or _is_error(call)):
                    yield f"{path.relative_to(ROOT)}:{call.lineno}: {code} has no sentence in dougong/kit/messages"


def _codes(call: ast.Call) -> Iterator[str]:
    """Texts in the places of a call where codes stand."""
    places = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "code")]
    if _is_error(call):
        for place in places:
            choices = [place.body, place.orelse] if isinstance(place, ast.IfExp) else [place]
            for node in choices:
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                    yield node.value


@cache
def error_classes() -> frozenset[str]:
    """The names of the classes that carry a code: DougongError and what derives from it, and Problem."""
    bases = {
        node.name: {base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases}
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"DougongError", "Problem", "ValueProblem", "sentence"}
    while more := {name for name, parents in bases.items() if parents & known} - known:
        known |= more
    return frozenset(known)


def _is_error(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return name in error_classes() or name in {"_problem", "say", "words"}


def sentences_in_two_languages() -> Iterator[str]:
    """Each sentence stands in both languages and names the same things."""
    for code, texts in messages().items():
        zh, en = texts.get("zh", ""), texts.get("en", "")
        if not zh or not en or set(texts) != {"zh", "en"}:
            yield f"{code}: give zh and en, and nothing else"
        elif missing := _names(zh) ^ _names(en):
            yield f"{code}: only one of the two languages says {', '.join(sorted(missing))}"


def _names(text: str) -> set[str]:
    """What a sentence interpolates; `label_zh` and `label_en` are the same thing in each language."""
    return {name.removesuffix("_zh").removesuffix("_en") for name in PLACEHOLDER.findall(text)}


def sentences_that_nobody_says() -> Iterator[str]:
    """Each sentence is said by some code."""
    constants, beginnings = set(), set()
    for tree in trees().values():
        for node in ast.walk(tree):
            match node:
                case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                    beginnings.add(start)
                case ast.Constant(value=str(text)):
                    constants.add(text)
                    if text.endswith((".", "_")) and CODE.match(text):
                        beginnings.add(text)
                case _:
                    pass
    for code in messages():
        if code not in constants and not any(code.startswith(start) for start in beginnings if "." in start):
            yield f"{code}: no code in dougong/ says this; remove the sentence"


def field_types_everywhere() -> Iterator[str]:
    """Each field type is known to the server, to the schema of packages and to the screens."""
    configurable = {t.value for t in FieldType if t is not FieldType.ID}
    yield from (f"{t}: no kind in metadata/field_types" for t in set(FieldType) - set(KINDS))
    in_schema = set(schema()["$defs"]["field"]["properties"]["type"]["enum"])
    yield from (f"{t}: only in one of model.FieldType and package.schema.json" for t in configurable ^ in_schema)
    widgets = (ROOT / "web/src/fields/registry.tsx").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^  ([a-z_]+)[:,]", widgets[widgets.index("FIELD_WIDGETS") :], re.MULTILINE))
    every = {t.value for t in FieldType}
    yield from (f"{t}: only in one of model.FieldType and FIELD_WIDGETS" for t in every ^ drawn)


def routes_with_principal() -> Iterator[str]:
    """Each route declares who may call it, and the OpenAPI document can be made."""
    database = open_database("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    try:
        create_app(Settings(database, Sealer(new_key()))).openapi()
    except RuntimeError as error:
        yield str(error)
    finally:
        database.close()


def standard_package() -> Iterator[str]:
    """The standard configuration satisfies its schema."""
    try:
        package = read_package(PACKAGE)
    except InvalidDefinitions as error:
        yield from (f"{problem.code} {dict(problem.params)}" for problem in error.problems)
        return
    if not package.objects:
        yield f"{PACKAGE.relative_to(ROOT)}: there are no objects"


def decisions_in_order() -> Iterator[str]:
    """The decisions are numbered without a gap and have their four parts."""
    paths = sorted(DECISIONS.glob("*.md"))
    for number, path in enumerate((p for p in paths if p.name != "README.md"), start=1):
        if not re.fullmatch(rf"{number:04}-[a-z0-9-]+\.md", path.name):
            yield f"docs/decisions/{path.name}: the next number is {number:04}"
        text = path.read_text(encoding="utf-8")
        for part in PARTS_OF_A_DECISION:
            if f"\n## {part}" not in text:
                yield f"docs/decisions/{path.name}: has no part {part!r}"


def links_into_nothing() -> Iterator[str]:
    """Each link of the documents leads somewhere."""
    for path in (p for p in kept_files() if p.suffix == ".md"):
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                yield f"{path.relative_to(ROOT)}: {target} does not exist"


def addresses_of_a_workplace() -> Iterator[str]:
    """No path, tool or package index of somebody's workplace stands in the repository."""
    for path in kept_files():
        if path.suffix.lower() in NOT_TEXT:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if found := WORKPLACE.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group()}"


@cache
def kept_files() -> tuple[Path, ...]:
    """The files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(p for name in listed.stdout.split("\0") if name and (p := ROOT / name).is_file())


CHECKS: tuple[Callable[[], Iterable[str]], ...] = (
    folders_without_purpose,
    codes_without_sentence,
    sentences_in_two_languages,
    sentences_that_nobody_says,
    field_types_everywhere,
    routes_with_principal,
    standard_package,
    decisions_in_order,
    links_into_nothing,
    addresses_of_a_workplace,
)


if __name__ == "__main__":
    sys.exit(main())
