"""The options of a field made ready for being looked up: by value, and by what people write for them.

A field has a few options, or all 3,500 districts of China; an import asks for one in every row.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from dougong.kit.kept import Kept
from dougong.metadata.model import Field, FieldType, Option

FIELDS_KEPT = 2_000


@dataclass(frozen=True)
class OptionIndex:
    """`by_text` has, for each folded value and label, the options that are called so, active ones first."""

    options: tuple[Option, ...]
    by_value: Mapping[str, Option]
    by_text: Mapping[str, tuple[Option, ...]]
    active: frozenset[str]


_KEPT: Kept[OptionIndex] = Kept(FIELDS_KEPT)


def option_index(field: Field) -> OptionIndex:
    """The options of `field`, indexed once a registry."""
    found = _KEPT.find(id(field.options))
    # An id is given to another tuple when the first is gone; what is kept says whose it is, and keeps it.
    if found is None or found.options is not field.options:
        found = _indexed(field.options)
        _KEPT.keep(id(field.options), found)
    return found


def _indexed(options: tuple[Option, ...]) -> OptionIndex:
    by_text: defaultdict[str, list[Option]] = defaultdict(list)
    for option in sorted(options, key=lambda o: not o.active):
        for text in dict.fromkeys(map(folded, (option.value, option.label.zh, option.label.en))):
            by_text[text].append(option)
    return OptionIndex(
        options,
        {option.value: option for option in options},
        {text: tuple(found) for text, found in by_text.items()},
        frozenset(option.value for option in options if option.active),
    )


def folded(text: str) -> str:
    """`text` without regard to case, width and white space."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def options_of_text(field: Field, text: str) -> tuple[Option, ...]:
    """The options whose value or Chinese or English label `text` is: an exact value first, then active ones."""
    index = option_index(field)
    exact = index.by_value.get(text.strip())
    alike = index.by_text.get(folded(text), ())
    return alike if exact is None else (exact, *(option for option in alike if option is not exact))


def default_of(field: Field) -> object:
    """The default of `field` as its definition says it, else the option that is the default of its options."""
    if field.default is not None or field.type not in {FieldType.SELECT, FieldType.MULTI_SELECT}:
        return field.default
    chosen = next((option.value for option in field.options if option.default), None)
    return [chosen] if chosen is not None and field.type is FieldType.MULTI_SELECT else chosen
