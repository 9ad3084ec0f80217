"""A policy as SQL. The one place where access becomes a WHERE: leave it out and nothing can be read.

The condition's *text* depends only on the kind of policy; a reader's tokens are the parameters READ_TOKENS and
EDIT_TOKENS, so that one compiled statement serves everybody with the same rights.
"""

from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.access.policy import Denied, Gated, Open, ThroughMaster, policy_for
from dougong.access.principal import Action, Principal
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry

READ_TOKENS = "read_tokens"
EDIT_TOKENS = "edit_tokens"


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
        case Gated():
            reading = action in {Action.READ, Action.EXPORT}
            name = READ_TOKENS if reading else EDIT_TOKENS
            tokens = sa.bindparam(name, list(policy.tokens), type_=ARRAY(sa.BigInteger()))
            return table.c.access.op("&&", is_comparison=True)(sa.cast(tokens, ARRAY(sa.BigInteger())))
        case ThroughMaster():
            return _through_master(registry, principal, obj, table, action)
        case _:
            assert_never(policy)


def _through_master(
    registry: Registry, principal: Principal, obj: Object, table: sa.FromClause, action: Action
) -> sa.ColumnElement[bool]:
    """A detail is visible with its living master, and may be written or deleted where its master may be edited."""
    field = obj.master
    if field is None or field.target is None:
        raise ValueError(f"{obj.name} is shared like its parent but has no master-detail field")
    master = registry.objects[field.target]
    parent = registry.tables[master.name].alias()
    on_master = Action.READ if action in {Action.READ, Action.EXPORT} else Action.UPDATE
    condition = visible(registry, principal, master, parent, on_master)
    if isinstance(condition, sa.sql.elements.False_):
        return sa.false()
    found: sa.Select[int] = sa.select(sa.literal_column("1", sa.Integer)).where(
        parent.c.id == table.c[field.name], condition
    )
    return sa.exists(found)
