"""What people are told when the exchange gives no data."""

from __future__ import annotations

from shudao.contexts.exchange.contracts.answers import UnavailableReason
from shudao.kernel.texts import Text
from shudao.plane.decision import Refusal

_DOWN = Text("数据共享网关暂时连不上", "the data exchange cannot be reached just now")
_NO_RECORD = Text("数源部门没有查到您的记录", "the source department holds no record of you")
_UNCLEAR = Text("数据共享网关拒绝了本次查询", "the data exchange refused this enquiry")

_PAUSED = Text("数据共享网关暂停服务", "the data exchange is out of service")

_SOURCE_DOWN = Text("数源部门的服务暂时没有答复", "the source department's service does not answer for now")

_REFUSALS: dict[str, tuple[UnavailableReason, Text]] = {
    Refusal.UNKNOWN_CLIENT: (
        UnavailableReason.REFUSED,
        Text("本平台尚未在数据共享网关登记", "this platform is not registered with the data exchange"),
    ),
    Refusal.UNKNOWN_SERVICE: (
        UnavailableReason.REFUSED,
        Text("该数据资源尚未接入数据共享网关", "this resource is not connected to the data exchange"),
    ),
    Refusal.STALE: (
        UnavailableReason.GATEWAY_DOWN,
        Text(
            "数据共享网关与授权登记失去联系已久，暂停应答",
            "the data exchange has lost touch with the register of grants",
        ),
    ),
    Refusal.NO_GRANT: (
        UnavailableReason.NO_GRANT,
        Text("数源部门尚未授权使用该数据", "the source department has not granted the use of this data"),
    ),
    Refusal.NOT_YET: (
        UnavailableReason.NO_GRANT,
        Text("数源部门的授权尚未生效", "the source department's grant has not begun yet"),
    ),
    Refusal.EXPIRED: (
        UnavailableReason.NO_GRANT,
        Text("数源部门的授权已经到期", "the source department's grant has expired"),
    ),
    Refusal.PURPOSE: (
        UnavailableReason.NO_GRANT,
        Text("数源部门的授权不含本次用途", "the source department's grant is for another purpose"),
    ),
    Refusal.FIELDS: (
        UnavailableReason.NO_GRANT,
        Text("数源部门的授权不含所需信息项", "the source department's grant does not cover these items"),
    ),
    Refusal.QUOTA: (
        UnavailableReason.REFUSED,
        Text("今天的授权调用量已经用完", "today's quota of the grant is used up"),
    ),
    Refusal.ENDPOINT: (
        UnavailableReason.REFUSED,
        Text("数源部门的服务没有登记这一接口", "the source department's service has no such endpoint on record"),
    ),
    Refusal.VERIFY_ONLY: (
        UnavailableReason.NO_GRANT,
        Text("数源部门的授权只可核验，不可读取", "the source department's grant is to verify only, not to read"),
    ),
    Refusal.RATE: (
        UnavailableReason.REFUSED,
        Text("查询过于频繁，超过授权的每秒次数", "the enquiries come faster than the grant allows"),
    ),
    Refusal.NO_CASE: (
        UnavailableReason.REFUSED,
        Text("查询个人数据须有办件编号", "personal data may be asked for a case only"),
    ),
    # what the gateway itself says when it cannot do its work
    **dict.fromkeys(
        ("no_snapshot", "ledger_unavailable", "store_unavailable", "index_damaged"),
        (UnavailableReason.GATEWAY_DOWN, _PAUSED),
    ),
    # what it says of a department's own service
    **dict.fromkeys(
        ("upstream_busy", "upstream_resting", "upstream_unreachable", "upstream_address", "upstream_timeout"),
        (UnavailableReason.GATEWAY_DOWN, _SOURCE_DOWN),
    ),
    **dict.fromkeys(
        ("upstream_broken", "upstream_error", "upstream_untrusted", "answer_too_large", "answer_unsized"),
        (UnavailableReason.GATEWAY_DOWN, _SOURCE_DOWN),
    ),
    "upstream_declined": (
        UnavailableReason.REFUSED,
        Text("数源部门的服务不接受这次查询", "the source department's service does not accept the enquiry"),
    ),
    "answer_not_cut": (
        UnavailableReason.NO_GRANT,
        Text("答复无法按授权的信息项裁剪", "the answer cannot be cut to the granted items"),
    ),
    Refusal.NO_FIELDS: (
        UnavailableReason.REFUSED,
        Text("没有说明需要哪些信息项", "it was not said which items are needed"),
    ),
}


def down() -> tuple[UnavailableReason, Text]:
    """Return what to say when no answer came in time."""
    return UnavailableReason.GATEWAY_DOWN, _DOWN


def no_record() -> tuple[UnavailableReason, Text]:
    """Return what to say when the source holds nothing, or nothing within the grant's rows."""
    return UnavailableReason.NO_RECORD, _NO_RECORD


def refused(code: str) -> tuple[UnavailableReason, Text]:
    """
    Return what to say for the gateway's refusal.

    Args:
        code: A value of `plane.decision.Refusal` or of the gateway's faults; one not foreseen is told as a refusal
            without a reason.

    Source:
        proved by tests/contexts/exchange/rules/test_requests.py
    """
    return _REFUSALS.get(code, (UnavailableReason.REFUSED, _UNCLEAR))
