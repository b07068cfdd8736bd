"""What intake says: a child's whole coded history (`intake.child`) and who works where (`intake.workforce`)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.ages import AgeBand
from shared.contracts.codes import (
    RAG,
    CareCeasedReason,
    CareStartReason,
    CategoryOfAbuse,
    ClosureReason,
    ContactOutcome,
    Disability,
    Ethnicity,
    GoalEnding,
    InductionStage,
    InvolvementRole,
    LegalStatus,
    MeetingKind,
    OfferKind,
    OfferRefusal,
    Permanence,
    Placement,
    PlaceOfHarm,
    PreProceedingsOutcome,
    PrimaryNeed,
    ReferralSource,
    Sex,
    TeamRemit,
    TransferTrigger,
    VisitKind,
    WorkerRole,
)
from shared.contracts.happenings import OF_A_CHILD
from shared.contracts.state import Part, State


class Referral(Part):
    """A request for a service for one child."""

    id: UUID
    received_on: date
    source: ReferralSource | None = None
    primary_need: PrimaryNeed | None = None
    no_further_action: bool | None = None
    """None until somebody has decided, or where the source never said."""
    joined_open_episode: bool = False
    """The concern belonged to an episode already open: it is a contact, not another referral (DfE CIN guide)."""
    age_band: AgeBand | None = None
    """The child's age on that day. None where the day of birth is not known."""


class Contact(Part):
    """Somebody told the authority something about a child, before anybody has said whether it is a referral."""

    id: UUID
    received_on: date
    source: ReferralSource | None = None
    screened_on: date | None = None
    decided_on: date | None = None
    outcome: ContactOutcome | None = None
    """None until somebody has decided."""
    episode_id: UUID | None = None
    """The episode that was open when it came: it is a contact on that, whatever is decided."""
    referral_id: UUID | None = None
    """The referral that came of it."""


class Assessment(Part):
    id: UUID
    started_on: date
    authorised_on: date | None = None
    factors: tuple[str, ...] = ()


class CINPlan(Part):
    id: UUID
    started_on: date
    ended_on: date | None = None


class Section47(Part):
    """An enquiry under section 47 of the Children Act 1989, with its initial child protection conference if one was held."""

    id: UUID
    started_on: date
    conference_on: date | None = None
    conference_not_required: bool | None = None
    ended_on: date | None = None
    """The day it was decided that no conference is required, where that is known."""


class Conference(Part):
    """An initial child protection conference recorded on the episode rather than on an enquiry (a transfer in, say)."""

    id: UUID
    held_on: date


class ProtectionPlan(Part):
    id: UUID
    started_on: date
    ended_on: date | None = None
    initial_category: CategoryOfAbuse | None = None
    latest_category: CategoryOfAbuse | None = None
    previous_plans: int | None = None
    reviewed_on: tuple[date, ...] = ()


class Meeting(Part):
    """A strategy discussion, a core group, a review, a legal planning meeting. Review conferences stand with their plan."""

    id: UUID
    kind: MeetingKind
    held_on: date


class Visit(Part):
    id: UUID
    kind: VisitKind
    visited_on: date
    child_seen: bool
    seen_alone: bool


class PreProceedings(Part):
    """What a legal planning meeting leads to before, or in place of, proceedings in court."""

    id: UUID
    started_on: date
    ended_on: date | None = None
    outcome: PreProceedingsOutcome | None = None


class CareEpisode(Part):
    """One legal status and one placement of a looked after child. A change ends it with `X1`, and the next begins that day."""

    id: UUID
    started_on: date
    start_reason: CareStartReason
    legal_status: LegalStatus
    placement: Placement
    ended_on: date | None = None
    ceased_reason: CareCeasedReason | None = None
    ceased_at_18: bool | None = None
    """Care ceased on the eighteenth birthday, whatever the reason. None while it goes on, or where the birth is not known."""


class PermanencePlan(Part):
    """What was planned for a looked after child for good; the latest stands."""

    id: UUID
    planned_on: date
    permanence: Permanence


class Transfer(Part):
    """A case on its way from one team to another. The allocation says who holds it; this, how it came there."""

    id: UUID
    trigger: TransferTrigger
    from_team: str
    to_team: str
    stage: str
    """offered, accepted, completed, declined or withdrawn."""
    offered_on: date
    accepted_on: date | None = None
    joint_visit_on: date | None = None
    ended_on: date | None = None


class Involvement(Part):
    """A worker works on the case beside the one who holds it, from a day until, but not on, another."""

    id: UUID
    worker_id: UUID
    role: InvolvementRole
    involved_from: date
    involved_until: date | None = None


class Allocation(Part):
    """A worker held the case from a day until, but not on, another. The team is the worker's at that time."""

    id: UUID
    worker_id: UUID
    team: str
    held_from: date
    held_until: date | None = None


class RiskRating(Part):
    """How the child fares by a goal on a day: in the worker's judgement and in the parent's, side by side."""

    id: UUID
    rated_on: date
    by_worker: RAG | None = None
    by_parent: RAG | None = None


class Goal(Part):
    """What a family wants to be different for one child. What it is, and what it means for the child, is told nowhere."""

    id: UUID
    place: PlaceOfHarm
    agreed_on: date
    ended_on: date | None = None
    ending: GoalEnding | None = None
    in_place_of: UUID | None = None
    """The goal that changed into this one."""
    ratings: tuple[RiskRating, ...] = ()
    """Those that stand, the earliest first; those corrected are not told."""


class Offer(Part):
    """What the family is offered: the core offer, or the enhanced one, asked for at least.

    Cases in the enhanced offer are chosen by need: whoever compares them with others compares unlike cases.
    """

    id: UUID
    offer: OfferKind
    stage: str
    """asked, deferred, waiting, given, stepped_down, ended, refused or withdrawn; the core offer is given, and ends."""
    asked_on: date | None = None
    decided_on: date | None = None
    """The day on which a manager decided on the core offer, or the panel on the enhanced one."""
    refusal: OfferRefusal | None = None
    given_from: date | None = None
    given_until: date | None = None
    """The first day on which it was given no longer."""
    sessions_given: int = 0
    sessions_missed: int = 0


class Episode(Part):
    """An episode of need: from the referral that opened it to its closure, with everything done in it."""

    id: UUID
    referral_id: UUID
    started_on: date
    closed_on: date | None = None
    closure_reason: ClosureReason | None = None
    assessments: tuple[Assessment, ...] = ()
    cin_plans: tuple[CINPlan, ...] = ()
    section_47_enquiries: tuple[Section47, ...] = ()
    conferences: tuple[Conference, ...] = ()
    protection_plans: tuple[ProtectionPlan, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    visits: tuple[Visit, ...] = ()
    pre_proceedings: tuple[PreProceedings, ...] = ()
    care_episodes: tuple[CareEpisode, ...] = ()
    permanence_plans: tuple[PermanencePlan, ...] = ()
    goals: tuple[Goal, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    involvements: tuple[Involvement, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    offers: tuple[Offer, ...] = ()


class ChildState(State):
    """One child's referrals and episodes of need. Spoken whenever any of them changes."""

    topic: ClassVar[str] = "intake.child"
    happenings: ClassVar[frozenset[str]] = OF_A_CHILD

    child_id: UUID
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    disabilities: tuple[Disability, ...] = ()
    """`NONE` where it is recorded that there is none; empty where nothing is."""
    contacts: tuple[Contact, ...] = ()
    referrals: tuple[Referral, ...] = ()
    episodes: tuple[Episode, ...] = ()
    restricted: bool = False
    """Whether the child is to be hidden from everyone who is not named, whatever their role; in figures the child counts."""
    named: tuple[str, ...] = ()
    """Staff references of those who may see a restricted child, or, outside the workforce, what their tokens call them."""

    @property
    def key(self) -> UUID:
        return self.child_id


class PracticePeriod(Part):
    """A team worked by the practice model from a day until, but not on, another."""

    worked_from: date
    worked_until: date | None = None


class RemitPeriod(Part):
    """A team was for these children from a day on, until the next."""

    in_force_from: date
    remit: TeamRemit


class TeamMembership(Part):
    """A worker belonged to a team from a day until, but not on, another."""

    team: str
    """The authority's code of the team."""
    team_name: str
    member_from: date
    member_until: date | None = None
    remits: tuple[RemitPeriod, ...] = ()
    """What was stated of the team; before the first it is for children in need."""
    in_practice_model: tuple[PracticePeriod, ...] | None = None
    """When the team worked by the practice model, whoever belonged to it; none where it never did. None: it was not said."""


class WorkingTerms(Part):
    """Hours and stage from a day on, until the next; before the first of them, what the post says."""

    in_force_from: date
    full_time_equivalent_percent: int
    stage: InductionStage | None = None


class CaseloadBreach(Part):
    """The worker held more than the limits allow, from a day until, but not on, another."""

    began_on: date
    ended_on: date | None = None
    cause: str
    """What made the caseload pass its limits: `override`, `birth`, `mirrored`, `step_up`, `terms`."""
    children: int
    """At its worst."""
    children_limit: int
    points: int
    """At its worst, in hundredths of a point."""
    points_limit: int


class WorkerState(State):
    """One worker: the post held and the teams belonged to. Never a name, never an absence."""

    topic: ClassVar[str] = "intake.workforce"
    happenings: ClassVar[frozenset[str]] = frozenset(
        {"worker.stated", "caseload.breached", "caseload.within_limits", "record.republished"}
    )

    worker_id: UUID
    reference: str
    """The authority's staff reference, which a token carries to say who is asking."""
    role: WorkerRole
    full_time_equivalent_percent: int
    """Hours of the post as last stated."""
    line_manager: str | None = None
    """The line manager's staff reference."""
    terms: tuple[WorkingTerms, ...] = ()
    memberships: tuple[TeamMembership, ...] = ()
    caseload_breaches: tuple[CaseloadBreach, ...] = ()

    @property
    def key(self) -> UUID:
        return self.worker_id
