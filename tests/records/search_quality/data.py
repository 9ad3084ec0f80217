"""A fixed set of records as a sales company has them: names, telephones, addresses, codes, by a fixed seed."""

import random  # noqa: TID251  # generated data from a seeded generator
from collections.abc import Mapping
from dataclasses import dataclass, field

from stdnum.cn import uscc

PLACES = (
    "北京 上海 广州 深圳 杭州 南京 苏州 成都 武汉 西安 长沙 重庆 青岛 天津 宁波 合肥 厦门 郑州 济南 大连 沈阳 "
    "无锡 佛山 东莞 常州 温州 昆明 福州 石家庄 哈尔滨 长春 南昌 贵阳 太原 乌鲁木齐 珠海 中山 惠州 嘉兴 绍兴 "
    "台州 烟台 潍坊 徐州 扬州 盐城 南通 泉州 芜湖 洛阳"
).split()
FIRST = (
    "华 中 恒 瑞 天 博 鼎 新 金 海 宏 远 卓 智 云 立 嘉 启 东 长 兴 盛 通 达 汇 信 诚 泰 安 明 德 凯 锐 迈 优 "
    "佳 铭 晟 睿 昊 乐 重 单 朝"
).split()
SECOND = (
    "信 科 达 丰 宇 远 盛 锐 桥 纳 图 航 越 联 帆 德 禾 明 方 城 源 润 邦 创 谷 讯 腾 翔 拓 维 正 元 和 利 祥 "
    "康 霖 川 峰 林"
).split()
TRADES = (
    "科技 机械 电子 新材料 医疗器械 能源 食品 物流 软件 智能装备 信息技术 生物医药 建筑工程 汽车零部件 "
    "环保科技 自动化设备 网络科技 纺织 包装 化工 精密制造 光电 农业 餐饮管理 文化传媒 教育咨询 商贸 进出口 "
    "半导体 检测技术"
).split()
FORMS = ("有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
SURNAMES = (
    "王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 "
    "潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 方 邹 熊 白 "
    "孟 秦 邱 侯 江 尹 薛 闫 段 雷 龙 黎 史 陶 贺 毛 郝 顾 龚 邵 万 覃 武 钱 戴 严 莫 孔 向 常 单 查 解 仇 区 "
    "盖 朴 翟 乐 缪 欧阳 司马 诸葛 尉迟 长孙"
).split()
GIVEN = (
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 建华 志强 秀兰 晓东 雪梅 文博 子轩 雨桐 "
    "浩然 欣怡 俊杰 梓涵 嘉懿 思远 国栋 海燕 丽华 春梅 玉兰 建国 立新 家豪 诗涵 一诺 宇航 佳琪 天佑 晨曦 若曦"
).split()
LATIN = (
    "Northwind Lakeshore Brightwater Silverline Meridian Copperfield Vantage Stonebridge Evergreen Redwood "
    "Halcyon Blackburn Ironwood Cascade Summit Pinecrest Fairview Harborview Whitmore Ashford Kingsley "
    "Langford Thornton Wexford Carmichael Donovan Fitzgerald Henderson Jefferson Kensington Livingston "
    "Montgomery Pemberton Richardson Sutherland Templeton Underhill Wellington Yorkshire Zimmerman"
).split()
LATIN_TRADES = (
    "Systems Analytics Robotics Foods Logistics Pharma Textiles Instruments Energy Software Chemicals Optics".split()
)
LATIN_FORMS = ("Ltd", "Inc", "GmbH", "LLC", "Co")
DEALS = "产线改造 设备采购 年度维保 软件升级 数据平台 备件框架 智能仓储 新厂建设 系统集成 检测服务".split()

ACCOUNTS, LATIN_ACCOUNTS, CONTACTS, OPPORTUNITIES = 900, 160, 1_100, 500


@dataclass(frozen=True)
class Known:
    """A record of the set: what of it is searchable, by field."""

    object: str
    number: int
    values: Mapping[str, str]
    more: Mapping[str, object] = field(default_factory=dict)


def records() -> list[Known]:
    """All records, in the order in which they are stored; the same each time."""
    draw = random.Random(20261126)
    found = [*_accounts(draw), *_latin_accounts(draw)]
    accounts = len(found)
    found.extend(_contact(draw, number, accounts) for number in range(CONTACTS))
    for number in range(OPPORTUNITIES):
        account = found[draw.randrange(accounts)]
        short = account.values["name"][:6].strip()
        values = {"name": f"{short}{draw.choice(DEALS)}项目"}
        found.append(Known("opportunity", number, values, {"account": account.number}))
    return found


def _accounts(draw: random.Random) -> list[Known]:
    found: list[Known] = []
    taken: set[str] = set()
    while len(found) < ACCOUNTS:
        brand = draw.choice(FIRST) + draw.choice(SECOND) + (draw.choice(SECOND) if draw.random() < 0.3 else "")
        name = f"{draw.choice(PLACES)}{brand}{draw.choice(TRADES)}{draw.choice(FORMS)}"
        if draw.random() < 0.1:
            name = f"{brand}{draw.choice(TRADES)}({draw.choice(PLACES)}){draw.choice(FORMS)}"
        if name in taken:
            continue
        taken.add(name)
        values = {"name": name, "phone": _landline(draw), "tax_number": _credit_code(draw)}
        if draw.random() < 0.5:
            values["email"] = (
                f"{draw.choice(['info', 'sales', 'office', 'hr'])}{len(found)}@{draw.choice(LATIN).lower()}.example.cn"
            )
        found.append(Known("account", len(found), values, {"brand": brand}))
    return found


def _latin_accounts(draw: random.Random) -> list[Known]:
    found: list[Known] = []
    taken: set[str] = set()
    while len(found) < LATIN_ACCOUNTS:
        name = f"{draw.choice(LATIN)} {draw.choice(LATIN_TRADES)} {draw.choice(LATIN_FORMS)}"
        if name not in taken:
            taken.add(name)
            found.append(Known("account", ACCOUNTS + len(found), {"name": name, "phone": _landline(draw)}))
    return found


def _contact(draw: random.Random, number: int, accounts: int) -> Known:
    name = draw.choice(SURNAMES) + draw.choice(GIVEN)
    values = {"name": name, "mobile": f"+861{draw.choice('3578')}{draw.randrange(10**9):09}"}
    if draw.random() < 0.4:
        values["email"] = f"user{draw.randrange(10**5)}@mail{draw.randrange(90)}.example.com"
    return Known("contact", number, values, {"account": draw.randrange(accounts)})


def _landline(draw: random.Random) -> str:
    area = draw.choice(["10", "21", "755", "571", "25", "28", "27"])
    return f"+86{area}{draw.randrange(2, 9)}{draw.randrange(10**7):07}"


def _credit_code(draw: random.Random) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91{draw.choice(['1101', '3101', '4403', '3301', '3205'])}{draw.randrange(10**2):02}MA"
    body += "".join(draw.choice(letters) for _ in range(7))
    return body + uscc.calc_check_digit(body)
