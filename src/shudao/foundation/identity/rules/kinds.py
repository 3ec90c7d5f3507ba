"""
Which bodies every division has, what they are called and which credit code is generated for each. Pure.

Names follow one pattern for all places; bodies that a place has merged or renamed are not told apart (see README).
"""

from __future__ import annotations

from dataclasses import dataclass

from shudao.foundation.identity.rules import credit_codes
from shudao.kernel.texts import Text

ALL_UPPER = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of body: what it is called and on which levels it exists.

    `province` and `english_province` name it down to the level `high_to`, `below` and `english` beneath. `prefix` is
    what its credit code begins with: 11 government body, 12 public institution, 13 mass organisation.
    """

    code: str
    province: str
    below: str
    english: str
    english_province: str
    levels: tuple[int, ...] = ALL_UPPER
    high_to: int = 1
    prefix: str = "11"


KINDS = (
    Kind("ga", "公安厅", "公安局", "Public Security Bureau", "Department of Public Security"),
    Kind("mz", "民政厅", "民政局", "Civil Affairs Bureau", "Department of Civil Affairs"),
    Kind("wj", "卫生健康委员会", "卫生健康局", "Health Bureau", "Health Commission", high_to=2),
    Kind("jy", "教育厅", "教育局", "Education Bureau", "Department of Education"),
    Kind(
        "rs",
        "人力资源和社会保障厅",
        "人力资源和社会保障局",
        "Human Resources and Social Security Bureau",
        "Department of Human Resources and Social Security",
    ),
    Kind("yb", "医疗保障局", "医疗保障局", "Healthcare Security Bureau", "Healthcare Security Administration"),
    Kind(
        "gjj",
        "省级住房公积金管理中心",
        "住房公积金管理中心",
        "Housing Provident Fund Centre",
        "Provincial Housing Provident Fund Centre",
        levels=(1, 2),
        prefix="12",
    ),
    Kind("zr", "自然资源厅", "自然资源局", "Natural Resources Bureau", "Department of Natural Resources"),
    Kind(
        "zj",
        "住房和城乡建设厅",
        "住房和城乡建设局",
        "Housing and Urban-Rural Development Bureau",
        "Department of Housing and Urban-Rural Development",
    ),
    Kind("sc", "市场监督管理局", "市场监督管理局", "Market Regulation Bureau", "Administration for Market Regulation"),
    Kind("jt", "交通运输厅", "交通运输局", "Transport Bureau", "Department of Transport"),
    Kind(
        "cl",
        "残疾人联合会",
        "残疾人联合会",
        "Disabled Persons' Federation",
        "Disabled Persons' Federation",
        prefix="13",
    ),
    Kind("tj", "退役军人事务厅", "退役军人事务局", "Veterans Affairs Bureau", "Department of Veterans Affairs"),
    Kind("sw", "税务局", "税务局", "Tax Bureau", "Tax Service"),
    Kind(
        "ny",
        "农业农村厅",
        "农业农村局",
        "Agriculture and Rural Affairs Bureau",
        "Department of Agriculture and Rural Affairs",
    ),
    Kind(
        "wl",
        "文化和旅游厅",
        "文化和旅游局",
        "Culture and Tourism Bureau",
        "Department of Culture and Tourism",
    ),
    Kind("yj", "应急管理厅", "应急管理局", "Emergency Management Bureau", "Department of Emergency Management"),
    Kind(
        "fg",
        "发展和改革委员会",
        "发展和改革局",
        "Development and Reform Bureau",
        "Development and Reform Commission",
        high_to=2,
    ),
    Kind("kj", "科学技术厅", "科学技术局", "Science and Technology Bureau", "Department of Science and Technology"),
    Kind("sf", "司法厅", "司法局", "Justice Bureau", "Department of Justice"),
    Kind("st", "生态环境厅", "生态环境局", "Ecology and Environment Bureau", "Department of Ecology and Environment"),
    Kind(
        "lc", "林业和草原局", "林业和草原局", "Forestry and Grassland Bureau", "Forestry and Grassland Administration"
    ),
    Kind("sl", "水利厅", "水利局", "Water Resources Bureau", "Department of Water Resources"),
    Kind("sj", "数据局", "数据局", "Data Bureau", "Data Bureau"),
    Kind(
        "zw",
        "政务服务管理办公室",
        "政务服务管理局",
        "Government Services Bureau",
        "Government Services Office",
    ),
    Kind("zf", "", "人民政府", "People's Government", "", levels=(4,)),
    Kind("cun", "", "", "", "", levels=(5,)),
)

# What lists and filters call a kind of body, whatever the place.
TITLES = {
    "ga": Text("公安", "Police"),
    "mz": Text("民政", "Civil affairs"),
    "wj": Text("卫生健康", "Health"),
    "jy": Text("教育", "Education"),
    "rs": Text("人力资源和社会保障", "Human resources and social security"),
    "yb": Text("医疗保障", "Medical insurance"),
    "gjj": Text("住房公积金", "Housing fund"),
    "zr": Text("自然资源", "Natural resources and real estate"),
    "zj": Text("住房城乡建设", "Housing and construction"),
    "sc": Text("市场监督管理", "Market regulation"),
    "jt": Text("交通运输", "Transport"),
    "cl": Text("残疾人联合会", "Disabled persons' federation"),
    "tj": Text("退役军人事务", "Veterans"),
    "sw": Text("税务", "Tax"),
    "ny": Text("农业农村", "Agriculture"),
    "wl": Text("文化和旅游", "Culture and tourism"),
    "yj": Text("应急管理", "Emergency management"),
    "fg": Text("发展改革", "Development and reform"),
    "kj": Text("科技", "Science and technology"),
    "sf": Text("司法行政", "Justice"),
    "st": Text("生态环境", "Ecology and environment"),
    "lc": Text("林业和草原", "Forestry and grassland"),
    "sl": Text("水利", "Water"),
    "sj": Text("数据管理", "Data"),
    "zw": Text("政务服务管理", "Government services"),
    "zf": Text("乡镇街道", "Township and subdistrict"),
    "cun": Text("村(居)民委员会", "Village and neighbourhood committee"),
}

BY_CODE = {kind.code: kind for kind in KINDS}
_POSITION = {kind.code: position for position, kind in enumerate(KINDS)}

_COMMITTEES = (
    ("村民委员会", "村民委员会"),
    ("居民委员会", "居民委员会"),
    ("居民居委会", "居民委员会"),
    ("村委员会", "村民委员会"),
    ("村委会", "村民委员会"),
    ("居委会", "居民委员会"),
    ("居民委员", "居民委员会"),
)


def at(level: int) -> tuple[Kind, ...]:
    """Return the kinds of body that a division of this level has, in the fixed order."""
    return tuple(kind for kind in KINDS if level in kind.levels)


def name(kind: Kind, *, place: str, level: int) -> str:
    """Return the Chinese name of a body; `place` is its division's name."""
    if kind.code == "cun":
        return _committee(place)
    if kind.code == "zf":
        return place + ("办事处" if place.endswith("街道") else "人民政府")
    return place + (kind.province if level <= kind.high_to else kind.below)


def name_en(kind: Kind, *, place: str, level: int) -> str:
    """Return the English name of a body; `place` is its division's English name, "" gives ""."""
    if not place:
        return ""
    if kind.code == "cun":
        return f"{place} Committee"
    if kind.code == "zf":
        return f"{place} Office" if place.endswith("Subdistrict") else f"{place} People's Government"
    return f"{place.removesuffix(' Province')} {kind.english_province if level <= kind.high_to else kind.english}"


def code(kind: Kind, division: str) -> str:
    """
    Return the generated credit code of `division`'s body of this kind: the same for ever, and no two alike.

    The region is 5199 and the first two digits of the province: unallocated, so that no real body's code is made. A
    village committee begins 54, a neighbourhood committee 55 (their statistical codes end in 200–399 and 001–199).
    """
    prefix = kind.prefix
    if kind.code == "cun":
        prefix = "54" if division[9] in "235" else "55"
    serial = _POSITION[kind.code] * 10**10 + int(division[2:])
    return credit_codes.generate(prefix=prefix, region=credit_codes.TEST_REGION + division[:2], serial=serial)


def _committee(place: str) -> str:
    for ending, full in _COMMITTEES:
        if place.endswith(ending):
            stem = place.removesuffix(ending)
            # "黄桷村委会" abbreviates 黄桷村村民委员会: the one 村 belongs to the place as well.
            return f"{stem}村{full}" if ending == "村委会" and not stem.endswith(("村", "社区")) else stem + full
    return place
