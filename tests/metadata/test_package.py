"""Packages as text: the round trip, and sentences that name the file and the place."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dougong.crm import STANDARD_PACKAGE
from dougong.kit.text import messages, sentence
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import FieldType
from dougong.metadata.package import Package, package_files, read_package, schema, write_package
from dougong.metadata.yaml_text import YamlProblem, dump_yaml, load_yaml

SET = "label: {zh: 甲, en: A}\n"
LABEL = "label: {zh: 甲, en: A}\nplural: {zh: 甲, en: A}\n"
GOOD = LABEL + "name_field: name\nfields:\n  name: {type: text, label: {zh: 名, en: Name}}\n"


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_the_schema_is_a_schema_and_knows_every_field_type() -> None:
    Draft202012Validator.check_schema(dict(schema()))
    known = schema()["$defs"]["field"]["properties"]["type"]["enum"]
    assert set(known) == {t.value for t in FieldType} - {"id"}


def test_writing_and_reading_a_package_gives_it_back(tmp_path: Path) -> None:
    package = read_package(STANDARD_PACKAGE)
    assert package.name == "standard"
    write_package(package, tmp_path)
    again = read_package(tmp_path)
    assert again == package
    assert package_files(again) == package_files(package)


def test_writing_removes_the_files_of_what_is_gone_and_leaves_others(tmp_path: Path) -> None:
    write(tmp_path, "objects/gone.yaml", GOOD)
    write(tmp_path, "README.md", "mine")
    write_package(Package(), tmp_path)
    assert not (tmp_path / "objects/gone.yaml").exists()
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"


def test_every_text_of_the_standard_package_is_there_in_both_languages() -> None:
    for obj in read_package(STANDARD_PACKAGE).objects.values():
        labels = [obj.label, obj.plural, *(f.label for f in obj.fields.values())]
        labels += [f.help for f in obj.fields.values() if f.help is not None]
        labels += [o.label for f in obj.fields.values() for o in f.options] + [s.label for s in obj.layout.sections]
        assert all(label.zh.strip() and label.en.strip() for label in labels)
        assert not any(any("\u4e00" <= c <= "\u9fff" for c in label.en) for label in labels)


def test_stages_have_probability_and_outcome() -> None:
    stages = read_package(STANDARD_PACKAGE).option_sets["opportunity_stage"].options
    assert [s.value for s in stages] == ["prospecting", "engaging", "proposal", "negotiation", "won", "lost"]
    assert [s.attributes["outcome"] for s in stages] == ["open"] * 4 + ["won", "lost"]
    assert all(0 <= s.attributes["probability"] <= 100 for s in stages)


def test_list_options_exist_for_every_action_of_the_principal() -> None:
    kinds = KINDS[FieldType.MULTI_SELECT]
    actions = read_package(STANDARD_PACKAGE).objects["object_permission"].fields["actions"]
    assert kinds.parse(actions, ["bulk_edit", "read"]) == ["read", "bulk_edit"]


BAD: list[tuple[str, str, str, int | None]] = [
    ("objects/x.yaml", "a: [", "package.bad_yaml", 1),
    ("objects/x.yaml", LABEL + "label: {zh: 乙, en: B}\n", "package.key_twice", 3),
    ("objects/x.yaml", "label: &l {zh: 甲, en: A}\nplural: *l\n", "package.alias", None),
    ("objects/x.yaml", LABEL + "name_field: name\n", "package.missing_key", None),
    ("objects/x.yaml", GOOD + "navigaton: 5\n", "package.unknown_key", None),
    ("objects/x.yaml", GOOD + "sharing: privat\n", "package.not_one_of", 6),
    ("objects/x.yaml", GOOD + "owned: 5\n", "package.wrong_type", 6),
    ("objects/x.yaml", GOOD + "key: []\n", "package.empty", 6),
    ("objects/x.yaml", GOOD + "key: [Name]\n", "package.bad_form", 6),
    ("objects/x.yaml", GOOD.replace("type: text", "type: txt"), "package.not_one_of", 5),
    ("objects/x.yaml", GOOD.replace("  name:", "  Name:"), "package.bad_form", None),
    ("objects/x.yaml", "", "package.wrong_type", 1),
    ("objects/x.yaml", "- 1\n", "package.wrong_type", 1),
    ("objects/X-y.yaml", GOOD, "package.file_name", None),
    ("things/x.yaml", GOOD, "package.stray_file", None),
    ("x.yaml", GOOD, "package.stray_file", None),
    ("option_sets/x.yaml", "label: {zh: 甲, en: A}\noptions: []\n", "package.empty", 2),
    (
        "option_sets/x.yaml",
        SET.replace(", en: A", "") + "options: [{value: a, label: {zh: 甲, en: A}}]\n",
        "package.missing_key",
        1,
    ),
    (
        "option_sets/x.yaml",
        SET + "options: [{value: 5, label: {zh: 甲, en: A}}]\n",
        "package.wrong_type",
        2,
    ),
    ("records/x.yaml", "key: a\n", "package.wrong_type", 1),
]


@pytest.mark.parametrize(("name", "text", "code", "line"), BAD)
def test_mistakes_are_told_with_file_and_line(
    tmp_path: Path, name: str, text: str, code: str, line: int | None
) -> None:
    write(tmp_path, name, text)
    with pytest.raises(InvalidDefinitions) as refused:
        read_package(tmp_path)
    problem = next(p for p in refused.value.problems if p.code == code)
    assert problem.params["place"] == name
    assert code in messages()
    if line is not None:
        assert problem.params["line"] == line
    for language in ("zh", "en"):
        told = sentence(code, language, problem.params)
        assert name in told
        assert "{" not in told


def test_a_misspelt_key_comes_with_the_right_one(tmp_path: Path) -> None:
    write(tmp_path, "objects/x.yaml", GOOD + "navigaton: 5\n")
    with pytest.raises(InvalidDefinitions) as refused:
        read_package(tmp_path)
    assert refused.value.problems[0].params["nearest"] == "navigation"


def test_a_directory_that_is_not_there() -> None:
    with pytest.raises(InvalidDefinitions) as refused:
        read_package(Path("/nowhere/at/all"))
    assert refused.value.problems[0].code == "package.no_directory"


def test_a_file_in_another_encoding_is_refused_and_one_with_a_mark_is_read(tmp_path: Path) -> None:
    write(tmp_path, "objects/x.yaml", "\ufeff" + GOOD)
    assert "x" in read_package(tmp_path).objects
    (tmp_path / "objects/x.yaml").write_bytes(GOOD.encode("gbk"))
    with pytest.raises(InvalidDefinitions) as refused:
        read_package(tmp_path)
    assert refused.value.problems[0].code == "package.unreadable"


def test_plain_words_stay_words() -> None:
    value = load_yaml("a: no\nb: 12:30\nc: 2026-01-01\nd: 010\ne: ~\nf: true\ng: -5\nh: 0.5\ni: '5'\nj: 0x1F").value
    assert value == {
        "a": "no", "b": "12:30", "c": "2026-01-01", "d": "010", "e": None,
        "f": True, "g": -5, "h": 0.5, "i": "5", "j": "0x1F",
    }  # fmt: skip
    assert load_yaml(dump_yaml(value)).value == value


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system ['true']", "a: !x 1", "a: 1\n---\nb: 2"])
def test_yaml_cannot_make_anything_but_plain_data(text: str) -> None:
    with pytest.raises(YamlProblem):
        load_yaml(text)
