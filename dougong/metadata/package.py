"""A package: objects, option sets and configuration records as YAML files, one thing a file, named by its file.

    objects/account.yaml   option_sets/industry.yaml   records/role.yaml   package.yaml (its name, if it has one)

Reading tells every problem of every file at once, with the line; writing is stable, so that exports can be compared.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dougong.kit.errors import Problem
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.definitions import (
    Body,
    object_from_body,
    object_to_body,
    option_set_from_body,
    option_set_to_body,
)
from dougong.metadata.model import EMPTY, Label, Object, OptionSet
from dougong.metadata.names import name_problem, nearest
from dougong.metadata.yaml_text import Document, YamlProblem, dump_yaml, load_yaml

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

FILE_BYTES_MAX = 4 * 1024 * 1024
KINDS_OF_FILES = {
    "objects": "object",
    "option_sets": "option_set",
    "records": "records",
    "extends": "extension",
    "sample": "records",
}
OPTIONAL = frozenset({"extends", "sample"})
"""Folders that only packages for others have."""
MANIFEST = "package.yaml"

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Package:
    """What a directory defines. Objects are without system fields; records are as written (see `records`)."""

    objects: Mapping[str, Object] = field(default_factory=lambda: EMPTY)
    option_sets: Mapping[str, OptionSet] = field(default_factory=lambda: EMPTY)
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=lambda: EMPTY)
    """Configuration records by object: JSON-like values by field; a lookup is the key of its target."""
    name: str | None = None
    """Who brings the definitions; None for the company's own configuration."""
    label: Label | None = None
    version: str | None = None
    needs: tuple[str, ...] = ()
    """Names of the packages that must be there before."""
    description: Label | None = None
    extends: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: EMPTY)
    """What the package adds to objects of others, by object: {fields, layout} as files have them."""
    sample: Mapping[str, tuple[Record, ...]] = field(default_factory=lambda: EMPTY)
    """Records to try the package with, created only where somebody asks for them; lookups as names."""


@cache
def schema() -> Mapping[str, Any]:
    """The published JSON schema of package files."""
    text = resources.files("dougong.metadata").joinpath("package.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(kind: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # most starts read no package

    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema()["$defs"]})


def read_package(directory: Path) -> Package:
    """The package in `directory`. Raises InvalidDefinitions with the problems of all files at once.

    Whether the definitions fit together, and the records fit them, is `check` 's and `record_problems` 's question.
    """
    problems: list[Problem] = []
    if not directory.is_dir():
        raise InvalidDefinitions([Problem("package.no_directory", params={"place": str(directory)})])
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS_OF_FILES}
    for path in sorted(directory.rglob("*")):
        relative = path.relative_to(directory).as_posix()
        if path.is_dir() or path.name.startswith("."):
            continue
        folder, _slash, file = relative.rpartition("/")
        if folder in KINDS_OF_FILES and file.endswith(".yaml"):
            value = _read(path, relative, KINDS_OF_FILES[folder], problems)
            if value is not None:
                found[folder][file.removesuffix(".yaml")] = value
        elif path.suffix in {".yaml", ".yml"} and relative != MANIFEST:
            problems.append(Problem("package.stray_file", params={"place": relative, "folders": list(KINDS_OF_FILES)}))
    if not any(found.values()) and not problems:
        problems.append(Problem("package.no_files", params={"place": str(directory), "folders": list(KINDS_OF_FILES)}))
    manifest = directory / MANIFEST
    head = _read(manifest, MANIFEST, "package", problems) if manifest.exists() else {}
    if problems:
        raise InvalidDefinitions(problems)
    return Package(
        objects=MappingProxyType({n: object_from_file(n, b) for n, b in found["objects"].items()}),
        option_sets=MappingProxyType({n: option_set_from_body(n, b) for n, b in found["option_sets"].items()}),
        records=MappingProxyType({n: tuple(b) for n, b in found["records"].items()}),
        extends=MappingProxyType(found["extends"]),
        sample=MappingProxyType({n: tuple(b) for n, b in found["sample"].items()}),
        **_manifest(head or {}),
    )


def _manifest(head: Mapping[str, Any]) -> dict[str, Any]:
    """What package.yaml says."""
    labels = {k: Label(head[k]["zh"], head[k]["en"]) for k in ("label", "description") if k in head}
    return {"name": head.get("name"), "version": head.get("version"), "needs": tuple(head.get("needs", ())), **labels}


def _manifest_body(package: Package) -> Body:
    labels = {"label": package.label, "description": package.description}
    return {
        "name": package.name,
        **{k: {"zh": v.zh, "en": v.en} for k, v in labels.items() if v is not None},
        **({"version": package.version} if package.version is not None else {}),
        **({"needs": list(package.needs)} if package.needs else {}),
    }


def object_text(body: Body) -> str:
    """How the file of an object reads."""
    return dump_yaml(named_fields(body))


def object_from_file(name: str, body: Body) -> Object:
    """The object that a valid file defines: its fields stand by name, in `definitions` as a list."""
    return object_from_body(
        name, {**body, "fields": [{"name": field_name, **one} for field_name, one in body["fields"].items()]}
    )


def named_fields(body: Body) -> Body:
    """The body of an object as files have it."""
    fields = {one["name"]: {k: v for k, v in one.items() if k != "name"} for one in body["fields"]}
    return {k: fields if k == "fields" else v for k, v in body.items()}


def _read(path: Path, place: str, kind: str, problems: list[Problem]) -> Any:  # noqa: ANN401 - JSON-like
    """The valid content of a file, or None with what is wrong with it in `problems`."""
    code = name_problem(path.stem)
    if code is not None:
        problems.append(Problem("package.file_name", params={"place": place, "name": path.stem}))
        return None
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            problems.append(Problem("package.file_too_large", params={"place": place}))
            return None
        document = load_yaml(path.read_text(encoding="utf-8-sig"))
    except YamlProblem as error:
        problems.append(Problem(error.code, params={"place": place, "line": error.line, **error.params}))
        return None
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem("package.unreadable", params={"place": place, "reason": str(error)}))
        return None
    bad = schema_problems(kind, document.value, place, document)
    problems += bad
    return None if bad else document.value


def schema_problems(kind: str, value: object, place: str, document: Document | None = None) -> list[Problem]:
    """Where `value` is not as the schema has a `kind`, with the line where it stands in a document."""
    errors = sorted(_validator(kind).iter_errors(value), key=lambda e: [str(p) for p in e.absolute_path])
    problems: list[Problem] = []
    for error in errors:
        path = tuple(error.absolute_path)
        code, params = _meaning(error)
        line = {} if document is None else {"line": document.line_of(path)}
        problems.append(Problem(code, params={"place": place, **line, "path": path_text(path), **params}))
    return problems


def path_text(path: Sequence[str | int]) -> str:
    """A place inside a file: fields.stage.options[2].label."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _meaning(error: "ValidationError") -> tuple[str, dict[str, Any]]:
    """What a violation of the schema means, in words of ours."""
    given: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "required":
            return "package.missing_key", {"key": next((name for name in wanted if name not in given), "")}
        case "additionalProperties":
            known = sorted(error.schema["properties"]) if isinstance(error.schema, Mapping) else []
            first = min((str(name) for name in given if name not in known), default="")
            return "package.unknown_key", {"key": first, "nearest": nearest(first, known), "known": known}
        case "enum":
            known = [str(value) for value in wanted]
            return "package.not_one_of", {"value": str(given), "nearest": nearest(str(given), known), "known": known}
        case "type":
            types = [wanted] if isinstance(wanted, str) else list(wanted)
            return "package.wrong_type", {
                "value": "…" if isinstance(given, dict | list) else str(given)[:60],
                "types": types,
            }
        case "minItems" | "minProperties" | "minLength":
            return "package.empty", {}
        case "pattern" | "propertyNames":
            return "package.bad_form", {"value": str(given)[:60]}
        case _:
            return "package.against_schema", {"reason": error.message[:200]}


def package_files(package: Package) -> Mapping[str, str]:
    """The files of `package`, path to text, in a stable order."""
    files: dict[str, str] = {}
    if package.name is not None:
        files[MANIFEST] = dump_yaml(_manifest_body(package))
    for name, obj in sorted(package.objects.items()):
        files[f"objects/{name}.yaml"] = object_text(object_to_body(obj))
    for name, option_set in sorted(package.option_sets.items()):
        files[f"option_sets/{name}.yaml"] = dump_yaml(option_set_to_body(option_set))
    for name, extension in sorted(package.extends.items()):
        files[f"extends/{name}.yaml"] = dump_yaml(dict(extension))
    for name, records in sorted(package.records.items()):
        if records:
            files[f"records/{name}.yaml"] = dump_yaml([dict(record) for record in records])
    return files


def write_package(package: Package, directory: Path) -> tuple[str, ...]:
    """Write the files of `package` into `directory`; files of packages that it no longer has are removed.

    Returns the paths written. Files that are not of a package are left alone.
    """
    files = package_files(package)
    for folder in KINDS_OF_FILES:
        if folder in OPTIONAL and not getattr(package, folder):
            continue
        (directory / folder).mkdir(parents=True, exist_ok=True)
        for path in (directory / folder).glob("*.yaml"):
            if path.relative_to(directory).as_posix() not in files:
                path.unlink()
    for relative, text in files.items():
        (directory / relative).write_text(text, encoding="utf-8")
    return tuple(files)
