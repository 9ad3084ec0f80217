"""Templates for an industry that come with the product: packages in YAML, one folder each, installed where wanted."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dougong.metadata.package import MANIFEST, Package, read_package

FOLDER = Path(__file__).parent


@cache
def shipped_packages() -> Mapping[str, Package]:
    """The packages that come with the product, by name."""
    folders = sorted(path.parent for path in FOLDER.glob(f"*/{MANIFEST}"))
    found = (read_package(folder) for folder in folders)
    return MappingProxyType({package.name or "": package for package in found})
