"""What putting a text into force would do, definitions and configuration records alike; and doing it.

Records may name objects and fields that only the plan brings, so such a plan is tried out in a transaction that is
taken back, and the records are compared in there.
"""

from dataclasses import dataclass, field, replace
from types import MappingProxyType

from dougong.access.principal import Principal, system
from dougong.kit.errors import Conflict, Refused
from dougong.metadata.apply import apply
from dougong.metadata.bin import Binned, binned
from dougong.metadata.journal import Occasion, Text, name_occasion
from dougong.metadata.package import Package
from dougong.metadata.plan import Plan, plan
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.metadata.rename_data import definitions_of
from dougong.metadata.renames import Renaming
from dougong.records.configuration import RecordPlan, RecordStep, apply_records, plan_records
from dougong.records.sharing.upkeep import switch_off_broken
from dougong.records.work import Reading, Writing, writing
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Snapshot, Transaction


@dataclass(frozen=True)
class Cause:
    """On what occasion a text is put into force, and what stays as the company has it although the text says else."""

    occasion: Occasion = Occasion.CHANGE
    package: str | None = None
    reverted_id: int | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What applying a text would do."""

    definitions: Plan
    records: RecordPlan
    package: Package
    prune: bool
    cause: Cause = field(default_factory=Cause)
    shown: bool = True
    """Whether somebody agreed to just this; then nothing more is removed."""

    @property
    def record_steps(self) -> tuple[RecordStep, ...]:
        """The record steps that are carried out."""
        return self.records.additions + self.records.changes + (self.records.removals if self.prune else ())

    @property
    def empty(self) -> bool:
        """The text and the database say the same."""
        return not self.definitions.steps and not self.record_steps


def propose(database: Database, package: Package, *, prune: bool = False, cause: Cause | None = None) -> Proposal:
    """What putting `package` into force would do; nothing is stored.

    Raises InvalidDefinitions and Refused with every problem of the text, or what the data forbid.
    """
    why = cause or Cause()
    with database.consistent_snapshot() as snapshot:
        planned = plan(load_registry(snapshot), package, snapshot, prune=prune)
        if planned.problems:
            raise Refused(planned.problems)
        package = _followed(package, planned)
        if not planned.steps:
            r = Reading(snapshot, planned.current, system("plan of the configuration"))
            return Proposal(planned, plan_records(r, package.records), package, prune, why)
    with database.rehearsal() as transaction:
        apply(transaction, planned)
        r = Reading(transaction, load_registry(transaction), system("plan of the configuration"))
        return Proposal(planned, plan_records(r, package.records), package, prune, why)


def _followed(package: Package, planned: Plan) -> Package:
    """The package with new names in its records, where they still say the old ones, which nothing has any more."""
    if not planned.renames:
        return package
    renaming = Renaming(definitions_of(planned.current), planned.renames)
    records = {}
    for name, some in package.records.items():
        obj = planned.current.objects.get(name)
        called = planned.renames.objects.get(name, name)
        records[called] = some if obj is None else tuple(renaming.record(obj, one) for one in some)
    return replace(package, records=MappingProxyType(records))


def put(w: Writing, proposal: Proposal) -> int:
    """Put `proposal` into force in the writer's transaction, and return the version. Raises Conflict (plan.moved) when
    the definitions have changed since, and what the write path refuses."""
    cause = proposal.cause
    name_occasion(
        w.transaction,
        cause.occasion,
        package=cause.package,
        reverted_id=cause.reverted_id,
        notes=cause.notes,
    )
    restored = _from_bin(w.transaction, proposal.definitions) if cause.occasion is Occasion.REVERT else ()
    version = apply(w.transaction, proposal.definitions, w.author, restored)
    switch_off_broken(w.transaction, w.registry)
    later = writing(w.transaction, load_registry(w.transaction, w.registry), w.actor, w.via, w.origin)
    done = apply_records(later, proposal.package.records, prune=proposal.prune)
    if proposal.shown and proposal.prune and set(_keys(done)) - set(_keys(proposal.records)):
        # Somebody has changed records since the plan was shown: more would go than was told.
        raise Conflict("configuration.plan_moved")
    return version


def _from_bin(snapshot: Snapshot, planned: Plan) -> tuple[Binned, ...]:
    """What the plan adds and the bin has with its data, as it was: who takes a deletion back means the data, too."""
    added = {step.name for step in planned.steps if step.act == "add" and step.thing in {"object", "field"}}
    found: dict[str, Binned] = {}
    for entry in binned(snapshot):
        name = entry.object if entry.field is None else f"{entry.object}.{entry.field}"
        if name in added and name not in found and _shape(planned, entry) == _shape_in_bin(entry):
            found[name] = entry
    return tuple(found.values())


def _shape(planned: Plan, entry: Binned) -> object:
    obj = planned.wanted.objects[entry.object]
    if entry.field is not None:
        return obj.fields[entry.field].type.value
    return {field.name: field.type.value for field in without_system_fields(obj).fields.values()}


def _shape_in_bin(entry: Binned) -> object:
    if entry.field is not None:
        return entry.body["type"]
    return {field["name"]: field["type"] for field in entry.body["fields"]}


def _keys(records: RecordPlan) -> list[tuple[str, object]]:
    return [(step.object, step.key) for step in records.removals]


def put_now(
    transaction: Transaction,
    actor: Principal,
    via: str,
    package: Package,
    *,
    prune: bool = False,
    cause: Cause | None = None,
) -> int:
    """Plan `package` and put it into force at once, for what nobody is asked about. Raises as `propose` and `put`."""
    planned = plan(load_registry(transaction), package, transaction, prune=prune)
    proposal = Proposal(planned, RecordPlan(), _followed(package, planned), prune, cause or Cause(), shown=False)
    return put(writing(transaction, planned.current, actor, via), proposal)
