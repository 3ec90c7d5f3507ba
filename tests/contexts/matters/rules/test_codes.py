from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from shudao.contexts.matters.contracts import CodeInvalid
from shudao.contexts.matters.rules import codes

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY".replace("L", "")
_DIGITS = st.integers(0, 999)
_BODY = st.text(_ALPHABET, min_size=9, max_size=9).map(lambda own: _body(f"11519901{own}"))


def _body(first: str) -> str:
    return first + uscc.calc_check_digit(first)


@st.composite
def _catalogs(draw: st.DrawFn) -> str:
    return codes.build_catalog_code(
        region=draw(st.sampled_from(["00", "51"])),
        type_=draw(st.sampled_from(codes.TYPES)),
        department=f"{draw(st.integers(0, 99)):02d}",
        main=draw(_DIGITS),
        sub=draw(_DIGITS),
    )


@given(catalog=_catalogs(), body=_BODY, level=st.integers(1, 6), serial=st.integers(1, 99))
def test_every_code_that_is_built_is_read_back_as_its_parts(catalog: str, body: str, level: int, serial: int) -> None:
    task = codes.build_task_code(body=body, level=str(level), catalog=catalog)
    handle = codes.build_handle_item(task=task, serial=serial)
    assert (len(catalog), len(task), len(handle)) == (12, 31, 33)
    assert codes.parse_task_code(task) == codes.TaskCode(body, str(level), catalog)
    assert codes.parse_handle_item(handle) == (codes.TaskCode(body, str(level), catalog), serial)


@given(catalog=_catalogs(), body=_BODY, place=st.integers(0, 17), letter=st.sampled_from(_ALPHABET))
def test_a_wrong_character_in_the_credit_code_is_refused(catalog: str, body: str, place: int, letter: str) -> None:
    wrong = body[:place] + letter + body[place + 1 :]
    if wrong == body:
        return
    with pytest.raises(CodeInvalid):
        codes.build_task_code(body=wrong, level="4", catalog=catalog)


@given(st.text(max_size=40))
def test_rubbish_is_refused_and_never_crashes(text: str) -> None:
    assert not codes.is_task_code(text)
    for parse in (codes.parse_catalog_code, codes.parse_task_code, codes.parse_handle_item):
        with pytest.raises(CodeInvalid):
            parse(text + "-")


def test_real_codes_of_other_provinces_are_read() -> None:
    assert codes.parse_catalog_code("210973001000") == codes.CatalogCode("21", "09", "73", "001", "000")
    assert codes.parse_task_code("12441500196720244T3442010806003".replace("442010", "440710")).level == "3"


def test_a_sub_item_names_its_main_item_and_a_main_item_none() -> None:
    assert codes.parse_catalog_code("510702001002").parent == "510702001000"
    assert codes.parse_catalog_code("510702001000").parent == ""


@pytest.mark.parametrize(
    "code", ["", "51070200100", "5107020010000", "510702001o00", "511102001000", "５１０７０２００１０００"]
)
def test_what_is_no_catalogue_code_is_refused(code: str) -> None:
    with pytest.raises(CodeInvalid):
        codes.parse_catalog_code(code)


@pytest.mark.parametrize(("main", "sub"), [(-1, 0), (1000, 0), (0, 1000)])
def test_numbers_that_do_not_fit_are_refused(main: int, sub: int) -> None:
    with pytest.raises(CodeInvalid):
        codes.build_catalog_code(region="51", type_="07", department="02", main=main, sub=sub)


def test_serial_zero_is_no_handling_item() -> None:
    task = codes.build_task_code(body=_body("11519901ABCDEFGH1"), level="4", catalog="510702001000")
    with pytest.raises(CodeInvalid):
        codes.build_handle_item(task=task, serial=0)
    with pytest.raises(CodeInvalid):
        codes.parse_handle_item(task + "00")
