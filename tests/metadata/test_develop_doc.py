"""What docs/develop.md shows works as it is shown."""

import re
from pathlib import Path

import pytest

from dougong.access.principal import system
from dougong.metadata.apply import apply
from dougong.metadata.export import export_definitions
from dougong.metadata.model import FieldType
from dougong.metadata.package import read_package, write_package
from dougong.metadata.plan import plan
from dougong.metadata.registry import load_registry
from dougong.metadata.yaml_text import dump_yaml, load_yaml
from dougong.records import api
from dougong.records.configuration import apply_records
from dougong.storage.engine import Database

DOC = Path(__file__).parents[2] / "docs" / "develop.md"
BLOCKS = dict(re.findall(r"```yaml\n# ([^\n]+)\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture
def directory(database: Database, tmp_path: Path) -> Path:
    """The configuration in force, as `dougong config export` writes it."""
    with database.snapshot() as snapshot:
        write_package(export_definitions(load_registry(snapshot)), tmp_path)
    return tmp_path


def test_a_field_added_as_shown_holds_values(database: Database, directory: Path) -> None:
    path = directory / "objects" / "account.yaml"
    account = load_yaml(path.read_text(encoding="utf-8")).value
    account["fields"] |= load_yaml(BLOCKS["field of account"]).value
    account["layout"]["sections"][0]["fields"].append("credit_limit")
    path.write_text(dump_yaml(account), encoding="utf-8")
    with database.transaction() as transaction:
        planned = plan(load_registry(transaction), read_package(directory), transaction)
        assert [(s.act, s.name) for s in planned.steps] == [("change", "account"), ("add", "account.credit_limit")]
        apply(transaction, planned)
        w = api.writing(transaction, load_registry(transaction), system("test"), "system")
        made = api.create(w, "account", [{"name": "甲公司", "credit_limit": "1000.5"}]).ids[0]
        assert made is not None
        assert str(api.get(w, "account", made)["credit_limit"]) == "1000.50"


def test_an_object_added_by_one_file_as_shown_works_at_once(database: Database, directory: Path) -> None:
    for name in ("objects/warranty.yaml", "records/object_permission.yaml"):
        (directory / name).write_text(BLOCKS[name], encoding="utf-8")
    with database.transaction() as transaction:
        package = read_package(directory)
        planned = plan(load_registry(transaction), package, transaction)
        assert [(s.act, s.thing, s.name) for s in planned.steps] == [("add", "object", "warranty")]
        apply(transaction, planned)
        w = api.writing(transaction, load_registry(transaction), system("test"), "system")
        apply_records(w, package.records)
        account = api.create(w, "account", [{"name": "甲公司"}]).ids[0]
        made = api.create(w, "warranty", [{"name": "一号保修单", "account_id": str(account), "amount": "1"}]).ids[0]
        assert made is not None
        warranty = api.get(w, "warranty", made)
    assert warranty["status"] == "draft"
    assert warranty["account.name"] == "甲公司"
    assert re.fullmatch(r"WR-\d{4}-0001", warranty["code"])


def test_the_page_lists_every_field_type() -> None:
    text = DOC.read_text(encoding="utf-8")
    assert all(f"`{t.value}`" in text for t in FieldType if t is not FieldType.ID)
