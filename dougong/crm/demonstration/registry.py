"""The registry of the demonstration company: made-up companies to choose from while a customer's name is typed."""

from collections.abc import Iterator, Mapping

from stdnum.cn import uscc

from dougong.crm.demonstration.chance import Random
from dougong.crm.demonstration.words import Words

COMPANIES = 400
FIRST = "恒瑞启云宏明远泰信达立锐新博天海金盛嘉安"
SECOND = "驰川域格桥帆岭舟原泽图衡腾诺峰朗航越屿程"
TRADES = (
    ("精密机械", "制造业", "精密零部件、机械设备的制造和销售"),
    ("智能装备", "制造业", "智能装备、工业机器人系统的研发、制造和销售"),
    ("汽车零部件", "制造业", "汽车零部件的研发、生产和销售"),
    ("电子科技", "科技", "电子产品、仪器仪表的技术开发和销售"),
    ("新能源", "能源", "新能源技术开发，电池及储能系统的销售"),
    ("医疗器械", "医疗", "第二类医疗器械的生产和销售"),
    ("软件技术", "软件", "软件开发，信息系统集成服务"),
    ("供应链", "物流", "供应链管理服务，普通货物道路运输"),
)
SURNAMES = "陈林周吴郑沈陆顾钱孙"
GIVEN = "文博 国栋 海燕 晓东 建华 立新 思远 雪梅 志强 嘉懿".split()


def registry_companies(random: Random, words: Words) -> Iterator[Mapping[str, str]]:
    """The facts of each company, by the names that `records.companies` gives them."""
    places = [place for region in words.places.values() for place in region]
    taken: set[str] = set()
    while len(taken) < COMPANIES:
        place = random.choice(places)
        trade, industry, scope = random.choice(TRADES)
        name = f"{place.short}{random.choice(FIRST)}{random.choice(SECOND)}{trade}有限公司"
        if name in taken:
            continue
        taken.add(name)
        district, street = random.choice(place.districts), random.choice(place.streets)
        body = f"91{random.randrange(110_000, 650_000)}MA{random.randrange(10**7):07d}"
        yield {
            "name": name,
            "credit_code": body + uscc.calc_check_digit(body),
            "legal_representative": random.choice(SURNAMES) + random.choice(GIVEN),
            "registered_capital": f"{random.choice((100, 500, 1000, 2000, 5000))}万元人民币",
            "established_on": "-".join(
                (f"{random.randrange(1998, 2025)}", f"{random.randrange(1, 13):02d}", f"{random.randrange(1, 29):02d}")
            ),
            "status": "存续" if random.randrange(20) else "注销",
            "province": place.province,
            "city": place.city,
            "district": district,
            "address": f"{place.province}{place.city}{district}{street}{random.randrange(1, 300)}号",
            "industry": industry,
            "phone": f"{place.code}-{random.randrange(60_000_000, 89_999_999)}",
            "scope": f"{scope}。",
        }
