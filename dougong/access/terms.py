"""What somebody reaches of objects that several dimensions control, as sets of tokens that a row has to meet."""

from collections.abc import Iterable
from dataclasses import dataclass

Cover = frozenset[int] | None
"""The tokens of the nodes that a role reaches in one dimension; None: all of them, and rows without a node too."""

Together = tuple[tuple[int, ...], ...]
"""Sets of tokens, of each of which a row must carry one."""


@dataclass(frozen=True)
class Terms:
    """A row is reached when it carries one of `tokens`, or meets one of `alternatives`. All sorted."""

    tokens: tuple[int, ...] = ()
    alternatives: tuple[Together, ...] = ()
    everything: bool = False

    @property
    def shape(self) -> tuple[bool, tuple[int, ...]]:
        """All that the text of a condition depends on."""
        return self.everything, tuple(map(len, self.alternatives))

    def meet(self, row: Iterable[int]) -> bool:
        """Whether a row with these tokens is reached."""
        held = frozenset(row)
        if self.everything or not held.isdisjoint(self.tokens):
            return True
        return any(all(not held.isdisjoint(part) for part in together) for together in self.alternatives)


def terms_of(grants: Iterable[int], roles: Iterable[list[Cover]], *, any_suffices: bool) -> Terms:
    """What `grants` and the covers of each role reach: roles add up, within one the dimensions combine."""
    tokens, alternatives, everything = set(grants), set[tuple[frozenset[int], ...]](), False
    for covers in roles:
        limits = [cover for cover in covers if cover is not None]
        everything = everything or len(limits) < (len(covers) if any_suffices else 1)
        if any_suffices or len(limits) == 1:
            tokens.update(*limits)
        elif all(limits):
            alternatives.add(tuple(limits))
    return Terms(tuple(sorted(tokens)), everything=True) if everything else _sorted(tokens, alternatives)


def covers(wider: Terms, narrower: Terms) -> bool:
    """Whether each row that meets `narrower` meets `wider`, as far as that shows without looking at rows."""
    if wider.everything:
        return True
    if narrower.everything or not set(narrower.tokens) <= set(wider.tokens):
        return False
    single = frozenset(wider.tokens)
    known = [tuple(map(frozenset, together)) for together in wider.alternatives]
    asked = [tuple(map(frozenset, together)) for together in narrower.alternatives]
    return all(any(part <= single for part in one) or any(_includes(w, one) for w in known) for one in asked)


def union(many: Iterable[Terms]) -> Terms:
    """What any of `many` reaches."""
    tokens, alternatives, everything = set[int](), set[tuple[frozenset[int], ...]](), False
    for one in many:
        tokens.update(one.tokens)
        alternatives.update(tuple(map(frozenset, together)) for together in one.alternatives)
        everything = everything or one.everything
    return Terms(tuple(sorted(tokens)), everything=True) if everything else _sorted(tokens, alternatives)


def _sorted(tokens: set[int], alternatives: set[tuple[frozenset[int], ...]]) -> Terms:
    """The terms without alternatives that another includes: a role that edits less far than it reads needs one."""
    needed = [a for a in alternatives if not any(a != b and _includes(b, a) for b in alternatives)]
    return Terms(tuple(sorted(tokens)), tuple(sorted(tuple(tuple(sorted(part)) for part in a) for a in needed)))


def _includes(wider: tuple[frozenset[int], ...], narrower: tuple[frozenset[int], ...]) -> bool:
    """Whether each row that meets `narrower` meets `wider`: node tokens are of one dimension each."""
    return all(any(part <= limit for part in narrower) for limit in wider)
