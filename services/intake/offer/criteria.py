"""For whom the enhanced offer is. Plain Python: criteria are dated rows, and what was met on a day stays met.

Whoever asks states which are met; what the record itself shows is set beside it for the panel, and decides nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.intake.episodes.facts import Case, Kind
from shared.calendar import add_months
from shared.contracts.codes import MeetingKind


class Criterion(StrEnum):
    PARENTAL_MENTAL_ILL_HEALTH = "parental_mental_ill_health"
    PARENTAL_SUBSTANCE_MISUSE = "parental_substance_misuse"
    DOMESTIC_ABUSE = "domestic_abuse"
    PARENTAL_LEARNING_DISABILITY = "parental_learning_disability"
    EDGE_OF_CARE = "edge_of_care"
    """Pre-proceedings, or a legal planning meeting."""
    EXPLOITATION = "exploitation"
    """Exploitation, or serious violence by peers."""
    RE_REFERRAL_SAME_CONCERN = "re_referral_same_concern"
    NO_MOVEMENT = "no_movement"
    """The core offer has gone on for twelve weeks and nothing has moved."""


@dataclass(frozen=True)
class Standard:
    """What is enough, from a date on: so many of some, or any one of the others."""

    effective_from: date
    together: frozenset[Criterion]
    needed_together: int
    alone: frozenset[Criterion]
    re_referral_months: int
    without_movement: timedelta
    discretion_percent: int
    """How many of a year's places the panel may give at its discretion where the criteria are not met."""


STANDARDS = (
    Standard(
        effective_from=date(2015, 4, 1),
        together=frozenset(
            {
                Criterion.PARENTAL_MENTAL_ILL_HEALTH,
                Criterion.PARENTAL_SUBSTANCE_MISUSE,
                Criterion.DOMESTIC_ABUSE,
                Criterion.PARENTAL_LEARNING_DISABILITY,
            }
        ),
        needed_together=2,
        alone=frozenset(
            {
                Criterion.EDGE_OF_CARE,
                Criterion.EXPLOITATION,
                Criterion.RE_REFERRAL_SAME_CONCERN,
                Criterion.NO_MOVEMENT,
            }
        ),
        re_referral_months=12,
        without_movement=timedelta(weeks=12),
        discretion_percent=20,
    ),
)
"""Latest last."""

FACTORS: dict[Criterion, frozenset[str]] = {
    Criterion.PARENTAL_MENTAL_ILL_HEALTH: frozenset({"4B"}),
    Criterion.PARENTAL_SUBSTANCE_MISUSE: frozenset({"1B", "2B"}),
    Criterion.DOMESTIC_ABUSE: frozenset({"3A", "3B", "3C"}),
    Criterion.PARENTAL_LEARNING_DISABILITY: frozenset({"5B"}),
    Criterion.EXPLOITATION: frozenset({"11A", "12A", "13A", "24A"}),
}
"""Factors at the end of assessment (DfE) that show a criterion."""


def standard_on(day: date) -> Standard:
    in_force = [standard for standard in STANDARDS if standard.effective_from <= day]
    return in_force[-1] if in_force else STANDARDS[0]


def are_met(criteria: Collection[Criterion], *, on: date) -> bool:
    standard = standard_on(on)
    return bool(standard.alone & {*criteria}) or len(standard.together & {*criteria}) >= standard.needed_together


def at_discretion(places: int, *, on: date) -> int:
    """How many of a year's places may go to those who do not meet the criteria. A part of a place is none."""
    return places * standard_on(on).discretion_percent // 100


def on_record(
    case: Case, *, factors: Collection[str], referred_before: Iterable[date], core_since: date | None, on: date
) -> frozenset[Criterion]:
    """Which criteria the record itself shows on a day.

    `referred_before`: the days of the child's earlier referrals for the same need. Of the last criterion it shows no more than
    that the core offer has gone on for so long: whether anything moved, people know.
    """
    standard = standard_on(on)
    shown = {criterion for criterion, codes in FACTORS.items() if codes & {*factors}}
    if case.running(Kind.PRE_PROCEEDINGS) or any(case.held(MeetingKind.LEGAL_PLANNING)):
        shown.add(Criterion.EDGE_OF_CARE)
    since = add_months(case.started_on, -standard.re_referral_months)
    if any(since <= day <= case.started_on for day in referred_before):
        shown.add(Criterion.RE_REFERRAL_SAME_CONCERN)
    if core_since is not None and core_since + standard.without_movement <= on:
        shown.add(Criterion.NO_MOVEMENT)
    return frozenset(shown)
