"""A policy as SQL. The one place where access becomes a WHERE: leave it out and nothing can be read.

The condition's *text* depends only on the kind of policy; a reader's tokens are parameters (`token_params`), so that
one compiled statement serves everybody with the same rights.
"""

from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.access.policy import Denied, Gated, Open, ThroughMaster, policy_for
from dougong.access.principal import Action, Principal, Reach, reach_of
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry


def tokens_param(reach: Reach) -> str:
    """The name of the parameter that holds a reader's tokens of `reach`."""
    return f"{reach.value}_tokens"


def token_params(principal: Principal) -> dict[str, list[int]]:
    """The parameters of every statement that `visible` is part of."""
    return {tokens_param(reach): list(tokens) for reach, tokens in principal.tokens.items()}


def visible(
    registry: Registry, principal: Principal, obj: Object, table: sa.FromClause, action: Action = Action.READ
) -> sa.ColumnElement[bool]:
    """The condition under which `principal` may `action` a row of `table` (the table of `obj` or an alias of it)."""
    policy = policy_for(principal, obj, action)
    match policy:
        case Open():
            return sa.true()
        case Denied():
            return sa.false()
        case Gated(reach):
            tokens = sa.bindparam(tokens_param(reach), list(principal.tokens[reach]), type_=ARRAY(sa.BigInteger()))
            return table.c.access.op("&&", is_comparison=True)(sa.cast(tokens, ARRAY(sa.BigInteger())))
        case ThroughMaster():
            return _through_master(registry, principal, obj, table, action)
        case _:
            assert_never(policy)


def _through_master(
    registry: Registry, principal: Principal, obj: Object, table: sa.FromClause, action: Action
) -> sa.ColumnElement[bool]:
    """A detail is visible with its living master, and may be written where its master lets one (`master_action`)."""
    field = obj.master
    if field is None:
        raise ValueError(f"{obj.name} is shared like its parent but has no field that leads to it")
    on_master = Action.READ if reach_of(action) is Reach.READ else Action(obj.master_action)
    ways: list[sa.ColumnElement[bool]] = []
    for target in field.points_to:
        parent = registry.tables[target].alias()
        condition = visible(registry, principal, registry.objects[target], parent, on_master)
        if not isinstance(condition, sa.sql.elements.False_):
            found = sa.select(sa.literal_column("1", sa.Integer)).where(parent.c.id == table.c[field.name], condition)
            ways.append(sa.exists(found))
    return sa.or_(sa.false(), *ways)
