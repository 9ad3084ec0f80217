"""How Chinese is spelt when people search: the pinyin of names, with readings that depend on the word or the person.

A name is a list of signs, each with its readings: 重庆 is read as the phrase chong qing, 单 at the head of a person's
name as shan, 长 between two words as chang or zhang. What sounds alike is folded: zh and z, ang and an, lü and lu are
typed for each other all the time (模糊音).
"""

import re
from dataclasses import dataclass

from dougong.kit.pinyin import phrase_starts, phrases, spelt

CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")

_SURNAMES = dict(
    pair.split(":")
    for pair in (
        "单:shan 曾:zeng 解:xie 仇:qiu 查:zha 区:ou 盖:ge 朴:piao 翟:zhai 任:ren 华:hua 缪:miao 宁:ning 冼:xian "
        "乐:yue 员:yun 黑:he 秘:bi 折:she 种:chong 祭:zhai 召:shao 覃:qin 逄:pang 隗:wei 谌:chen 车:che 晁:chao "
        "纪:ji 柏:bai 燕:yan 葛:ge 哈:ha 过:guo 那:na 相:xiang 仉:zhang 撒:sa 么:yao 贾:jia 石:shi 盛:sheng "
        "尉:wei 俞:yu 卜:bu 褚:chu 沈:shen 殷:yin 叶:ye 万:wan 费:fei 洗:xian 臧:zang 能:nai 令:ling 教:jiao "
        "训:xun 阚:kan 郇:xun 佴:nai 牟:mu"
    ).split()
)
"""What a sign is read as when it is a surname, where it has other readings too."""
_DOUBLE_SURNAMES = {"尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai")}

_OTHERS = dict(
    pair.split(":")
    for pair in (
        "长:chang,zhang 重:zhong,chong 行:hang,xing 乐:le,yue 厦:xia,sha 都:du,dou 朝:chao,zhao 藏:zang,cang "
        "传:chuan,zhuan 会:hui,kuai 校:xiao,jiao 降:jiang,xiang 柏:bai,bo 蔚:wei,yu 尉:wei,yu 六:liu,lu 大:da,dai "
        "参:can,shen 曾:zeng,ceng 单:dan,shan 石:shi,dan 盛:sheng,cheng 省:sheng,xing 俞:yu,shu 泊:bo,po "
        "蚌:beng,bang 莞:guan,wan 番:fan,pan 乾:qian,gan 贾:jia,gu 和:he,huo 虹:hong,jiang 壳:ke,qiao 绿:lv,lu "
        "露:lu,lou 纶:lun,guan 落:luo,la 蔓:man,wan 卡:ka,qia 色:se,shai 提:ti,di 巷:xiang,hang 殷:yin,yan "
        "员:yuan,yun 粘:zhan,nian 琢:zhuo,zuo 铅:qian,yan 涌:yong,chong 浣:huan,wan 圩:wei,xu 堡:bao,pu 埔:pu,bu "
        "佛:fo,fu 牟:mou,mu 覃:qin,tan 缪:miao,mou 翟:zhai,di 仇:chou,qiu 查:cha,zha 区:qu,ou 解:jie,xie "
        "朴:pu,piao 盖:gai,ge"
    ).split()
)
"""Signs that stand in the names of companies and people with more than one reading: both are found."""
_OTHER_READINGS = {sign: tuple(readings.split(",")) for sign, readings in _OTHERS.items()}

_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("lv", "lu"), ("nv", "nu"))
_NASAL = re.compile("ng+")

_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|vn|"
    "ia|ie|iu|ua|uo|ui|ue|ve|er|a|o|e|i|u|v)"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One character of a text and how it may be read; what is not Chinese has no reading but itself."""

    text: str
    readings: tuple[str, ...] = ()


_cache: dict[str, tuple[tuple[str, ...], ...]] = {}
"""The readings of the signs and phrases met so far: those of Chinese, so it ends somewhere."""


def signs(text: str) -> list[Sign]:
    """The characters of a normalised text, in order, each with its readings, the likeliest first."""
    found: list[Sign] = []
    at = 0
    for run in CHINESE.finditer(text):
        found += [Sign(character) for character in text[at : run.start()]]
        found += _read(run.group(), at_head=run.start() == 0)
        at = run.end()
    found += [Sign(character) for character in text[at:]]
    return found


def _read(run: str, *, at_head: bool) -> list[Sign]:
    found: list[Sign] = []
    at, end = 0, len(run)
    while at < end:
        piece = run[at]
        if run[at : at + 2] in phrase_starts():
            piece = next((run[at : at + n] for n in (4, 3, 2) if run[at : at + n] in phrases()), piece)
        readings = _cache.get(piece)
        if readings is None:
            readings = _cache[piece] = _readings(piece)
        found += map(Sign, piece, readings)
        at += len(piece)
    if at_head:
        _as_surname(run, found)
    return found


def _readings(piece: str) -> tuple[tuple[str, ...], ...]:
    if len(piece) == 1:
        first = spelt(piece)
        others = _OTHER_READINGS.get(piece, ())
        return (tuple(dict.fromkeys((*first, *others))),)
    return tuple((reading,) for reading in spelt(piece))


def _as_surname(run: str, found: list[Sign]) -> None:
    """Add the reading as a surname to the signs at the head of a text."""
    double = _DOUBLE_SURNAMES.get(run[:2])
    heads = double if double is not None else (_SURNAMES.get(run[0], ""),)
    for place, reading in enumerate(heads):
        sign = found[place]
        if reading and reading not in sign.readings:
            found[place] = Sign(sign.text, (*sign.readings, reading))


def folded(spelt: str) -> str:
    """`spelt` with sounds that are taken for each other written alike. The folding of a beginning is a beginning of the
    folding, so that what somebody is still typing is found."""
    for sound, alike in _FOLDS:
        if sound in spelt:
            spelt = spelt.replace(sound, alike)
    # Also where the g belongs to the next syllable: nobody can tell 先歌 from 香鹅 by their letters.
    return _NASAL.sub("n", spelt) if "ng" in spelt else spelt


def initials_of(spelt: str) -> str:
    """The initials of what is typed: `beijkj` is b, j, k, j. Letters that make no syllable stand for themselves."""
    found, at = [], 0
    while at < len(spelt):
        found.append(spelt[at])
        syllable = _SYLLABLE.match(spelt, at)
        at = syllable.end() if syllable is not None else at + 1
    return "".join(found)
