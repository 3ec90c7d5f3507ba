"""Read the content folder: every file parsed, every rule checked, every fault with its file and line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shudao.contexts.matters.adapters import files
from shudao.contexts.matters.adapters.schemas import Checker
from shudao.contexts.matters.contracts import Article, BasicItem, Finding, Override
from shudao.contexts.matters.rules import consistency, content, forms
from shudao.contexts.matters.rules.raw import NotAsAgreed, Raw


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an overrides file: where it holds, and what it sets."""

    item: str
    within: tuple[str, ...]
    levels: tuple[str, ...]
    overrides: tuple[Override, ...]
    where: str

    def holds(self, use_level: str, division: str) -> bool:
        """Return whether it concerns an implementation of that level in that division."""
        return (not self.levels or use_level in self.levels) and division.startswith(self.within)


@dataclass(slots=True)
class Content:
    """The whole folder, and what is wrong with it."""

    articles: dict[str, Article] = field(default_factory=dict)
    forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    items: dict[str, BasicItem] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    sources: dict[str, files.Source] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def wrong(self, rule: str, where: str, says: str) -> None:
        """Note a fault."""
        self.findings.append(Finding(rule, where, says))


def read(folder: Path) -> Content:
    """Read laws, forms, items and overrides, in this order: each may cite only what comes before."""
    found = Content()
    for source in _sources(found, folder, "laws"):
        _law(found, source)
    for path in sorted((folder / "forms").glob("*.json")):
        _form(found, path)
    for source in _sources(found, folder, "items"):
        _item(found, source)
    for source in _sources(found, folder, "overrides"):
        for number in range(len(source.data.get("", ()))):
            _override(found, source, number)
    return found


def _sources(found: Content, folder: Path, part: str) -> Iterator[files.Source]:
    for path in sorted((folder / part).rglob("*.yaml")):
        try:
            source = files.read_yaml(path)
        except files.Unreadable as error:
            found.wrong("0", error.where, error.says)
            continue
        for where in source.repeated:
            found.wrong("0", where, "同一字段写了两次。")
        yield source


def _told(found: Content, source: files.Source, at: str, do: Callable[[], None]) -> None:
    try:
        do()
    except NotAsAgreed as error:
        found.wrong("0", source.where(at + error.field), f"{error.field}：{error.says}")


def _law(found: Content, source: files.Source) -> None:
    def do() -> None:
        for article in content.articles(source.data):
            if article.code in found.articles:
                found.wrong("0", source.where("articles"), f"条文 {article.code} 重复。")
            found.articles[article.code] = article

    _told(found, source, "", do)


def _form(found: Content, path: Path) -> None:
    code = path.stem
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
        Checker(schema)
    except ValueError as error:
        found.wrong("form", f"{path.name}:1", f"不是有效的 JSON Schema：{error}")
        return
    for name, says in forms.check(schema, code):
        found.wrong("form", f"{path.name}:{files.line_of_key(path, name)}", f"{name}：{says}")
    found.forms[code] = schema


def _item(found: Content, source: files.Source) -> None:
    def do() -> None:
        item = content.item(source.data)
        if item.code in found.items or item.catalog_code in {one.catalog_code for one in found.items.values()}:
            found.wrong("0", source.where("catalog_code"), "事项代码或基本编码重复。")
        found.items[item.code] = item
        found.sources[item.code] = source
        for broken in consistency.check(item):
            found.wrong(broken.rule, source.where(broken.field), f"{broken.field}：{broken.says}")
        _citations(found, item, source)
        _form_fields(found, item, source)

    _told(found, source, "", do)


def _citations(found: Content, item: BasicItem, source: files.Source) -> None:
    cited = {"by_law": item.by_law, "legal": item.legal.basis, "promised": item.promised.basis}
    cited |= {f"materials.{n}": one.by_law for n, one in enumerate(item.materials)}
    cited |= {f"fee.{n}": one.by_law for n, one in enumerate(item.fees)}
    for place, by_law in cited.items():
        for code in by_law:
            if code not in found.articles:
                found.wrong("law", source.where(place), f"引用的条文 {code} 不在法规库中。")


def _form_fields(found: Content, item: BasicItem, source: files.Source) -> None:
    schema = found.forms.get(item.form_code)
    if schema is None:
        found.wrong("form", source.where("form"), f"没有表单 {item.form_code}。")
        return
    for licence_field, filled_by in item.result_fields.items():
        name = filled_by.removeprefix("form.")
        if name != filled_by and name.split(".")[0] not in schema.get("properties", {}):
            found.wrong("form", source.where("result_fields"), f"{licence_field} 取自表单里没有的字段 {name}。")
    for number, one in enumerate(item.materials):
        known = forms.answers(schema, one.when_field)
        if one.when_field and not (one.when_values and set(one.when_values) <= known):
            found.wrong("form", source.where(f"materials.{number}"), f"when：表单 {one.when_field} 没有这样的取值。")


def _override(found: Content, source: files.Source, number: int) -> None:
    at = f"{number}."

    def do() -> None:
        raw = Raw(source.data[""][number], "")
        item, within = raw.string("item"), raw.strings("within")
        if item not in found.items:
            raise NotAsAgreed("item", f"没有事项 {item}。")
        if not within or not all(one.isdigit() and len(one) in (2, 4, 6, 9, 12) for one in within):
            raise NotAsAgreed("within", "应为 2、4、6、9 或 12 位的区划代码前缀。")
        overrides = content.overrides(raw.raw)
        found.entries.append(Entry(item, within, raw.strings("levels"), overrides, source.where(at + "item")))

    _told(found, source, at, do)
