"""
Published vectors: proofs over the eight leaves that Certificate Transparency's own tests use.

Source: github.com/transparency-dev/merkle, testdata/{inclusion,consistency}/*/happy-path.json (Apache License 2.0). Its
failing cases are mutations of these; the same kinds of mutation are made here.
"""

from __future__ import annotations

import base64

import pytest

from shudao.kernel import merkle

DATA = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
    2: "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",
    3: "rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=",
    5: "Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=",
    6: "duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=",
    7: "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=",
    8: "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
}
INCLUSION = [
    (
        *(0, 8, "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="),
        ["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
         "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ="],
    ),
    (
        *(5, 8, "QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg="),
        ["vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
         "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc="],
    ),
    (*(2, 3, "ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c="), ["+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="]),
    (
        *(1, 5, "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c="),
        ["bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
         "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="],
    ),
]  # fmt: skip
CONSISTENCY = [
    (
        *(1, 8),
        ["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
         "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ="],
    ),
    (
        *(6, 8),
        ["DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
         "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc="],
    ),
    (*(2, 5), ["Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=", "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="]),
    (
        *(6, 7),
        ["DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
         "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc="],
    ),
]  # fmt: skip


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def tree() -> merkle.Tree:
    made = merkle.Tree()
    for text in DATA:
        made.append(merkle.leaf_hash(bytes.fromhex(text)))
    return made


def mutations(proof: list[bytes]) -> list[list[bytes]]:
    """Cut, lengthened at either end, one bit of each hash changed."""
    changed = [[*proof[:n], bytes([one[0] ^ 16]) + one[1:], *proof[n + 1 :]] for n, one in enumerate(proof)]
    return [[], proof[:-1], [*proof, b""], [*proof, bytes(32)], [bytes(32), *proof], *changed]


def test_roots() -> None:
    assert {size: tree().root(size) for size in ROOTS} == {size: raw(text) for size, text in ROOTS.items()}


@pytest.mark.parametrize(("index", "size", "leaf", "proof"), INCLUSION)
def test_inclusion(index: int, size: int, leaf: str, proof: list[str]) -> None:
    path, root = [raw(one) for one in proof], raw(ROOTS[size])
    assert tree().inclusion(index, size) == path
    assert merkle.verify_inclusion(raw(leaf), index, size, path, root)
    assert not any(merkle.verify_inclusion(raw(leaf), index, size, wrong, root) for wrong in mutations(path))
    for wrong in ((index - 1, size), (index + 1, size), (index ^ 2, size), (index, size * 2), (index, size // 2)):
        assert not merkle.verify_inclusion(raw(leaf), *wrong, path, root), wrong


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCY)
def test_consistency(old: int, size: int, proof: list[str]) -> None:
    path, before, root = [raw(one) for one in proof], raw(ROOTS[old]), raw(ROOTS[size])
    assert tree().consistency(old, size) == path
    assert merkle.verify_consistency(old, before, size, root, path)
    assert not any(merkle.verify_consistency(old, before, size, root, wrong) for wrong in mutations(path))
    assert not merkle.verify_consistency(old, root, size, before, path)
    for wrong in ((old - 1, size), (old + 1, size), (old ^ 2, size), (old, size * 2), (old, size // 2)):
        assert not merkle.verify_consistency(wrong[0], before, wrong[1], root, path), wrong
