"""The product acts for itself only for a reason that stands in the code.

`system(reason)` may do everything. With a reason put together at run time, a reviewer cannot list what it is used for,
and a name that comes from outside could be written into the history as the cause of a change.
"""

import ast
from collections.abc import Iterator

from tools.lint.rule import Finding, Rule, Snippet, Source, called, within

SHORTEST = 5


def find(source: Source) -> Iterator[Finding]:
    """Calls of `system` whose reason is not a literal sentence."""
    if source.path.name == "principal.py" and within("dougong/access")(source.path):
        return
    for call in source.calls():
        if called(call) != "system" or _is_of_another_module(call):
            continue
        reason = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "reason"), None)
        if not (isinstance(reason, ast.Constant) and isinstance(reason.value, str) and len(reason.value) >= SHORTEST):
            yield Finding(call.lineno, "system() takes its reason as a literal text that says why the product acts")


def _is_of_another_module(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=name)):
            return name != "principal"
        case ast.Attribute():
            return True
        case _:
            return False


RULE = Rule(
    name="system-reason",
    applies=within("dougong", "bench"),
    find=find,
    good=(
        Snippet("dougong/crm/pools/jobs.py", 'actor = system("pool reclaim")\n'),
        Snippet("dougong/crm/pools/jobs.py", "name = platform.system()\n"),
    ),
    bad=(
        Snippet("dougong/crm/pools/jobs.py", "actor = system(request.reason)\n"),
        Snippet("dougong/crm/pools/jobs.py", 'actor = principal.system(f"pool {name}")\n'),
        Snippet("dougong/crm/pools/jobs.py", 'actor = system("")\n'),
    ),
)
