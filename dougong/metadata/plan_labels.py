"""Options that read alike: nobody who picks one could tell which (domain.md 2.3, 5.3).

Only what a plan adds or renames is asked, so that lists of before stay changeable. Of districts there are several with
one name: options that are never offered together may share theirs. An option out of use counts: records still show it,
and whoever misses it switches it on again.
"""

from collections import defaultdict
from collections.abc import Iterator

from dougong.kit.errors import Problem
from dougong.metadata.model import Option
from dougong.metadata.names import RECORD_TYPE
from dougong.metadata.registry import Registry

Lists = dict[str, tuple[Option, ...]]
"""By place the options that are written there."""


def label_problems(before: Registry, after: Registry) -> Iterator[Problem]:
    """A problem for each option that is new, or called anew, and reads like another one of its list."""
    was = _lists(before)
    for place, options in _lists(after).items():
        known = {option.value: _read(option) for option in was.get(place, ())}
        # Of two that read alike the one that was there is not to blame; of two new ones it is the later.
        in_turn = sorted(options, key=lambda option: known.get(option.value) != _read(option))
        read: defaultdict[tuple[int, str], list[Option]] = defaultdict(list)
        for option in in_turn:
            twins = [one for at in enumerate(_read(option)) for one in read[at] if _together(one, option)]
            if twins and known.get(option.value) != _read(option):
                params = {"place": place, "value": option.value, "other": twins[0].value}
                params |= {"option_zh": option.label.zh, "option_en": option.label.en}
                yield Problem("plan.option_label_twice", params=params)
            for at in enumerate(_read(option)):
                read[at].append(option)


def _lists(registry: Registry) -> Lists:
    found: Lists = {f"option_sets/{name}": one.options for name, one in registry.option_sets.items()}
    for name, obj in registry.objects.items():
        for field in obj.fields.values():
            # The options of the record type are the types of the object: they are named elsewhere.
            if field.options and field.option_set is None and field.name != RECORD_TYPE:
                found[f"objects/{name}.fields.{field.name}"] = field.options
    return found


def _read(option: Option) -> tuple[str, str]:
    """What readers of either language read."""
    return option.label.zh.strip().casefold(), option.label.en.strip().casefold()


def _together(one: Option, other: Option) -> bool:
    """Whether both may be offered at once."""
    return one.shown_for is None or other.shown_for is None or not set(one.shown_for).isdisjoint(other.shown_for)
