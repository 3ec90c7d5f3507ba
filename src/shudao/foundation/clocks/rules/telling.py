"""How a due date explains itself, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from shudao.foundation.clocks.contracts import Limit, PauseReason, Span, Unit
from shudao.kernel.texts import Text

UNITS = {
    Unit.WORKDAY: Text("个工作日", "working days"),
    Unit.DAY: Text("日", "days"),
    Unit.WEEK: Text("周", "weeks"),
    Unit.MONTH: Text("个月", "months"),
    Unit.YEAR: Text("年", "years"),
}
REASONS = {
    PauseReason.HEARING: Text("听证", "hearing"),
    PauseReason.TENDER: Text("招标", "tender"),
    PauseReason.AUCTION: Text("拍卖", "auction"),
    PauseReason.INSPECTION: Text("检验", "inspection"),
    PauseReason.TESTING: Text("检测", "testing"),
    PauseReason.QUARANTINE: Text("检疫", "quarantine"),
    PauseReason.APPRAISAL: Text("鉴定", "appraisal"),
    PauseReason.EXPERT_REVIEW: Text("专家评审", "expert review"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What one day was; `counts` where it used up the limit."""

    day: date
    kind: str
    counts: bool
    name: Text | None = None
    reason: PauseReason | None = None

    def alike(self, other: Mark) -> bool:
        """Return whether the two days are told in one line."""
        return (self.kind, self.counts, self.name, self.reason) == (other.kind, other.counts, other.name, other.reason)


def spans(marks: Sequence[Mark]) -> tuple[Span, ...]:
    """Return the marks as spans that cover each day once, in order; weekends between counted days are folded in."""
    return tuple(Span(run[0].day, run[-1].day, run[0].kind, sum(mark.counts for mark in run)) for run in _runs(marks))


def _runs(marks: Sequence[Mark]) -> list[list[Mark]]:
    runs: list[list[Mark]] = []
    for mark in marks:
        if runs and runs[-1][-1].alike(mark):
            runs[-1].append(mark)
        else:
            runs.append([mark])
    return _folded(runs)


def _folded(runs: list[list[Mark]]) -> list[list[Mark]]:
    """Join counted runs over the plain weekends between them, so that ten weeks are one line."""
    folded: list[list[Mark]] = []
    for run in runs:
        if len(folded) > 1 and _plain(run) and folded[-1][0].kind == "weekend" and _plain(folded[-2]):
            weekend = folded.pop()
            folded[-1] += weekend + run
        else:
            folded.append(list(run))
    return folded


def _plain(run: Sequence[Mark]) -> bool:
    return run[0].kind == "counted" and run[0].counts


def explain(
    *,
    limit: Limit,
    started: date,
    extensions: Sequence[tuple[Limit, str]],
    marks: Sequence[Mark],
    on: date,
    rolled_from: date | None,
    unknown_years: Sequence[int],
    paused: PauseReason | None,
) -> tuple[Text, ...]:
    """Return the lines that tell how the due date `on` came about, in order."""
    lines = [_opening(limit, started)]
    lines += [_extension(by, basis) for by, basis in extensions]
    lines += _days(marks, _unit(limit, extensions))
    if rolled_from is not None:
        lines.append(_rolled(rolled_from, on))
    lines += [_unknown(year) for year in unknown_years]
    lines.append(Text(f"到期日：{on}。", f"Due on {on}."))
    if paused is not None:
        lines.append(_still_paused(paused))
    return tuple(lines)


def amount(limit: Limit) -> Text:
    """Return the limit in words: "20个工作日", "20 working days"."""
    unit = UNITS[limit.unit]
    return Text(f"{limit.amount}{unit.zh}", f"{limit.amount} {unit.en if limit.amount != 1 else unit.en[:-1]}")


def _unit(limit: Limit, extensions: Sequence[tuple[Limit, str]]) -> Text:
    working = {by.unit is Unit.WORKDAY for by in (limit, *(by for by, _ in extensions))}
    if working == {True}:
        return Text("个工作日", "working days")
    return Text("日", "days") if working == {False} else Text("日（按各自单位）", "days (each in its own unit)")


def _opening(limit: Limit, started: date) -> Text:
    long = amount(limit)
    if limit.amount == 0:
        return Text(f"期限：当日（{started}）办结。", f"To be done on the day itself ({started}).")
    first = ("下一个工作日", "the next working day") if limit.unit is Unit.WORKDAY else ("次日", "the next day")
    return Text(
        f"期限{long.zh}；{started}起算，当日不计入，自{first[0]}开始计算。",
        f"{long.en} from {started}; that day does not count, counting begins on {first[1]}.",
    )


def _extension(by: Limit, basis: str) -> Text:
    more = amount(by)
    because = (f"（依据：{basis}）", f" (basis: {basis})") if basis else ("", "")
    return Text(f"经批准延长{more.zh}{because[0]}。", f"Extended by {more.en} with approval{because[1]}.")


def _days(marks: Sequence[Mark], unit: Text) -> Iterator[Text]:
    counted = 0
    for run in _runs(marks):
        number = sum(mark.counts for mark in run)
        yield _line(run, counted + 1, counted + number, unit)
        counted += number


def _line(run: Sequence[Mark], low: int, high: int, unit: Text) -> Text:
    first = run[0]
    when = _when(first.day, run[-1].day)
    if any(mark.counts for mark in run):
        return _counted(run, when, f"{low}" if low == high else f"{low}–{high}", unit)
    if first.kind == "paused" and first.reason is not None:
        reason = REASONS[first.reason]
        return Text(f"{when.zh}：暂停计时（{reason.zh}），不计入。", f"{when.en}: paused ({reason.en}), not counted.")
    if first.kind == "holiday" and first.name is not None:
        return Text(f"{when.zh}：{first.name.zh}放假，不计入。", f"{when.en}: {_name(first)} holiday, not counted.")
    if first.kind == "weekend":
        return Text(f"{when.zh}：周末，不计入。", f"{when.en}: weekend, not counted.")
    return Text(f"{when.zh}：顺延所至的工作日。", f"{when.en}: the working day it moves to.")


def _counted(run: Sequence[Mark], when: Text, numbers: str, unit: Text) -> Text:
    rest = sum(not mark.counts for mark in run)
    between = (f"（其间周末{rest}天不计入）", f" ({rest} weekend days between not counted)") if rest else ("", "")
    if run[0].kind == "makeup":
        between = ("（调休上班）", f" (worked to make up for {_name(run[0])})")
    return Text(f"{when.zh}：计第{numbers}{unit.zh}{between[0]}。", f"{when.en}: {unit.en} {numbers}{between[1]}.")


def _name(mark: Mark) -> str:
    return mark.name.said("en") if mark.name else ""


def _when(first: date, last: date) -> Text:
    if first == last:
        return Text(f"{first}", f"{first}")
    return Text(f"{first}至{last}", f"{first} to {last}")


def _rolled(came: date, on: date) -> Text:
    return Text(
        f"最后一日{came}不是工作日，顺延至{on}（民法典第二百零三条）。",
        f"The last day, {came}, is not a working day: it moves to {on} (Civil Code art. 203).",
    )


def _unknown(year: int) -> Text:
    return Text(
        f"{year}年放假调休安排尚未公布，暂按法定节假日推算；公布后重新计算，日期可能变动。",
        f"The holiday arrangement of {year} is not announced yet: computed from the statutory holidays alone, and "
        "computed anew once it is.",
    )


def _still_paused(reason: PauseReason) -> Text:
    why = REASONS[reason]
    return Text(
        f"现已暂停计时（{why.zh}）：以上是最早的到期日，恢复后按暂停天数顺延。",
        f"Paused now ({why.en}): this is the earliest date; it moves by the days that the pause lasts.",
    )
