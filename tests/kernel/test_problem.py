"""An error looks the same to every machine and says what to do next."""

from __future__ import annotations

from shudao.kernel.errors import Conflict, Invalid, NotFound, ShudaoError
from shudao.kernel.problem import problem


class Gone(ShudaoError):
    code = "tests.gone"
    status = 410
    says = "{what}已经停办。"
    advice = "请查找{other}。"


def test_a_refusal_is_told_with_code_sentence_and_advice() -> None:
    told = problem(Gone(what="旧事项"), trace="T1")
    assert told["code"] == "tests.gone"
    assert told["type"] == "urn:shudao:problem:tests.gone"
    assert told["status"] == 410
    assert told["title"] == "旧事项已经停办。"
    assert told["detail"] == "请查找{other}。", "a missing detail never breaks the telling"
    assert told["trace"] == "T1"


def test_fields_at_fault_are_named_and_translated() -> None:
    told = problem(Invalid(fields={"name": "必填"}), trace="T")
    assert told["fields"] == {"name": "必填"}
    english = {"必填": "required"}
    told = problem(Invalid(fields={"name": "必填"}), trace="T", translate=lambda text: english.get(text, text))
    assert told["fields"] == {"name": "required"}


def test_every_refusal_of_the_kernel_has_its_own_code() -> None:
    codes = [error.code for error in (ShudaoError, NotFound, Conflict, Invalid)]
    assert len(set(codes)) == len(codes)
