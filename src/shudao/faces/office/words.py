"""Codes of the trail, the ledger and the pool's rules in the words of those who read them."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)

_ACTIONS = {
    "assessment.published": gettext_noop("公布指标"),
    "cases.accept": gettext_noop("受理办件"),
    "cases.ask_supplement": gettext_noop("告知补正"),
    "cases.attach": gettext_noop("收下材料"),
    "cases.check_in": gettext_noop("记录到场"),
    "cases.decide": gettext_noop("作出决定"),
    "cases.deliver": gettext_noop("送达结果"),
    "cases.refuse_acceptance": gettext_noop("不予受理"),
    "cases.resolve_materials": gettext_noop("获取材料"),
    "cases.resume": gettext_noop("恢复计时"),
    "cases.review": gettext_noop("审查办件"),
    "cases.save_draft": gettext_noop("保存申请"),
    "cases.start_draft": gettext_noop("开始申请"),
    "cases.submit": gettext_noop("递交申请"),
    "cases.supplement": gettext_noop("补正材料"),
    "cases.suspend": gettext_noop("暂停计时"),
    "clocks.pause": gettext_noop("时限暂停"),
    "clocks.resume": gettext_noop("时限恢复"),
    "clocks.start": gettext_noop("时限开始"),
    "clocks.stop": gettext_noop("时限结束"),
    "conformance.close": gettext_noop("复核通过，办结问题"),
    "conformance.exemption_asked": gettext_noop("申请例外"),
    "conformance.exemption_decided": gettext_noop("审定例外"),
    "conformance.exemption_ended": gettext_noop("例外到期"),
    "conformance.open": gettext_noop("发现问题"),
    "conformance.renew": gettext_noop("问题有变化"),
    "duties.close": gettext_noop("办结责任"),
    "duties.open": gettext_noop("交办责任"),
    "duties.remind": gettext_noop("提醒责任"),
    "exchange.catalogue_changed": gettext_noop("变更资源目录"),
    "exchange.correction_asked": gettext_noop("提出数据异议"),
    "exchange.correction_decided": gettext_noop("答复数据异议"),
    "exchange.disclosure_delayed": gettext_noop("决定延迟公开"),
    "exchange.dispute_decided": gettext_noop("裁决争议"),
    "exchange.dispute_raised": gettext_noop("提请争议协调"),
    "exchange.open_claim": gettext_noop("查看异议原文"),
    "exchange.use_answered": gettext_noop("答复数据使用询问"),
    "exchange.use_questioned": gettext_noop("询问数据使用"),
    "exchange.evidence_of_person": gettext_noop("按居民身份号码查询台账"),
    "exchange.evidence_taken": gettext_noop("下载调用证据"),
    "exchange.grant_requested": gettext_noop("申请数据共享"),
    "exchange.grant_revoked": gettext_noop("撤销共享授权"),
    "exchange.request_decided": gettext_noop("审批共享申请"),
    "files.store": gettext_noop("保存文件"),
    "identity.close_account": gettext_noop("停用账号"),
    "identity.close_sign_in": gettext_noop("暂停登录"),
    "identity.create_account": gettext_noop("开立账号"),
    "identity.grant_role": gettext_noop("授予权限"),
    "identity.id_for_exchange": gettext_noop("用身份证号码调用共享数据"),
    "identity.link_company": gettext_noop("关联企业"),
    "identity.register_company": gettext_noop("登记企业"),
    "identity.register_person": gettext_noop("登记个人"),
    "identity.reveal_id": gettext_noop("查看完整身份证号码"),
    "identity.revoke_role": gettext_noop("收回权限"),
    "identity.set_password": gettext_noop("重设密码"),
    "identity.sign_in": gettext_noop("登录"),
    "licences.issue": gettext_noop("签发证照"),
    "licences.revoke": gettext_noop("撤销证照"),
    "matters.load": gettext_noop("装入事项库"),
    "matters.article_changed": gettext_noop("法规条文变更生效"),
    "matters.implementation_changed": gettext_noop("变更实施清单"),
    "matters.item_published": gettext_noop("发布事项新版本"),
    "matters.item_state_changed": gettext_noop("变更事项状态"),
    "matters.law_confirmed": gettext_noop("复核法规变更"),
    "matters.law_proposed": gettext_noop("登记法规变更"),
    "matters.law_refused": gettext_noop("退回法规变更"),
    "matters.revision_approved": gettext_noop("审核通过事项修订"),
    "matters.revision_begun": gettext_noop("开始修订事项"),
    "matters.revision_returned": gettext_noop("退回事项修订"),
    "matters.revision_saved": gettext_noop("保存事项修订"),
    "matters.revision_submitted": gettext_noop("送审事项修订"),
    "matters.revision_withdrawn": gettext_noop("撤回事项修订"),
    "messages.send": gettext_noop("发送消息"),
    "outbox.replay": gettext_noop("重新执行任务"),
    "participation.rate": gettext_noop("提交评价"),
    "pool.create": gettext_noop("登记数据集"),
    "pool.ingest": gettext_noop("数据入库"),
    "pool.inbox_refuse": gettext_noop("退回收件箱文件"),
    "pool.unmask_row": gettext_noop("查看隔离行原文"),
    "pool.repair": gettext_noop("修复隔离行"),
    "pool.replay": gettext_noop("重新检查隔离行"),
    "pool.rebuild_index": gettext_noop("重建查询索引"),
    "pool.compact": gettext_noop("合并数据文件"),
    "pool.erase": gettext_noop("申请删除个人数据"),
    "pool.erased": gettext_noop("个人数据已删除"),
    "pool.drop_snapshots": gettext_noop("删除快照"),
    "pool.pin_snapshot": gettext_noop("长期保留快照，或不再长期保留"),
    "pool.rotate": gettext_noop("更换密钥"),
    "pool.rotated": gettext_noop("旧密钥已停用"),
}
_OUTCOMES = {
    "answered": gettext_noop("已应答"),
    "no_record": gettext_noop("没有记录"),
    "no_grant": gettext_noop("没有授权"),
    "refused": gettext_noop("已拒绝"),
    "signature_refused": gettext_noop("签名未通过"),
    "replayed": gettext_noop("重复的请求"),
    "late": gettext_noop("签名时间不符"),
}
_RULES = {
    "required": gettext_noop("必须填写"),
    "complete": gettext_noop("应当填写完整"),
    "pattern": gettext_noop("格式符合规定"),
    "length": gettext_noop("长度符合规定"),
    "code_list": gettext_noop("取值在代码表内"),
    "check_digit": gettext_noop("校验位正确"),
    "range": gettext_noop("在合理范围内"),
    "type": gettext_noop("类型正确"),
    "order": gettext_noop("先后顺序合理"),
    "unique": gettext_noop("不重复"),
    "foreign": gettext_noop("在另一数据集中存在"),
}
_DIMENSIONS = {
    "01": gettext_noop("规范性"),
    "02": gettext_noop("完整性"),
    "03": gettext_noop("准确性"),
    "04": gettext_noop("一致性"),
    "05": gettext_noop("时效性"),
    "06": gettext_noop("可访问性"),
}


def action(code: str) -> str:
    """What an act of the trail is called; an act without a name shows its code."""
    return gettext(_ACTIONS[code]) if code in _ACTIONS else code


def outcome(code: str) -> str:
    """How a call ended."""
    return gettext(_OUTCOMES[code]) if code in _OUTCOMES else code


def dimension(indicator: str) -> str:
    """The quality dimension of GB/T 36344 to which an indicator belongs."""
    return gettext(_DIMENSIONS[indicator[:2]]) if indicator[:2] in _DIMENSIONS else indicator


def rules(contract: DatasetContract, language: str) -> dict[str, tuple[str, str]]:
    """Each rule's code → (what it asks, its dimension), as people read it."""
    return {
        rule.code: (
            "、".join(contract.column(name).title.said(language) for name in rule.columns)
            + gettext("：")
            + (gettext(_RULES[rule.kind]) if rule.kind in _RULES else rule.code),
            dimension(rule.dimension),
        )
        for rule in contract.rules
    }
