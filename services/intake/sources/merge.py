"""Several documents of one child become one history, in whatever order they arrived.

A case is the child and the referral date. The later document's closure and flags stand; the parts of a case are united
by the day they began, and for the same part the later document's version stands. Review dates of a protection plan are
gathered from all documents. A later blank does not wipe out a UPN or a date of birth known before.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from services.intake.sources.document import ChildDocument, StatedCase, StatedProtectionPlan

Part = TypeVar("Part")

BEGINS: dict[str, str] = {
    "assessments": "started_on",
    "cin_plans": "started_on",
    "section_47_enquiries": "started_on",
    "conferences": "held_on",
    "protection_plans": "started_on",
}
"""The parts of a case, each with the date that names it."""

KEPT_WHEN_BLANK = (
    "upn",
    "former_upn",
    "upn_unknown",
    "born_on",
    "expected_on",
    "died_on",
    "sex",
    "ethnicity",
    "disabilities",
)


def merge(documents: Iterable[tuple[date, ChildDocument]]) -> ChildDocument:
    """One document from several, each given with the last day of its period. There must be at least one."""
    in_order = [document for _, document in sorted(documents, key=lambda each: each[0])]
    cases: dict[date, StatedCase] = {}
    child: dict[str, Any] = {}
    for document in in_order:
        child |= {name: value for name in KEPT_WHEN_BLANK if (value := getattr(document, name))}
        for case in _united_within(document.cases):
            known = cases.get(case.referred_on)
            cases[case.referred_on] = _later(known, case) if known else case
    return in_order[-1].model_copy(update=child | {"cases": tuple(_canonical(cases[day]) for day in sorted(cases))})


def _united_within(cases: Sequence[StatedCase]) -> list[StatedCase]:
    """Two cases of one document with the same referral date are one case: nothing else tells them apart."""
    united: dict[date, StatedCase] = {}
    for case in cases:
        known = united.get(case.referred_on)
        if known is None:
            united[case.referred_on] = case
        else:
            parts = {name: getattr(known, name) + getattr(case, name) for name in BEGINS}
            parts["conferences"] = tuple(dict.fromkeys(parts["conferences"]))  # a day's conference was held once
            united[case.referred_on] = case.model_copy(update=parts)
    return list(united.values())


def _later(earlier: StatedCase, later: StatedCase) -> StatedCase:
    parts = {
        name: _united(getattr(earlier, name), getattr(later, name), begins=begins, both=_BOTH.get(name))
        for name, begins in BEGINS.items()
    }
    return later.model_copy(update=parts)


def _united(
    earlier: Iterable[Part], later: Iterable[Part], *, begins: str, both: Callable[[Part, Part], Part] | None
) -> tuple[Part, ...]:
    united = numbered(earlier, begins)
    for key, part in numbered(later, begins).items():
        united[key] = both(united[key], part) if both and key in united else part
    return tuple(united.values())


def numbered(parts: Iterable[Part], begins: str) -> dict[tuple[date, int], Part]:
    """Parts by the day they began and their number among those that began that day: sources give them none."""
    seen: dict[date, int] = defaultdict(int)
    found: dict[tuple[date, int], Part] = {}
    for part in parts:
        day: date = getattr(part, begins)
        seen[day] += 1
        found[day, seen[day]] = part
    return found


def _with_all_reviews(earlier: StatedProtectionPlan, later: StatedProtectionPlan) -> StatedProtectionPlan:
    """A census states the reviews of its own year only."""
    return later.model_copy(update={"reviewed_on": tuple(sorted({*earlier.reviewed_on, *later.reviewed_on}))})


_BOTH: dict[str, Callable[[Any, Any], Any]] = {"protection_plans": _with_all_reviews}


def _canonical(case: StatedCase) -> StatedCase:
    """Parts in the order they began, so that equal records are equal documents."""
    parts = {
        name: tuple(part for _, part in sorted(numbered(getattr(case, name), begins).items(), key=lambda item: item[0]))
        for name, begins in BEGINS.items()
    }
    return case.model_copy(update=parts)


def fingerprint(document: ChildDocument) -> str:
    """SHA-256 of what a document means: neither the order in which it says it nor how it was written matters."""
    meaning = document.model_copy(update={"cases": tuple(_united_within(document.cases))})
    return hashlib.sha256(_unordered(meaning.model_dump(mode="json")).encode()).hexdigest()


def _unordered(value: object) -> str:
    """As JSON, every list in one and the same order: nothing in a document depends on which was named first."""
    match value:
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{_unordered(value[name])}" for name in sorted(value)) + "}"
        case list():
            return "[" + ",".join(sorted(map(_unordered, value))) + "]"
        case _:
            return json.dumps(value)
