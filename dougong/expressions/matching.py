"""How text is matched without regard to case, once for both back ends.

PostgreSQL's `lower()` maps character by character (simple case mapping) in every collation but C and ICU's; `fold` does
the same, so `lower(column) LIKE fold(pattern)` and `matches_like` agree. The one place where LIKE input is escaped.
"""

from functools import lru_cache

_DOTTED_I = "İ"


def fold(text: str) -> str:
    """`text` in lower case, character by character: always as many characters as before."""
    if text.isascii():
        return text.lower()
    return "".join("i" if c == _DOTTED_I else c.lower() for c in text)


def literal_pattern(text: str) -> str:
    """`text` as a LIKE pattern that matches only itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def containing(text: str) -> str:
    """The folded LIKE pattern of texts that contain `text`."""
    return f"%{literal_pattern(fold(text))}%"


def starting_with(text: str) -> str:
    """The folded LIKE pattern of texts that begin with `text`."""
    return f"{literal_pattern(fold(text))}%"


def like_pattern(pattern: str) -> str:
    """A user's LIKE pattern, folded; a backslash at its end, which PostgreSQL refuses, stands for itself."""
    folded = fold(pattern)
    trailing = len(folded) - len(folded.rstrip("\\"))
    return folded + "\\" if trailing % 2 else folded


ANY_RUN = "%"
ANY_ONE = "_"


@lru_cache(maxsize=256)
def _tokens(pattern: str) -> tuple[tuple[str, bool], ...]:
    """The pattern's characters, each with whether it is a wildcard."""
    characters = iter(pattern)
    return tuple((next(characters), False) if c == "\\" else (c, c in (ANY_RUN, ANY_ONE)) for c in characters)


def matches_like(text: str, pattern: str) -> bool:
    """Whether `text` matches a pattern that `like_pattern`, `containing` or `starting_with` made.

    Walks both once and returns only to the latest `%`: no pattern takes more than len(text) * len(pattern) steps.
    """
    folded, tokens = fold(text), _tokens(pattern)
    at, token = 0, 0
    run_token, run_at = -1, 0
    while at < len(folded):
        c, wild = tokens[token] if token < len(tokens) else ("", False)
        if wild and c == ANY_RUN:
            run_token, run_at = token, at
            token += 1
        elif (wild and c == ANY_ONE) or (not wild and c == folded[at]):
            at, token = at + 1, token + 1
        elif run_token >= 0:
            run_at += 1
            at, token = run_at, run_token + 1
        else:
            return False
    return all(rest == (ANY_RUN, True) for rest in tokens[token:])
