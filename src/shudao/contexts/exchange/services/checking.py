"""What an entry of the catalogue must be before it is entered, and the words by which it is found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shudao.contexts.exchange.contracts.registry import Resource, ShareType
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import classes, upstreams
from shudao.contexts.pool import api as pool
from shudao.foundation.identity.contracts import Department

_CODE = re.compile(r"[a-z0-9]([a-z0-9-]{1,58})[a-z0-9]")
_MATTER = re.compile(r"\d{12}")


def problems(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for everything that is wrong with an entry."""
    if not _CODE.fullmatch(resource.code):
        yield "code", "资源代码须为 3 至 60 个小写字母、数字或连字符。"
    if not 1 <= len(resource.name.zh.strip()) <= 120:
        yield "name", "请填写资源名称，最多 120 个字。"
    if not resource.abstract.zh.strip():
        yield "abstract", "请填写摘要。"
    yield from classes.problems(resource.catalogue_code, resource.classes)
    yield from _source_problems(resource)
    yield from _term_problems(resource)
    yield from _link_problems(resource)


def _term_problems(resource: Resource) -> Iterator[tuple[str, str]]:
    if not 1 <= resource.sensitivity <= 4 or any(not 1 <= item.sensitivity <= 4 for item in resource.items):
        yield "sensitivity", "敏感级别只能是 1 到 4。"
    elif any(item.sensitivity > resource.sensitivity for item in resource.items):
        yield "sensitivity", "资源的敏感级别不能低于其信息项。"
    if resource.share_type is ShareType.CONDITIONAL and not resource.condition.zh:
        yield "condition", "有条件共享须写明共享条件。"
    if resource.share_type is ShareType.REFUSED and not resource.basis.zh:
        yield "basis", "不予共享须写明依据。"
    if resource.opened and any(item.personal or item.sensitivity > 1 for item in resource.items):
        yield "opened", "含个人信息或敏感信息项的资源不能向社会开放。"


def _link_problems(resource: Resource) -> Iterator[tuple[str, str]]:
    if not all(_MATTER.fullmatch(code) for code in resource.matters):
        yield "matters", "关联事项须为 12 位基本目录编码。"
    others = set(resource.related)
    if resource.code in others or set(catalogue.find_resources(sorted(others))) != others:
        yield "related", "关联资源须是目录中其他资源的代码。"


def _source_problems(resource: Resource) -> Iterator[tuple[str, str]]:
    """What is wrong with where the answers come from, and with the items that it can give."""
    names = [item.name for item in resource.items]
    shown: set[str] = set()
    if bool(resource.dataset) == (resource.upstream is not None):
        yield "dataset", "须关联数据集或部门服务接口，且只能选一种。"
    elif resource.upstream is not None:
        yield from upstreams.problems(resource.upstream)
        shown = set(names)
    else:
        contract = pool.contract(resource.dataset)
        shown = {column.name for column in contract.columns if column.name != contract.subject or column.kept}
        if not set(names) <= shown:
            yield "items", "信息项须是数据集中可共享的列，且不能重复。"
    if not names or len(set(names)) != len(names):
        yield "items", "请填写信息项，且不能重复。"
    if resource.row_field and resource.row_field not in shown:
        yield "row_field", "限定范围的列须是数据集中的列。"


def words(resource: Resource, provider: Department) -> str:
    """Return what search looks through: names, items, classes, provider and codes, lower case, apart by lines."""
    texts = [resource.name, resource.abstract, provider.name, *resource.classes]
    texts += [item.title for item in resource.items]
    said = [part for text in texts for part in (text.zh, text.en) if part]
    codes = [resource.code, resource.catalogue_code, resource.provider, *(item.name for item in resource.items)]
    return "\n".join([*said, *codes]).casefold()
