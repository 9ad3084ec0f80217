"""Make the data of the preset option sets 省份, 城市, 区县 from the npm package that keeps them up.

    npm pack @vant/area-data     # the divisions of China by the codes of GB/T 2260; MIT licence
    python -m tools.china_divisions vant-area-data-2.1.0.tgz

Names come from there, English ones are the pinyin of the Chinese. Codes that an earlier edition had and this one has
not are kept under `gone`: records may hold them.
"""

import json
import re
import sys
import tarfile
from pathlib import Path

from pypinyin import lazy_pinyin

TARGET = Path("dougong/metadata/preset_data/china_divisions.json")
ENTRY = re.compile(r'(\d{6}): "([^"]*)"')

PROVINCES = {
    "内蒙古自治区": "Inner Mongolia",
    "广西壮族自治区": "Guangxi",
    "西藏自治区": "Tibet",
    "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang",
    "香港特别行政区": "Hong Kong",
    "澳门特别行政区": "Macao",
    "陕西省": "Shaanxi",
    "台湾省": "Taiwan",
}
PEOPLES = {
    "朝鲜族": "Korean", "土家族": "Tujia", "苗族": "Miao", "藏族": "Tibetan", "羌族": "Qiang", "彝族": "Yi",
    "布依族": "Buyei", "侗族": "Dong", "哈尼族": "Hani", "壮族": "Zhuang", "傣族": "Dai", "白族": "Bai",
    "景颇族": "Jingpo", "傈僳族": "Lisu", "回族": "Hui", "蒙古族": "Mongol", "满族": "Manchu", "瑶族": "Yao",
    "黎族": "Li", "畲族": "She", "水族": "Shui", "仡佬族": "Gelao", "仫佬族": "Mulao", "毛南族": "Maonan",
    "土族": "Tu", "撒拉族": "Salar", "东乡族": "Dongxiang", "保安族": "Bonan", "裕固族": "Yugur", "佤族": "Va",
    "拉祜族": "Lahu", "纳西族": "Naxi", "怒族": "Nu", "独龙族": "Derung", "普米族": "Pumi", "布朗族": "Blang",
    "达斡尔族": "Daur", "鄂温克族": "Evenk", "鄂伦春": "Oroqen", "哈萨克": "Kazakh", "蒙古": "Mongol",
    "柯尔克孜": "Kirgiz", "锡伯": "Xibe", "塔吉克": "Tajik", "各族": "Multinational",
}  # fmt: skip
READ_WRONGLY = {"朝阳": "Chaoyang"}
ENDINGS = (
    ("高新技术产业开发区", " High-tech Zone"),
    ("经济技术开发区", " Economic and Technological Development Zone"),
    ("经济开发区", " Economic Development Zone"),
    ("高新技术开发区", " High-tech Zone"),
    ("开发区", " Development Zone"),
    ("自治州", " Autonomous Prefecture"),
    ("自治县", " Autonomous County"),
    ("自治旗", " Autonomous Banner"),
    ("特区", " Special District"),
    ("林区", " Forestry District"),
    ("新区", " New Area"),
    ("街道", " Subdistrict"),
    ("地区", " Prefecture"),
    ("省", ""),
    ("市", ""),
    ("区", " District"),
    ("县", " County"),
    ("旗", " Banner"),
    ("盟", " League"),
    ("镇", " Town"),
    ("乡", " Township"),
)
LETTERS_MIN = 2
"""A name of one character keeps its ending: 城区, 郊区, 矿区."""


def main(archive: Path) -> None:
    """Write the data file from the package's archive."""
    with tarfile.open(archive) as packed:
        manifest, module = (packed.extractfile(f"package/{name}") for name in ("package.json", "dist/index.js"))
        assert manifest is not None
        assert module is not None
        about = json.load(manifest)
        text = module.read().decode()
    found = {code: json.loads(f'"{name}"') for code, name in ENTRY.findall(text)}
    before = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {"divisions": [], "gone": []}
    gone = {row[0]: row for row in (*before["gone"], *before["divisions"]) if row[0] not in found}
    TARGET.write_text(
        "\n".join(
            [
                "{",
                f'"source": "{about["name"]} {about["version"]}, {about["license"]}",',
                '"divisions": [',
                _rows([[code, name, english(code, name)] for code, name in sorted(found.items())]),
                "],",
                '"gone": [',
                _rows([gone[code] for code in sorted(gone)]),
                "]",
                "}",
                "",
            ]
        ),
        encoding="utf-8",
    )
    print(f"{TARGET}: {len(found)} divisions, {len(gone)} gone")


def _rows(rows: list[list[str]]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def english(code: str, name: str) -> str:
    """The name in Latin letters: the usual one of a province, else pinyin with the kind of division in English."""
    if name in PROVINCES:
        return PROVINCES[name]
    for chinese, ending in ENDINGS:
        if name.endswith(chinese) and len(name) - len(chinese) >= LETTERS_MIN:
            return _place(name.removesuffix(chinese)) + ending
    return _pinyin(name)


def _place(name: str) -> str:
    """The name without its ending; the peoples in the name of an autonomous place in English, and 市 no syllable."""
    peoples: list[str] = []
    while found := next((p for p in PEOPLES if name.endswith(p) and len(name) - len(p) >= LETTERS_MIN), None):
        peoples.insert(0, PEOPLES[found])
        name = name.removesuffix(found)
    if len(name) > LETTERS_MIN:
        name = name.removesuffix("市")
    return " ".join([READ_WRONGLY.get(name) or _pinyin(name), *([" and ".join(peoples)] if peoples else [])])


def _pinyin(name: str) -> str:
    text = ""
    for syllable in lazy_pinyin(name):
        # Chang'an, not Changan: a syllable that begins with a vowel is set apart.
        text += ("'" if text and syllable[:1] in "aeo" else "") + syllable
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
