"""
The class path of a catalogue entry (类/项/目/细目) and the catalogue code that is built on it.

Source:
    政务信息资源目录编制指南（试行）, DB51/T 2847-2021; proved by tests/contexts/exchange/rules/test_classes.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shudao.contexts.exchange.contracts.registry import CLASS_KINDS
from shudao.kernel.texts import Text

# 类 one digit, 项 two, 目 three; 细目 and the serial number behind them are as long as they need to be.
_LEVELS = (1, 3, 6)
_CODE = re.compile(r"[123]\d{5}\d{1,14}")
MOST_LEVELS = 4


def path_codes(code: str, classes: Sequence[Text]) -> list[str]:
    """Return a code for each class of the path: the catalogue code's first digits, for the fourth with its name."""
    found = [code[:length] for length in _LEVELS[: len(classes)]]
    return found + [f"{code[:6]}-{name.zh}" for name in classes[len(_LEVELS) :]]


def problems(code: str, classes: Sequence[Text]) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for a code or path that the guide does not allow."""
    if not _CODE.fullmatch(code):
        yield "catalogue_code", "目录代码须为类 1 位、项 2 位、目 3 位，后接细目和顺序号，共 7 至 20 位数字。"
    if not 1 <= len(classes) <= MOST_LEVELS or not all(one.zh.strip() for one in classes):
        yield "classes", "分类须为类、项、目、细目，逐级填写，最多四级。"
    elif code[:1] in CLASS_KINDS and classes[0].zh != CLASS_KINDS[code[:1]].zh:
        yield "classes", "目录代码的首位与分类的类不一致：1 基础、2 主题、3 部门。"
