"""A file is what its bytes say; a name cannot hurt."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.foundation.files.contracts import MEDIA_TYPES
from shudao.foundation.files.rules.names import LONGEST, safe_name
from shudao.foundation.files.rules.sniff import kind_of
from tests.foundation.files import samples


@pytest.mark.parametrize("kind", list(samples.WHOLE))
def test_each_kind_is_known_by_its_bytes(kind: str) -> None:
    assert kind_of(io.BytesIO(samples.WHOLE[kind])) == (kind, True)


@pytest.mark.parametrize("kind", ["pdf", "png", "jpeg", "gif", "docx", "xlsx"])
def test_a_file_cut_off_is_not_whole(kind: str) -> None:
    whole = samples.WHOLE[kind]
    found, complete = kind_of(io.BytesIO(whole[: len(whole) * 2 // 3]))
    assert not complete
    assert found is not None


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"\x00\x01\x02\x03",
        b"Rar!\x1a\x07\x00",
        samples.archive(readme=b"x"),
        samples.archive(word__document_xml=b"<w/>", word__vbaProject_bin=b"macro"),
    ],
)
def test_anything_else_is_no_kind(content: bytes) -> None:
    assert kind_of(io.BytesIO(content))[0] is None


def test_an_empty_file_is_not_whole() -> None:
    assert not kind_of(io.BytesIO(b""))[1]


def test_text_may_be_in_the_national_encoding() -> None:
    assert kind_of(io.BytesIO("成都市青羊区".encode("gb18030"))) == ("txt", True)
    assert kind_of(io.BytesIO(("蜀" * 100_000).encode())) == ("txt", True), "characters across chunks"


def test_a_zip_bomb_is_refused() -> None:
    assert len(samples.BOMB) < 100_000
    assert kind_of(io.BytesIO(samples.BOMB)) == ("docx", False)


def test_an_entry_that_lies_about_its_size_is_not_whole() -> None:
    lying = samples.archive(word__document_xml=b"<w:document/>" * 1000)
    broken = lying.replace((13_000).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    assert broken != lying
    assert kind_of(io.BytesIO(broken)) == ("docx", False)


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("身份证.PDF", "pdf", "身份证.pdf"),
        ("photo.jpeg", "jpeg", "photo.jpeg"),
        ("photo.png", "jpeg", "photo.jpg"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("C:\\temp\\房产证.docx", "docx", "房产证.docx"),
        ("evil\u202efdp.exe", "pdf", "evilfdp.pdf"),
        ("a<script>.txt", "txt", "a_script_.txt"),
        (".htaccess", "txt", "htaccess.txt"),
        ("", "png", "file.png"),
        ("..", "png", "file.png"),
        ("v1.2 说明书", "pdf", "v1.2 说明书.pdf"),
    ],
)
def test_names_are_made_safe(name: str, kind: str, safe: str) -> None:
    assert safe_name(name, kind) == safe


@given(st.text(max_size=300), st.sampled_from(list(MEDIA_TYPES)))
def test_no_name_escapes(name: str, kind: str) -> None:
    safe = safe_name(name, kind)
    assert not set(safe) & set('/\\<>:"|?*\x00\r\n')
    assert not any(unicodedata.category(char)[0] == "C" for char in safe)
    assert not safe.startswith(".")
    assert len(safe) <= LONGEST + 5
    assert safe_name(safe, kind) == safe


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.4", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
)
def test_no_bytes_make_it_fail(content: bytes, head: bytes) -> None:
    kind, whole = kind_of(io.BytesIO(head + content))
    assert kind is None or kind in MEDIA_TYPES
    assert isinstance(whole, bool)
