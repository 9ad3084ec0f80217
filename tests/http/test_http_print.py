"""Printing over HTTP: the PDF of a record, many records as a job, rights, the audit log, templates that misbehave."""

import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from dougong.records.printing.jobs import print_task
from dougong.storage.jobs import Worker


@pytest.fixture(scope="module")
def deal(world: Any) -> dict[str, str]:
    """王芳's deal with two lines."""
    wang, admin = world.person("wangfang"), world.person("admin")
    product = admin.make("product", name="五轴加工中心", code="P-5X")
    account = wang.make("account", name="华东精密制造")
    made = wang.make(
        "opportunity",
        name="二期产线改造",
        account_id=account,
        amount="1050000.08",
        stage="proposal",
        next_step="含培训",
    )
    for quantity, price, amount in (("2", "500000", "1000000"), ("1", "50000.08", "50000.08")):
        wang.make(
            "opportunity_line",
            opportunity_id=made,
            product_id=product,
            quantity=quantity,
            unit_price=price,
            amount=amount,
        )
    return {"opportunity": made, "account": account}


@pytest.fixture(scope="module")
def _worker(world: Any) -> Iterator[None]:
    worker = Worker(world.database.url, [print_task(world.database, lambda: False)])
    worker.start()
    yield
    assert worker.stop()


def template_id(person: Any, name: str = "报价单", object_name: str = "opportunity") -> str:
    found = person.get(f"/print/templates?object={object_name}").json()["templates"]
    return next(t["id"] for t in found if t["name"] == name)


def printed(person: Any, record_id: str, template: str, object_name: str = "opportunity") -> Any:
    return person.post("/print", {"object": object_name, "record_id": record_id, "template_id": template})


def text_of(content: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(text.split())


def preview(world: Any, body: str, **more: Any) -> Any:
    return world.person("admin").post("/print/preview", {"object": "opportunity", "body": body, **more})


def codes(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {problem["code"] for problem in answer.json()["problems"]}


def test_a_quotation_is_a_pdf_with_the_chinese_of_the_record(world: Any, deal: dict[str, str]) -> None:
    wang = world.person("wangfang")
    answer = printed(wang, deal["opportunity"], template_id(wang))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    for part in ("报价单", "华东精密制造", "五轴加工中心", "1,050,000.08", "壹佰零伍万元零捌分", "共1页"):
        assert part in text
    fonts = PdfReader(io.BytesIO(answer.content)).pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(inner)


def test_every_shipped_template_prints(world: Any, deal: dict[str, str]) -> None:
    wang = world.person("wangfang")
    for template in wang.get("/print/templates?object=opportunity").json()["templates"]:
        answer = printed(wang, deal["opportunity"], template["id"])
        assert answer.status_code == 200, answer.text
        assert "二期产线改造" in text_of(answer.content)


def test_who_may_not_see_the_record_or_print_gets_nothing(world: Any, deal: dict[str, str]) -> None:
    template = template_id(world.person("wangfang"))
    zhao = world.person("zhaomin")
    assert printed(zhao, deal["opportunity"], template).status_code == 404
    assert printed(world.person("chenjing"), deal["opportunity"], template).status_code in {403, 404}
    admin = world.person("admin")
    query = {
        "object": "object_permission",
        "fields": ["actions"],
        "filter": {
            "and": [
                {"field": "object_name", "op": "=", "value": "opportunity"},
                {"field": "profile_id", "op": "=", "value": str(world.ids["profile:sales"])},
            ]
        },
    }
    row = admin.post("/query", query).json()["rows"][0]
    without = [action for action in row["actions"] if action != "print"]

    def allow(actions: list[str]) -> None:
        path = f"/records/object_permission/{row['id']}"
        assert admin.call("PATCH", path, {"values": {"actions": actions}}).status_code == 200

    allow(without)
    answer = printed(world.person("wangfang"), deal["opportunity"], template)
    allow(row["actions"])
    assert answer.status_code == 403
    assert answer.json()["code"] == "access.action_denied"
    assert printed(world.person("wangfang"), deal["opportunity"], template).status_code == 200


def test_a_field_that_the_reader_may_not_see_is_not_in_the_document(world: Any, deal: dict[str, str]) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    body = "<p>机会 {{ record.name }} 下一步 {{ record.next_step }} {{ children.opportunity_line | length }} 行</p>"
    template = admin.make("print_template", key="opportunity.hidden", name="隐藏", object_name="opportunity", body=body)
    assert "含培训" in text_of(printed(wang, deal["opportunity"], template).content)
    hidden = admin.make(
        "field_permission",
        profile_id=str(world.ids["profile:sales"]),
        object_name="opportunity",
        field_name="next_step",
        level="hidden",
    )
    text = text_of(printed(wang, deal["opportunity"], template).content)
    assert "二期产线改造" in text
    assert "2行" in text
    assert "含培训" not in text
    assert "含培训" in text_of(printed(admin, deal["opportunity"], template).content)
    assert admin.call("DELETE", f"/records/field_permission/{hidden}").status_code in {200, 204}


def test_a_template_for_other_profiles_is_not_offered(world: Any, deal: dict[str, str]) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    template = admin.make(
        "print_template",
        key="opportunity.finance",
        name="财务",
        object_name="opportunity",
        body="<p>{{ record.name }}</p>",
        profiles='["finance"]',
    )
    offered = {t["id"] for t in wang.get("/print/templates?object=opportunity").json()["templates"]}
    assert template not in offered
    assert printed(wang, deal["opportunity"], template).json()["code"] == "print.no_template"
    assert printed(admin, deal["opportunity"], template).status_code == 200


def test_every_print_is_in_the_audit_log(world: Any, deal: dict[str, str]) -> None:
    wang, admin = world.person("wangfang"), world.person("admin")
    assert printed(wang, deal["opportunity"], template_id(wang, "商机概要")).status_code == 200
    query = {
        "object": "audit_entry",
        "fields": ["event", "area", "actor_name", "details_zh", "record_id"],
        "order": [{"field": "id", "descending": True}],
        "limit": 1,
    }
    row = admin.post("/query", query).json()["rows"][0]
    assert (row["event"], row["area"], row["actor_name"]) == ("printed", "export", "王芳")
    assert str(row["record_id"]) == deal["opportunity"]
    assert "商机概要" in row["details_zh"]


@pytest.mark.usefixtures("_worker")
@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_many_records_are_printed_in_the_background(world: Any, deal: dict[str, str], form: str) -> None:
    wang = world.person("wangfang")
    other = wang.make("opportunity", name=f"备件年度合同 {form}", stage="prospecting")
    body = {
        "object": "opportunity",
        "template_id": template_id(wang, "商机概要"),
        "record_ids": [deal["opportunity"], other],
        "format": form,
    }
    started = wang.post("/prints", body)
    assert started.status_code == 201, started.text
    path = f"/prints/{started.json()['id']}"
    deadline = time.monotonic() + 60
    while (state := wang.get(path).json())["state"] in {"waiting", "running"} and time.monotonic() < deadline:
        time.sleep(0.2)
    assert state["state"] == "done", state
    content = wang.get(f"{path}/file").content
    assert world.person("zhaomin").get(f"{path}/file").status_code == 404
    if form == "pdf":
        pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
        assert len(pages) == 2
        assert "二期产线改造" in pages[0]
        assert "备件年度合同" in pages[1]
        # Each document is numbered by itself.
        assert all("共1页" in page.replace(" ", "") for page in pages)
    else:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        assert len(names) == 2
        assert any("二期产线改造" in name for name in names)


def test_a_template_is_tried_when_it_is_saved(world: Any) -> None:
    admin = world.person("admin")

    def saved(**values: object) -> Any:
        given = {"key": "t.x", "name": "x", "object_name": "opportunity", "body": "x", **values}
        return admin.post("/records/print_template", {"values": given})

    wrong = {
        "print.syntax": {"body": "{% for x in children.opportunity_line %}"},
        "print.unknown_field": {"body": "{{ record.amuont }}"},
        "print.unknown_children": {"body": "{% for x in children.contract_line %}{{ x.name }}{% endfor %}"},
        "print.unknown_profile": {"profiles": '["salez"]'},
        "print.not_a_list": {"profiles": "sales"},
        "metadata.unknown_object": {"object_name": "oportunity"},
    }
    for code, values in wrong.items():
        answer = saved(**values)
        assert answer.status_code == 422, (code, answer.text)
        assert code in {problem["code"] for problem in answer.json()["problems"]}, (code, answer.text)
    # Nobody but administrators writes templates.
    refused = world.person("wangfang").post(
        "/records/print_template",
        {"values": {"key": "t.y", "name": "y", "object_name": "opportunity", "body": "y"}},
    )
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "body", ["{{ record.name.__class__ }}", "{{ ''.__class__.__base__.__subclasses__() }}", "{{ record.parts }}"]
)
def test_a_template_sees_nothing_but_values(world: Any, deal: dict[str, str], body: str) -> None:
    assert codes(preview(world, body, record_id=deal["opportunity"])) & {"print.not_allowed", "print.unknown_field"}


def test_a_document_names_no_file_and_no_address(world: Any, deal: dict[str, str]) -> None:
    blank = preview(world, "{{ '' }}", record_id=deal["opportunity"]).json()["pages"]
    for body in (
        '<img src="/etc/passwd"><img src="file:///etc/passwd"><img src="http://127.0.0.1:1/x.png">',
        '<link rel="stylesheet" href="file:///etc/passwd"><iframe src="/etc/passwd"></iframe><script>x</script>',
        "<style>@import url(file:///etc/passwd); p { background: url(/etc/passwd) }</style>",
    ):
        answer = preview(world, body, record_id=deal["opportunity"])
        assert codes(answer) == set()
        assert answer.json()["pages"] == blank


def test_text_of_records_is_never_code(world: Any) -> None:
    wang, admin = world.person("wangfang"), world.person("admin")
    name = '#read("/etc/passwd") $x$ *a* "] <b>粗</b> \\ {{ 7 * 7 }}'
    made = wang.make("opportunity", name=name, stage="prospecting")
    body = "<p>{{ record.name }}</p>"
    template = admin.make("print_template", key="opportunity.code", name="代码", object_name="opportunity", body=body)
    text = text_of(printed(wang, made, template).content)
    assert "".join(name.split()) in text


def test_only_administrators_preview_and_draft(world: Any) -> None:
    wang = world.person("wangfang")
    assert wang.post("/print/preview", {"object": "opportunity", "body": "x"}).status_code == 403
    assert wang.get("/print/draft?object=opportunity").status_code == 403


@pytest.mark.parametrize("name", ["opportunity", "account", "contact", "activity", "product"])
def test_the_draft_of_every_object_prints(world: Any, deal: dict[str, str], name: str) -> None:
    admin = world.person("admin")
    draft = admin.get(f"/print/draft?object={name}").json()
    if name == "contact":
        admin.make("contact", name="周经理", account_id=deal["account"])
    if name == "activity":
        admin.make("activity", subject="拜访", type="visit", related_id={"object": "account", "id": deal["account"]})
    parts = {part: draft[part] for part in ("header", "body", "footer")}
    answer = admin.post("/print/preview", {"object": name, **parts})
    assert answer.status_code == 200, answer.text
    assert codes(answer) == set(), answer.json()["problems"]
    assert answer.json()["pages"]
