"""SQL that no query builder writes: whole files by name, never put together from parts."""

from importlib import resources


def script(name: str) -> str:
    """The text of the file `name`, for example 0001_system.sql."""
    return resources.files("dougong.storage.sql").joinpath(name).read_text(encoding="utf-8")
