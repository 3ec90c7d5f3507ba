"""Every sentence of the faces and of the shared design has its English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[3] / "src" / "shudao"
FACES = ["design", "portal", "window", "office", "cockpit"]
ROOMS = [*(SOURCE / "faces" / name for name in FACES), SOURCE / "kernel"]
CALLS = {"gettext", "gettext_lazy", "gettext_noop"}
SHORT = re.compile(r'{%\s*translate\s+"([^"]+)"')
LONG = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
HAN = re.compile(r"[\u4e00-\u9fff]")


def of_template(text: str) -> Iterator[str]:
    yield from SHORT.findall(text)
    for body in LONG.findall(text):
        yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", body)


def of_module(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
            yield from (part.value for part in node.args if isinstance(part, ast.Constant))
        if isinstance(node, ast.ClassDef):
            yield from _refusal(node)


def _refusal(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if getattr(target, "id", "") in ("says", "advice") and isinstance(value, ast.Constant):
            yield str(value.value)


def sentences(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.html"):
        found.update(of_template(path.read_text(encoding="utf-8")))
    for path in folder.rglob("*.py"):
        found.update(of_module(path.read_text(encoding="utf-8")))
    return found


def english() -> dict[str, str]:
    said: dict[str, str] = {}
    for path in (SOURCE / "locale" / "en").glob("*.po"):
        with path.open("rb") as file:
            said.update({str(one.id): str(one.string) for one in read_po(file) if one.id})
    return said


def test_every_sentence_of_pages_and_refusals_has_its_english() -> None:
    said = english()
    missing = {one for folder in ROOMS for one in sentences(folder) if HAN.search(one) and not said.get(one)}
    assert missing == set()


def test_no_english_says_chinese_and_placeholders_agree() -> None:
    for chinese, other in english().items():
        assert not HAN.search(other) or "中" in chinese, chinese
        assert sorted(re.findall(r"%\(\w+\)s|{\w+}", chinese)) == sorted(re.findall(r"%\(\w+\)s|{\w+}", other)), chinese


@pytest.mark.parametrize("folder", ROOMS[:-1], ids=FACES)
def test_templates_write_no_chinese_outside_the_catalogue(folder: Path) -> None:
    loose = []
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for pattern in (LONG, re.compile(r"{%.*?%}", re.DOTALL), re.compile(r"{{.*?}}")):
            text = pattern.sub("", text)
        loose += [(path.name, line.strip()) for line in text.splitlines() if HAN.search(line) and "中文" not in line]
    assert loose == []
