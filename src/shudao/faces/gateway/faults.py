"""How refusals look on `/r1/`: X-Road's error form, JSON or XML, with its documented types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

from shudao.kernel.texts import Text
from shudao.plane.decision import Refusal

_DENIED = "Server.ServerProxy.AccessDenied"
_FAILED = "Server.ServerProxy.ServiceFailed"


class Refused(Exception):
    """The call ends here; `code` is a key of FAULTS."""

    def __init__(self, code: str, why: str = "", retry: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
        self.retry = retry  # seconds after which it may be tried again; 0 where that is not known


@dataclass(frozen=True, slots=True)
class Fault:
    """X-Road error type, and a sentence that says what to do."""

    type: str
    says: Text

    @property
    def status(self) -> int:
        """500 for X-Road's Server faults, 400 for the others."""
        return 500 if self.type.startswith("Server.") else 400


FAULTS: dict[str, Fault] = {
    "malformed_request": Fault(
        "Client.InvalidRequest",
        Text("请求格式不符，请对照接口说明检查。", "Malformed; check it against the service description."),
    ),
    "invalid_method": Fault(
        "Client.InvalidHttpMethod", Text("该地址不接受这种方法。", "This method is not accepted here.")
    ),
    "missing_header": Fault("Client.MissingHeaderField", Text("缺少必要的请求头。", "A required header is missing.")),
    "body_too_large": Fault(
        "Client.InvalidRequest", Text("请求体过大，上限 64 KiB。", "The body is too large; the limit is 64 KiB.")
    ),
    "signature_refused": Fault(
        "Client.InvalidSignature",
        Text(
            "签名未通过，请检查签名内容、密钥编号和密钥有效期。",
            "The signature does not hold; check what it covers and the key.",
        ),
    ),
    "late": Fault(
        "Client.InvalidSignature",
        Text(
            "签名时间与网关相差超过 300 秒，请校准时钟后重发。",
            "Signed more than 300 s from the gateway's clock; set yours.",
        ),
    ),
    "replayed": Fault(
        "Client.InvalidSignature",
        Text("该请求已处理过，请换新的 nonce 重发。", "Seen before; send again with a new nonce."),
    ),
    Refusal.UNKNOWN_CLIENT: Fault(
        "Server.ClientProxy.UnknownMember", Text("调用系统未登记。", "The calling system is not registered.")
    ),
    Refusal.UNKNOWN_SERVICE: Fault(
        "Server.ServerProxy.UnknownService", Text("没有这个服务。", "There is no such service.")
    ),
    Refusal.NO_GRANT: Fault(
        _DENIED, Text("没有该资源的授权，请先申请。", "No grant for this resource; apply for one.")
    ),
    Refusal.NOT_YET: Fault(_DENIED, Text("授权尚未生效。", "The grant is not valid yet.")),
    Refusal.EXPIRED: Fault(_DENIED, Text("授权已到期，请申请续期。", "The grant has expired; apply for a new one.")),
    Refusal.PURPOSE: Fault(_DENIED, Text("授权不包括这一用途。", "The grant is for another purpose.")),
    Refusal.NO_CASE: Fault(
        _DENIED,
        Text("查询个人信息必须在 X-Road-Issue 中写明办件编号。", "Personal data needs a case number in X-Road-Issue."),
    ),
    Refusal.NO_FIELDS: Fault(_DENIED, Text("请写明需要哪些字段。", "Name the fields that are needed.")),
    Refusal.FIELDS: Fault(_DENIED, Text("请求了授权以外的字段。", "A field is asked for that is not granted.")),
    Refusal.VERIFY_ONLY: Fault(
        _DENIED, Text("授权只能核验，不能读取。", "The grant allows comparing only, not reading.")
    ),
    Refusal.RATE: Fault(
        _DENIED, Text("调用过于频繁，请按 Retry-After 稍后重试。", "Too many calls a second; see Retry-After.")
    ),
    Refusal.QUOTA: Fault(_DENIED, Text("今日调用次数已用完。", "Today's quota is used up.")),
    Refusal.STALE: Fault(
        _FAILED, Text("网关与管理端失去联系过久，该资源暂停查询。", "Cut off from the control plane for too long.")
    ),
    "no_snapshot": Fault(_FAILED, Text("授权快照尚未发布或已损坏。", "The grant snapshot is absent or damaged.")),
    "ledger_unavailable": Fault(
        _FAILED, Text("账本暂时无法写入，未作答复，请稍后重试。", "The ledger cannot be written now. Try later.")
    ),
    "store_unavailable": Fault(
        _FAILED, Text("网关暂时无法判断请求是否重复，请稍后重试。", "The gateway cannot tell replays now. Try later.")
    ),
    "index_damaged": Fault(_FAILED, Text("数据索引不可用，请联系数据管理方。", "The data index cannot be used now.")),
    Refusal.ENDPOINT: Fault(
        _DENIED, Text("该服务没有登记这一接口，请对照 getOpenAPI。", "No such endpoint on record; see getOpenAPI.")
    ),
    "subject_in_path": Fault(
        "Client.InvalidRequest",
        Text(
            "地址中不得出现查询对象或身份证号，请写入 X-Shudao-Subject。",
            "No person may stand in path or query; use X-Shudao-Subject.",
        ),
    ),
    "question_too_large": Fault(
        "Client.InvalidRequest", Text("请求体超过该服务的上限。", "The body is larger than the service takes.")
    ),
    "upstream_busy": Fault(
        _FAILED, Text("对该服务的并发已满，请稍后重试。", "Too many calls to the service at once. Try again soon.")
    ),
    "upstream_resting": Fault(
        _FAILED,
        Text(
            "数源部门的服务连续失败，暂停转发，请按 Retry-After 重试。",
            "The department's service keeps failing and is left alone; see Retry-After.",
        ),
    ),
    "upstream_unreachable": Fault(
        _FAILED, Text("无法连接数源部门的服务。", "The department's service cannot be reached.")
    ),
    "upstream_address": Fault(
        _FAILED, Text("数源部门服务的地址不被允许。", "The department's service has an address that is not allowed.")
    ),
    "upstream_untrusted": Fault(
        _FAILED,
        Text("数源部门服务的证书不可信。", "The certificate of the department's service does not hold."),
    ),
    "upstream_timeout": Fault(
        _FAILED, Text("数源部门的服务未在时限内答复。", "The department's service did not answer in time.")
    ),
    "upstream_broken": Fault(
        _FAILED, Text("数源部门的服务中断了连接。", "The department's service broke the connection off.")
    ),
    "upstream_error": Fault(_FAILED, Text("数源部门的服务出错。", "The department's service failed.")),
    "upstream_declined": Fault(
        _FAILED, Text("数源部门的服务不接受该请求。", "The department's service does not accept the request.")
    ),
    "answer_too_large": Fault(
        _FAILED, Text("数源部门的答复超过登记的上限。", "The service's answer is larger than is on record for it.")
    ),
    "answer_unsized": Fault(
        _FAILED,
        Text(
            "数源部门的答复过大且未说明长度，不能转发。",
            "The service's answer is large and does not say its length; it is not passed on.",
        ),
    ),
    "answer_not_cut": Fault(
        _DENIED,
        Text(
            "答复无法按授权字段裁剪，须有该资源全部字段的授权。",
            "The answer cannot be cut to the granted fields; it needs a grant of every field.",
        ),
    ),
    "fault": Fault(
        _FAILED, Text("网关内部错误，请凭编号联系管理员。", "Internal error; quote the id to the operator.")
    ),
}


def language_of(accepted: str) -> str:
    """Return the language that an Accept-Language header means here."""
    return "en" if accepted.lower().startswith("en") else "zh-hans"


def rendered(code: str, why: str, *, trace: str, accept: str, language: str) -> tuple[int, str, bytes, str]:
    """Return status, content type, body and X-Road type of a refusal; `trace` becomes X-Road's `detail`."""
    fault = FAULTS[code]
    message = fault.says.said(language_of(language)) + (f" ({why})" if why else "")
    if "xml" in accept and "json" not in accept:
        body = (
            '<?xml version="1.0" encoding="utf-8"?><error xmlns="http://x-road.eu/xsd/error.xsd">'
            f"<type>{fault.type}</type><message>{escape(message)}</message><detail>{trace}</detail></error>"
        )
        return fault.status, "text/xml; charset=utf-8", body.encode(), fault.type
    body = json.dumps({"type": fault.type, "message": message, "detail": trace}, ensure_ascii=False)
    return fault.status, "application/json; charset=utf-8", body.encode(), fault.type
