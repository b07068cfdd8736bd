"""What a source says of one child, as one typed document with its declared scope and period.

Whatever the source (a census file, a nightly record, a live call), it is mapped to this shape and nothing further in knows
where it came from. Fields hold what was understood; what was not is a finding beside it.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from services.intake.people.numbers import as_postcode, is_nhs_number
from shared.contracts.codes import (
    ASSESSMENT_FACTORS,
    UPN_UNKNOWN,
    CareCeasedReason,
    CareStartReason,
    CategoryOfAbuse,
    ClosureReason,
    Disability,
    Ethnicity,
    InvolvementRole,
    LegalStatus,
    MeetingKind,
    Permanence,
    Placement,
    PreProceedingsOutcome,
    PrimaryNeed,
    ReferralSource,
    Sex,
    VisitKind,
)
from shared.web.shapes import Day, Line, Reference


class Topic(StrEnum):
    """What a document may say it lists completely: what is not listed of it, inside the period, is not so."""

    CASES = "cases"
    ASSESSMENTS = "assessments"
    CIN_PLANS = "cin_plans"
    SECTION_47_ENQUIRIES = "section_47_enquiries"
    CONFERENCES = "conferences"
    PROTECTION_PLANS = "protection_plans"
    MEETINGS = "meetings"
    VISITS = "visits"
    PRE_PROCEEDINGS = "pre_proceedings"
    CARE_EPISODES = "care_episodes"
    PERMANENCE_PLANS = "permanence_plans"
    INVOLVEMENTS = "involvements"
    ALLOCATIONS = "allocations"


EVERYTHING = frozenset(Topic)


def _factor(stated: str) -> str:
    if stated not in ASSESSMENT_FACTORS:
        raise ValueError("this is no factor of the census")
    return stated


def _upn_unknown(stated: str) -> str:
    if stated not in UPN_UNKNOWN:
        raise ValueError("this is no reason of the census")
    return stated


def _nhs_number(stated: str) -> str:
    digits = stated.replace(" ", "").replace("-", "")
    if not is_nhs_number(digits):
        raise ValueError("the check digit does not fit the number, or it has not ten digits")
    return digits


Number: TypeAlias = Annotated[int, Field(strict=True, ge=0, lt=100)]
"""Of what a child could have had."""
Factor: TypeAlias = Annotated[str, AfterValidator(_factor)]
UPNUnknown: TypeAlias = Annotated[str, AfterValidator(_upn_unknown)]
NHSNumber: TypeAlias = Annotated[Line, AfterValidator(_nhs_number)]
Postcode: TypeAlias = Annotated[Line, AfterValidator(as_postcode)]


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Item(_Stated):
    """One thing that a case holds, told from others by what `merge.NAMED_BY` says, and by its place among equals."""

    recorded_in_error: StrictBool = False
    """It never was so: it is taken back, and how it stood is kept. Not the same as disposing of a record."""


class StatedAssessment(_Item):
    started_on: Day
    internal_review_on: Day | None = None
    authorised_on: Day | None = None
    factors: tuple[Factor, ...] = ()


class StatedCINPlan(_Item):
    started_on: Day
    ended_on: Day | None = None


class StatedSection47(_Item):
    started_on: Day
    conference_target_on: Day | None = None
    conference_on: Day | None = None
    conference_not_required: StrictBool | None = None
    ended_on: Day | None = None


class StatedConference(_Item):
    """An initial child protection conference recorded on the episode rather than on an enquiry."""

    held_on: Day


class StatedProtectionPlan(_Item):
    started_on: Day
    ended_on: Day | None = None
    initial_category: CategoryOfAbuse | None = None
    latest_category: CategoryOfAbuse | None = None
    previous_plans: Number | None = None
    reviewed_on: tuple[Day, ...] = ()


class StatedMeeting(_Item):
    """A strategy discussion, a core group, a review, a legal planning meeting. Review conferences stand with their plan."""

    held_on: Day
    kind: MeetingKind


class StatedVisit(_Item):
    visited_on: Day
    kind: VisitKind
    child_seen: StrictBool
    seen_alone: StrictBool


class StatedPreProceedings(_Item):
    started_on: Day
    ended_on: Day | None = None
    outcome: PreProceedingsOutcome | None = None


class StatedCareEpisode(_Item):
    """One legal status and one placement. A change ends it with `X1`, and the next begins that day."""

    started_on: Day
    start_reason: CareStartReason
    legal_status: LegalStatus
    placement: Placement
    ended_on: Day | None = None
    ceased_reason: CareCeasedReason | None = None


class StatedPermanencePlan(_Item):
    planned_on: Day
    permanence: Permanence


class StatedInvolvement(_Item):
    """A worker works on the case beside the one who holds it."""

    involved_from: Day
    worker: Reference
    """Staff reference."""
    role: InvolvementRole
    involved_until: Day | None = None


class StatedAllocation(_Item):
    """A worker holds the case, from a day until, but not on, another."""

    held_from: Day
    worker: Reference
    """Staff reference."""
    held_until: Day | None = None


class StatedCase(_Item):
    """One referral and what came of it: a `CINdetails` of the census. Its natural key is the referral date."""

    referred_on: Day
    reference: Reference | None = None
    """The source's own: by it a case is known again whose referral date was corrected. It means nothing else."""
    source: ReferralSource | None = None
    primary_need: PrimaryNeed | None = None
    no_further_action: StrictBool | None = None
    closed_on: Day | None = None
    closure_reason: ClosureReason | None = None
    assessments: tuple[StatedAssessment, ...] = ()
    cin_plans: tuple[StatedCINPlan, ...] = ()
    section_47_enquiries: tuple[StatedSection47, ...] = ()
    conferences: tuple[StatedConference, ...] = ()
    protection_plans: tuple[StatedProtectionPlan, ...] = ()
    meetings: tuple[StatedMeeting, ...] = ()
    visits: tuple[StatedVisit, ...] = ()
    pre_proceedings: tuple[StatedPreProceedings, ...] = ()
    care_episodes: tuple[StatedCareEpisode, ...] = ()
    permanence_plans: tuple[StatedPermanencePlan, ...] = ()
    involvements: tuple[StatedInvolvement, ...] = ()
    allocations: tuple[StatedAllocation, ...] = ()

    @property
    def has_parts(self) -> bool:
        """Whether anything is stated that was done in it."""
        return any(getattr(self, topic) for topic in Topic if topic is not Topic.CASES)

    @property
    def leads_to_an_episode(self) -> bool:
        """A referral without further action leads to none, unless its record states that something was done."""
        return self.no_further_action is not True or self.has_parts


class ChildDocument(_Stated):
    """Everything one source states of one child. Absence says something inside its scope and period alone."""

    la_child_id: str
    scope: frozenset[Topic] = EVERYTHING
    since: date | None = None
    """First day of the period, which what began on it belongs to; None: since ever."""
    until: date | None = None
    """Last day of the period; None: until now, whenever that is."""
    forename: Line | None = None
    surname: Line | None = None
    upn: str | None = None
    former_upn: str | None = None
    upn_unknown: UPNUnknown | None = None
    nhs_number: NHSNumber | None = None
    born_on: Day | None = None
    expected_on: Day | None = None
    died_on: Day | None = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    disabilities: tuple[Disability, ...] = ()
    postcode: Postcode | None = None
    cases: tuple[StatedCase, ...] = ()

    def lists_all(self, topic: str, on: date) -> bool:
        """Whether what it does not say of a topic on a day is not so."""
        began, ended = self.since or date.min, self.until or date.max
        return topic in self.scope and began <= on <= ended
