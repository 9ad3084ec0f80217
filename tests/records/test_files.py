"""Files: in pieces, sniffed, seen by their uploader and then with their record."""

import hashlib

import pytest

from dougong.access.principal import FieldAccess
from dougong.kit.clock import now
from dougong.kit.errors import NotFound, Refused, TooLarge
from dougong.records.files import (
    CHUNK_BYTES,
    clean_name,
    file_content,
    get_file,
    remove_unattached,
    sniffed,
    store_file,
)
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, delete, update
from tests.records.company import Company, limited

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def test_what_was_stored_comes_back(w: Writing, company: Company) -> None:
    content = bytes(range(256)) * 3000
    chunks = [content[:10], content[10 : CHUNK_BYTES + 77], content[CHUNK_BYTES + 77 :]]
    stored = store_file(w, "a/b\\数据.bin", chunks)
    assert (stored.name, stored.size, stored.content_type) == ("数据.bin", len(content), "application/octet-stream")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    reader = company.read(w.transaction, "王芳")
    assert get_file(reader, stored.id) == stored
    assert b"".join(file_content(reader, stored.id)) == content


def test_an_empty_file_and_one_too_large(w: Writing, company: Company) -> None:
    assert store_file(w, "empty.txt", []).size == 0
    with pytest.raises(TooLarge):
        store_file(w, "big", [b"x" * 600_000] * 3, limit=1_000_000)


def test_a_file_is_its_uploaders_until_it_is_attached(w: Writing, company: Company) -> None:
    stored = store_file(w, "logo.png", [PNG])
    with pytest.raises(NotFound):
        get_file(company.read(w.transaction, company.head("李强")), stored.id)
    with pytest.raises(Refused) as refused:
        create(company.write(w.transaction, "李强"), "account", [{"name": "偷", "logo": stored.id}])
    assert [(p.field, p.code) for p in refused.value.problems] == [("logo", "file.not_found")]
    account = create(w, "account", [{"name": "甲", "logo": str(stored.id)}]).ids[0]
    assert get_file(company.read(w.transaction, company.head("李强")), stored.id).inline
    with pytest.raises(NotFound):
        get_file(company.read(w.transaction, "赵敏"), stored.id)
    blind = limited(company.principal("王芳"), "account", logo=FieldAccess.HIDDEN)
    with pytest.raises(NotFound):
        get_file(company.read(w.transaction, blind), stored.id)
    assert update(w, "account", [Change(account, {"logo": str(stored.id), "name": "乙"})]).versions == (2,)
    with pytest.raises(Refused):
        create(w, "account", [{"name": "丙", "logo": stored.id}])


def test_a_file_goes_with_its_record_and_when_it_is_replaced(w: Writing, company: Company) -> None:
    first, second = store_file(w, "1.png", [PNG]), store_file(w, "2.png", [PNG])
    account = create(w, "account", [{"name": "甲", "logo": first.id}]).ids[0]
    update(w, "account", [Change(account, {"logo": second.id})])
    reader = company.read(w.transaction, "王芳")
    assert get_file(reader, second.id)
    with pytest.raises(NotFound):
        get_file(reader, first.id)
    delete(w, "account", [account])
    with pytest.raises(NotFound):
        get_file(reader, second.id)


def test_one_file_is_not_attached_twice_in_a_batch(w: Writing) -> None:
    stored = store_file(w, "1.png", [PNG])
    with pytest.raises(Refused):
        create(w, "account", [{"name": "甲", "logo": stored.id}, {"name": "乙", "logo": stored.id}])


def test_what_nobody_attached_is_removed(w: Writing, company: Company) -> None:
    kept, gone = store_file(w, "1.png", [PNG]), store_file(w, "2.png", [PNG])
    create(w, "account", [{"name": "甲", "logo": kept.id}])
    assert remove_unattached(w.transaction, now()) >= 0
    assert remove_unattached(w.transaction, now(), keep=[gone.id]) == 0
    assert get_file(company.read(w.transaction, "王芳"), kept.id)


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (PNG, "a.png", "image/png"),
        (PNG, "a.html", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a", "image/webp"),
        (b"%PDF-1.7", "a.pdf", "application/pdf"),
        (b"PK\x03\x04", "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04", "a.html", "application/zip"),
        ("姓名,电话\n".encode(), "a.csv", "text/csv"),
        ("笔记".encode()[:-1], "a.txt", "text/plain"),
        ("姓名".encode("gbk"), "a.csv", "application/octet-stream"),
        (b"<!DOCTYPE html><script>", "a.txt", "application/octet-stream"),
        (b"  \n<svg onload=alert(1)>", "a.png", "application/octet-stream"),
        (b"hello <iframe src=x>", "a.txt", "application/octet-stream"),
        (b"<?xml version='1.0'?>", "a.xml", "application/octet-stream"),
        (b"", "a.txt", "application/octet-stream"),
        (b"\x00\x01", "a.txt", "application/octet-stream"),
    ],
)
def test_the_type_is_read_from_the_bytes(head: bytes, name: str, expected: str) -> None:
    assert sniffed(head, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\文件\\报价.xlsx", "报价.xlsx"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names_are_made_harmless(name: str, expected: str) -> None:
    assert clean_name(name) == expected
