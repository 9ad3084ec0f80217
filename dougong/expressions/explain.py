"""Says a condition in words, in Chinese and English: for rules, saved views and the explanations of decisions."""

from collections.abc import Callable
from datetime import datetime

from dougong.expressions.ast import Among, And, Compare, Condition, DateRange, Me, Not, Or, Path, Value
from dougong.kit.text import Language, sentence

LabelOf = Callable[[Path], str]
ShownValue = Callable[[Path, Value], str]


def explain_condition(
    condition: Condition, language: Language, label_of: LabelOf, shown_value: ShownValue | None = None
) -> str:
    """`condition` in words: 「阶段」等于“赢单”，并且「金额」大于 1000.

    `label_of` gives a field's label, `shown_value` the text of a value where that is another than the value itself
    (an option's label, a record's name); relative dates, "me" and blank have words of their own.
    """
    return _Speaker(language, label_of, shown_value).condition(condition, outer=True)


class _Speaker:
    def __init__(self, language: Language, label_of: LabelOf, shown_value: ShownValue | None) -> None:
        self.language: Language = language
        self.label_of = label_of
        self.shown_value = shown_value

    def condition(self, condition: Condition, *, outer: bool = False) -> str:
        match condition:
            case Compare():
                return self.compare(condition)
            case Among():
                return self.among(condition)
            case Not(item):
                return self.say("not", item=self.condition(item, outer=True))
            case And(()):
                return self.say("always")
            case Or(()):
                return self.say("never")
            case And(items) | Or(items):
                joint = self.say("and" if isinstance(condition, And) else "or")
                text = joint.join(self.condition(item) for item in items)
                return text if outer or len(items) == 1 else self.say("group", item=text)

    def compare(self, compare: Compare) -> str:
        key = compare.operator.value.replace(" ", "_")
        blank = len(compare.values) == 1 and compare.values[0] is None
        if blank and key == "=":
            key = "is_null"
        values = self.say("list").join(self.value(compare.path, value) for value in compare.values)
        return self.say(f"operator.{key}", field=self.label_of(compare.path), value=values)

    def among(self, among: Among) -> str:
        selection = among.selection
        where = _Speaker(self.language, str, None).condition(selection.where)
        selected = self.say("selection", object=selection.object, field=selection.field, where=where)
        key = "operator.not_in" if among.negated else "operator.in"
        return self.say(key, field=self.label_of(among.path), value=selected)

    def value(self, path: Path, value: Value) -> str:
        match value:
            case None:
                return self.say("blank")
            case Me():
                return self.say("me")
            case DateRange(name, count):
                return self.say(f"relative.{name}", count=count)
            case bool():
                return self.say("true" if value else "false")
            case _ if self.shown_value is not None:
                return self.shown_value(path, value)
            case str():
                return self.say("quoted", value=value)
            case datetime():
                return value.isoformat(sep=" ", timespec="minutes")
            case _:
                return str(value)

    def say(self, key: str, **params: object) -> str:
        return sentence(f"explain.{key}", self.language, params)
