"""A policy as SQL. The one place where access becomes a WHERE: leave it out and nothing can be read.

The condition's *text* depends only on the kind of policy; a reader's tokens are parameters (`token_params`), so that
one compiled statement serves everybody with the same rights.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.access.contacts import DEPARTMENT, Contacts
from dougong.access.policy import (
    Acquainted,
    Denied,
    Gated,
    Open,
    Policy,
    ThroughMaster,
    naming_policy,
    policy_for,
    record_policy,
)
from dougong.access.principal import HELD_BY_LOCK, Action, Principal, Reach, reach_of
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry


def tokens_param(reach: Reach, control: str | None = None, *place: int) -> str:
    """The name of the parameter that holds a reader's tokens of `reach`; of `control`: at a place of an alternative."""
    return "_".join([reach.value, "tokens", *([] if control is None else [control]), *map(str, place)])


def hidden_param(object_name: str, field_name: str) -> str:
    """The name of the parameter that holds the pools in which a field is blank to the reader."""
    return f"hidden_{object_name}_{field_name}"


def token_params(principal: Principal) -> Mapping[str, str]:
    """The parameters of every compiled statement that `visible` is part of, as PostgreSQL writes arrays.

    Made once for each principal: they go with every question, and lists are dear to send.
    """
    params = principal.params
    if not params:
        params.update({name: f"{{{','.join(map(str, ids))}}}" for name, ids in _arrays(principal)})
    return params


def _arrays(principal: Principal) -> Iterator[tuple[str, Sequence[int]]]:
    for reach, tokens in principal.tokens.items():
        yield tokens_param(reach), tokens
    for (control, reach), terms in principal.terms.items():
        yield tokens_param(reach, control), terms.tokens
        for n, together in enumerate(terms.alternatives):
            for m, part in enumerate(together):
                yield tokens_param(reach, control, n, m), part
    for (object_name, field_name), pools in principal.masks.items():
        yield hidden_param(object_name, field_name), pools
    if (contacts := principal.contacts) is not None:
        yield "contact_departments", contacts.departments
        yield "contact_people", contacts.people
        yield "contact_accounts", contacts.accounts


def visible(
    registry: Registry, principal: Principal, obj: Object, table: sa.FromClause, action: Action = Action.READ
) -> sa.ColumnElement[bool]:
    """The condition under which `principal` may `action` a row of `table` (the table of `obj` or an alias of it)."""
    reached = _condition(registry, principal, obj, table, policy_for(principal, obj, action), action)
    if action not in HELD_BY_LOCK:
        return reached
    free = unlocked(registry, principal, obj, table)
    return reached if isinstance(free, sa.sql.elements.True_) else sa.and_(reached, free)


def owned_by(registry: Registry, principal: Principal, obj: Object, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The condition under which a row is as much the principal's as its owner's, whatever their profiles allow."""
    policy = record_policy(principal, obj, Reach.OWN)
    return _condition(registry, principal, obj, table, policy, Action.TRANSFER)


def named(registry: Registry, principal: Principal, obj: Object, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The condition under which the name of a row is shown to `principal` on a record that points to it."""
    return _condition(registry, principal, obj, table, naming_policy(principal, obj), Action.READ)


def unlocked(registry: Registry, principal: Principal, obj: Object, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The condition under which no lock holds a row of `table`: one on the record or, for a part of it, on its master.

    The product itself goes on keeping its own fields of locked records.
    """
    if principal.product:
        return sa.true()
    free: list[sa.ColumnElement[bool]] = [table.c.locked_at.is_(None)] if obj.lockable else []
    field = obj.master
    if field is not None and Action(obj.master_action) in HELD_BY_LOCK:
        for target in field.points_to:
            parent = registry.tables[target].alias()
            above = unlocked(registry, principal, registry.objects[target], parent)
            if not isinstance(above, sa.sql.elements.True_):
                held = sa.select(sa.literal_column("1", sa.Integer))
                free.append(~sa.exists(held.where(parent.c.id == table.c[field.name], sa.not_(above))))
    return sa.and_(sa.true(), *free)


def _condition(
    registry: Registry, principal: Principal, obj: Object, table: sa.FromClause, policy: Policy, action: Action
) -> sa.ColumnElement[bool]:
    match policy:
        case Open():
            return sa.true()
        case Denied():
            return sa.false()
        case Gated(reach, control):
            if control is None:
                return _meets(table, tokens_param(reach), principal.tokens[reach])
            terms = principal.terms[control, reach]
            ways = [
                sa.and_(*(_meets(table, tokens_param(reach, control, n, m), part) for m, part in enumerate(together)))
                for n, together in enumerate(terms.alternatives)
            ]
            return sa.or_(_meets(table, tokens_param(reach, control), terms.tokens), *ways)
        case ThroughMaster():
            return _through_master(registry, principal, obj, table, action)
        case Acquainted(contacts):
            return _acquainted(registry, contacts, obj, table)
        case _:
            assert_never(policy)


def _acquainted(registry: Registry, contacts: Contacts, obj: Object, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whom a communication scope lets one find. Owners of partner accounts are looked up as they are at the time."""
    departments = bound_ids("contact_departments", contacts.departments)
    if obj.name == DEPARTMENT:
        return table.c.id == sa.any_(departments)
    ways = [
        table.c.department_id == sa.any_(departments),
        table.c.id == sa.any_(bound_ids("contact_people", contacts.people)),
    ]
    if contacts.external:
        accounts = registry.tables["account"].alias("partner")
        owners = sa.select(accounts.c.owner_id).where(
            accounts.c.id == sa.any_(bound_ids("contact_accounts", contacts.accounts)), accounts.c.deleted_at.is_(None)
        )
        ways.append(table.c.id.in_(owners))
    return sa.or_(*ways)


def bound_ids(name: str, ids: Sequence[int]) -> sa.ColumnElement[Any]:
    """The parameter `name`, an array of ids or tokens."""
    return sa.cast(sa.bindparam(name, list(ids), type_=ARRAY(sa.BigInteger())), ARRAY(sa.BigInteger()))


def _meets(table: sa.FromClause, name: str, tokens: Sequence[int]) -> sa.ColumnElement[bool]:
    """That a row carries one of the tokens of the parameter `name`."""
    return table.c.access.op("&&", is_comparison=True)(bound_ids(name, tokens))


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
        above = registry.objects[target]
        condition = _condition(registry, principal, above, parent, policy_for(principal, above, on_master), on_master)
        if not isinstance(condition, sa.sql.elements.False_):
            found = sa.select(sa.literal_column("1", sa.Integer)).where(parent.c.id == table.c[field.name], condition)
            ways.append(sa.exists(found))
    return sa.or_(sa.false(), *ways)
