"""Who may see and dispute data of somebody else: the legal representative of a company, the guardian of a child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.kernel.errors import Conflict, Forbidden, ShudaoError

# The catalogue's entry that says yes or no to "is this the company's legal representative".
REPRESENTATIVES = "sjzy-company-representative"
# Its items, as the entry and the dataset name them.
NAME, STATUS, REPRESENTATIVE = "name", "status", "legal_representative_id"
IN_BUSINESS = "存续"


class RelationKind(StrEnum):
    """COMPANY: its legal representative acts, by the company register. CHILD: a guardian acts, by papers checked."""

    COMPANY = "company"
    CHILD = "child"


class RelationState(StrEnum):
    """PROPOSED: one officer recorded it, another has to look at the papers. It stands no longer than its last day."""

    PROPOSED = "proposed"
    STANDING = "standing"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Relation:
    """
    That somebody may act for a company or a child, here and for these acts alone: seeing uses, asking for corrections.

    Args:
        number: Public number; the case number of the look-up in the ledger.
        kind: For whom.
        holder: Person key of who acts.
        subject: Keyed hash of whom they act for, hex.
        name: The company's name, or the child's, of which only the first character shows.
        code: The company's credit code; "" for a child.
        state: Where it stands; see `stands`.
        valid_to: Last local day.
        entry: The ledger's entry of the look-up; "" for a child.
        evidence: Digest of the papers looked at, "" for a company; `evidence_name` the file's name.
        basis: What the papers are; "" for a company.
        division: Code of the division whose window recorded it; "" for a company.
        recorded_by: Account of the officer, or of the representative.
        recorded_at: Instant.
        decided_by: Account of the second officer; "" before.
        decided_at: Instant.
        ended_at: Instant at which somebody ended it.
        why: Why it was refused or ended.
    """

    number: str
    kind: RelationKind
    holder: str
    subject: str
    name: str
    code: str
    state: RelationState
    valid_to: date
    entry: str
    evidence: str
    evidence_name: str
    basis: str
    division: str
    recorded_by: str
    recorded_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""

    def stands(self, today: date) -> bool:
        """Return whether the holder may act on a local day."""
        return self.state is RelationState.STANDING and today <= self.valid_to


@dataclass(frozen=True, slots=True)
class Papers:
    """
    What an officer at the window saw.

    Args:
        guardian: Resident ID of the guardian, who is registered.
        child: Resident ID of the child.
        name: The child's name.
        basis: What the papers are, e.g. the birth certificate.
        valid_to: Last local day; at most a year ahead, and before the child is eighteen.
    """

    guardian: str
    child: str
    name: str
    basis: str
    valid_to: date


class NotRepresentative(Forbidden):
    """The register does not say that this person represents this company, or knows no such company in business."""

    code = "exchange.not_representative"
    says = "企业登记信息不能证明您是该单位的法定代表人。"
    advice = "请按营业执照核对名称和统一社会信用代码；登记有误请先向市场监管部门申请变更登记。"


class NotActing(Forbidden):
    """The relation ended or is over."""

    code = "exchange.not_acting"
    says = "您现在不能代为办理：代办关系已经结束或到期。"
    advice = "单位请重新核验法定代表人身份；未成年人请监护人带证明材料到政务服务窗口重新登记。"


class TooManyTries(ShudaoError):
    """So many companies were tried in vain within a day."""

    code = "exchange.too_many_tries"
    status = 429
    says = "今天核验不成功的次数过多。"
    advice = "请明天再试，或带营业执照到政务服务窗口咨询。"


class SameOfficer(Forbidden):
    """Who recorded a relation does not confirm it, and nobody records or confirms their own."""

    code = "exchange.relation_same_officer"
    says = "登记人不能复核自己的登记，任何人不能登记或复核与自己有关的监护关系。"
    advice = "请由本窗口另一名工作人员复核。"


class RelationDecided(Conflict):
    """Somebody decided or ended it before."""

    code = "exchange.relation_decided"
    says = "{number} 已经办理过了。"
    advice = "请刷新页面查看结果。"
