"""The standard package put into force: at the first start, and again whenever a release brings another one.

Between those moments the definitions belong to the company: what an administrator has changed stays changed.
"""

from dougong.access.principal import system
from dougong.crm import STANDARD_PACKAGE
from dougong.metadata.installed import fingerprint, is_installed, remember
from dougong.metadata.journal import Occasion
from dougong.metadata.package import read_package
from dougong.metadata.registry import load_registry
from dougong.records.api import writing
from dougong.records.catching_up import count_as_done
from dougong.records.configuring.keeping import begin_history
from dougong.records.configuring.proposal import Cause, put_now
from dougong.records.configuring.upgrading import Upgrade, upgraded
from dougong.records.people import settle_states
from dougong.storage.unit_of_work import Transaction


def install(transaction: Transaction) -> None:
    """Apply the standard package, definitions and configuration records alike, unless this very text was applied last.

    What the company changed since stays as it is (`records.configuring.upgrading`)."""
    known_as = fingerprint(STANDARD_PACKAGE)
    if is_installed(transaction, known_as):
        return
    package = read_package(STANDARD_PACKAGE)
    registry = load_registry(transaction)
    begin_history(transaction, registry)
    first = not registry.objects
    found = Upgrade(package, ()) if first else upgraded(transaction, package)
    occasion = Occasion.INSTALL if first else Occasion.UPGRADE
    cause = Cause(occasion, package=package.name, notes=found.notes)
    put_now(transaction, system("standard package"), "system", found.package, cause=cause)
    settle_states(writing(transaction, load_registry(transaction), system("standard package"), "system"))
    remember(transaction, package, known_as)
    if first:
        count_as_done(transaction)
