"""Packages that a company installs: on an empty system and on one in use, a newer release, removal."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from dougong.access.principal import system
from dougong.crm.demonstration import load_demonstration
from dougong.crm.industry import shipped_packages
from dougong.kit.errors import DougongError, NotFound, Refused
from dougong.metadata.installed import installed_packages
from dougong.metadata.journal import Occasion, Wanted, changes
from dougong.metadata.model import Label
from dougong.metadata.package import Package, package_files
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.api import Reading, create, writing
from dougong.records.configuration import apply_records
from dougong.records.configuring.moments import package_in_force
from dougong.records.configuring.packages import install, propose_installation, propose_removal, remove
from dougong.records.configuring.proposal import put_now
from dougong.records.work import Writing
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction

PROJECTS, EQUIPMENT = "project_sales", "equipment_maker"


def writer(tx: Transaction) -> Writing:
    return writing(tx, load_registry(tx), system("test"), "cli")


def add(database: Database, package: Package, *, sample: bool = False) -> None:
    found = propose_installation(database, package)
    with database.transaction() as tx:
        install(writer(tx), found, package, sample=sample)


def take_away(database: Database, name: str) -> None:
    found = propose_removal(database, name)
    with database.transaction() as tx:
        remove(writer(tx), found)


def files(database: Database) -> dict[str, str]:
    with database.snapshot() as snapshot:
        r = Reading(snapshot, load_registry(snapshot), system("test"))
        return dict(package_files(package_in_force(r)))


def refusals(error: DougongError) -> list[str]:
    assert isinstance(error, Refused)
    return [problem.code for problem in error.problems]


def test_both_templates_fit_beside_each_other_and_leave_nothing_when_they_are_removed(database: Database) -> None:
    before = files(database)
    for name, package in shipped_packages().items():
        found = propose_installation(database, package)
        assert {s.name for s in found.definitions.steps if s.act == "add" and s.thing == "object"} == set(
            package.objects
        )
        assert not found.definitions.risky
        with database.transaction() as tx:
            install(writer(tx), found, package)
        assert propose_installation(database, package).empty, name
    with database.snapshot() as snapshot:
        there = [one.name for one in installed_packages(snapshot)]
        assert changes(snapshot, Wanted(), 1)[0].occasion is Occasion.PACKAGE
        opportunity = load_registry(snapshot).object("opportunity")
    assert there == [EQUIPMENT, PROJECTS, "standard"]
    assert "project_id" in opportunity.fields
    assert opportunity.layout.sections[-1].label == Label("项目与投标", "Project and bid")
    assert opportunity.layout.sections[0].label == Label("基本信息", "Opportunity")
    for name in (PROJECTS, EQUIPMENT):
        take_away(database, name)
    assert files(database) == before


def test_sample_records_come_only_when_asked_for_and_records_keep_the_package(database: Database) -> None:
    with database.transaction() as tx:
        load_demonstration(tx)
    for package in shipped_packages().values():
        add(database, package, sample=True)
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        r = Reading(snapshot, registry, system("test"))
        assert package_in_force(r).objects.keys() >= {"project", "equipment"}
    with pytest.raises(Refused) as caught:
        propose_removal(database, PROJECTS)
    assert "package.object_used" in refusals(caught.value)
    assert "package.field_used" in refusals(caught.value)


def test_a_newer_release_comes_in_under_what_the_company_changed(database: Database) -> None:
    package = shipped_packages()[PROJECTS]
    add(database, package)
    with database.transaction() as tx:
        bid = without_system_fields(load_registry(tx).object("bid"))
        put_now(tx, system("test"), "cli", Package(objects={"bid": replace(bid, label=Label("标书", "Tender"))}))
    bid = package.objects["bid"]
    score = replace(bid.fields["score"], label=Label("评分", "Score"))
    newer = replace(
        package,
        version="1.1",
        objects=MappingProxyType(
            {
                **package.objects,
                "bid": replace(
                    bid, label=Label("投标项目", "Bid"), fields=MappingProxyType({**bid.fields, "score": score})
                ),
            }
        ),
    )
    found = propose_installation(database, newer)
    assert [(note["thing"], note["place"], note["kept"]) for note in found.cause.notes] == [
        ("objects/bid", "label.zh", "标书")
    ]
    with database.transaction() as tx:
        install(writer(tx), found, newer)
    with database.snapshot() as snapshot:
        bid = load_registry(snapshot).object("bid")
        (there,) = [one for one in installed_packages(snapshot) if one.name == PROJECTS]
    assert bid.label == Label("标书", "Tender")
    assert bid.fields["score"].label == Label("评分", "Score")
    assert there.version == "1.1"


def test_what_a_package_needs_must_be_there_and_what_is_needed_stays(database: Database) -> None:
    label = Label("附加", "More")
    more = Package(name="more", label=label, needs=(PROJECTS,), extends={"account": {"fields": {}}})
    with pytest.raises(Refused) as caught:
        propose_installation(database, more)
    assert refusals(caught.value) == ["package.needs"]
    add(database, shipped_packages()[PROJECTS])
    add(database, more)
    with pytest.raises(Refused) as caught:
        propose_removal(database, PROJECTS)
    assert refusals(caught.value) == ["package.needed_by"]


def test_a_package_does_not_take_what_is_somebody_elses(database: Database) -> None:
    with database.snapshot() as snapshot:
        product = without_system_fields(load_registry(snapshot).object("product"))
    greedy = Package(name="greedy", label=Label("贪", "Greedy"), objects={"product": product})
    with pytest.raises(Refused) as caught:
        propose_installation(database, greedy)
    assert refusals(caught.value) == ["package.taken"]
    with pytest.raises(NotFound):
        propose_removal(database, "greedy")


def test_the_companys_own_settings_about_a_package_go_with_it(database: Database) -> None:
    before = files(database)
    add(database, shipped_packages()[PROJECTS])
    with database.transaction() as tx:
        w = writer(tx)
        create(w, "profile", [{"key": "estimator", "name": "造价"}])
    with database.transaction() as tx:
        right = {"profile_id": "estimator", "object_name": "bid", "actions": ["read"]}
        apply_records(writer(tx), {"object_permission": [right]})
    take_away(database, PROJECTS)
    after = files(database)
    assert {path for path in after if after[path] != before.get(path)} == {"records/profile.yaml"}
