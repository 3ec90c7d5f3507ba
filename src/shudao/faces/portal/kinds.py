"""The business lines of government, as people call them."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

_NAMES = {
    "ga": gettext_noop("公安"),
    "mz": gettext_noop("民政"),
    "wj": gettext_noop("卫生健康"),
    "jy": gettext_noop("教育"),
    "rs": gettext_noop("人力资源社会保障"),
    "yb": gettext_noop("医疗保障"),
    "gjj": gettext_noop("住房公积金"),
    "zr": gettext_noop("自然资源"),
    "zj": gettext_noop("住房城乡建设"),
    "sc": gettext_noop("市场监管"),
    "jt": gettext_noop("交通运输"),
    "cl": gettext_noop("残联"),
    "tj": gettext_noop("退役军人事务"),
    "sw": gettext_noop("税务"),
    "ny": gettext_noop("农业农村"),
    "wl": gettext_noop("文化旅游"),
    "yj": gettext_noop("应急管理"),
    "fg": gettext_noop("发展改革"),
    "kj": gettext_noop("科技"),
    "sf": gettext_noop("司法行政"),
    "st": gettext_noop("生态环境"),
    "lc": gettext_noop("林业草原"),
    "sl": gettext_noop("水利"),
    "zf": gettext_noop("乡镇街道"),
    "cun": gettext_noop("村（社区）"),
    "sj": gettext_noop("数据管理"),
    "zw": gettext_noop("政务服务"),
}


def name(kind: str) -> str:
    """Return what a business line is called in the reader's language; the code itself where it has no name."""
    return gettext(_NAMES[kind]) if kind in _NAMES else kind
