"""
The refusals of the house: each has a stable code for machines and a sentence for people.

A room declares its refusals as subclasses in its `contracts.py`. Pages and the JSON API map them in one place; what is
not a `ShudaoError` is a fault of ours and propagates.
"""

from __future__ import annotations

from typing import ClassVar


class ShudaoError(Exception):
    """
    An expected refusal.

    `code` is stable for ever ("cases.matter_not_offered"). `status` is the HTTP status it maps to. `says` is what
    happened and `advice` what to do next: Chinese sentences that are also the keys of the translation catalogue, with
    `{name}` placeholders filled from the keyword arguments. Never put personal data into the arguments.
    """

    code: ClassVar[str] = "shudao.refused"
    status: ClassVar[int] = 400
    says: ClassVar[str] = "请求未被接受。"
    advice: ClassVar[str] = "请检查后重试。"

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(f"{self.code}: {self.says.format_map(_Blank(details))}")


class NotFound(ShudaoError):
    """Absent, or not yours: the two look alike on purpose (GOALS safety 5)."""

    code = "shudao.not_found"
    status = 404
    says = "没有找到您要的内容，或您无权查看。"
    advice = "请核对编号，或登录有权限的账号。"


class Forbidden(ShudaoError):
    """Signed in, but this act is not yours to do."""

    code = "shudao.forbidden"
    status = 403
    says = "您没有办理这一步的权限。"
    advice = "请联系本部门的系统管理员，或换有权限的账号登录。"


class SignInNeeded(ShudaoError):
    """Nobody is signed in."""

    code = "shudao.sign_in_needed"
    status = 401
    says = "请先登录。"
    advice = "登录后会回到刚才的页面。"


class Conflict(ShudaoError):
    """Somebody else was first: the state is no longer what this act starts from."""

    code = "shudao.conflict"
    status = 409
    says = "情况已经变化，这一步没有生效。"
    advice = "请刷新页面查看最新状态。"


class Invalid(ShudaoError):
    """Input that breaks a rule; `fields` maps a field's name to what is wrong with it (Chinese catalogue keys)."""

    code = "shudao.invalid"
    status = 422
    says = "填写的内容有误。"
    advice = "请按提示修改后再提交。"

    def __init__(self, *, fields: dict[str, str] | None = None, **details: object) -> None:
        super().__init__(**details)
        self.fields = fields or {}


class _Blank(dict[str, object]):
    """Leaves a placeholder that has no value as it stands instead of failing while an error is being told."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def fill(sentence: str, details: dict[str, object]) -> str:
    """Return `sentence` with its `{name}` placeholders filled from `details`; unknown ones stay as they are."""
    return sentence.format_map(_Blank(details))
