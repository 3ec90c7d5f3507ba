"""Deviations to plant in a row: one way of breaking each rule, at a place that chance picks."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from shudao.contexts.matters.contracts import BasicItem, Listed
from shudao.foundation.identity.rules.credit_codes import generate

Plant = Callable[[Random, Listed, dict[str, Any]], Listed | None]
_DIGITS = "0123456789"
PLANTS: dict[str, Plant] = {}


def plants(rule: str) -> Callable[[Plant], Plant]:
    """Enter a way of breaking `rule`. A plant returns None where the row gives no occasion for it."""

    def enter(plant: Plant) -> Plant:
        PLANTS[rule] = plant
        return plant

    return enter


def _with(row: Listed, **values: Any) -> Listed:
    """The row with values of its own, and the copies that lists use brought to them."""
    own = json.loads(row.overrides)
    own += [{"field": name, "value": value, "reason": {"zh": "试", "en": "test"}} for name, value in values.items()]
    copies: dict[str, Any] = {name: values[name] for name in ("visits", "tier") if isinstance(values.get(name), int)}
    if "promised" in values:
        copies |= {"promised_amount": values["promised"]["amount"], "promised_unit": values["promised"]["unit"]}
    return row._replace(overrides=json.dumps(own, ensure_ascii=False), **copies)


def _coded(row: Listed, **columns: Any) -> Listed:
    """The row with other columns, its code following."""
    row = row._replace(**columns)
    return row._replace(task_code=f"{row.department}{row.use_level}{row.catalog_code}")


def _limit(amount: int, unit: str = "1") -> dict[str, Any]:
    return {"amount": amount, "unit": unit, "explain": {"zh": "", "en": ""}, "basis": []}


def _paper(rng: Random, item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    text = {"zh": f"另附说明{rng.randrange(1000)}", "en": "Another paper"}
    empty = {"zh": "", "en": ""}
    plain = {
        "code": f"extra-{rng.randrange(1000)}", "name": text, "material_type": "1", "material_format": "2",
        "need": "1", "source": "10", "by_law": item["by_law"][:1], "licence_type": "", "resource": "",
        "resource_fields": [], "when_field": "", "when_values": [], "source_explain": empty, "fill_explain": empty,
        "accept_stand": empty, "page_num": 1, "page_format": "", "sample": False, "from_form": False,
    }  # fmt: skip
    return plain | changes


def _fee(item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    text = {"zh": "手续费", "en": "Charge"}
    plain = {"name": text, "standard": text, "amount": 500, "by_law": item["by_law"][:1], "reducible": False}
    return plain | {"reduction_basis": {"zh": "", "en": ""}} | changes


@plants("item-unknown")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _coded(row, catalog_code=f"51{row.task_type}{rng.randrange(90, 100)}{rng.randrange(10**6):06d}")


@plants("task-code")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    at = rng.randrange(31)
    other = rng.choice([one for one in _DIGITS if one != row.task_code[at]])
    return row._replace(task_code=row.task_code[:at] + other + row.task_code[at + 1 :])


@plants("body-code")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    code = row.department
    wrong = rng.choice([code[:17], code[:12], code[:17] + "I", code[:8] + "O" + code[9:]])
    if rng.random() < 0.4:
        wrong = code[:17] + rng.choice([one for one in _DIGITS if one != code[17]])
    return _coded(row, department=wrong)


@plants("body-unknown")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _coded(row, department=generate(prefix="11", region="519901", serial=rng.randrange(9_000_000, 9_900_000)))


@plants("level")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _coded(row, use_level=rng.choice([one for one in "12345678" if one != row.use_level]))


@plants("columns")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    changes: list[dict[str, Any]] = [
        {"name": row.name + "（旧）"}, {"visits": row.visits + 1}, {"tier": 5 - row.tier}, {"code": "x"},
        {"promised_amount": row.promised_amount + 1}, {"legal_unit": "9"}, {"department_kind": "xx"},
    ]  # fmt: skip
    return row._replace(**rng.choice(changes))


@plants("unreadable")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    name, value = rng.choice([("visits", "两次"), ("depth", "4"), ("colour", "红"), ("fees", {"a": 1}), ("tier", [1])])
    return _with(row, **{name: value})


@plants("locked")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    values = {
        "name": {"zh": "别的名称", "en": "Another name"}, "form_code": "another-form", "hot": not item["hot"],
        "by_law": [*item["by_law"], item["by_law"][0]], "power_source": "3" if item["power_source"] != "3" else "4",
    }  # fmt: skip
    name = rng.choice(sorted(values))
    return _with(row, **{name: values[name]})


@plants("material-extra")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _with(row, materials_add=[_paper(rng, item) for _ in range(rng.randint(1, 3))])


@plants("material-basis")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    known = rng.choice(item["materials"]) if item["materials"] else _paper(rng, item)
    return _with(row, materials_add=[known | {"by_law": []}])


@plants("material-obtainable")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    shared = [one for one in item["materials"] if one["need"] == "1" and (one["licence_type"] or one["resource"])]
    if shared and rng.random() < 0.7:
        return _with(row, materials_add=[rng.choice(shared) | {"licence_type": "", "resource": "", "from_form": False}])
    return _with(row, materials_add=[_paper(rng, item, name={"zh": "营业执照", "en": "Business licence"})])


@plants("limit-promise")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    known = item["promised"]
    return _with(row, promised=known | {"amount": known["amount"] + rng.randint(1, 5)})


@plants("limit-legal")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    known = item["legal"]
    if known["amount"] and rng.random() < 0.5:
        return _with(row, promised=_limit(9, "5" if known["unit"] != "5" else "4"))
    return _with(row, legal=known | {"amount": known["amount"] + rng.randint(1, 5)})


@plants("fee-basis")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    nothing = {"zh": "", "en": ""}
    wrong: dict[str, Any] = rng.choice([{"by_law": []}, {"standard": nothing}, {"name": nothing}, {"amount": -1}])
    return _with(row, fees=[_fee(item, **wrong)])


@plants("fee-extra")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    if item["fees"] and rng.random() < 0.5:
        return _with(row, fees=[one | {"amount": one["amount"] + 100} for one in item["fees"]])
    return _with(row, fees=[*item["fees"], _fee(item)])


@plants("visits-more")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    reason = {"zh": "核对原件", "en": "Originals are checked"}
    return _with(row, visits=item["visits"] + rng.randint(1, 3), visits_reason=reason)


@plants("tier-lower")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed | None:
    return _with(row, tier=rng.randrange(1, item["tier"])) if item["tier"] > 1 else None


@plants("depth-lower")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    lost = rng.choice(item["depth"])
    return _with(row, depth=[one for one in item["depth"] if one != lost])


@plants("basis-unknown")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    gone = f"gone:{rng.randrange(100)}"
    if rng.random() < 0.5:
        return _with(row, promised=item["promised"] | {"basis": [gone]})
    return _with(row, materials_add=[_paper(rng, item, by_law=[gone])])


@plants("guide")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    name = rng.choice(["conditions", "place", "place_name", "open_hours"])
    return _with(row, **{name: {"zh": rng.choice(["", " "]), "en": ""}})


@plants("n0")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    name, value = rng.choice(
        [("handle_type", ["1", "8"]), ("handle_area", "x"), ("depth", [*item["depth"], "77"]), ("themes", ["999"])]
    )
    return _with(row, **{name: value})


@plants("n1")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _with(row, promised=_limit(0 if item["project_type"] == "2" else 1))


@plants("n2")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    name, kind = rng.choice([("某某证", "2"), ("某某批复", "1"), ("某某证书", "3"), ("某某批文", "3")])
    return _with(row, result_name={"zh": name, "en": "Result"}, result_type=kind)


@plants("n3")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _with(row, visits_reason={"zh": "" if item["visits"] else "要来", "en": ""})


@plants("n4")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    nothing = {"zh": "", "en": ""}
    return _with(row, visits=0, visits_reason=nothing, tier=rng.randint(1, 2), handle_type=["1", "2"])


@plants("n5")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    reason = {"zh": "核对原件", "en": "Originals are checked"}
    if rng.random() < 0.5:
        return _with(row, tier=3, depth=["1", "2"])
    return _with(row, tier=rng.randint(3, 4), visits=rng.randint(2, 3), visits_reason=reason)


@plants("n6")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _with(row, fees=[], is_pay_online=True)


@plants("n7")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    right, short = "0826-2334455", "2334455"
    pairs = [(right, right), (short, right), (right, short), ("", right), (right, "12345")]
    phones = rng.choice(pairs)
    return _with(row, more={"link_way": phones[0], "supervise_way": phones[1]})


@plants("n8")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    if rng.random() < 0.5:
        return _with(row, audience="person", server_type=["1"], themes=["16", "17"])
    return _with(row, server_type=["1"] if item["audience"] != "person" else ["2"])


@plants("n9")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed | None:
    if item["task_type"] != "01":
        return None
    return _with(row, questions=[]) if rng.random() < 0.5 else _with(row, flow=item["flow"][:1])


@plants("n10")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    if item["result_type"] == "1" and rng.random() < 0.5:
        return _with(row, result_licence_type="")
    return _with(row, result_name={"zh": "" if item["result_type"] != "4" else "某某通知", "en": ""})


@plants("n11")
def _(rng: Random, row: Listed, item: dict[str, Any]) -> Listed:
    return _with(row, promised=item["legal"] | {"amount": item["legal"]["amount"] + rng.randint(1, 5)})


def plain(item: BasicItem) -> dict[str, Any]:
    """A basic item as its JSON."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(item))
    return made
