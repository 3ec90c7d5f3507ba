"""
For which basic item a listed matter is taken: by its code, else by its name, with a score and the reasons.

Names are compared by the pairs of characters they share, rare pairs weighing more than common ones; words that only say
at which level or place somebody acts do not count. Two names that differ in the act (to set up, to change, to cancel)
are not the same matter, however alike they look.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shudao.contexts.matters.contracts import BasicItem
from shudao.contexts.matters.contracts.imports import Match
from shudao.contexts.matters.rules import values

ENOUGH = 0.6
_LEVELS = re.compile(
    r"国家级|省级|市级|县级|区级|乡镇|街道|镇级|村级|县\(市、区\)|权限内|权限|初审|上报|\(.{0,4}级.{0,6}\)|四川省|川渝"
)
_NOISE = re.compile(r"[^0-9a-z一-鿿]|的|及|和|与|或|对|关于|办理|申请|业务|审批|许可|核发|核准|登记|备案|证")
# Each line is one act in the words that people use for it; a name that names none means the first: to get something.
_ACTS = (
    ("设立", "新办", "新申请", "首次", "开办", "成立"),
    ("注销", "撤销", "终止", "停止", "关闭"),
    ("变更", "变动", "更正", "更名", "修改"),
    ("延续", "续期", "延期", "换证", "换发", "换领", "有效期满"),
    ("补发", "补办", "补换", "补领", "遗失"),
    ("咨询", "查询"),
    ("暂停", "中止"),
    ("挂失", "解挂"),
    ("启用", "激活", "密码"),
    ("转入", "转出", "迁移"),
)
# What sets two matters apart that are called alike in everything else: each word stands in both names or in neither.
_OBJECTS = ("养老", "医疗", "工伤", "失业", "生育", "客运", "分公司", "补贴", "补助", "前审查", "拖拉机",
    "子公司", "补缴", "互转", "交存", "贴息", "公章", "旅馆", "分立", "扩大")  # fmt: skip
_ACT = re.compile("|".join(word for words in _ACTS for word in words))
_TYPE_AGREES, _TYPE_DIFFERS, _ACT_DIFFERS, _OBJECT_DIFFERS, _BARE = 0.05, 0.1, 0.5, 0.35, 0.1
_FIRST = frozenset({0})
_ASIDE = re.compile(r"\([^()]*\)|（[^（）]*）")


@dataclass(frozen=True, slots=True)
class _Known:
    code: str
    task_type: str
    plain: str
    pairs: frozenset[str]
    bare: frozenset[str]
    acts: frozenset[int]


class Matcher:
    """The basic catalogue, ready to be asked many times."""

    def __init__(self, items: Iterable[BasicItem], local: Mapping[str, str] | None = None) -> None:
        """Take the accepted basic items; `local`: local code of an item → national one."""
        items = list(items)
        named = [(one, pairs_of(one.name.zh)) for one in items]
        often = Counter(pair for _, pairs in named for pair in pairs)
        self._rarity = {pair: math.log(1 + len(named) / count) for pair, count in often.items()}
        self._unseen = math.log(1 + max(len(named), 1))
        self._known = {
            one.catalog_code: _Known(
                one.catalog_code, one.task_type, plain(one.name.zh), pairs, bare_of(one.name.zh), acts_of(one.name.zh)
            )
            for one, pairs in named
        }
        self._holding: dict[str, list[str]] = defaultdict(list)
        for one, pairs in named:
            for pair in pairs:
                self._holding[pair].append(one.catalog_code)
        self._local = dict(local or {})

    def best(self, *, name: str, task_type: str = "", catalog_code: str = "") -> Match | None:
        """
        Return the basic item that a matter is taken for, None where none is near enough.

        Args:
            name: As the list has it.
            task_type: National type; "" where it is not known.
            catalog_code: National or local code of a basic item; decides by itself where the catalogue has it.

        Source:
            docs/guangan.md, a district's real list; proved by tests/contexts/matters/rules/test_matching.py
        """
        code = self._local.get(catalog_code, catalog_code)
        if code in self._known:
            same = plain(name) == self._known[code].plain
            return Match(code, 1.0, ("code", "name-same") if same else ("code",))
        pairs = pairs_of(name)
        near = {code for pair in pairs for code in self._holding.get(pair, ())}
        scored = [(self._score(self._known[code], name, pairs, task_type), code) for code in near]
        if not scored:
            return None
        (score, reasons), code = max(scored, key=lambda one: (one[0][0], one[1]))
        return Match(code, round(score, 3), reasons) if score >= ENOUGH else None

    def name_of(self, catalog_code: str) -> str:
        """Return what the catalogue calls an item, as names are compared. Raises KeyError."""
        return self._known[catalog_code].plain

    def _score(self, known: _Known, name: str, pairs: frozenset[str], task_type: str) -> tuple[float, tuple[str, ...]]:
        score = max(self._alike(pairs, known.pairs), self._alike(bare_of(name), known.bare) - _BARE)
        text = plain(name)
        reasons = ["name-same" if text == known.plain else "name-near"]
        if acts_of(name) != known.acts:
            score -= _ACT_DIFFERS
            reasons.append("act-differs")
        if any((word in known.plain) != (word in text) for word in _OBJECTS):
            score -= _OBJECT_DIFFERS
            reasons.append("object-differs")
        if task_type:
            agrees = task_type == known.task_type
            score += _TYPE_AGREES if agrees else -_TYPE_DIFFERS
            reasons.append("type-same" if agrees else "type-differs")
        return min(max(score, 0.0), 1.0), tuple(reasons)

    def _alike(self, left: frozenset[str], right: frozenset[str]) -> float:
        both = self._weight(left) + self._weight(right)
        return 2 * self._weight(left & right) / both if both else 0.0

    def _weight(self, pairs: frozenset[str]) -> float:
        return sum(self._rarity.get(pair, self._unseen) for pair in pairs)


def alike(left: str, right: str) -> bool:
    """Return whether two names can be one matter's: they share at least a third of their pairs."""
    one, other = pairs_of(left), pairs_of(right)
    return 3 * len(one & other) >= min(len(one), len(other))


def plain(name: str) -> str:
    """Return a name in the library's words, one width of characters, without levels and marks."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[^0-9a-z一-鿿]", "", _LEVELS.sub("", values.in_library_words(folded)))


def pairs_of(name: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters by which names are compared; of one character, itself."""
    text = _NOISE.sub("", _ACT.sub("", plain(name))) or plain(name)
    return frozenset(text[at : at + 2] for at in range(max(len(text) - 1, 1)))


def bare_of(name: str) -> frozenset[str]:
    """Return the pairs of a name without what stands in brackets."""
    return pairs_of(_ASIDE.sub("", name) or name)


def acts_of(name: str) -> frozenset[int]:
    """Return which acts a name names."""
    return frozenset(number for number, words in enumerate(_ACTS) if any(word in name for word in words)) or _FIRST
