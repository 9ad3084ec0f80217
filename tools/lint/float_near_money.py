"""Business code knows no binary fractions.

0.1 + 0.2 is not 0.3 in a float, and a quarter's sum over 8,800 amounts shows it. Money and quantities are
`decimal.Decimal` from the database to JSON; a float literal or a conversion is where the error comes in.
"""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.lint.rule import Finding, Rule, Snippet, Source, called, within


def find(source: Source) -> Iterator[Finding]:
    """Conversions to float, and float literals."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Call() if called(node) == "float" and isinstance(node.func, ast.Name):
                yield Finding(node.lineno, "float() loses cents; keep the Decimal (dougong.kit.money)")
            case ast.Constant(value=float()):
                yield Finding(node.lineno, 'a float literal near money; write Decimal("…")')
            case _:
                pass


def _near_money(path: PurePosixPath) -> bool:
    """Business code and field types; the demonstration company's generator draws lots with chances such as 0.3."""
    return within("dougong/crm", "dougong/kit/money.py", "dougong/metadata/field_types")(path) and not within(
        "dougong/crm/demonstration"
    )(path)


RULE = Rule(
    name="float-near-money",
    applies=_near_money,
    find=find,
    good=(
        Snippet("dougong/crm/cpq/price.py", 'price = Decimal("0.85") * listed\n'),
        Snippet("dougong/crm/cpq/price.py", "share = part * 100 // whole\n"),
        Snippet("dougong/crm/cpq/price.py", "if isinstance(value, float):\n    refuse(value)\n"),
        Snippet("dougong/crm/demonstration/deals.py", "won = lots.random() < 0.3\n"),
        Snippet("dougong/storage/jobs.py", "sleep(0.5)\n"),
    ),
    bad=(
        Snippet("dougong/crm/cpq/price.py", "price = listed * 0.85\n"),
        Snippet("dougong/kit/money.py", "return float(value)\n"),
    ),
)
