"""What the command line and scripts call: a file imported as somebody, from a path, with its mapping from a path."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve
from dougong.kit.errors import BadRequest, DougongError, NotFound
from dougong.kit.text import Language
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Reading
from dougong.records.people import find_person
from dougong.records.search_upkeep import index_waiting
from dougong.records.transfer import job_rows
from dougong.records.transfer.checking import check_mapping
from dougong.records.transfer.growing_file import pieces
from dougong.records.transfer.importer import run_import
from dougong.records.transfer.mapping import Mapping, parse_mapping_text
from dougong.records.transfer.reading import Sheet, open_sheet
from dougong.records.transfer.report import Report
from dougong.storage.engine import Database


@dataclass(frozen=True)
class Person:
    """Who works on the command line, and the registry of that moment."""

    registry: Registry
    principal: Principal


def person_of(database: Database, login: str) -> Person:
    """The person with this login. Raises NotFound("transfer.no_such_login")."""
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        user_id = find_person(Reading(snapshot, registry, system("command line")), login)
        if user_id is None:
            raise NotFound("transfer.no_such_login", login=login)
        return Person(registry, resolve(snapshot, registry, user_id))


def read_mapping(path: Path) -> Mapping:
    """The mapping in the YAML file at `path`. Raises BadRequest, Refused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest("transfer.mapping_unreadable", path=str(path), reason=_reason(error)) from error
    return parse_mapping_text(text)


def read_file(path: Path, mapping: Mapping) -> Sheet:
    """The checked file at `path`, read as the mapping says. Raises BadRequest, TooLarge."""
    try:
        return open_sheet(path, encoding=mapping.encoding, delimiter=mapping.delimiter, sheet=mapping.sheet)
    except OSError as error:
        raise BadRequest("transfer.file_unreadable", path=str(path), reason=_reason(error)) from error


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "UTF-8?"


def import_file(
    database: Database,
    object_name: str,
    path: Path,
    map_path: Path,
    login: str,
    *,
    dry_run: bool = False,
    language: Language | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Import the file at `path` into `object_name` by the mapping at `map_path`, as the person with `login`.

    Rejected rows are written to a file beside `path` (`report.rejected_path`); the job keeps them too. Reasons are told
    in `language` (default: the person's). The import is a job like others and can be undone. Raises what reading,
    mapping and permissions refuse, before anything is stored.
    """
    person = person_of(database, login)
    actor = person.principal if language is None else replace(person.principal, language=language)
    mapping = read_mapping(map_path)
    sheet = read_file(path, mapping)
    obj = person.registry.object(object_name)
    check_mapping(mapping, sheet.columns, obj, person.registry, actor)
    params = {"object": object_name, "name": path.name, "mapping": map_path.name, "dry_run": dry_run}
    with database.transaction() as tx:
        job_id = job_rows.add_job(tx, "import", actor.user_id, params, total=sheet.count)
    try:
        with job_rows.at_work(database, job_id):
            report = run_import(
                database,
                person.registry,
                actor,
                job_id,
                sheet,
                mapping=mapping,
                object_name=object_name,
                file_name=path.name,
                dry_run=dry_run,
                on_progress=progress,
            )
    except DougongError as error:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, error, actor.language)
        raise
    except KeyboardInterrupt:
        # What is stored so far stays and can be undone, like that of an import cancelled on the screen.
        with database.transaction() as tx:
            job_rows.end_job(tx, job_rows.load_job(tx, job_id), "cancelled")
        raise
    index_waiting(database)
    if report.rejected_file_id is not None:
        report.rejected_path = _write_rejected(database, report.rejected_file_id, path)
    return report


def _write_rejected(database: Database, file_id: int, path: Path) -> str | None:
    """Write the rejected rows beside `path` or, where nobody may write there, here; None where neither can be."""
    name = f"{path.stem}.rejected.csv"
    for target in (path.with_name(name), Path(name)):
        try:
            with database.snapshot() as snapshot, target.open("wb") as file:
                for piece in pieces(snapshot, file_id):
                    file.write(piece)
        except OSError:
            continue
        return str(target)
    return None
