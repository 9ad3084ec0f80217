"""The text of a configuration as a zip file: one to download, one that somebody uploads."""

import io
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from dougong.kit.errors import BadRequest, TooLarge
from dougong.metadata.package import Package, package_files, read_package

UNPACKED_MAX = 64 * 1024 * 1024
FILES_MAX = 5_000
MOMENT = (2026, 1, 1, 0, 0, 0)
"""All files have it, so that equal configurations are equal archives."""


def packed(package: Package) -> bytes:
    """The files of `package` as a zip file, the same bytes for the same text."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in package_files(package).items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(content: bytes) -> Package:
    """The package in a zip file, which may have it in one folder. Nothing of it is kept on the disk.

    Raises BadRequest for what is no such file, TooLarge, and InvalidDefinitions as `read_package`.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [one for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, ValueError) as error:
        raise BadRequest("configuration.archive_bad") from error
    if sum(one.file_size for one in members) > UNPACKED_MAX or len(members) > FILES_MAX:
        raise TooLarge("configuration.archive_large", megabytes=UNPACKED_MAX // 1024 // 1024)
    with tempfile.TemporaryDirectory() as folder, archive:
        root = Path(folder)
        for one in members:
            path = PurePosixPath(one.filename)
            if path.is_absolute() or ".." in path.parts or "\\" in one.filename:
                raise BadRequest("configuration.archive_path", name=one.filename)
            if path.suffix not in {".yaml", ".yml"} or any(part.startswith((".", "__")) for part in path.parts):
                continue
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.write_bytes(archive.read(one))
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
                raise BadRequest("configuration.archive_bad") from error
        inside = list(root.iterdir())
        known = {"objects", "option_sets", "records", "extends", "sample"}
        only = inside[0] if len(inside) == 1 and inside[0].is_dir() and inside[0].name not in known else root
        return read_package(only)
