"""
Where each material comes from: a licence issued here, a granted resource, the applicant's library, and only then the
applicant. Every answer says why, and why not from a better source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shudao.contexts.cases.contracts import Fact, How, MaterialNeed, NeedState
from shudao.kernel.texts import Text

REQUIRED, NOT_REQUIRED, MAY_FOLLOW = "1", "2", "3"
_NOT_HERE = Text("按您填写的情况，不需要这份材料。", "Not needed in your case, by what you filled in.")
_FILLED = Text("由您填写的表单生成，无需另行提交。", "Made from the form you fill in: nothing to hand in.")
_DEPENDS = Text("视填写的情况而定，符合时才需要。", "Needed in some cases only: it depends on what you fill in.")
LIBRARY_DAYS = 365  # an applicant's own paper is offered again for a year (M)


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    A material as the matter asks for it; `licence_type` and `resource` are "" where nothing can replace it.

    `applies`: whether this application wants it at all, by what its form says; None where that is not known yet.
    """

    code: str
    name: Text
    need: str
    licence_type: str
    resource: str
    applies: bool | None = True
    from_form: bool = False


@dataclass(frozen=True, slots=True)
class LicenceFound:
    """A licence of the applicant that counts."""

    number: str
    name: Text
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceAnswered:
    """What a granted resource answered; `evidence` is the ledger's id."""

    name: Text
    evidence: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceSilent:
    """Why a granted resource gave nothing, as a sentence without a full stop."""

    why: Text


@dataclass(frozen=True, slots=True)
class ResourcePlanned:
    """A resource that will be asked once the application is prepared."""

    name: Text


@dataclass(frozen=True, slots=True)
class InLibrary:
    """A file that the applicant gave before."""

    file: str
    file_name: str
    given_on: str


Resource = ResourceAnswered | ResourceSilent | ResourcePlanned | None


@dataclass(frozen=True, slots=True)
class Sources:
    """What was found for one material; None means there was nothing to ask, or nothing there."""

    licence: LicenceFound | None = None
    resource: Resource = None
    library: InLibrary | None = None


def resolve(wanted: Wanted, sources: Sources) -> MaterialNeed:
    """
    Return where a material comes from, best source first.

    A material that is not required is not asked for at intake and nothing is fetched for it.

    Source:
        国务院令第716号 art. 7 (what sharing can supply is not asked again); GB/T 39554 rule 11;
        proved by tests/contexts/cases/rules/test_materials.py
    """
    if not wanted.applies:
        return _need(wanted, How.APPLICANT, NeedState.OPTIONAL, _NOT_HERE if wanted.applies is False else _DEPENDS)
    if wanted.from_form:
        return _need(wanted, How.FORM, NeedState.FILLED, _FILLED)
    if wanted.need == NOT_REQUIRED:
        why = Text("非必要材料，申请时不要求提供。", "Not required: you are not asked for it.")
        return _need(wanted, How.APPLICANT, NeedState.OPTIONAL, why)
    if sources.licence is not None:
        return _by_licence(wanted, sources.licence)
    missed = _no_licence(wanted)
    if isinstance(sources.resource, ResourceAnswered):
        return _by_resource(wanted, sources.resource, missed)
    if isinstance(sources.resource, ResourcePlanned):
        return _planned(wanted, sources.resource, missed)
    missed = (*missed, *_no_resource(wanted, sources.resource))
    if sources.library is not None:
        return _by_library(wanted, sources.library, missed)
    return _ask(wanted, missed)


def given(need: MaterialNeed, *, file: str, file_name: str) -> MaterialNeed:
    """Return the material once the applicant gave a file for it; says so when it replaces what was fetched."""
    why = need.why
    if need.state is NeedState.FETCHED:
        why = Text("您选择自行提供，未使用平台取得的信息。", "You chose to give your own instead of what was fetched.")
    return MaterialNeed(
        code=need.code,
        name=need.name,
        need=need.need,
        how=How.APPLICANT,
        state=NeedState.UPLOADED,
        why=why,
        file=file,
        file_name=file_name,
    )


def applies(when_field: str, when_values: Iterable[str], data: Mapping[str, object]) -> bool:
    """
    Return whether a material that is wanted on a condition is wanted for this form.

    Args:
        when_field: The form's field that decides; "" where the material is always wanted.
        when_values: Answers that want it; a yes-no field's are "true" and "false".
        data: The form as filled in so far; an answer not given wants nothing.
    """
    if not when_field:
        return True
    answer = data.get(when_field)
    return (str(answer).lower() if isinstance(answer, bool) else answer) in tuple(when_values)


def tally(states: Iterable[NeedState]) -> tuple[int, int]:
    """Return (asked, fetched): what the applicant had to bring, what a source supplied; optional ones are neither."""
    kept = list(states)
    asked = sum(1 for state in kept if state in (NeedState.ASKED, NeedState.UPLOADED))
    return asked, kept.count(NeedState.FETCHED)


def _by_licence(wanted: Wanted, found: LicenceFound) -> MaterialNeed:
    why = Text(
        f"已由电子证照库取得“{found.name.zh}”（证照编号 {found.number}），无需提交。",
        f"Taken from your e-licence “{found.name.en or found.name.zh}” (number {found.number}): nothing to hand in.",
    )
    return _need(wanted, How.LICENCE, NeedState.FETCHED, why, evidence=found.number, facts=found.facts)


def _by_resource(wanted: Wanted, found: ResourceAnswered, missed: tuple[Text, ...]) -> MaterialNeed:
    got = Text(
        f"已通过数据共享从“{found.name.zh}”取得（留痕编号 {found.evidence}），无需提交。",
        f"Fetched by data sharing from “{found.name.en or found.name.zh}” (record {found.evidence}).",
    )
    return _need(
        wanted, How.EXCHANGE, NeedState.FETCHED, _joined((*missed, got)), evidence=found.evidence, facts=found.facts
    )


def _planned(wanted: Wanted, found: ResourcePlanned, missed: tuple[Text, ...]) -> MaterialNeed:
    will = Text(
        f"申请时由平台通过数据共享从“{found.name.zh}”取得，预计无需提交。",
        f"Will be fetched by data sharing from “{found.name.en or found.name.zh}” when you apply.",
    )
    return _need(wanted, How.EXCHANGE, NeedState.PLANNED, _joined((*missed, will)))


def _by_library(wanted: Wanted, found: InLibrary, missed: tuple[Text, ...]) -> MaterialNeed:
    got = Text(
        f"已从您的材料库带入 {found.given_on} 提交过的文件，可更换。",
        f"Taken from the file you gave on {found.given_on}; you can replace it.",
    )
    return _need(
        wanted,
        How.LIBRARY,
        NeedState.FETCHED,
        _joined((*missed, got)),
        file=found.file,
        file_name=found.file_name,
    )


def _ask(wanted: Wanted, missed: tuple[Text, ...]) -> MaterialNeed:
    if wanted.need == MAY_FOLLOW:
        please = Text("可先提交申请，之后再补交（容缺受理）。", "You may apply first and hand it in later.")
    else:
        please = Text("请您提供。", "Please provide it.")
    return _need(wanted, How.APPLICANT, NeedState.ASKED, _joined((*missed, please)))


def _no_licence(wanted: Wanted) -> tuple[Text, ...]:
    if not wanted.licence_type:
        return ()
    return (Text("电子证照库中没有您名下有效的该证照；", "No such e-licence of yours in force was found;"),)


def _no_resource(wanted: Wanted, answer: Resource) -> tuple[Text, ...]:
    if isinstance(answer, ResourceSilent):
        return (Text(f"{answer.why.zh}；", f"{answer.why.en or answer.why.zh};"),)
    if wanted.resource:
        return (Text("该数据资源尚未接入共享交换；", "That data resource is not connected yet;"),)
    if wanted.licence_type:
        return (Text("也没有可代替的共享数据资源；", "no shared data resource can replace it;"),)
    return (Text("目前没有可代替它的电子证照或共享数据；", "No e-licence or shared data can replace it at present;"),)


def _joined(parts: tuple[Text, ...]) -> Text:
    english = " ".join(part.en for part in parts)
    return Text("".join(part.zh for part in parts), english[:1].upper() + english[1:])


def _need(
    wanted: Wanted,
    how: How,
    state: NeedState,
    why: Text,
    *,
    evidence: str = "",
    file: str = "",
    file_name: str = "",
    facts: tuple[Fact, ...] = (),
) -> MaterialNeed:
    return MaterialNeed(
        code=wanted.code,
        name=wanted.name,
        need=wanted.need,
        how=how,
        state=state,
        why=why,
        evidence=evidence,
        file=file,
        file_name=file_name,
        facts=facts,
    )
