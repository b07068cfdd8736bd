"""Several documents of one child become one history: those of one source in the order they came, those of several sources in
whatever order they arrived.

A case is the child and the referral date. Of one source, what a document does not say inside its scope and period is not so
(`restate`). Of several, the later document's closure and flags stand; the parts of a case are united by what names them, and
for the same part the later document's version stands (`merge`). A later blank does not wipe out a UPN or a date of birth
known before.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, TypeVar

from services.intake.sources.document import ChildDocument, StatedCase, StatedProtectionPlan

Part = TypeVar("Part")
PartKey: TypeAlias = tuple[Any, ...]
"""What names a part, its day first, and its number among those that are named alike."""

NAMED_BY: dict[str, tuple[str, ...]] = {
    "assessments": ("started_on",),
    "cin_plans": ("started_on",),
    "section_47_enquiries": ("started_on",),
    "conferences": ("held_on",),
    "protection_plans": ("started_on",),
    "meetings": ("held_on", "kind"),
    "visits": ("visited_on", "kind"),
    "pre_proceedings": ("started_on",),
    "care_episodes": ("started_on",),
    "permanence_plans": ("planned_on",),
    "involvements": ("involved_from", "worker", "role"),
    "allocations": ("held_from", "worker"),
}
"""The parts of a case, each with what names it: the day first."""

KEPT_WHEN_BLANK = (
    "forename",
    "surname",
    "upn",
    "former_upn",
    "upn_unknown",
    "nhs_number",
    "born_on",
    "expected_on",
    "died_on",
    "sex",
    "ethnicity",
    "disabilities",
    "postcode",
)


def merge(documents: Iterable[tuple[date, ChildDocument]]) -> ChildDocument:
    """One document from several sources', each given with the last day of its period. There must be at least one."""
    in_order = [document for _, document in sorted(documents, key=lambda each: each[0])]
    cases: dict[date, StatedCase] = {}
    for document in in_order:
        for day, case in by_day(document).items():
            cases[day] = _later(cases[day], case) if day in cases else case
    child = {name: value for document in in_order for name, value in told_of(document).items()}
    return in_order[-1].model_copy(update=child | {"cases": tuple(_canonical(cases[day]) for day in sorted(cases))})


def told_of(document: ChildDocument) -> dict[str, Any]:
    """What a document says of the child itself."""
    return {name: value for name in KEPT_WHEN_BLANK if (value := getattr(document, name))}


def restate(kept: ChildDocument | None, stated: ChildDocument) -> ChildDocument:
    """What a source says of a child once it has stated this, having said that before: whatever it kept, but for what it takes
    back, by not saying it inside scope and period or by saying that it was recorded in error.
    """
    stood, told = by_day(kept) if kept else {}, by_day(stated)
    for before, day in moved(kept, stated).items():
        stood[day] = stood.pop(before)
    cases = []
    for day in sorted({*stood, *told}):
        case = told.get(day) or stood[day]
        is_taken_back = day not in told and stated.lists_all("cases", day)
        if not (is_taken_back or case.recorded_in_error):
            cases.append(_restated(stood.get(day), told.get(day), by=stated))
    child = (told_of(kept) if kept else {}) | told_of(stated)
    return stated.model_copy(update=child | {"cases": tuple(cases)})


def moved(kept: ChildDocument | None, stated: ChildDocument) -> dict[date, date]:
    """Cases whose referral date a source has corrected, which its own reference tells: old day to new."""
    before = {case.reference: day for day, case in (by_day(kept) if kept else {}).items() if case.reference}
    told = by_day(stated)
    return {
        before[case.reference]: day
        for day, case in told.items()
        if case.reference in before and before[case.reference] not in told
    }


def _restated(stood: StatedCase | None, told: StatedCase | None, *, by: ChildDocument) -> StatedCase:
    case = told or stood
    assert case is not None
    parts = {}
    for name, named_by in NAMED_BY.items():
        now = numbered(getattr(told, name), named_by) if told else {}
        before = numbered(getattr(stood, name), named_by) if stood else {}
        left = {key: part for key, part in before.items() if not by.lists_all(name, key[0])}
        if name == "protection_plans":
            now = {key: _with_reviews_before(before.get(key), plan, by=by) for key, plan in now.items()}
        parts[name] = tuple(part for part in (left | now).values() if not part.recorded_in_error)
    return _canonical(case.model_copy(update=parts))


def _with_reviews_before(
    stood: StatedProtectionPlan | None, plan: StatedProtectionPlan, *, by: ChildDocument
) -> StatedProtectionPlan:
    """Reviews are items of a period themselves, though they stand with their plan."""
    left = {day for day in (stood.reviewed_on if stood else ()) if not by.lists_all("protection_plans", day)}
    return plan.model_copy(update={"reviewed_on": tuple(sorted({*left, *plan.reviewed_on}))})


def by_day(document: ChildDocument) -> dict[date, StatedCase]:
    """Cases by their referral date. Two of one document with the same are one case: nothing else tells them apart."""
    united: dict[date, StatedCase] = {}
    for case in document.cases:
        known = united.get(case.referred_on)
        if known is None:
            united[case.referred_on] = case
        else:
            parts = {name: getattr(known, name) + getattr(case, name) for name in NAMED_BY}
            parts["conferences"] = tuple(dict.fromkeys(parts["conferences"]))  # a day's conference was held once
            united[case.referred_on] = case.model_copy(update=parts)
    return united


def _later(earlier: StatedCase, later: StatedCase) -> StatedCase:
    parts = {
        name: _united(getattr(earlier, name), getattr(later, name), named_by=named_by, both=_BOTH.get(name))
        for name, named_by in NAMED_BY.items()
    }
    return later.model_copy(update=parts)


def _united(
    earlier: Iterable[Part],
    later: Iterable[Part],
    *,
    named_by: Sequence[str],
    both: Callable[[Part, Part], Part] | None,
) -> tuple[Part, ...]:
    united = numbered(earlier, named_by)
    for key, part in numbered(later, named_by).items():
        united[key] = both(united[key], part) if both and key in united else part
    return tuple(united.values())


def numbered(parts: Iterable[Part], named_by: Sequence[str]) -> dict[PartKey, Part]:
    """Parts by what names them and their number among those named alike: sources give them none."""
    seen: dict[PartKey, int] = defaultdict(int)
    found: dict[PartKey, Part] = {}
    for part in parts:
        name = tuple(getattr(part, each) for each in named_by)
        seen[name] += 1
        found[(*name, seen[name])] = part
    return found


def _with_all_reviews(earlier: StatedProtectionPlan, later: StatedProtectionPlan) -> StatedProtectionPlan:
    """A census states the reviews of its own year only."""
    return later.model_copy(update={"reviewed_on": tuple(sorted({*earlier.reviewed_on, *later.reviewed_on}))})


_BOTH: dict[str, Callable[[Any, Any], Any]] = {"protection_plans": _with_all_reviews}


def _canonical(case: StatedCase) -> StatedCase:
    """Parts in the order of what names them, so that equal records are equal documents."""
    parts = {
        name: tuple(
            part for _, part in sorted(numbered(getattr(case, name), named_by).items(), key=lambda item: item[0])
        )
        for name, named_by in NAMED_BY.items()
    }
    return case.model_copy(update=parts)


NO_MEANING: Mapping[str, Any] = {"cases": {"__all__": {"reference"}}}
"""Some sources give everything a new number overnight."""


def fingerprint(document: ChildDocument) -> str:
    """SHA-256 of what a document means: neither the order in which it says it nor how it was written matters."""
    meaning = document.model_copy(update={"cases": tuple(by_day(document).values())})
    said = meaning.model_dump(mode="json", exclude=NO_MEANING, exclude_defaults=True)
    return hashlib.sha256(_unordered(said).encode()).hexdigest()


def meaning_of(document: ChildDocument) -> str:
    """The fingerprint of what is said, by whatever document and of whichever period."""
    return fingerprint(document.model_copy(update={"scope": frozenset(), "since": None, "until": None}))


def _unordered(value: object) -> str:
    """As JSON, every list in one and the same order: nothing in a document depends on which was named first."""
    match value:
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{_unordered(value[name])}" for name in sorted(value)) + "}"
        case list():
            return "[" + ",".join(sorted(map(_unordered, value))) + "]"
        case _:
            return json.dumps(value)
