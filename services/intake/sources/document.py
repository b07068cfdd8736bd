"""What a source says of one child, as one typed document with its declared scope and period.

Whatever the source (a census file today; a nightly record or a live call later), it is mapped to this shape and
nothing further in knows where it came from. Fields hold what was understood; what was not is a finding beside it.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.contracts.codes import (
    CategoryOfAbuse,
    ClosureReason,
    Disability,
    Ethnicity,
    PrimaryNeed,
    ReferralSource,
    Sex,
)


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatedAssessment(_Stated):
    started_on: date
    internal_review_on: date | None = None
    authorised_on: date | None = None
    factors: tuple[str, ...] = ()


class StatedCINPlan(_Stated):
    started_on: date
    ended_on: date | None = None


class StatedSection47(_Stated):
    started_on: date
    conference_target_on: date | None = None
    conference_on: date | None = None
    conference_not_required: bool | None = None


class StatedConference(_Stated):
    """An initial child protection conference recorded on the episode rather than on an enquiry."""

    held_on: date


class StatedProtectionPlan(_Stated):
    started_on: date
    ended_on: date | None = None
    initial_category: CategoryOfAbuse | None = None
    latest_category: CategoryOfAbuse | None = None
    previous_plans: int | None = None
    reviewed_on: tuple[date, ...] = ()


class StatedCase(_Stated):
    """One referral and what came of it: a `CINdetails` of the census. Its natural key is the referral date."""

    referred_on: date
    source: ReferralSource | None = None
    primary_need: PrimaryNeed | None = None
    no_further_action: bool | None = None
    closed_on: date | None = None
    closure_reason: ClosureReason | None = None
    assessments: tuple[StatedAssessment, ...] = ()
    cin_plans: tuple[StatedCINPlan, ...] = ()
    section_47_enquiries: tuple[StatedSection47, ...] = ()
    conferences: tuple[StatedConference, ...] = ()
    protection_plans: tuple[StatedProtectionPlan, ...] = ()

    @property
    def has_parts(self) -> bool:
        """Whether anything is stated that was done in it."""
        return any(
            (self.assessments, self.cin_plans, self.section_47_enquiries, self.conferences, self.protection_plans)
        )

    @property
    def leads_to_an_episode(self) -> bool:
        """A referral without further action leads to none, unless its record states that something was done."""
        return self.no_further_action is not True or self.has_parts


class ChildDocument(_Stated):
    """Everything one source states of one child for one period. Absence says nothing outside the period."""

    la_child_id: str
    upn: str | None = None
    former_upn: str | None = None
    upn_unknown: str | None = None
    born_on: date | None = None
    expected_on: date | None = None
    died_on: date | None = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    disabilities: tuple[Disability, ...] = ()
    cases: tuple[StatedCase, ...] = ()
