"""Values put together from several columns: `{product}[ · {account}]`.

`{column}` is the column's text, `{column|filter}` that text passed through a filter, and a part in square brackets
disappears as a whole when a column in it is blank. The value is blank when
all of the columns are.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from dougong.kit.errors import Problem
from dougong.kit.pinyin import spelt

PLACEHOLDER = re.compile(r"\{([^{}|]+)(?:\|(\w+))?\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def as_login(name: str) -> str:
    """A login made from a person's name: moses.frase from Moses Frase, wangfang from 王芳."""
    latin = "".join(spelt(name)).lower()
    return re.sub(r"[^a-z0-9._-]", "", re.sub(r"\s+", ".", latin.strip()))


FILTERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"lower": str.lower, "upper": str.upper, "login": as_login}
)


def template_columns(template: str) -> tuple[str, ...]:
    """The columns that a template names, each once, in order."""
    return tuple(dict.fromkeys(match.group(1).strip() for match in PLACEHOLDER.finditer(template)))


def template_problems(template: str, where: str) -> list[Problem]:
    """What is wrong with a template's form: unbalanced or nested brackets, an unknown filter, no column at all."""
    rest = PLACEHOLDER.sub("", template)
    broken = set("{}") & set(rest) or set("[]") & set(OPTIONAL.sub("", rest)) or not template_columns(template)
    problems = (
        [Problem("transfer.template_broken", where, params={"where": where, "template": template})] if broken else []
    )
    for match in PLACEHOLDER.finditer(template):
        if match.group(2) is not None and match.group(2) not in FILTERS:
            params = {"where": where, "filter": match.group(2), "known": ", ".join(sorted(FILTERS))}
            problems.append(Problem("transfer.template_filter", where, params=params))
    return problems


def fill(template: str, texts: Mapping[str, str]) -> str:
    """The template's text for one row, given the texts of its columns; '' when all of them are blank."""
    if not any(texts[column] for column in template_columns(template)):
        return ""

    def place(match: re.Match[str]) -> str:
        text = texts[match.group(1).strip()]
        return FILTERS[match.group(2)](text) if match.group(2) else text

    def optional(match: re.Match[str]) -> str:
        inside = match.group(1)
        return inside if all(texts[column] for column in template_columns(inside)) else ""

    return PLACEHOLDER.sub(place, OPTIONAL.sub(optional, template)).strip()
