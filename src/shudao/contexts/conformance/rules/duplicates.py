"""Are two entries one matter? By name, and where the lists tell them by basis, materials, result and target."""

from __future__ import annotations

from collections import Counter

from shudao.contexts.conformance.contracts.duplicates import Entry, Judged, Likeness, Reason
from shudao.contexts.conformance.rules.naming import Name, parts

# From here on a pair is put before somebody.
LIKELY = 0.6
_LITTLE, _SUBJECT, _CONTENT = 2, 0.6, 0.6
# Left over from the longer name, these say nothing more.
_SAYS_NOTHING = frozenset(
    ("经营", "单位", "机构", "企业", "项目", "人员", "场所", "个人", "公民", "者", "人", "证", "书", "工程")
)
# One character of these makes another thing of it: a branch is no company, what is owed not what is paid.
_TURNING = frozenset("分子副非未不再欠免预补期临异总无")


def judge(left: Entry, right: Entry) -> Judged:
    """
    Return what two entries are to each other.

    Same act, same thing: duplicates, even where the words stand in another order, a level, a synonym or a property of
    the case is added, or one says a little more. Another act on the same thing, or a thing that holds the other:
    related. With targets that exclude each other never duplicates. Content that is known of both (basis, materials,
    result) decides what the names leave open.
    """
    one, other = parts(left.name), parts(right.name)
    judged = _by_name(one, other)
    if left.targets and right.targets and not left.targets & right.targets:
        return _no_more_than_related(judged, Reason.TARGET_DIFFERS)
    content = _content(left, right)
    if content is None or one.acts != other.acts:
        return judged
    return _with_content(judged, content, likeness(one.core, other.core))


def _by_name(one: Name, other: Name) -> Judged:
    alike = likeness(one.core, other.core)
    if one.acts != other.acts:
        same_thing = alike >= _SUBJECT
        return Judged(Likeness.RELATED if same_thing else Likeness.DIFFERENT, alike * 0.5, Reason.ACT_DIFFERS)
    if one.whole == other.whole:
        return _same_whole(one, other)
    left, right = rests(one.core, other.core)
    if not left and not right:
        return _same_core(one, other)
    if left and right:
        return _neither_holds(alike, left, right)
    return _one_holds(one, other, left or right, alike)


def _same_whole(one: Name, other: Name) -> Judged:
    if one.other != other.other and one.other and other.other:
        return Judged(Likeness.RELATED, 0.55, Reason.OBJECT_DIFFERS)
    if one.other != other.other:
        return Judged(Likeness.RELATED, 0.55, Reason.PART_OF)
    if one.cases != other.cases:
        return Judged(Likeness.DUPLICATE, 0.85, Reason.SPLIT)
    return Judged(Likeness.DUPLICATE, 1.0, Reason.SAME_NAME)


def _same_core(one: Name, other: Name) -> Judged:
    if one.other != other.other:
        return Judged(Likeness.RELATED, 0.55, Reason.OBJECT_DIFFERS if one.other and other.other else Reason.PART_OF)
    if _forms_apart(one, other):
        return Judged(Likeness.RELATED, 0.55, Reason.ACT_DIFFERS)
    if one.cases != other.cases:
        return Judged(Likeness.DUPLICATE, 0.8, Reason.SPLIT)
    if one.core == other.core:
        return Judged(Likeness.DUPLICATE, 0.9, Reason.SYNONYM)
    return Judged(Likeness.DUPLICATE, 0.85, Reason.ORDER)


def _neither_holds(alike: float, left: str, right: str) -> Judged:
    """Each says something that the other does not: neighbours at best."""
    if alike >= 0.8 and max(len(left), len(right)) > _LITTLE:
        return Judged(Likeness.RELATED, alike * 0.6, Reason.OBJECT_DIFFERS)
    return Judged(Likeness.DIFFERENT, alike * 0.5, Reason.OBJECT_DIFFERS)


def _one_holds(one: Name, other: Name, rest: str, alike: float) -> Judged:
    """One says all that the other says, and more."""
    if _forms_apart(one, other):
        return Judged(Likeness.RELATED, alike * 0.55, Reason.PART_OF)
    little = len(rest) <= _LITTLE and alike >= 0.85 and not _TURNING & set(rest)
    if little or (rest in _SAYS_NOTHING and alike >= _SUBJECT):
        return Judged(Likeness.DUPLICATE, 0.7, Reason.MERGED)
    return Judged(Likeness.RELATED if alike >= _SUBJECT else Likeness.DIFFERENT, alike * 0.6, Reason.PART_OF)


def _forms_apart(one: Name, other: Name) -> bool:
    return bool(one.forms and other.forms and not one.forms & other.forms)


def _with_content(judged: Judged, content: float, alike: float) -> Judged:
    """Content that is known of both: much in common lifts what the names leave open, nothing in common lowers it."""
    if judged.likeness is Likeness.DUPLICATE:
        score = judged.score * (0.6 + 0.4 * content)
        return Judged(Likeness.DUPLICATE if score >= LIKELY else Likeness.RELATED, score, judged.reason)
    if content >= _CONTENT and alike >= 0.4:
        return Judged(Likeness.DUPLICATE, min(0.95, 0.35 + 0.4 * content + 0.2 * alike), Reason.SAME_CONTENT)
    return judged


def _no_more_than_related(judged: Judged, reason: Reason) -> Judged:
    if judged.likeness is Likeness.DUPLICATE:
        return Judged(Likeness.RELATED, min(judged.score, 0.55), reason)
    return judged


def _content(left: Entry, right: Entry) -> float | None:
    """How much basis, materials and result have in common, 0–1; None where neither list tells enough."""
    told = [
        len(a & b) / min(len(a), len(b))
        for a, b in ((left.basis, right.basis), (left.materials, right.materials))
        if a and b
    ]
    if left.result and right.result:
        told.append(likeness(left.result, right.result))
    return sum(told) / len(told) if len(told) > 1 else None


def likeness(left: str, right: str) -> float:
    """Return how much two texts have in common, characters and neighbouring pairs of them, 0–1."""
    a, b = _grams(left), _grams(right)
    if not a or not b:
        return 1.0 if left == right else 0.0
    return 2 * (a & b).total() / (a.total() + b.total())


def rests(left: str, right: str) -> tuple[str, str]:
    """Return what each text has that the other lacks, character by character whatever the order."""
    a, b = Counter(left), Counter(right)
    return "".join((a - b).elements()), "".join((b - a).elements())


def _grams(text: str) -> Counter[str]:
    return Counter([*text, *(text[at : at + 2] for at in range(len(text) - 1))])
