"""Reads what a source sends as a document. What cannot be understood is set aside at its smallest, with a finding that points
at it, and the rest is taken in: a wrong code costs its field, a visit without a day costs the visit.
"""

from copy import deepcopy
from typing import Any, TypeAlias

from pydantic import ValidationError

from services.intake.sources.document import ChildDocument
from services.intake.sources.findings import Done, Finding
from shared.web.faults import pointer
from shared.web.wording import in_our_words

Place: TypeAlias = tuple[int | str, ...]

RULES = {
    "referred_on": "8600",
    "source": "8866",
    "primary_need": "8650",
    "no_further_action": "8568",
    "closure_reason": "8640",
    "sex": "4180",
    "ethnicity": "4220",
    "disabilities": "8540",
    "born_on": "8525Q",
    "factors": "8897Q",
    "previous_plans": "8730",
    "initial_category": "8905",
    "latest_category": "8910",
}
"""The rule under which a field falls that cannot be read, where the DfE has one."""


def read(la_child_id: str, *, child: object, cases: object, **declared: Any) -> tuple[ChildDocument, list[Finding]]:
    """What is stated of a child under a declared scope and period, and what of it could not be understood."""
    findings = []
    if not isinstance(child, dict | None):
        findings.append(Finding("/child", "this is no object", done=Done.SET_ASIDE))
        child = None
    reserved = {"la_child_id", "cases", *declared}.intersection(child or ())
    findings += [Finding(f"/child/{name}", "this does not belong here", done=Done.SET_ASIDE) for name in reserved]
    said = {name: value for name, value in (child or {}).items() if name not in reserved and value is not None}
    stated: dict[str, Any] = said | declared | {"la_child_id": la_child_id, "cases": cases or []}
    is_ours = False
    while True:
        try:
            return ChildDocument.model_validate(stated), findings
        except ValidationError as wrong:
            stated, is_ours = (stated if is_ours else deepcopy(stated)), True
            findings += _set_aside(stated, wrong)


def _set_aside(stated: dict[str, Any], wrong: ValidationError) -> list[Finding]:
    """Take out what is at fault; what lacks something goes whole, since nothing tells it from another."""
    errors: list[dict[str, Any]] = [dict(each) for each in wrong.errors(include_url=False)]
    places = {_smallest(error): error for error in errors}
    for place in sorted(places, key=_order, reverse=True):
        if not any(place[:steps] in places for steps in range(1, len(place))):
            _remove(stated, place)
    return [_finding(error) for error in errors]


def _smallest(error: dict[str, Any]) -> Place:
    place: Place = error["loc"]
    return place[:-1] if error["type"] == "missing" else place


def _order(place: Place) -> list[tuple[bool, int, str]]:
    return [(isinstance(step, int), step if isinstance(step, int) else 0, str(step)) for step in place]


def _remove(stated: Any, place: Place) -> None:
    *way, last = place
    for step in way:
        stated = stated[step]
    del stated[last]


def _finding(error: dict[str, Any]) -> Finding:
    place: Place = error["loc"]
    field = next((step for step in reversed(place) if isinstance(step, str)), "")
    inside = place if place[0] == "cases" else ("child", *place)
    return Finding(
        pointer(("body", *inside)),
        in_our_words(error | {"loc": ("body", *place)}, ChildDocument),
        rule=RULES.get(field),
        done=Done.SET_ASIDE,
    )
