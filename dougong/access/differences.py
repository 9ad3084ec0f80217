"""What a change of settings does to people: whose reach or rights differ, and which rights they gain or lose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dougong.access.fields import field_access, readable
from dougong.access.policy import allowed, on_menu
from dougong.access.principal import PERMISSIVENESS, Action, FieldAccess, ObjectRights, Principal, Reach
from dougong.access.terms import Terms, covers
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry


@dataclass(frozen=True)
class Affected:
    """Somebody before and after the change; None where they may not sign in at all."""

    before: Principal | None
    after: Principal | None

    @property
    def principal(self) -> Principal:
        """The person, as they are after the change where they still are somebody."""
        found = self.after or self.before
        if found is None:
            raise ValueError("nobody is affected")
        return found


@dataclass(frozen=True)
class FieldChange:
    """A field that becomes hidden, read-only or editable for somebody."""

    field: str
    before: FieldAccess
    after: FieldAccess


@dataclass(frozen=True)
class RightsChange:
    """What somebody may do with an object from then on, or no longer."""

    object: str
    gained: tuple[Action, ...]
    lost: tuple[Action, ...]
    fields: tuple[FieldChange, ...]
    on_menu: bool | None = None
    """It gets its place in the navigation, or loses it; None where that stays."""


def affected_people(before: Mapping[int, Principal], after: Mapping[int, Principal]) -> list[Affected]:
    """The people whom the change gives another reach or other rights, by name."""
    found = [
        Affected(before.get(user_id), after.get(user_id))
        for user_id in {**before, **after}
        if _decides(before.get(user_id)) != _decides(after.get(user_id))
    ]
    return sorted(found, key=lambda a: (a.principal.name, a.principal.user_id or 0))


def _decides(principal: Principal | None) -> Principal | None:
    """The principal with everything that decides nothing left out."""
    if principal is None:
        return None
    # Whoever reaches everything needs no token for it.
    whole = {Reach.READ} if principal.reads_all else set()
    whole |= {Reach.EDIT, Reach.OWN} if principal.edits_all else set()
    return replace(
        principal,
        login="",
        name="",
        language="zh",
        timezone="",
        department_id=None,
        rights_key=None,
        valid_until=None,
        tokens={reach: () if reach in whole else held for reach, held in principal.tokens.items()},
    )


def rights_changes(registry: Registry, affected: Affected) -> tuple[RightsChange, ...]:
    """Object by object what the person's profiles give and take. Nothing is said of who comes, goes or administers:
    that changes everything."""
    before, after = affected.before, affected.after
    if before is None or after is None or before.administers != after.administers or before.rights == after.rights:
        return ()
    return tuple(_changes(registry, before, after))


def _changes(registry: Registry, before: Principal, after: Principal) -> Iterator[RightsChange]:
    names = before.rights.keys() | after.rights.keys()
    changed = {name for name in names if before.rights.get(name) != after.rights.get(name)}
    for obj in registry.objects.values():
        # What formulas and roll-ups show goes with the fields of other objects that they read.
        read = {name for field in obj.fields.values() for name, _ in field.depends}
        if changed.isdisjoint({obj.name, *read}):
            continue
        had, has = _actions(before, obj), _actions(after, obj)
        gained = tuple(a for a in Action if a in has - had)
        lost = tuple(a for a in Action if a in had - has)
        fields = tuple(_fields(before, after, obj)) if Action.READ in had & has else ()
        moved = (
            _on_menu(after, obj) if Action.READ in had & has and _on_menu(before, obj) != _on_menu(after, obj) else None
        )
        if gained or lost or fields or moved is not None:
            yield RightsChange(obj.name, gained, lost, fields, moved)


def _on_menu(principal: Principal, obj: Object) -> bool:
    return obj.navigation is not None and on_menu(principal, obj)


def _actions(principal: Principal, obj: Object) -> frozenset[Action]:
    return frozenset(action for action in Action if allowed(principal, obj, action) is None)


def _fields(before: Principal, after: Principal, obj: Object) -> Iterator[FieldChange]:
    for field in obj.fields.values():
        was, becomes = (
            field_access(p, obj, field) if readable(p, obj, field) else FieldAccess.HIDDEN for p in (before, after)
        )
        if was is not becomes:
            yield FieldChange(field.name, was, becomes)


def exceeds(after: Principal, before: Principal) -> bool:
    """Whether somebody holds or reaches anything that they did not before."""
    if after.administers > before.administers or not after.areas <= before.areas:
        return True
    if any(_more(rights, before.rights.get(name, NO_RIGHTS)) for name, rights in after.rights.items()):
        return True
    return _finds_more(after, before) or any(_reaches_more(after, before, reach) for reach in Reach)


NO_RIGHTS = ObjectRights()


def _more(after: ObjectRights, before: ObjectRights) -> bool:
    if not after.actions <= before.actions:
        return True
    if Action.CREATE in after.actions and not before.barred_types <= after.barred_types:
        return True
    names = after.fields.keys() | before.fields.keys()
    levels = [(r.fields.get(name, FieldAccess.EDIT) for r in (after, before)) for name in names]
    return any(PERMISSIVENESS.index(now) > PERMISSIVENESS.index(was) for now, was in levels)


def _finds_more(after: Principal, before: Principal) -> bool:
    if before.contacts is None or after.contacts is None:
        return before.contacts is not None
    found = [(set(getattr(after.contacts, n)), set(getattr(before.contacts, n))) for n in ("departments", "people")]
    return any(not now <= was for now, was in found)


def _reaches_more(after: Principal, before: Principal, reach: Reach) -> bool:
    def plain(p: Principal) -> Terms:
        return Terms(p.tokens[reach], everything=p.reads_all if reach is Reach.READ else p.edits_all)

    if not covers(plain(before), plain(after)):
        return True
    labels = {label for label, of in after.terms if of is reach}
    return any(not covers(before.terms.get((one, reach), plain(before)), after.terms[one, reach]) for one in labels)
