"""A reason is a short sentence, or the act is refused."""

from __future__ import annotations

import pytest

from shudao.contexts.pool.rules.reasons import stated
from shudao.kernel.errors import Invalid


def test_a_sentence_is_kept_without_the_spaces_around_it() -> None:
    assert stated("  核对原始登记表 ", "…") == "核对原始登记表"


@pytest.mark.parametrize("reason", ["", "   ", "abc", "很" * 201, "first\nsecond", "a tab\tin it", "nul\0inside"])
def test_anything_else_is_refused_with_the_sentence_given(reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        stated(reason, "请写明理由。")
    assert caught.value.fields == {"reason": "请写明理由。"}
