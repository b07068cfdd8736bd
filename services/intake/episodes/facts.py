"""An episode of need as its rules see it: what was done, from when until when. Plain Python, whatever table it stands in.

Stage, soundness, clocks and drift are pure functions of these facts, so that nothing is stored that can be computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.codes import MeetingKind, VisitKind


class Kind(StrEnum):
    ASSESSMENT = "assessment"
    CIN_PLAN = "cin_plan"
    SECTION_47 = "section_47"
    CONFERENCE = "conference"
    PROTECTION_PLAN = "protection_plan"
    PRE_PROCEEDINGS = "pre_proceedings"
    CARE = "care"
    PERMANENCE_PLAN = "permanence_plan"
    MEETING = "meeting"
    VISIT = "visit"


BELONGS_TO: dict[tuple[Kind, str | None], frozenset[Kind]] = {
    (Kind.MEETING, MeetingKind.CORE_GROUP): frozenset({Kind.PROTECTION_PLAN}),
    (Kind.MEETING, MeetingKind.PROTECTION_REVIEW): frozenset({Kind.PROTECTION_PLAN}),
    (Kind.MEETING, MeetingKind.CIN_REVIEW): frozenset({Kind.CIN_PLAN}),
    (Kind.MEETING, MeetingKind.CARE_REVIEW): frozenset({Kind.CARE}),
    (Kind.MEETING, MeetingKind.PRE_PROCEEDINGS): frozenset({Kind.PRE_PROCEEDINGS}),
    (Kind.VISIT, VisitKind.ASSESSMENT): frozenset({Kind.ASSESSMENT, Kind.SECTION_47}),
    (Kind.VISIT, VisitKind.CIN): frozenset({Kind.CIN_PLAN}),
    (Kind.VISIT, VisitKind.PROTECTION): frozenset({Kind.PROTECTION_PLAN}),
    (Kind.VISIT, VisitKind.CARE): frozenset({Kind.CARE}),
    (Kind.PERMANENCE_PLAN, None): frozenset({Kind.CARE}),
}
"""What runs while such a meeting is held, such a visit made, permanence planned. Others belong to the episode as a whole."""


@dataclass(frozen=True)
class Fact:
    """One thing that was done. What takes no time, as a visit, ends on the day it begins."""

    id: UUID
    kind: Kind
    began_on: date
    ended_on: date | None = None
    code: str | None = None
    """Of a meeting or a visit its kind, of care the reason why this episode of it began, of permanence what is planned."""
    legal_status: str | None = None

    @property
    def belongs_to(self) -> frozenset[Kind]:
        """What must run on its day; empty for what belongs to the episode as a whole."""
        code = self.code if self.kind in {Kind.MEETING, Kind.VISIT} else None
        return BELONGS_TO.get((self.kind, code), frozenset())

    def runs_on(self, day: date) -> bool:
        return self.began_on <= day and (self.ended_on is None or day <= self.ended_on)


@dataclass(frozen=True)
class Case:
    """An episode of need with everything done in it, in the order in which it was begun."""

    id: UUID
    started_on: date
    closed_on: date | None = None
    closure_reason: str | None = None
    facts: tuple[Fact, ...] = ()

    def of(self, *kinds: Kind) -> Iterator[Fact]:
        return (fact for fact in self.facts if fact.kind in kinds)

    def held(self, kind: MeetingKind) -> Iterator[Fact]:
        return (fact for fact in self.of(Kind.MEETING) if fact.code == kind)

    def made(self, kind: VisitKind) -> Iterator[Fact]:
        return (fact for fact in self.of(Kind.VISIT) if fact.code == kind)

    def running(self, kind: Kind) -> Fact | None:
        """What of this kind has not ended; the latest begun where a source states several."""
        return next((fact for fact in reversed(self.facts) if fact.kind is kind and fact.ended_on is None), None)
