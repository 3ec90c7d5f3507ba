"""What the room of matters refuses, and why."""

from __future__ import annotations

from shudao.contexts.matters.contracts.content import Finding
from shudao.kernel.errors import Conflict, Invalid, NotFound, ShudaoError


class MatterNotFound(NotFound):
    """No such matter, version, form or article."""

    code = "matters.not_found"
    says = "没有找到这个事项。"
    advice = "请核对事项编码，或回到事项列表重新查找。"


class MatterNotOffered(ShudaoError):
    """Neither this division nor one above it offers the matter."""

    code = "matters.not_offered"
    status = 409
    says = "您选择的地区不办理这个事项。"
    advice = "请换一个地区，或查看本地区可以办理的事项。"


class FormInvalid(Invalid):
    """A filled form that breaks its schema; `fields` maps the field's path ("children.0.name") to a sentence."""

    code = "matters.form_invalid"
    says = "表单中有内容需要修改。"
    advice = "请按每一项旁边的提示修改后再提交。"


class ContentRefused(ShudaoError):
    """Content that breaks the rules of the library; nothing of it was written."""

    code = "matters.content_refused"
    status = 422
    says = "事项库内容不符合规则，没有写入：{summary}"
    advice = "请按列出的文件和行号修改后重新载入。"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        shown = "; ".join(f"{one.where} [{one.rule}] {one.says}" for one in findings[:20])
        super().__init__(summary=shown, count=len(findings))


class CodeInvalid(ShudaoError):
    """A catalogue, implementation or handling-item code that is not built as the standard says."""

    code = "matters.code_invalid"
    status = 422
    says = "事项编码不符合编码规则。"
    advice = "基本编码 12 位，实施编码 31 位，业务办理项编码 33 位。"


class LawChangeInvalid(Invalid):
    """An amendment or repeal that lacks something."""

    code = "matters.law_change_invalid"
    says = "法规变更登记有内容需要修改。"
    advice = "请按每一项旁边的提示修改后再提交。"


class LawChangeOpen(Conflict):
    """The article has a change that is not yet in force."""

    code = "matters.law_change_open"
    says = "这一条文已有一项尚未生效的变更。"
    advice = "请先办理那一项变更，再登记新的变更。"


class LawRepealed(Conflict):
    """What is repealed cannot change any more."""

    code = "matters.law_repealed"
    says = "这一条文已经废止。"
    advice = "请登记新的法规文件，不要修改已废止的条文。"


class SamePerson(Conflict):
    """Nobody confirms what they entered themselves (four eyes)."""

    code = "matters.same_person"
    says = "不能复核自己提交的内容。"
    advice = "请由另一位有权限的人员复核。"


class AlreadyDecided(Conflict):
    """It was decided, withdrawn or has taken effect."""

    code = "matters.already_decided"
    says = "这一项已经办理过了。"
    advice = "请刷新页面查看最新状态。"


class RevisionInvalid(Invalid):
    """A basic item that breaks a rule of the library; `fields` maps its fields to sentences."""

    code = "matters.revision_invalid"
    says = "修订内容不符合事项库规则。"
    advice = "请按每一项旁边的提示修改后再提交。"


class RevisionOpen(Conflict):
    """The item has a revision that is not published yet."""

    code = "matters.revision_open"
    says = "这个事项已有一份尚未发布的修订。"
    advice = "请先办理那一份修订，或撤回后再新建。"


class RevisionStale(Conflict):
    """The item has changed since the revision was begun."""

    code = "matters.revision_stale"
    says = "修订开始之后，事项已有新的版本。"
    advice = "请撤回这份修订，在新版本上重新修订。"


class CodeTaken(Conflict):
    """Another item has this code."""

    code = "matters.code_taken"
    says = "这个编码已被其他事项使用。"
    advice = "请换一个编码。"


class ItemStateWrong(Conflict):
    """The item does not stand where this act starts from."""

    code = "matters.item_state_wrong"
    says = "事项当前的状态不能办理这一步。"
    advice = "请刷新页面查看事项的最新状态。"


class AdoptionInvalid(Invalid):
    """Differences that no place may have, that break a rule, or that lack a reason."""

    code = "matters.adoption_invalid"
    says = "地方差异有内容需要修改。"
    advice = "请按每一项旁边的提示修改后再提交。"
