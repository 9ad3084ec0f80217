"""The standard package put into force: at the first start, and again whenever a release brings another one.

Between those moments the definitions belong to the company: what an administrator has changed stays changed.
"""

from dougong.access.principal import system
from dougong.crm import STANDARD_PACKAGE
from dougong.metadata.apply import apply_package
from dougong.metadata.installed import is_installed, remember
from dougong.metadata.package import read_package
from dougong.metadata.registry import load_registry
from dougong.records.api import writing
from dougong.records.configuration import apply_records
from dougong.storage.unit_of_work import Transaction


def install(transaction: Transaction) -> None:
    """Apply the standard package, definitions and configuration records alike, unless this very text is in force."""
    package = read_package(STANDARD_PACKAGE)
    if is_installed(transaction, package):
        return
    apply_package(transaction, package)
    w = writing(transaction, load_registry(transaction), system("standard package"), "system")
    apply_records(w, package.records)
    remember(transaction, package)
