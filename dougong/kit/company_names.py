"""Company names as a comparison sees them: what two ways of writing the same company have in common.

杭州市西湖电子科技有限公司, 西湖电子科技（杭州）有限公司 and 西湖电子科技 are one company to a salesperson. What
tells them apart (the place, the legal form, brackets, width, case, spaces) is taken off; what is left is compared.
Nothing is taken off that would leave only words which every company of a trade has: 北京银行 and 上海银行 are two.

Source: domain.md 5.6.
"""

import re
import unicodedata

from dougong.kit.company_places import CITIES, LATIN, PROVINCES

NAME_LENGTH_MAX = 500
"""Longer names are compared by their beginning."""

_FORMS = re.compile(
    r"(?:股份有限责任公司|有限责任公司|股份有限公司|控股有限公司|集团有限公司|集团股份公司|有限公司|股份公司|集团公司|总公司"
    r"|有限合伙企业|普通合伙企业|合伙企业|个人独资企业|有限合伙|特殊普通合伙|普通合伙|集团|(?<!分)公司|股份|有限)$"
)
_BRANCH = re.compile(
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|公司)(?=.+(?:分公司|分厂|分店|办事处|营业部)$)"
)
_TRADE_WORDS = (
    "大学 学院 中学 小学 学校 幼儿园 医院 诊所 银行 保险 证券 信托 基金 期货 租赁 担保 典当 地铁 机场 港务 "
    "铁路 航空 航运 物流 快递 运输 日报 晚报 电视台 广播 出版社 出版 印刷 公安局 税务局 法院 图书馆 博物馆 "
    "酒店 宾馆 饭店 餐饮 食品 啤酒 饮料 乳业 粮油 农业 牧业 渔业 林业 科技 技术 信息 网络 软件 数据 智能 数字 "
    "电子 电器 电气 电力 电缆 通信 通讯 光电 仪器 仪表 机电 机械 机床 设备 装备 自动化 工业 实业 制造 加工 "
    "五金 模具 金属 钢铁 钢构 材料 新材料 化工 化学 塑料 塑胶 橡胶 涂料 玻璃 陶瓷 水泥 建材 建设 建筑 工程 "
    "装饰 装修 设计 园林 市政 地产 房地产 置业 物业 家具 家居 纺织 服装 服饰 皮革 鞋业 玩具 工艺品 文具 办公 "
    "包装 纸业 造纸 印务 医药 制药 药业 生物 医疗 器械 健康 养老 环保 环境 能源 新能源 石油 石化 天然气 燃气 "
    "热力 水务 供水 煤炭 矿业 汽车 汽配 汽贸 车辆 船舶 轮胎 贸易 商贸 进出口 供应链 零售 百货 超市 商城 商务 "
    "电子商务 投资 资产 资本 控股 管理 咨询 顾问 服务 代理 广告 传媒 文化 传播 影视 演艺 体育 旅游 旅行社 "
    "教育 培训 人力资源 劳务 法律 律师 会计师 事务所 检测 检验 认证 研究院 研究所 设计院 中心 国际 集团 发展 "
    "开发 经营 产业 企业 人民 第一 第二 第三 市 厂 店 业 和 与 及 股份 有限 "
).split()
_TRADE = "|".join(sorted(map(re.escape, _TRADE_WORDS), key=len, reverse=True))
_ONLY_TRADE = re.compile(rf"(?:{_TRADE})+")
_TRADE_SET = frozenset(_TRADE_WORDS)
_PLACE = re.compile(
    rf"(?:{'|'.join(sorted(PROVINCES | CITIES, key=lambda name: (-len(name), name)))})"
    r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|自治州|地区|盟)?"
)
_COUNTRY = frozenset({"中国", "中华", "全国"})
_BRACKETS = re.compile(r"[(\[{【〔《]([^()\[\]{}【】〔〕《》]*)[)\]}】〕》]")
_CHINESE = re.compile(r"[㐀-鿿]")
_NO_LETTER = re.compile(r"[^\w&+]|_")
_WORD_BREAK = re.compile(r"[^\w&+]+|_+")
_BRANCH_END = re.compile(r"(?:分公司|分厂|分店|办事处|营业部)$")

_LATIN_FORMS = frozenset(
    "co company ltd limited inc incorporated corp corporation llc llp lp plc gmbh ag kg sa sas sarl srl spa bv nv oy "
    "ab as aps pte pty pvt private kk sdn bhd group holding holdings the and".split()
)
_LATIN_TRADE = frozenset(
    "technology technologies tech trading trade international industrial industries industry enterprise enterprises "
    "solutions systems software services service consulting electronics electric engineering equipment import export "
    "development investment management media logistics global china".split()
)


def normalised(name: str) -> str:
    """`name` without place, legal form, brackets, width, case and spaces; blank where nothing is left that compares.

    Applied to its own result it changes nothing.
    """
    # Letters that only now stand together may be one (Korean), so the form is made anew.
    return _folded(_core(name).replace(" ", ""))


def _core(name: str) -> str:
    """The same with the spaces between words."""
    text, before = name[:NAME_LENGTH_MAX], None
    while text.replace(" ", "") != before:
        before = text.replace(" ", "")
        text = _folded(text)
        text = _chinese(text) if _CHINESE.search(text) else _latin(text)
    return text


def brand(name: str) -> str:
    """What the company is called among those of its trade: 「西湖」 of 杭州西湖电子科技有限公司.

    A branch has the brand of its company. Where a name has nothing but words of the trade, these are its brand.
    """
    core = _core(name)
    if not _CHINESE.search(core):
        words = [word for word in core.split() if word not in _LATIN_TRADE]
        return "".join(words) or core.replace(" ", "")
    if _BRANCH_END.search(core):
        places = [found for found in _PLACE.finditer(core) if found.start() > 1]
        core = core[: places[-1].start()] if places else _BRANCH_END.sub("", core)
    left = core[: _trade_from(core)]
    return left if len(left) > 1 and left not in _COUNTRY and not _PLACE.fullmatch(left) else core


def _trade_from(text: str) -> int:
    """Where the words of the trade begin with which the text ends; its length where it ends with none.

    What a search by a regular expression would find, which is ten times slower: names are read by the thousand.
    """
    begins = [len(text)]
    for at in range(len(text) - 1, -1, -1):
        for end in begins:
            if text[at:end] in _TRADE_SET:
                begins.append(at)
                break
    return begins[-1]


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    # Case folding may undo the form (İ): once more, and it stays.
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text).casefold()


def _chinese(text: str) -> str:
    """One round of taking off, for a name with Chinese characters."""
    text = _NO_LETTER.sub("", _BRACKETS.sub(_within, text))
    text = _BRANCH.sub("", text, count=1)
    text = _if_telling(_FORMS.sub("", text), text)
    place = _PLACE.match(text)
    return _if_telling(text[place.end() :], text) if place is not None else text


def _within(match: re.Match[str]) -> str:
    """What stands in brackets, unless it only says where the company is, or of which form."""
    inside = match[1].strip()
    return "" if inside == "中国" or _PLACE.fullmatch(inside) or _FORMS.fullmatch(inside) else inside


def _if_telling(left: str, whole: str) -> str:
    """`left`, unless that would be a single character or words of the trade only."""
    return whole if len(left) < 2 or _ONLY_TRADE.fullmatch(left) else left


def _latin(text: str) -> str:
    """One round of taking off, for a name without Chinese characters."""
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", _BRACKETS.sub(_within_latin, text))
    text = text.replace("'", "").replace("’", "")
    words = [word for word in _WORD_BREAK.split(text) if word]
    while len(words) > 1 and (words[-1] in _LATIN_FORMS or words[-1] == "&"):
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[0] in LATIN and not all(word in _LATIN_TRADE for word in words[1:]):
        words = words[1:]
    return " ".join(words)


def _within_latin(match: re.Match[str]) -> str:
    inside = match[1].strip()
    return " " if inside in LATIN or inside == "china" else f" {inside} "
