"""The life of a lead in a pool, in the browser: set up, taken, counted down, returned, and explained."""

from playwright.sync_api import expect

from dougong.expressions.ast import Compare, Operator, Path
from dougong.metadata.changes import ChangedField, ChangedObject
from dougong.records.api import Change, act, count, get, update
from dougong.records.defining import define
from dougong.records.people import find_person
from tests.browser.acts import choose, converting, find, form, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, WANG_FANG, acting
from tests.world.records import account, one


def found_pool(site: Site, name: str) -> tuple[int, int]:
    """A pool in which 王芳 is, and a lead that lies there."""
    with acting(site.database, ADMIN) as w:
        pool = one(w, "pool", name=name, object_name="lead", hidden_fields='["mobile"]', default_days=15)
        member = {"object": "user", "id": find_person(w, WANG_FANG.login)}
        one(w, "pool_member", pool_id=pool, member_id=member)
        lead = one(w, "lead", name=f"张{name}", company_name="甲机械", mobile="13800001234", pool_id=pool)
    return pool, lead


def test_a_lead_is_taken_from_the_pool_and_returned(site: Site, open_page: Visit) -> None:
    pool, lead = found_pool(site, "展会池")
    page = settled(open_page(f"/pools/lead?pool={pool}", WANG_FANG))
    row = page.get_by_role("row").filter(has_text="张展会池")
    expect(row).to_contain_text("领取后可见")
    row.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取 1 条")).to_be_visible()
    expect(page.get_by_text("池里没有可领取的记录")).to_be_visible()

    page.goto(f"/o/lead/{lead}")
    card = page.locator(".pool-card")
    expect(card).to_contain_text("属于“展会池”")
    expect(card).to_contain_text("剩 15 天")
    expect(card).to_contain_text("王芳 领取")
    expect(page.get_by_text("138 0000 1234").first).to_be_visible()

    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="退回池中").click()
    dialog = page.get_by_role("dialog", name="退回 1 条记录")
    choose(dialog.get_by_label("原因"), "暂无需求")
    dialog.get_by_role("button", name="退回", exact=True).click()
    expect(notice(page, "已完成")).to_be_visible()
    expect(card).to_contain_text("尚未领取")
    expect(card).to_contain_text("原因：暂无需求")


def test_a_phone_has_the_pool_too(site: Site, open_page: Visit) -> None:
    pool, _ = found_pool(site, "手机池")
    page = settled(open_page(f"/pools/lead?pool={pool}", WANG_FANG, width=PHONE))
    card = page.get_by_role("listitem").filter(has_text="张手机池")
    card.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取 1 条")).to_be_visible()
    expect(card).to_have_count(0)


def test_the_settings_say_the_rules_and_try_others(site: Site, open_page: Visit) -> None:
    pool, _ = found_pool(site, "规则池")
    page = settled(open_page(f"/settings/lead-pools?pool={pool}", ADMIN))
    expect(page.get_by_text("领取前隐藏：手机。")).to_be_visible()
    expect(page.get_by_text("领取或分配后保护 15 天。")).to_be_visible()
    page.get_by_role("spinbutton", name="默认保护期").fill("20")
    expect(page.get_by_text("今晚会收回 0 条，共持有 0 条")).to_be_visible()
    page.get_by_role("button", name="保存这些规则").click()
    expect(notice(page, "已保存")).to_be_visible()
    expect(page.get_by_text("领取或分配后保护 20 天。")).to_be_visible()


def test_what_is_typed_and_lies_in_a_pool_is_taken_instead_of_created(
    site: Site, open_page: Visit, watch: Watch
) -> None:
    watch.refusals.add(422)
    with acting(site.database, ADMIN) as w:
        pool = one(w, "pool", name="查重池", object_name="account", max_held=1)
        one(w, "pool_member", pool_id=pool, member_id={"object": "user", "id": find_person(w, WANG_FANG.login)})
        first = one(w, "account", name="舟山普陀渔业有限公司", pool_id=pool)
        one(w, "account", name="台州天台茶叶有限公司", pool_id=pool)
    page = settled(open_page("/o/account", WANG_FANG, width=PHONE))
    page.get_by_role("button", name="新建").first.click()
    drawer = form(page)
    hints = drawer.locator(".form-duplicates")
    drawer.get_by_label("客户名称").fill("普陀渔业（舟山）")
    expect(hints).to_contain_text("舟山普陀渔业有限公司")
    hints.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取“舟山普陀渔业有限公司”")).to_be_visible()
    expect(page).to_have_url(f"{site.url}/o/account/{first}")
    expect(drawer).to_have_count(0)
    expect(page.locator(".pool-card")).to_contain_text("王芳 领取")

    # No room for another: it is said why, and the form is still there with what was typed.
    page = settled(open_page("/o/account", WANG_FANG))
    page.keyboard.press("n")
    drawer = form(page)
    drawer.get_by_label("客户名称").fill("天台茶叶（台州）")
    drawer.locator(".form-duplicates").get_by_role("button", name="领取").click()
    expect(page.locator(".ant-message-error")).to_contain_text("最多持有 1 条")
    expect(drawer.get_by_label("客户名称")).to_have_value("天台茶叶（台州）")
    with acting(site.database, WANG_FANG) as w:
        typed = Compare(Path(("name",)), Operator.IN, ("普陀渔业（舟山）", "天台茶叶（台州）"))
        assert count(w, "account", typed).number == 0


def test_a_period_is_told_in_the_settings_and_on_the_record(site: Site, open_page: Visit) -> None:
    pool, lead = found_pool(site, "分级池")
    with acting(site.database, ADMIN) as w:
        condition = '{"field": "quality", "op": "=", "value": "high"}'
        one(w, "pool_period", pool_id=pool, name="高质量", conditions=condition, default_days=60)
        update(w, "lead", [Change(lead, {"quality": "high"})])
    page = settled(open_page(f"/settings/lead-pools?pool={pool}", ADMIN, width=PHONE))
    expect(page.get_by_text("高质量：保护 60 天。")).to_be_visible()
    page.get_by_role("tab", name="成员、分级、例外与分配").click()
    periods = page.locator("section, .ant-card").filter(has_text="分级保护期").last
    expect(periods).to_contain_text("高质量")
    with acting(site.database, WANG_FANG) as w:
        act(w, "lead", lead, "claim", {})
    page = settled(open_page(f"/o/lead/{lead}", WANG_FANG))
    card = page.locator(".pool-card")
    expect(card).to_contain_text("剩 60 天")
    expect(card).to_contain_text("按分级保护期“高质量”")


def test_pools_of_an_own_object_are_set_like_those_of_leads(site: Site, open_page: Visit) -> None:
    words = {"label": {"zh": "招标", "en": "Tender"}, "plural": {"zh": "招标", "en": "Tenders"}}
    name = {"type": "text", "label": {"zh": "名称", "en": "Name"}, "required": True}
    with acting(site.database, ADMIN) as w:
        body = {**words, "name_field": "name", "pooled": True}
        define(w, [ChangedObject("pooled_tender", body), ChangedField("pooled_tender", "name", name)])
    page = settled(open_page("/settings/lead-pools", ADMIN, width=PHONE))
    page.locator(".pool-kinds").get_by_text("招标", exact=True).click()
    expect(page.get_by_role("heading", name="招标池")).to_be_visible()
    page.get_by_role("button", name="新建池").first.click()
    drawer = form(page)
    drawer.get_by_label("名称").fill("华东招标")
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "池已保存")).to_be_visible()
    page.get_by_role("link", name="华东招标").click()
    expect(page.get_by_role("heading", name="华东招标")).to_be_visible()
    page.get_by_role("button", name="返回").click()
    expect(page.get_by_role("heading", name="招标池")).to_be_visible()
    page.get_by_role("tab", name="退回原因").click()
    expect(page.get_by_text("还没有退回原因")).to_be_visible()
    page.locator(".pool-kinds").get_by_text("客户", exact=True).click()
    expect(page).to_have_url(f"{site.url}/settings/account-pools")


def test_a_duplicate_in_a_pool_is_taken_where_one_edits_looks_or_clears_up(site: Site, open_page: Visit) -> None:
    with acting(site.database, ADMIN) as w:
        pool = one(w, "pool", name="重复客户池", object_name="account")
        one(w, "pool_member", pool_id=pool, member_id={"object": "user", "id": find_person(w, WANG_FANG.login)})
        typed = one(w, "account", name="温州雁荡锁具有限公司", pool_id=pool)
    with acting(site.database, WANG_FANG) as w:
        mine = account(w, "还没有名字")
    page = settled(open_page(f"/o/account/{mine}", WANG_FANG))
    page.locator(".record-actions").get_by_role("button", name="编辑").click()
    drawer = form(page)
    drawer.get_by_label("客户名称").fill("雁荡锁具（温州）")
    hints = drawer.locator(".form-duplicates")
    hints.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取“温州雁荡锁具有限公司”")).to_be_visible()
    expect(hints).to_contain_text("所有人：王芳")
    expect(hints.get_by_role("button", name="领取")).to_have_count(0)
    # What was being entered is not lost: both are hers now.
    expect(drawer.get_by_label("客户名称")).to_have_value("雁荡锁具（温州）")
    drawer.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="放弃").click()
    with acting(site.database, WANG_FANG) as w:
        assert get(w, "account", typed, ("owner_id",))["owner_id"] == find_person(w, WANG_FANG.login)

    # On a record's page the two are merged next, so one stays there.
    with acting(site.database, ADMIN) as w:
        lying = one(w, "account", name="绍兴诸暨袜业有限公司", pool_id=pool)
    with acting(site.database, WANG_FANG) as w:
        twin = account(w, "诸暨袜业（绍兴）")
    page = settled(open_page(f"/o/account/{twin}", WANG_FANG, width=PHONE))
    banner = page.locator(".twin-banner")
    banner.get_by_role("button", name="领取").click()
    expect(banner).to_contain_text("所有人：王芳")
    expect(page).to_have_url(f"{site.url}/o/account/{twin}")
    with acting(site.database, WANG_FANG) as w:
        assert get(w, "account", lying, ("owner_id",))["owner_id"] == find_person(w, WANG_FANG.login)

    with acting(site.database, ADMIN) as w:
        one(w, "account", name="丽水龙泉刀剑有限公司", pool_id=pool)
        account(w, "龙泉刀剑（丽水）")
    page = settled(open_page("/duplicates/account", ADMIN))
    group = page.locator(".bench-group").filter(has_text="龙泉刀剑")
    expect(group).to_contain_text("无所有人")
    group.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取“丽水龙泉刀剑有限公司”")).to_be_visible()
    expect(group).not_to_contain_text("无所有人")
    expect(page).to_have_url(f"{site.url}/duplicates/account")
    expect(group.get_by_role("button", name="对比并合并")).to_be_visible()


def test_an_account_in_a_pool_is_taken_with_the_conversion_of_a_lead(
    site: Site, open_page: Visit, watch: Watch
) -> None:
    watch.refusals |= {409, 422}
    with acting(site.database, ADMIN) as w:
        pool = one(w, "pool", name="转换客户池", object_name="account", max_held=1)
        one(w, "pool_member", pool_id=pool, member_id={"object": "user", "id": find_person(w, WANG_FANG.login)})
        lying = one(w, "account", name="湖州安吉竹艺有限公司", pool_id=pool)
        one(w, "account", name="衢州开化根雕有限公司", pool_id=pool)
    with acting(site.database, WANG_FANG) as w:
        first, second = (
            one(w, "lead", name=name, company_name=company, mobile=mobile)
            for name, company, mobile in (
                ("竹先生", "湖州安吉竹艺有限公司", "13912340011"),
                ("根先生", "衢州开化根雕有限公司", "13912340012"),
            )
        )
    page = settled(open_page(f"/o/lead/{first}", WANG_FANG, width=PHONE))
    dialog = converting(page, "竹先生")
    match = dialog.get_by_role("listitem").filter(has_text="湖州安吉竹艺有限公司")
    expect(match).to_contain_text("在池中，尚无人领取")
    match.get_by_role("button", name="选用").click()
    take = dialog.get_by_label("转换时由我领取这个客户")
    expect(take).to_be_checked()
    # Left where it lies, nothing can be hung on it.
    take.uncheck()
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(dialog.locator(".convert-problems")).to_contain_text("请先领取")
    take.check()
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(page.locator(".converted").get_by_role("link").first).to_have_text("湖州安吉竹艺有限公司")
    with acting(site.database, WANG_FANG) as w:
        assert get(w, "account", lying, ("owner_id",))["owner_id"] == find_person(w, WANG_FANG.login)

    # There is no room for another in this pool: it is said why, and the lead is as it was.
    page = settled(open_page(f"/o/lead/{second}", WANG_FANG))
    dialog = converting(page, "根先生")
    dialog.get_by_text("选择已有", exact=True).first.click()
    find(dialog.get_by_label("选择客户"), "开化根雕", "衢州开化根雕有限公司")
    expect(dialog.get_by_label("转换时由我领取这个客户")).to_be_checked()
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(dialog.locator(".convert-problems")).to_contain_text("最多持有 1 条")
    with acting(site.database, WANG_FANG) as w:
        assert get(w, "lead", second, ("status",))["status"] == "new"
