"""The access point's own errors, in X-Road's form: JSON, or XML where Accept asks for it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from shudao.client.errors import CallFailed, Refused
from shudao.kernel.texts import Text

_OURS = "Server.ClientProxy."


class Fault(Exception):
    """The call ends here; `code` is a key of FAULTS, `why` says more to an engineer."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(code)
        self.code, self.why = code, why


@dataclass(frozen=True, slots=True)
class Said:
    """X-Road's error type, and a sentence that says what to do."""

    type: str
    says: Text

    @property
    def status(self) -> int:
        """500 for Server faults, 400 for the client's."""
        return 500 if self.type.startswith("Server.") else 400


_UNREACHABLE = Text("网关没有应答，请稍后重试。", "The gateway does not answer. Try again later.")

FAULTS: dict[str, Said] = {
    "bad_request": Said(
        "Client.BadRequest",
        Text(
            "请求不符合 X-Road REST 协议（r1），请检查地址和请求头。",
            "Not a request of the X-Road REST protocol (r1); check address and headers.",
        ),
    ),
    "missing_client": Said(
        "Client.MissingHeaderField", Text("缺少请求头 X-Road-Client。", "The header X-Road-Client is missing.")
    ),
    "invalid_method": Said(
        "Client.InvalidHttpMethod", Text("元数据服务只接受 GET。", "Metadata services take GET only.")
    ),
    "body_too_large": Said("Client.InvalidRequest", Text("请求体过大。", "The body is too large.")),
    "body_late": Said("Client.InvalidRequest", Text("请求体没有按时到达。", "The body did not arrive in time.")),
    "foreign_host": Said(
        "Client.BadRequest",
        Text("请求头 Host 不是本机地址。", "The Host header does not name this machine."),
    ),
    "unknown_client": Said(
        _OURS + "UnknownMember",
        Text("本接入点不为该系统签名，请检查 X-Road-Client。", "This access point signs for another client."),
    ),
    "session_refused": Said(
        _OURS + "CannotCreateSignature",
        Text(
            "网关不接受本系统的密钥，请检查密钥登记和时钟。",
            "The gateway does not take this system's key; check its registration and the clock.",
        ),
    ),
    "not_connected": Said(_OURS + "NetworkError", _UNREACHABLE),
    "timed_out": Said(_OURS + "NetworkError", Text("网关没有按时应答。", "The gateway did not answer in time.")),
    "connection_lost": Said(_OURS + "NetworkError", Text("与网关的连接中断。", "The connection to the gateway broke.")),
    "answer_lost": Said(
        _OURS + "NetworkError",
        Text("请求已到达，但应答丢失；可查账本。", "The call arrived, its answer was lost; see the ledger."),
    ),
    "not_the_gateway": Said(
        _OURS + "InvalidMessage", Text("应答方不是数据交换网关。", "What answered is not the exchange's gateway.")
    ),
    "answer_too_large": Said(_OURS + "InvalidMessage", Text("应答过大。", "The answer is too large.")),
    "other_request": Said(
        _OURS + "InconsistentResponse",
        Text("应答与请求不符，已丢弃。", "The answer belongs to another request; it was dropped."),
    ),
    "receipt_refused": Said(
        _OURS + "InvalidSignatureValue",
        Text("应答的回执签名未通过，已丢弃。", "The answer's receipt does not hold; it was dropped."),
    ),
    "receipts_full": Said(
        _OURS + "LoggingFailed",
        Text("回执无法保存，应答已丢弃，请检查磁盘。", "The receipt cannot be kept; look at the disk."),
    ),
    "fault": Said(
        _OURS + "InternalError", Text("接入点内部错误，请凭编号查看日志。", "Internal error; find the id in the log.")
    ),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """An error as it is sent; `detail` is the UUID that finds it in the log."""

    status: int
    headers: dict[str, str]
    body: bytes
    detail: str


def of(error: CallFailed) -> Fault:
    """Return the fault that tells of a call which failed."""
    if isinstance(error, Refused):
        return Fault("session_refused", error.message)
    return Fault(error.code if error.code in FAULTS else "fault")


def rendered(fault: Fault, *, accept: str, language: str, call: str = "") -> Rendered:
    """Return the error in X-Road's form; `call` is the X-Road-Id to echo."""
    said, detail = FAULTS[fault.code], str(uuid.uuid4())
    message = said.says.said("en" if language.lower().startswith("en") else "zh-hans")
    message += f" ({fault.why})" if fault.why else ""
    headers = {"X-Road-Error": said.type, "X-Shudao-Refusal": fault.code, "Cache-Control": "no-store"}
    headers |= {"X-Road-Id": call} if call else {}
    if "xml" in accept and "json" not in accept:
        headers["Content-Type"] = "text/xml; charset=utf-8"
        body = (
            '<?xml version="1.0" encoding="utf-8"?><error xmlns="http://x-road.eu/xsd/error.xsd">'
            f"<type>{said.type}</type><message>{escape(message)}</message><detail>{detail}</detail></error>"
        )
    else:
        headers["Content-Type"] = "application/json; charset=utf-8"
        body = json.dumps({"type": said.type, "message": message, "detail": detail}, ensure_ascii=False)
    return Rendered(said.status, headers, body.encode(), detail)
