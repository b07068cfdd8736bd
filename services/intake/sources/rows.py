"""What a stated case is as rows: of its referral, its episode, and everything done in it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.episodes.models import Assessment, CINPlan, Conference, ProtectionPlan, Section47
from services.intake.sources.document import StatedCase
from services.intake.sources.merge import BEGINS


def has_episode(case: StatedCase) -> bool:
    """A referral without further action leads to no episode, unless its record states that something was done."""
    return case.no_further_action is not True or has_parts(case)


def has_parts(case: StatedCase) -> bool:
    return any(getattr(case, field) for field in BEGINS)


def referral_row(child_id: UUID, received_on: date, case: StatedCase) -> dict[str, Any]:
    return {
        "child_id": child_id,
        "received_on": received_on,
        "source": case.source,
        "primary_need": case.primary_need,
        "no_further_action": case.no_further_action,
    }


def episode_row(child_id: UUID, referral_id: UUID, case: StatedCase) -> dict[str, Any]:
    return {
        "child_id": child_id,
        "referral_id": referral_id,
        "started_on": case.referred_on,
        "closed_on": case.closed_on,
        "closure_reason": case.closure_reason,
    }


PARTS: tuple[tuple[Any, str, Callable[[Any], dict[str, Any]]], ...] = (
    (
        Assessment,
        "assessments",
        lambda part: {
            "internal_review_on": part.internal_review_on,
            "authorised_on": part.authorised_on,
            "factors": list(part.factors),
        },
    ),
    (CINPlan, "cin_plans", lambda part: {"ended_on": part.ended_on}),
    (
        Section47,
        "section_47_enquiries",
        lambda part: {
            "conference_target_on": part.conference_target_on,
            "conference_on": part.conference_on,
            "conference_not_required": part.conference_not_required,
        },
    ),
    (Conference, "conferences", lambda _part: {}),
    (
        ProtectionPlan,
        "protection_plans",
        lambda part: {
            "ended_on": part.ended_on,
            "initial_category": part.initial_category,
            "latest_category": part.latest_category,
            "previous_plans": part.previous_plans,
            "reviewed_on": [day.isoformat() for day in part.reviewed_on],
        },
    ),
)
"""The parts of a case: the table, the field of the document, and what is kept of each beside what names it."""
