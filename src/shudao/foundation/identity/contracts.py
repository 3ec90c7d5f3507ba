"""What other rooms know of identity: roles, bodies, people, companies and the refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shudao.foundation.audit.contracts import RoleGrant
from shudao.kernel.errors import Conflict, Forbidden, NotFound, ShudaoError
from shudao.kernel.texts import Text


class Role(StrEnum):
    """
    What a member of staff may be; each right is limited to a department and a subtree of divisions.

    The three administrators are three people (GOALS safety 9): one account holds at most one of them.
    """

    CLERK = "clerk"
    REVIEWER = "reviewer"
    MATTER_MANAGER = "matter_manager"
    DATA_OFFICER = "data_officer"
    DATA_BUREAU = "data_bureau"
    LEADER = "leader"
    INTEGRATOR = "integrator"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

ROLE_NAMES: dict[Role, Text] = {
    Role.CLERK: Text("窗口人员", "Window clerk"),
    Role.REVIEWER: Text("审批人员", "Reviewer"),
    Role.MATTER_MANAGER: Text("事项管理员", "Matter manager"),
    Role.DATA_OFFICER: Text("部门数据员", "Data officer"),
    Role.DATA_BUREAU: Text("数据主管部门", "Data bureau"),
    Role.LEADER: Text("领导", "Leader"),
    Role.INTEGRATOR: Text("系统对接人员", "Integrator"),
    Role.SYSTEM_ADMIN: Text("系统管理员", "System administrator"),
    Role.SECURITY_ADMIN: Text("安全管理员", "Security administrator"),
    Role.AUDIT_ADMIN: Text("审计管理员", "Audit administrator"),
}


@dataclass(frozen=True, slots=True)
class Department:
    """
    A body of government, or the committee of a village or neighbourhood.

    `code` is its unified social credit code (18), `kind` a short code of `rules/kinds.py`, `division` the 12-digit code
    of the division it acts for, `level` that division's level (1 province … 5 village).
    """

    code: str
    name: Text
    kind: str
    division: str
    level: int


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen as others see one. `key` is the keyed hash of the resident ID (32 hexadecimal digits)."""

    key: str
    name: str
    masked_id: str
    phone_masked: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company that applies; `code` is its unified social credit code."""

    code: str
    name: str
    masked_representative: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in a list; `account` is its public id, `kind` "person" or "staff", `roles` its grants in order."""

    account: str
    username: str
    name: str
    kind: str
    active: bool
    last_sign_in: datetime | None
    roles: tuple[RoleGrant, ...]


class SignInRefused(ShudaoError):
    """User name and password do not go together, or the account is closed: never which."""

    code = "identity.sign_in_refused"
    status = 401
    says = "用户名或密码不正确。"
    advice = "请核对后重试；多次不成功会暂停登录一段时间。"


class SignInThrottled(ShudaoError):
    """Too many attempts for this user name or from this address; `minutes` says for how long it is closed."""

    code = "identity.sign_in_throttled"
    status = 429
    says = "登录尝试次数过多，已暂停登录。"
    advice = "请在 {minutes} 分钟后再试；忘记密码请联系系统管理员重置。"


class OwnRights(Forbidden):
    """Nobody grants or takes a right of their own (GOALS safety 9)."""

    code = "identity.own_rights"
    says = "不能给自己授权或变更自己的权限。"
    advice = "请由另一位安全管理员办理。"


class AdministratorsAreThree(Conflict):
    """One person holds at most one of the system, security and audit administrators' roles."""

    code = "identity.administrators_are_three"
    says = "系统管理员、安全管理员、审计管理员须由不同的人担任。"
    advice = "请另选一个账号授权。"


class AlreadyThere(Conflict):
    """A user name, or an applicant's account, that exists already."""

    code = "identity.already_there"
    says = "该账号已经存在。"
    advice = "请直接登录，或换一个用户名。"


class NotTheSamePerson(Conflict):
    """The resident ID is registered under another name."""

    code = "identity.not_the_same_person"
    says = "姓名与身份证号码不一致。"
    advice = "请核对姓名和身份证号码；仍有问题请到就近的政务服务大厅核验。"


class UnknownDepartment(NotFound):
    """No department has this code."""

    code = "identity.unknown_department"
    says = "没有找到这个部门。"
    advice = "请核对统一社会信用代码。"


class AccountNotFound(NotFound):
    """No open account has this id."""

    code = "identity.account_not_found"
    says = "没有找到这个账号，或账号已停用。"
    advice = "请核对账号。"


class PersonNotFound(NotFound):
    """Nobody is registered under this key, or the one who asks may not see them: the two look alike."""

    code = "identity.person_not_found"
    says = "没有找到这个人，或您无权查看。"
    advice = "请核对身份证号码，或请本人先注册。"


class CompanyNotFound(NotFound):
    """No company is registered under this code, or the one who asks may not act for it."""

    code = "identity.company_not_found"
    says = "没有找到这个单位，或您无权代表它办事。"
    advice = "请核对统一社会信用代码，或请法定代表人添加经办人。"
