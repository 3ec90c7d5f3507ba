"""What stands on a licence: the check of its fields, the signed payload, and the lines strangers see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shudao.contexts.licences.contracts import LicenceType, Shown
from shudao.contexts.licences.rules import masks, twin
from shudao.kernel.texts import Text

FIELD_LIMIT = 200

MEMBERS: dict[str, Text] = {
    "n": Text("证照编号", "Number"),
    "t": Text("证照类型", "Type"),
    "h": Text("持证主体", "Holder"),
    "c": Text("照面信息", "Fields"),
    "i": Text("签发日期", "Issued on"),
    "a": Text("有效期起", "Valid from"),
    "b": Text("有效期止", "Valid until"),
    "d": Text("签发机关", "Issued by"),
    "v": Text("版式版本", "Version"),
}

WITHOUT_END = Text("长期", "Without end")


@dataclass(frozen=True, slots=True)
class Face:
    """Everything that is signed about one licence, in full."""

    number: str
    holder_kind: str
    holder_name: str
    fields: Mapping[str, str]
    salt: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    department: str


def problems(kind: LicenceType, holder_kind: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the fields of a licence to be issued: field name → sentence; empty when all is well."""
    known = {field.name: field for field in kind.fields}
    wrong = {name: "该证照类型没有这一项。" for name in fields if name not in known}
    wrong |= {name: "此项为必填。" for name, field in known.items() if field.required and not fields.get(name, "")}
    wrong |= {name: "此项过长，最多 200 字。" for name, value in fields.items() if len(value) > FIELD_LIMIT}
    if kind.holder_kind not in ("any", holder_kind):
        wrong["holder_kind"] = "持证主体类别与证照类型不符。"
    return wrong


def payload(kind: LicenceType, face: Face) -> dict[str, Any]:
    """Return what the twin says: names and sensitive fields masked, the full fields vouched for by a commitment."""
    maskings = {field.name: field.mask for field in kind.fields}
    shown = {name: masks.masked(value, maskings.get(name, "tail")) for name, value in face.fields.items()}
    return {
        "v": 1,
        "n": face.number,
        "t": kind.code,
        "h": masks.name(face.holder_name) if face.holder_kind == "person" else face.holder_name,
        "f": shown,
        "c": twin.commitment(face.fields, face.salt),
        "i": face.issued_on.isoformat(),
        "a": face.valid_from.isoformat(),
        "b": face.valid_to.isoformat() if face.valid_to else "",
        "d": face.department,
    }


def lines(kind: LicenceType, said: Mapping[str, Any], department_name: Text) -> tuple[Shown, ...]:
    """Return what a verification shows of a payload, in reading order."""
    fields = tuple(Shown(one.label, Text(said["f"][one.name])) for one in kind.fields if said["f"].get(one.name))
    return (
        Shown(MEMBERS["n"], Text(said["n"])),
        Shown(MEMBERS["t"], kind.name),
        Shown(MEMBERS["h"], Text(said["h"])),
        *fields,
        Shown(MEMBERS["d"], department_name),
        Shown(MEMBERS["i"], Text(said["i"])),
        Shown(MEMBERS["b"], Text(said["b"]) if said["b"] else WITHOUT_END),
    )


def named(kind: LicenceType | None, members: tuple[str, ...]) -> Text:
    """Return the labels of payload members ("h", "f.name"), for the sentence that says what was altered."""
    labels = {f"f.{field.name}": field.label for field in kind.fields} if kind else {}
    found = [labels.get(one) or MEMBERS.get(one) or Text(one) for one in members]
    return Text("、".join(one.zh for one in found), ", ".join(one.en or one.zh for one in found))
