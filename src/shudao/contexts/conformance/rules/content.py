"""What a basic item, or a place's version of it, breaks: one function a rule, each yielding deviations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from shudao.contexts.conformance.contracts.rules import Compared, Deviation
from shudao.contexts.conformance.rules.limits import longer
from shudao.contexts.conformance.rules.written import written
from shudao.contexts.matters.contracts import Fee, Material

Judge = Callable[[Compared], Iterator[Deviation]]
# Rules of the library that stand under a more telling code here.
_TOLD_ELSEWHERE = {("6", "fee"): "fee-basis", ("11", "materials"): "material-basis"}
_REQUIRED = "1"


def deviations(compared: Compared, before: tuple[Deviation, ...]) -> tuple[Deviation, ...]:
    """
    Return what a place's version breaks beyond what its standard breaks already.

    Args:
        compared: The place's version and its standard.
        before: What `of_item` found for the standard: it is put right there, once, not in every place.
    """
    known = {_bare(one) for one in before}
    found = [one for judge in _RELATIVE for one in judge(compared)]
    found += [one for judge in _ABSOLUTE for one in judge(compared) if _bare(one) not in known]
    return tuple(dict.fromkeys(found))


def of_item(compared: Compared) -> tuple[Deviation, ...]:
    """Return what a basic item itself breaks; `compared` holds it on both sides."""
    return tuple(dict.fromkeys(one for judge in _ABSOLUTE for one in judge(compared)))


def unreadable(compared: Compared) -> Iterator[Deviation]:
    """
    A value of the place's own that does not have the type of its field, or a field that no matter has.

    Source:
        facts §1.4 (field types); proved by tests/contexts/conformance/rules/test_content.py
    """
    for one in compared.unreadable:
        yield Deviation("unreadable", one.field, found=written(one.value))


def locked(compared: Compared) -> Iterator[Deviation]:
    """
    A field that is the province's alone (type, basis, result, form …) has another value here.

    Source:
        DESIGN 17; GB/T 39554.1-2020 (the basic item is one for all); proved by …/rules/test_content.py
    """
    for name in sorted({one.field for one in compared.locked}):
        expected, found = getattr(compared.standard, name), getattr(compared.local, name)
        if name == "legal" and longer(found, expected):
            continue  # told by limit_legal
        if expected != found:
            yield _differing("locked", name, compared)


def material_extra(compared: Compared) -> Iterator[Deviation]:
    """
    A paper that the basic item does not ask for, whatever reason the place gives: reasons are for an exception.

    Source:
        State Council Order 716 art. 7 and the field facts §1.4; proved by …/rules/test_content.py
    """
    known = {one.code for one in compared.standard.materials}
    for one in compared.local.materials:
        if one.code not in known:
            yield Deviation("material-extra", "materials", one.code, found=written(one.name.zh))


def material_basis(compared: Compared) -> Iterator[Deviation]:
    """
    A paper that no article asks for.

    Source:
        facts §1.5 rule 11 (each material has basis); proved by …/rules/test_content.py
    """
    for one in compared.local.materials:
        if not one.by_law:
            yield Deviation("material-basis", "materials", one.code, found=written(one.name.zh))


def material_obtainable(compared: Compared) -> Iterator[Deviation]:
    """
    A required paper for which there is an e-licence type or a shared resource, and the matter does not use it.

    Source:
        State Council Order 716 art. 7 (what sharing gives is not asked again); proved by …/rules/test_content.py
    """
    standard = {one.code: one for one in compared.standard.materials}
    for one in compared.local.materials:
        if one.need != _REQUIRED or _replaced(one):
            continue
        source = _source_of(standard.get(one.code)) or compared.known.obtainable.get(one.name.zh, "")
        if source:
            yield Deviation(
                "material-obtainable", "materials", one.code, expected=written(source), found=written(one.name.zh)
            )


def limit_promise(compared: Compared) -> Iterator[Deviation]:
    """
    A promise longer than the one that the basic item makes for the whole province.

    Source:
        facts §1.6 (time compression) and §1.5 rule 11; proved by …/rules/test_content.py
    """
    standard, local = compared.standard.promised, compared.local.promised
    if longer(local, standard):
        yield _differing("limit-promise", "promised", compared)


def limit_legal(compared: Compared) -> Iterator[Deviation]:
    """
    A legal limit longer than the law's, or a promise beyond the legal limit in another unit (same units: "n11").

    Source:
        facts §1.5 rule 11; proved by …/rules/test_content.py
    """
    legal, standard, promised = compared.local.legal, compared.standard.legal, compared.local.promised
    if longer(legal, standard):
        yield _differing("limit-legal", "legal", compared)
    if promised.unit != legal.unit and legal.amount and longer(promised, legal):
        yield Deviation("limit-legal", "promised", expected=written(legal), found=written(promised))


def fee_basis(compared: Compared) -> Iterator[Deviation]:
    """
    A charge without its name, standard or basis, or below nothing.

    Source:
        facts §1.5 rule 6; proved by …/rules/test_content.py
    """
    for number, one in enumerate(compared.local.fees, start=1):
        if one.amount < 0 or not (one.by_law and one.name.zh and one.standard.zh):
            yield Deviation("fee-basis", "fees", one.name.zh or str(number), found=written(one))


def fee_extra(compared: Compared) -> Iterator[Deviation]:
    """
    A charge that the basic item does not have, or a higher amount.

    Source:
        facts §1.4 (fee); proved by …/rules/test_content.py
    """
    standard = {one.name.zh: one for one in compared.standard.fees}
    for number, one in enumerate(compared.local.fees, start=1):
        known = standard.get(one.name.zh)
        if known is None or one.amount > known.amount:
            yield Deviation("fee-extra", "fees", one.name.zh or str(number), _amount(known), _amount(one))


def visits_more(compared: Compared) -> Iterator[Deviation]:
    """
    More visits than the basic item says.

    Source:
        facts §1.6 (one-visit rate); proved by …/rules/test_content.py
    """
    if compared.local.visits > compared.standard.visits:
        yield _differing("visits-more", "visits", compared)


def tier_lower(compared: Compared) -> Iterator[Deviation]:
    """
    A lower tier of online handling than the basic item's.

    Source:
        facts §1.3 (depth tier); proved by …/rules/test_content.py
    """
    if compared.local.tier < compared.standard.tier:
        yield _differing("tier-lower", "tier", compared)


def depth_lower(compared: Compared) -> Iterator[Deviation]:
    """
    A step of the basic item that works on line is not on line here.

    Source:
        facts §1.3 (online_handle_depth, a set); proved by …/rules/test_content.py
    """
    if set(compared.standard.depth) - set(compared.local.depth):
        yield _differing("depth-lower", "depth", compared)


def basis_unknown(compared: Compared) -> Iterator[Deviation]:
    """
    An article is cited that the registry of law does not have, or that is not in force.

    Source:
        facts §1.4 (by_law); proved by …/rules/test_content.py
    """
    for code in sorted(compared.local.cited - compared.known.articles):
        yield Deviation("basis-unknown", "by_law", code, found=written(code))


def guide(compared: Compared) -> Iterator[Deviation]:
    """
    Conditions, place or hours are not said. A place that says nothing of its own has its service point's.

    Source:
        facts §1.4 (transact_addr, transact_time, accept_condition); proved by …/rules/test_content.py
    """
    if not compared.local.conditions.zh.strip():
        yield Deviation("guide", "conditions")
    for name in compared.emptied:
        yield Deviation("guide", name)


def library(compared: Compared) -> Iterator[Deviation]:
    """
    What the matter library's own rules say: facts §1.5, 0–11, one deviation for each rule and field.

    Source:
        facts §1.5; proved by tests/contexts/matters/rules/test_consistency.py and …/rules/test_content.py
    """
    said: dict[tuple[str, str], list[str]] = {}
    for one in compared.broken:
        if (one.rule, one.field) not in _TOLD_ELSEWHERE:
            said.setdefault((one.rule, one.field), []).append(one.says)
    for (number, name), sentences in said.items():
        expected, found = getattr(compared.standard, name, None), getattr(compared.local, name, None)
        if name in ("phone", "complaint_phone"):
            found = compared.local.more.get("link_way" if name == "phone" else "supervise_way", "")
        other = "" if expected == found else written(expected)
        yield Deviation(f"n{number}", name, "", other, written(found), "".join(sentences))


def _bare(one: Deviation) -> Deviation:
    """A deviation without its standard's value: by it, what stands in the item itself is known again."""
    return replace(one, expected="")


def _differing(rule: str, name: str, compared: Compared) -> Deviation:
    expected, found = getattr(compared.standard, name), getattr(compared.local, name)
    return Deviation(rule, name, "", written(expected), written(found))


def _replaced(one: Material) -> bool:
    return bool(one.licence_type or one.resource or one.from_form)


def _source_of(one: Material | None) -> str:
    if one is None or not (one.licence_type or one.resource):
        return ""
    return f"licence:{one.licence_type}" if one.licence_type else f"resource:{one.resource}"


def _amount(one: Fee | None) -> str:
    return "" if one is None else written(int(one.amount))


_RELATIVE: tuple[Judge, ...] = (
    unreadable, locked, material_extra, limit_promise, limit_legal, fee_extra, visits_more, tier_lower, depth_lower,
)  # fmt: skip
_ABSOLUTE: tuple[Judge, ...] = (material_basis, material_obtainable, fee_basis, basis_unknown, guide, library)
