"""What the exchange refuses."""

from __future__ import annotations

from shudao.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class SystemUnknown(NotFound):
    """No system has this client id."""

    code = "exchange.system_unknown"
    says = "没有登记系统 {client}。"
    advice = "请先登记业务系统。"


class ResourceUnknown(NotFound):
    """No resource has this code."""

    code = "exchange.resource_unknown"
    says = "没有数据资源 {resource}。"
    advice = "请在数据资源目录中查找正确的代码。"


class RequestInvalid(Invalid):
    """The request or registration breaks a rule; `fields` says which."""

    code = "exchange.request_invalid"
    says = "申请填写有误。"
    advice = "请按提示修改后重新提交。"


class NotShared(Forbidden):
    """The resource is of the kind that is not shared."""

    code = "exchange.not_shared"
    says = "该数据资源不予共享，依据：{basis}"
    advice = "如有异议，请向数据管理部门提出争议协调。"


class FourEyes(Forbidden):
    """Who asked may not decide, nor anybody of the asking department."""

    code = "exchange.four_eyes"
    says = "申请人及其所在部门的人员不能审批该申请。"
    advice = "请由数源部门的数据管理员审批。"


class SecondOfficer(Forbidden):
    """The most sensitive data need two officers: who agreed first does not confirm."""

    code = "exchange.second_officer"
    says = "该资源敏感级别最高，须由另一名数据员复核。"
    advice = "请数源部门的另一名数据员复核。"


class NotExtendable(Conflict):
    """The reply's clock cannot be extended: the law allows it for conditional sharing, once."""

    code = "exchange.not_extendable"
    says = "答复期限只对有条件共享可以延长，且只能延长一次。"
    advice = "请在期限内答复。"


class AlreadyDecided(Conflict):
    """Somebody decided this request before."""

    code = "exchange.already_decided"
    says = "申请 {number} 已经有了审批结果。"
    advice = "请刷新页面查看结果。"


class AlreadyRevoked(Conflict):
    """The grant was withdrawn before."""

    code = "exchange.already_revoked"
    says = "授权 {number} 已被撤销。"
    advice = "请刷新页面查看结果。"


class SystemRetired(Conflict):
    """A retired system never calls again."""

    code = "exchange.system_retired"
    says = "系统 {client} 已注销，不能再变更。"
    advice = "需要继续对接的，请登记新的系统。"


class HeldByBureau(Forbidden):
    """What the data bureau suspended, the department cannot let call again."""

    code = "exchange.held_by_bureau"
    says = "系统 {client} 由数据管理部门暂停，本部门不能恢复。"
    advice = "请联系数据管理部门。"


class KeyUnknown(NotFound):
    """The system has no key with this id."""

    code = "exchange.key_unknown"
    says = "系统没有公钥 {key}。"
    advice = "请刷新页面核对公钥编号。"


class KeyAlreadyRevoked(Conflict):
    """The key was revoked before."""

    code = "exchange.key_already_revoked"
    says = "公钥 {key} 已被吊销。"
    advice = "请刷新页面查看结果。"


class VersionUnknown(NotFound):
    """The entry never had this version."""

    code = "exchange.version_unknown"
    says = "数据资源 {resource} 没有第 {number} 版。"
    advice = "请在版本列表中选择。"


class ResourceRetired(Conflict):
    """A retired entry answers nobody any more and stays as it is."""

    code = "exchange.resource_retired"
    says = "数据资源 {resource} 已注销，不能再变更。"
    advice = "需要继续共享的，请编目新的数据资源。"


class NotOffered(Conflict):
    """The resource is suspended or retired: nobody gets a right to it now."""

    code = "exchange.not_offered"
    says = "数据资源 {resource} 已暂停或注销，不能申请。"
    advice = "请在数据资源目录中查找其他资源，或联系数源部门。"


class SystemOut(Conflict):
    """The system is suspended or retired: it gets no right now."""

    code = "exchange.system_out"
    says = "系统 {client} 已暂停或注销，不能申请数据。"
    advice = "请先恢复系统，或用其他系统申请。"
