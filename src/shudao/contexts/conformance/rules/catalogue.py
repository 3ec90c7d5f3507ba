"""All rules: what they are called, how bad it is, what is compared, and what to do."""

from __future__ import annotations

from shudao.contexts.conformance.contracts.rules import Rule, Severity
from shudao.kernel.texts import Text

_SERIOUS, _ORDINARY, _MINOR = Severity.SERIOUS, Severity.ORDINARY, Severity.MINOR
_FOLLOW = Text("按基本目录修改实施清单；确有依据的，申请例外。", "Follow the basic item, or ask for an exception.")
_CORRECT = Text("更正后自动复核。", "Correct it; it is looked at again by itself.")


def _own(code: str, severity: Severity, name: Text, compares: Text, todo: Text = _FOLLOW) -> Rule:
    return Rule(code, name, severity, compares, todo)


def _national(number: str, severity: Severity, name: Text, compares: Text) -> Rule:
    return Rule(f"n{number}", name, severity, compares, _CORRECT, number)


_STANDING = (
    _own(
        "item-unknown",
        _SERIOUS,
        Text("实施了目录外的事项", "Carries out what is not in the catalogue"),
        Text("实施清单的基本编码与基本目录", "The implementation's catalogue code and the basic catalogue"),
        Text("事项已取消或者目录没有的，停止实施。", "Stop: the item was cancelled or never existed."),
    ),
    _own(
        "item-missing",
        _SERIOUS,
        Text("应实施的事项没有实施", "Does not carry out what it must"),
        Text("基本目录规定的行使层级与本机构的实施清单", "The levels of the basic item and the body's list"),
        Text("编制并发布这一事项的实施清单。", "Write and publish an implementation of this matter."),
    ),
    _own(
        "task-code",
        _SERIOUS,
        Text("实施编码错误", "Wrong implementation code"),
        Text(
            "31 位实施编码与机构代码、行使层级、基本编码",
            "The 31 characters and the body, level and item they stand for",
        ),
        _CORRECT,
    ),
    _own(
        "body-code",
        _SERIOUS,
        Text("机构代码错误", "Wrong credit code of the body"),
        Text("统一社会信用代码的字符和校验位", "Characters and check digit of the credit code"),
        _CORRECT,
    ),
    _own(
        "body-unknown",
        _ORDINARY,
        Text("实施机构与登记不符", "Not the body that is registered"),
        Text("实施清单的机构与机构登记的区划、类别", "The acting body and its entry: division and kind"),
        _CORRECT,
    ),
    _own(
        "level",
        _SERIOUS,
        Text("行使层级错误", "Wrong level"),
        Text("行使层级与基本目录的层级、所在区划的层级", "The level, the item's levels and that of the division"),
    ),
    _own(
        "columns",
        _ORDINARY,
        Text("清单摘要与内容不一致", "The list says other than the matter"),
        Text("列表所用的摘要与实施清单的内容", "The copies that lists use and the implementation itself"),
        _CORRECT,
    ),
)
_CONTENT = (
    _own(
        "unreadable",
        _SERIOUS,
        Text("要素无法识别", "A value that cannot be read"),
        Text("自行填写的要素与其规定的类型", "What the place wrote and the type of the field"),
        _CORRECT,
    ),
    _own(
        "locked",
        _SERIOUS,
        Text("改动了不得改动的要素", "Changed what no place may change"),
        Text("全省统一的要素与本地的填写", "Fields that are the province's alone and the place's value"),
    ),
    _own(
        "material-extra",
        _SERIOUS,
        Text("增加了申请材料", "Asks for more papers"),
        Text("申请材料与基本目录的材料", "The materials and those of the basic item"),
        Text(
            "取消增加的材料；法律法规另有规定的，申请例外。", "Drop it, or ask for an exception if a law requires it."
        ),
    ),
    _own(
        "material-basis",
        _SERIOUS,
        Text("申请材料没有依据", "A paper without a basis"),
        Text("每份材料与其设定依据", "Each material and its legal basis"),
        Text("补充依据，没有依据的取消。", "Name the basis, or drop the paper."),
    ),
    _own(
        "material-obtainable",
        _ORDINARY,
        Text("可共享的材料仍要申请人提交", "Asks for a paper that can be shared"),
        Text("必交材料与电子证照类型、共享数据资源", "Required papers, licence types and shared data resources"),
        Text("改为引用电子证照或者共享数据。", "Use the e-licence or the shared data in its stead."),
    ),
    _own(
        "limit-promise",
        _MINOR,
        Text("承诺时限长于标准", "Promises a longer time than the standard"),
        Text("承诺时限与基本目录的承诺时限", "The promised limit and the basic item's"),
    ),
    _own(
        "limit-legal",
        _SERIOUS,
        Text("超过法定时限", "Longer than the law allows"),
        Text("法定时限、承诺时限与基本目录的法定时限", "Legal and promised limits and the basic item's legal one"),
    ),
    _own(
        "fee-basis",
        _SERIOUS,
        Text("收费没有依据", "A charge without a basis"),
        Text("每项收费与其项目、标准、依据", "Each charge and its name, standard and basis"),
        Text("停止收费，或者写明项目、标准和依据。", "Stop charging, or state name, standard and basis."),
    ),
    _own(
        "fee-extra",
        _SERIOUS,
        Text("收费多于标准", "Charges more than the standard"),
        Text("收费项目、金额与基本目录", "Charges and amounts and those of the basic item"),
    ),
    _own(
        "visits-more",
        _ORDINARY,
        Text("到现场次数多于标准", "More visits than the standard"),
        Text("到现场次数与基本目录", "The number of visits and the basic item's"),
    ),
    _own(
        "tier-lower",
        _ORDINARY,
        Text("网办深度低于标准", "Less on line than the standard"),
        Text("网办深度等级与基本目录", "The tier and the basic item's"),
    ),
    _own(
        "depth-lower",
        _MINOR,
        Text("网上办理环节少于标准", "Fewer steps on line than the standard"),
        Text("网上办理深度与基本目录", "The steps on line and the basic item's"),
    ),
    _own(
        "basis-unknown",
        _SERIOUS,
        Text("引用的依据无效", "Cites law that is not in force"),
        Text("引用的条款与法规登记", "The articles cited and the registry of law"),
        Text("改为现行有效的条款。", "Cite an article that is in force."),
    ),
    _own(
        "guide",
        _ORDINARY,
        Text("办事指南有空缺", "A gap in the guide"),
        Text("受理条件、办理地点、办理时间是否写明", "Conditions, place and hours: are they said?"),
        _CORRECT,
    ),
)
_LIBRARY = (
    _national(
        "0",
        _SERIOUS,
        Text("编码或取值错误", "Wrong code or value"),
        Text("要素与国家代码表", "Fields and the national lists"),
    ),
    _national(
        "1",
        _ORDINARY,
        Text("办件类型与承诺时限不符", "Kind and promise disagree"),
        Text("即办件的承诺时限为 0，承诺件大于 0", "Instant matters promise 0, promised ones more"),
    ),
    _national(
        "2",
        _ORDINARY,
        Text("结果类型与结果名称不符", "Kind and name of the result disagree"),
        Text("结果名称的结尾与结果类型", "How the result's name ends and its type"),
    ),
    _national(
        "3",
        _MINOR,
        Text("到现场次数与原因不符", "Visits and their reason disagree"),
        Text("到现场才写原因，到现场必写原因", "A reason where there is a visit, and only there"),
    ),
    _national(
        "4",
        _ORDINARY,
        Text("不到现场却无法申请", "No visit, and no way to apply"),
        Text("不到现场又不能网办的，须能快递", "What needs no visit and is not on line goes by post"),
    ),
    _national(
        "5",
        _ORDINARY,
        Text("网办深度与到现场次数不符", "Tier and visits disagree"),
        Text("Ⅳ级不到现场，Ⅲ级至多一次，均含网上受理", "Tier Ⅳ without visits, tier Ⅲ with one at most"),
    ),
    _national(
        "6",
        _ORDINARY,
        Text("收费与网上支付不符", "Charges and online payment disagree"),
        Text("不收费的没有网上支付，金额不为负", "No charge, no payment; no negative amounts"),
    ),
    _national(
        "7",
        _MINOR,
        Text("咨询、投诉电话不合要求", "Phones are not as they should be"),
        Text("咨询电话与投诉电话不同，均带区号", "Two different phones, each with its area code"),
    ),
    _national(
        "8",
        _MINOR,
        Text("服务对象与主题不符", "Whom it serves and its themes disagree"),
        Text("服务对象与个人、法人主题", "Whom it serves and the themes of persons and companies"),
    ),
    _national(
        "9",
        _ORDINARY,
        Text("许可事项的指南不全", "The guide of a licence is incomplete"),
        Text("行政许可至少一个常见问题，流程五个环节齐全", "A licence has a question and all five steps"),
    ),
    _national(
        "10",
        _ORDINARY,
        Text("结果没有样本", "A result without a sample"),
        Text("有结果的写明名称和证照类型", "A result has its name and its licence type"),
    ),
    _national(
        "11",
        _SERIOUS,
        Text("时限不合规", "Limits are not in order"),
        Text("承诺时限不长于法定时限，均不为负", "The promise is within the law, neither is negative"),
    ),
)
RULES: dict[str, Rule] = {one.code: one for one in (*_STANDING, *_CONTENT, *_LIBRARY)}
