"""The one table of what formulas can call: what each function takes and gives. Its help is in kit/messages.

A `Parameter` lists the kinds that it takes; both back ends know the function by `operation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from dougong.expressions.formula.types import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, Kind, Type

Group = Literal["logic", "text", "number", "date", "options", "record"]
Context = Literal["formula", "rule"]
"""A rule is decided while a record is written, so that it knows what the record was before."""

ANY = frozenset(Kind)
TEXTUAL = frozenset({Kind.TEXT})
NUMERIC = frozenset({Kind.NUMBER})
BOOL = frozenset({Kind.BOOLEAN})
DAYS = frozenset({Kind.DATE})
CALENDAR = frozenset({Kind.DATE, Kind.DATETIME})
RANKED = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATETIME})
MULTIPLE = frozenset({Kind.TEXTS})


@dataclass(frozen=True)
class Parameter:
    """One place of a function. `alike`: of one kind with the others that say so, and with the result if it has none."""

    kinds: frozenset[Kind]
    optional: bool = False
    alike: bool = False
    field: bool = False
    """Only the name of a field of the record itself can stand here."""


@dataclass(frozen=True)
class Function:
    """A function. `rest`: what may follow any number of times; `result` None: the type of what is alike."""

    name: str
    group: Group
    parameters: tuple[Parameter, ...]
    result: Type | None
    rest: Parameter | None = None
    context: Context = "formula"

    @property
    def operation(self) -> str:
        """The name by which the back ends know it."""
        return self.name.lower()

    @property
    def least(self) -> int:
        """The fewest arguments."""
        return sum(not parameter.optional for parameter in self.parameters)

    @property
    def most(self) -> int | None:
        """The most arguments; None: any number."""
        return None if self.rest is not None else len(self.parameters)


def _p(kinds: frozenset[Kind]) -> Parameter:
    return Parameter(kinds)


_ALIKE = Parameter(ANY, alike=True)
_OWN = Parameter(ANY, field=True)
_TEXT, _NUMBER, _BOOL, _CALENDAR = _p(TEXTUAL), _p(NUMERIC), _p(BOOL), _p(CALENDAR)
_RANKED = Parameter(RANKED, alike=True)


def _function(
    name: str,
    group: Group,
    parameters: Sequence[Parameter],
    result: Type | None,
    rest: Parameter | None = None,
    context: Context = "formula",
) -> Function:
    return Function(name, group, tuple(parameters), result, rest, context)


_ALL = (
    _function("IF", "logic", [_BOOL, _ALIKE, Parameter(ANY, optional=True, alike=True)], None),
    _function("CASE", "logic", [Parameter(ANY), Parameter(ANY), Parameter(ANY)], None, rest=Parameter(ANY)),
    _function("AND", "logic", [_BOOL], BOOLEAN, rest=_BOOL),
    _function("OR", "logic", [_BOOL], BOOLEAN, rest=_BOOL),
    _function("NOT", "logic", [_BOOL], BOOLEAN),
    _function("ISBLANK", "logic", [_p(ANY)], BOOLEAN),
    _function("BLANKVALUE", "logic", [_ALIKE, _ALIKE], None),
    _function("LEFT", "text", [_TEXT, _NUMBER], TEXT),
    _function("RIGHT", "text", [_TEXT, _NUMBER], TEXT),
    _function("MID", "text", [_TEXT, _NUMBER, _NUMBER], TEXT),
    _function("LEN", "text", [_TEXT], NUMBER),
    _function("UPPER", "text", [_TEXT], TEXT),
    _function("LOWER", "text", [_TEXT], TEXT),
    _function("TRIM", "text", [_TEXT], TEXT),
    _function("CONTAINS", "text", [_TEXT, _TEXT], BOOLEAN),
    _function("BEGINS", "text", [_TEXT, _TEXT], BOOLEAN),
    _function("SUBSTITUTE", "text", [_TEXT, _TEXT, _TEXT], TEXT),
    _function("TEXT", "text", [_p(ANY)], TEXT),
    _function("VALUE", "text", [_TEXT], NUMBER),
    _function("NUMBERSTRING", "text", [_NUMBER], TEXT),
    _function("ROUND", "number", [_NUMBER, _NUMBER], NUMBER),
    _function("FLOOR", "number", [_NUMBER], NUMBER),
    _function("CEILING", "number", [_NUMBER], NUMBER),
    _function("ABS", "number", [_NUMBER], NUMBER),
    _function("MOD", "number", [_NUMBER, _NUMBER], NUMBER),
    _function("SQRT", "number", [_NUMBER], NUMBER),
    _function("POWER", "number", [_NUMBER, _NUMBER], NUMBER),
    _function("MAX", "number", [_RANKED], None, rest=_RANKED),
    _function("MIN", "number", [_RANKED], None, rest=_RANKED),
    _function("TODAY", "date", [], DATE),
    _function("NOW", "date", [], DATETIME),
    _function("DATE", "date", [_NUMBER, _NUMBER, _NUMBER], DATE),
    _function("DATEVALUE", "date", [_p(frozenset({Kind.TEXT, Kind.DATETIME}))], DATE),
    _function("YEAR", "date", [_CALENDAR], NUMBER),
    _function("MONTH", "date", [_CALENDAR], NUMBER),
    _function("DAY", "date", [_CALENDAR], NUMBER),
    _function("WEEKDAY", "date", [_CALENDAR], NUMBER),
    _function("ADDDAYS", "date", [_p(DAYS), _NUMBER], DATE),
    _function("ADDMONTHS", "date", [_p(DAYS), _NUMBER], DATE),
    _function("DAYSBETWEEN", "date", [_p(DAYS), _p(DAYS)], NUMBER),
    _function("INCLUDES", "options", [_p(MULTIPLE), _TEXT], BOOLEAN),
    _function("ISNEW", "record", [], BOOLEAN, context="rule"),
    _function("ISCHANGED", "record", [_OWN], BOOLEAN, context="rule"),
    _function("PRIORVALUE", "record", [_OWN], None, context="rule"),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({function.name: function for function in _ALL})

ALIASES: Mapping[str, str] = MappingProxyType(
    {"ISNULL": "ISBLANK", "NULLVALUE": "BLANKVALUE", "FIND": "CONTAINS", "CEIL": "CEILING", "LENGTH": "LEN"}
    | {"POW": "POWER", "ISPICKVAL": "ISPICKVAL"}
)
"""Names that people bring from elsewhere: those of the manual are taken, for the others the right one is named."""

TAKEN = frozenset({"ISNULL", "NULLVALUE"})
