"""Content files on disk: YAML with the line of every field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """A file that is no YAML mapping or list."""

    def __init__(self, where: str, says: str) -> None:
        super().__init__(f"{where}: {says}")
        self.where = where
        self.says = says


@dataclass(frozen=True, slots=True)
class Source:
    """A file's data, a list under the key "", with the line of each dotted path and the places of repeated keys."""

    name: str
    data: dict[str, Any]
    lines: dict[str, int]
    repeated: tuple[str, ...]

    def where(self, path: str) -> str:
        """Return "file:line" of a dotted path, or of the nearest part of it that has a line."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return f"{self.name}:{self.lines.get(path, 1)}"


def read_yaml(path: Path) -> Source:
    """Read one file. Raises Unreadable."""
    name = f"{path.parent.name}/{path.name}"
    loader = _Loader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(f"{name}:{mark.line + 1 if mark else 1}", "不是有效的 YAML。") from None
    finally:
        loader.dispose()
    if node is None or not isinstance(data, dict | list):
        raise Unreadable(f"{name}:1", "文件为空，或不是字段与列表。")
    found = list(_walk(node, ""))
    repeated = tuple(f"{name}:{line}" for path_, line, again in found if again)
    return Source(name, data if isinstance(data, dict) else {"": data}, {p: line for p, line, _ in found}, repeated)


def line_of_key(path: Path, key: str) -> int:
    """Return the first line of a JSON file that holds the key, else 1."""
    wanted = f'"{key.rpartition(".")[2]}"'
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if wanted in line:
            return number
    return 1


def _walk(node: yaml.Node, at: str) -> Iterator[tuple[str, int, bool]]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            path = f"{at}{key.value}"
            yield path, key.start_mark.line + 1, key.value in seen
            seen.add(key.value)
            yield from _walk(value, path + ".")
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield f"{at}{number}", value.start_mark.line + 1, False
            yield from _walk(value, f"{at}{number}.")
