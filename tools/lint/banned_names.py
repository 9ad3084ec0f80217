"""A name says what a thing is; `manager`, `helper` and `util` say that nobody asked.

Such a module has no reason to end: whatever has no place goes there, until it knows everything and everything imports
it. Name the subject (`encodings`, `keyset`, `numbering`) and it gets a bound.
"""

import ast
import re
from collections.abc import Iterator

from tools.lint.rule import Finding, Rule, Snippet, Source, within

BANNED = frozenset({"manager", "managers", "helper", "helpers", "util", "utils", "utility", "utilities", "misc"})
OF_FUNCTIONS = BANNED - {"manager", "managers"}
"""A manager is a person in a CRM: `manager_of(user)` is a fine name for a function, `DealManager` none for a class."""
PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def find(source: Source) -> Iterator[Finding]:
    """The file's own name, and those of its classes and functions."""
    for part in [*source.path.parts[:-1], source.path.stem]:
        if word := _banned(part):
            yield Finding(1, f"the path says {word!r}; name its subject")
    for node in ast.walk(source.tree):
        match node:
            case ast.ClassDef(name=name):
                word = _banned(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                word = _banned(name, OF_FUNCTIONS)
            case _:
                continue
        if word:
            yield Finding(node.lineno, f"{name}: {word!r} says nothing; name what it does")


def _banned(name: str, banned: frozenset[str] = BANNED) -> str | None:
    return next((part for part in PARTS.findall(name) if part.lower() in banned), None)


RULE = Rule(
    name="banned-names",
    applies=within("dougong", "tools", "bench", "tests"),
    find=find,
    good=(
        Snippet("dougong/records/read/keyset.py", "def after(key):\n    return key\n"),
        Snippet("dougong/crm/people.py", "def manager_of(person):\n    return person\n"),
        Snippet("dougong/crm/people.py", "def utilisation(team):\n    return team\n"),
    ),
    bad=(
        Snippet("dougong/records/utils.py", "LIMIT = 1\n"),
        Snippet("dougong/crm/deals.py", "class DealManager:\n    pass\n"),
        Snippet("dougong/crm/deals.py", "def date_helper():\n    pass\n"),
    ),
)
