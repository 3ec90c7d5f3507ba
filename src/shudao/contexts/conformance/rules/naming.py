"""A matter's name taken apart: the act, the thing, the form, the condition. For comparing, not for showing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_BRACKETS = re.compile(r"\(([^()]*)\)")
_SIGNS = re.compile(r"[\W_]+")
# Who decides at which level, and by which decree, is no part of the matter.
_LEVEL = re.compile(
    r"^(省|市|区|州|县|乡镇?|村|国家|地|设区的市|县市区|[省市县区/、]+)级?(权限|行使|办理|审批|事项)?(新办)?$"
    r"|^据.*号|^根据.*令|^含.*|^.{1,6}行使$"
)
_LEVEL_BEFORE = re.compile(r"^(四川省|省级|市级|区级|县级|乡镇|我市|本省|全省)")
_SAME_WORDS = (
    ("道路货运", "道路货物运输"), ("道路客运", "道路旅客运输"), ("网约车", "网络预约出租汽车"),
    ("出租车", "出租汽车"), ("公租房", "公共租赁住房"), ("廉租住房", "公共租赁住房"), ("驾照", "驾驶证"),
    ("医保", "医疗保险"), ("社保", "社会保险"), ("低保", "最低生活保障"), ("民办非企业", "社会服务机构"),
    ("乡村", "农村"), ("终止", "注销"), ("撤销", "注销"), ("歇业", "注销"), ("老龄津贴", "高龄津贴"),
    ("长寿", "高龄"), ("残障", "残疾"), ("残疾人证", "残疾证"), ("身份证件", "身份证"),
    ("居民身份证", "身份证"), ("婚姻登记结婚", "结婚登记"), ("开办", "设立"), ("新设", "设立"),
    ("成立", "设立"), ("创办", "设立"), ("举行", "举办"), ("排放污染物", "排污"), ("伐木", "林木采伐"),
    ("砍伐", "采伐"), ("建造", "建设"), ("修建", "建设"), ("房屋", "住房"), ("住宅", "住房"),
    ("企业名称", "公司名称"), ("从业", "执业"), ("经销", "经营"), ("售卖", "零售"), ("销售", "零售"),
    ("津贴", "补贴"), ("补助", "补贴"), ("救济", "救助"), ("资助", "补贴"), ("许可证", "许可"),
    ("合格证", "合格"), ("资格证书", "资格"), ("资格证", "资格"), ("执照", "许可"), ("证书", "证"),
)  # fmt: skip
# Acts beside the first granting; the longer word first. A name without any of them grants.
_ACTS = {
    "change": ("变更", "更名", "改名", "变动", "修改", "调整"),
    "correct": ("更正",),
    "extend": ("延续", "延期", "续期", "续展", "继续经营"),
    "renew": ("到期换证", "期满换证", "到期换发", "到期", "换证", "换发", "换领"),
    "end": ("注销", "停办", "解散"),
    "close": ("停业", "报停"),
    "scrap": ("报废",),
    "replace": ("补领", "补办", "补发", "补证", "遗失"),
    "lose": ("挂失",),
    "ask": ("查询", "查阅", "查档"),
    "advise": ("咨询", "指引"),
    "publish": ("公示", "公布", "信息发布"),
    "pay": ("缴纳", "补缴", "交存", "缴费"),
    "settle up": ("结算", "清算", "退费", "退付"),
    "carry over": ("转移接续",),
    "move in": ("转入", "迁入", "接收"),
    "move out": ("转出", "迁出"),
    "hand over": ("转移", "转让", "过户", "迁移", "互转"),
    "verify": ("校验", "年审", "年检", "检验", "审验", "核验"),
    "review": ("复审", "复查"),
    "reconsider": ("复核",),
    "rate again": ("复评",),
    "rate late": ("补评",),
    "repair": ("修复",),
    "accept": ("验收",),
    "pause": ("暂停", "停止", "临时停"),
    "seal": ("封存",),
    "resume": ("恢复", "复业"),
    "free": ("解封", "解挂", "解除"),
    "certify": ("认证",),
    "prove": ("证明",),
    "prepare": ("筹建", "筹设", "筹备"),
    "look first": ("初审", "预审", "前审查"),
    "book": ("预约", "报名"),
    "pledge": ("抵押", "质押", "出质"),
    "decide": ("裁决", "仲裁"),
    "mediate": ("调解",),
    "complain": ("投诉",),
    "reward": ("奖励", "表彰"),
    "widen": ("扩大", "增加", "增设"),
    "narrow": ("缩小", "减少"),
}  # fmt: skip
_FORMS = {
    "permit": (
        *("许可", "审批", "核准", "核发", "批准", "审核", "审查", "审定"),
        *("颁发", "签发", "发放", "配发", "新办", "新增", "初领", "首次"),
    ),
    "file": ("备案", "报告", "告知", "报送", "存查"),
    "register": ("登记", "注册"),
    "recognise": ("认定", "鉴定", "评定", "确认", "授予", "授权"),
    "give": ("申领", "发放", "给付", "支付", "领取", "报销", "申报", "申请"),
}  # fmt: skip
# Said or left out as one likes.
_FILLING = re.compile(
    r"办理|服务|事项|业务|工作|活动|进行|从事|开展|有关|相关|情况|管理|行政|处理|对于|关于|以及|手续|内资|本地|"
    r"[的对和及与或在于为按由等]"
)
# A property of the case, not another thing that is asked for.
_CASE = re.compile(
    r"即办|承诺|当场|岁|成年|除外|划拨|出让|招拍挂|跨省|省内|省外|市内|本市|异地|电话|网上|窗口|自助|线上|线下|当面|面对面|技术改造|新建项目|"
    r"个人申请|单位申请|普通程序|简易|简化|加急|国事|科考|调控种群|政府投资|非政府"
)


@dataclass(frozen=True, slots=True)
class Name:
    """
    A name in parts.

    Attributes:
        whole: Without signs, levels and brackets; spelt one way.
        acts: Kinds of act beside granting ("change", "end" …).
        forms: What the office does ("permit", "file" …).
        core: The thing, acts, forms and filling words taken out.
        cases: Properties of the case that a bracket or the name tells.
        other: What else stands in brackets.
    """

    whole: str
    acts: frozenset[str]
    forms: frozenset[str]
    core: str
    cases: str
    other: str


@lru_cache(maxsize=200_000)
def parts(name: str) -> Name:
    """Take a name apart."""
    text = unicodedata.normalize("NFKC", name).casefold()
    inside = [one for one in _BRACKETS.findall(text) if not _LEVEL.search(_SIGNS.sub("", one))]
    whole = _LEVEL_BEFORE.sub("", _spelt(_BRACKETS.sub("", text)))
    bracket = _spelt("".join(inside))
    acts = _kinds(whole + bracket, _ACTS)
    core = _without(whole)
    case_words = "".join(sorted(_CASE.findall(whole + bracket)))
    return Name(
        whole=whole,
        acts=acts,
        forms=_kinds(whole, _FORMS),
        core=_CASE.sub("", core),
        cases=case_words and bracket + case_words,
        other=_CASE.sub("", _without(bracket)) if not _CASE.search(bracket) else "",
    )


def _spelt(text: str) -> str:
    plain = _SIGNS.sub("", text)
    for said, same in _SAME_WORDS:
        plain = plain.replace(said, same)
    return plain


def _kinds(text: str, table: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(kind for kind, words in table.items() if any(word in text for word in words))


def _without(text: str) -> str:
    for table in (_ACTS, _FORMS):
        for words in table.values():
            for word in words:
                text = text.replace(word, "")
    return _FILLING.sub("", text)
