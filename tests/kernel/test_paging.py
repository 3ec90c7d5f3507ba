"""Lists are paged one way, and a page that cannot be is refused."""

from __future__ import annotations

import pytest

from shudao.kernel.errors import Invalid
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (400, 20)])
def test_pages_are_counted_up(total: int, pages: int) -> None:
    assert Page(items=(), number=1, size=20, total=total).pages == pages


def test_the_first_item_has_its_position() -> None:
    assert Page(items=("x",), number=3, size=20, total=41).first == 41
    assert Page(items=(), number=1, size=20, total=0).first == 0


@pytest.mark.parametrize(("number", "size"), [(0, 20), (1, 0), (1, 201), (-1, 20)])
def test_a_page_that_cannot_be_is_refused(number: int, size: int) -> None:
    with pytest.raises(Invalid):
        bounds(number, size)


def test_a_text_falls_back_to_chinese() -> None:
    assert Text("办件", "Case").said("en-gb") == "Case"
    assert Text("办件").said("en") == "办件"
    assert Text("办件", "Case").said("bo") == "办件"
