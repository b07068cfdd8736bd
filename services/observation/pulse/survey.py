"""The survey: ten questions in our own words, and the quarters of the financial year in which they are asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.calendar import financial_year, month_of


class Asked(StrEnum):
    EVOCATION = "evocation"
    COLLABORATION = "collaboration"
    AUTONOMY = "autonomy"
    EMPATHY = "empathy"
    PURPOSEFULNESS = "purposefulness"
    CLARITY_ABOUT_CONCERNS = "clarity_about_concerns"
    CHILD_FOCUS = "child_focus"
    TRUST = "trust"
    TIME = "time"
    STRAIN = "strain"


@dataclass(frozen=True)
class Question:
    words: str
    lowest: int
    highest: int


CONFIDENCE = "How sure do you feel of {} in your visits? From 1, not at all, to 7, wholly."

QUESTIONS: Mapping[Asked, Question] = {
    **{
        asked: Question(CONFIDENCE.format(skill), 1, 7)
        for asked, skill in (
            (Asked.EVOCATION, "drawing out people's own reasons for change"),
            (Asked.COLLABORATION, "sharing the power in the conversation"),
            (Asked.AUTONOMY, "supporting choice within limits that you name"),
            (Asked.EMPATHY, "understanding how things look from where they stand"),
            (Asked.PURPOSEFULNESS, "holding to a purpose that you share"),
            (Asked.CLARITY_ABOUT_CONCERNS, "saying plainly what worries you"),
            (Asked.CHILD_FOCUS, "keeping the child at the centre"),
        )
    },
    Asked.TRUST: Question("How far do you trust that being observed is meant to help you? From 1 to 7.", 1, 7),
    Asked.TIME: Question("How far do you have the time to work with families as you would wish? From 1 to 7.", 1, 7),
    Asked.STRAIN: Question("How strained have you felt in the last two weeks? From 0, not at all, to 10.", 0, 10),
}


def quarter_of(day: date) -> str:
    """The quarter of the financial year a day lies in: `2026-27-Q1` is April to June 2026."""
    ends = financial_year(month_of(day))
    return f"{ends - 1}-{ends % 100:02d}-Q{(day.month - 4) % 12 // 3 + 1}"


def is_over(quarter: str, *, today: date) -> bool:
    """Whether a quarter has ended: before that nothing is shown, or the ninth answer could be told from the eighth."""
    return quarter < quarter_of(today)
