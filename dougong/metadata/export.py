"""What is in force, as a package: applying the export changes nothing."""

from types import MappingProxyType

from dougong.metadata.package import Package
from dougong.metadata.registry import Registry, without_system_fields


def export_definitions(registry: Registry, name: str | None = None) -> Package:
    """The objects and option sets of `registry`. Configuration records are added by `records.configuration`."""
    return Package(
        objects=MappingProxyType({n: without_system_fields(obj) for n, obj in registry.objects.items()}),
        option_sets=registry.option_sets,
        name=name,
    )
