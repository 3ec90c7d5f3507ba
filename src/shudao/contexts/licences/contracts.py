"""What the licences room gives and refuses: types, licences, verdicts, errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.kernel.errors import Conflict, Invalid, NotFound
from shudao.kernel.texts import Text


class LicenceState(StrEnum):
    """What a licence is worth on a given day."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class VerdictCode(StrEnum):
    """Why a licence counts or does not: one reason, the first that holds in this order."""

    ALTERED = "altered"  # a byte differs from what was signed
    FOREIGN_KEY = "foreign_key"  # signed by a key that is not in the key ring
    UNKNOWN = "unknown"  # no such number was issued here
    REVOKED = "revoked"
    EXPIRED = "expired"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class LicenceField:
    """One field on a licence. `mask` says how strangers see it: "" whole, "name" 张*, "tail" last four characters."""

    name: str
    label: Text
    mask: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class LicenceType:
    """
    One kind of licence, after GB/T 36903's metadata.

    `serial` is the three digits that stand for the type in a licence number. `holder_kind` is "person" or "company".
    `valid_years` 0 means without end. `department_kind` is the short code of the bodies that issue it.
    """

    code: str
    serial: str
    name: Text
    holder_kind: str
    department_kind: str
    valid_years: int
    fields: tuple[LicenceField, ...]


@dataclass(frozen=True, slots=True)
class Licence:
    """
    An issued licence as its holder or an officer sees it.

    `holder` is a person key or a credit code, never a resident ID. `valid_to` None means without end. `twin` is the
    signed machine-readable text. `state` is that of the day it was asked for.
    """

    number: str
    type_code: str
    type_name: Text
    holder_kind: str
    holder: str
    holder_name: str
    case: str
    task_code: str
    fields: dict[str, str]
    division: str
    department: str
    department_name: Text
    issued_at: datetime
    valid_from: date
    valid_to: date | None
    state: LicenceState
    revoked_at: datetime | None
    revoked_reason: str
    twin: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One line that a verification shows: masked where it names somebody."""

    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The answer to "does this licence count?".

    `says` is one sentence with the reason (what was altered, since when it is revoked). `shown` is empty unless the
    licence is known and unaltered.
    """

    valid: bool
    code: VerdictCode
    says: Text
    number: str = ""
    shown: tuple[Shown, ...] = ()


class LicenceNotFound(NotFound):
    """No licence of this number, or not yours."""

    code = "licences.not_found"
    says = "没有找到这份证照。"
    advice = "请核对证照编号。"


class UnknownLicenceType(NotFound):
    """The type's code is not in the registry."""

    code = "licences.unknown_type"
    says = "没有这种证照类型：{type_code}。"
    advice = "请从证照类型目录中选择。"


class LicenceFieldsWrong(Invalid):
    """A field that the type needs is missing, or one is given that it does not have."""

    code = "licences.fields_wrong"
    says = "证照照面信息不完整。"
    advice = "请补齐照面信息后再签发。"


class AlreadyRevoked(Conflict):
    """The licence was revoked before."""

    code = "licences.already_revoked"
    says = "这份证照此前已经撤销。"
    advice = "无需再次撤销。"
