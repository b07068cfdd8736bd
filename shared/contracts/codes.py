"""DfE code sets. The codes are the stored values; labels belong to presentation.

Source: children in need census 2025 to 2026, technical specification (code sets), unless said otherwise.
"""

from enum import StrEnum

from shared.contracts.ages import AgeBand  # noqa: F401 -- a code set like those here, for whoever reads them all


class ReferralSource(StrEnum):
    FAMILY_MEMBER = "1A"
    ACQUAINTANCE = "1B"
    SELF = "1C"
    OTHER_INDIVIDUAL = "1D"
    SCHOOLS = "2A"
    EDUCATION_SERVICES = "2B"
    GP = "3A"
    HEALTH_VISITOR = "3B"
    SCHOOL_NURSE = "3C"
    OTHER_PRIMARY_HEALTH = "3D"
    A_AND_E = "3E"
    OTHER_HEALTH = "3F"
    HOUSING = "4"
    LA_SOCIAL_CARE = "5A"
    LA_OTHER_INTERNAL = "5B"
    LA_EXTERNAL = "5C"
    LA_EARLY_HELP = "5D"
    POLICE = "6"
    OTHER_LEGAL_AGENCY = "7"
    OTHER = "8"
    ANONYMOUS = "9"
    UNKNOWN = "10"


class ContactOutcome(StrEnum):
    """What comes of a contact. Source: the sector's standard safeguarding dataset, `cont_contact_outcome`."""

    NO_FURTHER_ACTION = "no_further_action"
    INFORMATION_AND_ADVICE = "information_and_advice"
    EARLY_HELP = "early_help"
    REFERRAL = "referral"
    OPEN_EPISODE = "open_episode"
    """It belongs to the episode that is open, and is no second referral (DfE CIN guide)."""


class PrimaryNeed(StrEnum):
    ABUSE_OR_NEGLECT = "N1"
    CHILDS_DISABILITY = "N2"
    PARENTAL_DISABILITY_OR_ILLNESS = "N3"
    FAMILY_IN_ACUTE_STRESS = "N4"
    FAMILY_DYSFUNCTION = "N5"
    SOCIALLY_UNACCEPTABLE_BEHAVIOUR = "N6"
    LOW_INCOME = "N7"
    ABSENT_PARENTING = "N8"
    OTHER_THAN_CHILDREN_IN_NEED = "N9"
    NOT_STATED = "N0"


class ClosureReason(StrEnum):
    ADOPTED = "RC1"
    DIED = "RC2"
    CHILD_ARRANGEMENTS_ORDER = "RC3"
    SPECIAL_GUARDIANSHIP_ORDER = "RC4"
    TRANSFERRED_TO_ANOTHER_LA = "RC5"
    TRANSFERRED_TO_ADULT_SOCIAL_CARE = "RC6"
    ANY_OTHER_REASON = "RC7"
    AFTER_ASSESSMENT_NO_FURTHER_ACTION = "RC8"
    AFTER_ASSESSMENT_EARLY_HELP = "RC9"


class CategoryOfAbuse(StrEnum):
    NEGLECT = "NEG"
    PHYSICAL = "PHY"
    SEXUAL = "SAB"
    EMOTIONAL = "EMO"
    MULTIPLE = "MUL"


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "U"


class Ethnicity(StrEnum):
    WHITE_BRITISH = "WBRI"
    WHITE_IRISH = "WIRI"
    TRAVELLER_OF_IRISH_HERITAGE = "WIRT"
    OTHER_WHITE = "WOTH"
    GYPSY_ROMA = "WROM"
    WHITE_AND_BLACK_CARIBBEAN = "MWBC"
    WHITE_AND_BLACK_AFRICAN = "MWBA"
    WHITE_AND_ASIAN = "MWAS"
    OTHER_MIXED = "MOTH"
    INDIAN = "AIND"
    PAKISTANI = "APKN"
    BANGLADESHI = "ABAN"
    OTHER_ASIAN = "AOTH"
    BLACK_CARIBBEAN = "BCRB"
    BLACK_AFRICAN = "BAFR"
    OTHER_BLACK = "BOTH"
    CHINESE = "CHNE"
    OTHER = "OOTH"
    REFUSED = "REFU"
    NOT_OBTAINED = "NOBT"


class Disability(StrEnum):
    NONE = "NONE"
    MOBILITY = "MOB"
    HAND_FUNCTION = "HAND"
    PERSONAL_CARE = "PC"
    INCONTINENCE = "INC"
    COMMUNICATION = "COMM"
    LEARNING = "LD"
    HEARING = "HEAR"
    VISION = "VIS"
    BEHAVIOUR = "BEH"
    CONSCIOUSNESS = "CON"
    AUTISM = "AUT"
    OTHER_DDA = "DDA"


ASSESSMENT_FACTORS = frozenset([
    "1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C", "4A", "4B", "4C", "5A", "5B", "5C",
    "6A", "6B", "6C", "7A", "8B", "8C", "8D", "8E", "8F", "9A", "10A", "11A", "12A", "13A", "14A",
    "15A", "16A", "17A", "18A", "18B", "18C", "19A", "19B", "19C", "20", "21", "22A", "23A", "24A",
])  # fmt: skip
"""Factors identified at the end of assessment; 18A and 19A are retired and stand only in older returns."""

UPN_UNKNOWN = frozenset(f"UN{n}" for n in range(1, 8))
"""Reasons why a unique pupil number is not known."""


class PracticeSkill(StrEnum):
    """The seven skills of Motivational Social Work, each a global rating of one encounter from 1 to 5.

    Source: Whittaker and others, the practice skills coding scheme of the Tilda Goldberg Centre.
    """

    EVOCATION = "evocation"
    COLLABORATION = "collaboration"
    AUTONOMY = "autonomy"
    EMPATHY = "empathy"
    PURPOSEFULNESS = "purposefulness"
    CLARITY_ABOUT_CONCERNS = "clarity_about_concerns"
    CHILD_FOCUS = "child_focus"


class WorkerRole(StrEnum):
    """Posts in a children's services department, by what they may hold and see."""

    SOCIAL_WORKER = "social_worker"
    SENIOR_SOCIAL_WORKER = "senior_social_worker"
    FAMILY_PRACTITIONER = "family_practitioner"
    """Leads on help under section 17 without being a social worker (Working Together, 2023)."""
    DEPUTY_TEAM_MANAGER = "deputy_team_manager"
    TEAM_MANAGER = "team_manager"
    PRACTICE_EVALUATOR = "practice_evaluator"
    COACH = "coach"
    CLINICIAN = "clinician"
    """Of the multi-disciplinary service: works with families in the enhanced offer, and leads on no case."""


class InductionStage(StrEnum):
    """How far a worker is on the way to a full caseload."""

    INDUCTION = "induction"
    """The first three months of the assessed and supported year in employment."""
    FIRST_YEAR = "first_year"
    """The rest of that year."""
    EXPERIENCED = "experienced"
    PHASED_RETURN = "phased_return"
    """Coming back after a long absence."""


class MeetingKind(StrEnum):
    """What people meet for in an episode of need, beside the initial child protection conference."""

    STRATEGY_DISCUSSION = "strategy_discussion"
    CORE_GROUP = "core_group"
    CIN_REVIEW = "cin_review"
    PROTECTION_REVIEW = "protection_review"
    """The review child protection conference, `CPPreviewDate` of the census."""
    CARE_REVIEW = "care_review"
    LEGAL_PLANNING = "legal_planning"
    PRE_PROCEEDINGS = "pre_proceedings"


class VisitKind(StrEnum):
    """Under what a child was visited; the sector's standard dataset keeps them apart, and so do the limits."""

    ASSESSMENT = "assessment"
    CIN = "cin"
    PROTECTION = "protection"
    CARE = "care"


class PreProceedingsOutcome(StrEnum):
    PROCEEDINGS_ISSUED = "proceedings_issued"
    STEPPED_DOWN = "stepped_down"
    ACCOMMODATED_BY_AGREEMENT = "accommodated_by_agreement"
    PLACED_WITHIN_THE_FAMILY = "placed_within_the_family"
    OTHER = "other"


class CareStartReason(StrEnum):
    """Why an episode of care began. Source: SSDA903 (children looked after return), `RNE`."""

    STARTED = "S"
    LEGAL_STATUS = "L"
    PLACEMENT_AND_CARER = "P"
    PLACEMENT_SAME_CARER = "T"
    LEGAL_STATUS_PLACEMENT_AND_CARER = "B"
    LEGAL_STATUS_AND_PLACEMENT_SAME_CARER = "U"


class LegalStatus(StrEnum):
    """Source: SSDA903, `LS`."""

    INTERIM_CARE_ORDER = "C1"
    FULL_CARE_ORDER = "C2"
    FREEING_ORDER = "D1"
    PLACEMENT_ORDER = "E1"
    POLICE_PROTECTION = "L1"
    EMERGENCY_PROTECTION_ORDER = "L2"
    CHILD_ASSESSMENT_ORDER = "L3"
    REMANDED = "J1"
    PLACED_UNDER_PACE = "J2"
    SENTENCED_TO_RESIDENCE = "J3"
    ACCOMMODATED = "V2"
    SHORT_BREAKS = "V3"
    SHORT_BREAKS_AGREED = "V4"


class Placement(StrEnum):
    """Where a looked after child lives. Source: SSDA903, `PLACE`; the labels change from year to year, the codes rarely."""

    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R5 = "R5"
    S1 = "S1"
    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"
    U4 = "U4"
    U5 = "U5"
    U6 = "U6"
    Z1 = "Z1"


class CareCeasedReason(StrEnum):
    """Why an episode of care ended. Source: SSDA903, `REC`. `X1` is no ceasing: another episode of care follows at once."""

    CARE_GOES_ON = "X1"
    ADOPTED_UNOPPOSED = "E11"
    ADOPTED_CONSENT_DISPENSED_WITH = "E12"
    DIED = "E2"
    TAKEN_OVER_BY_ANOTHER_LA = "E3"
    RETURNED_HOME_PLANNED = "E4A"
    RETURNED_HOME_NOT_PLANNED = "E4B"
    TO_FAMILY_WITHOUT_PARENTAL_RESPONSIBILITY = "E13"
    CHILD_ARRANGEMENTS_ORDER = "E41"
    SPECIAL_GUARDIANSHIP_TO_FORMER_FOSTER_CARER = "E45"
    SPECIAL_GUARDIANSHIP_TO_CARER_OTHER_THAN_FOSTER = "E46"
    SPECIAL_GUARDIANSHIP_TO_OTHER_RELATIVE = "E47"
    SPECIAL_GUARDIANSHIP_TO_OTHER = "E48"
    INDEPENDENT_WITH_SUPPORT = "E5"
    INDEPENDENT_WITHOUT_SUPPORT = "E6"
    ADULT_RESIDENTIAL_CARE = "E7"
    OTHER = "E8"
    CUSTODY = "E9"
    REMAND_ENDED = "E14"
    AGE_ASSESSED_AS_ADULT = "E15"
    MOVED_ABROAD = "E16"
    STAYED_WITH_CARERS = "E17"


class Permanence(StrEnum):
    """What is planned for a looked after child for good. Source: Ofsted, Annex A, list 8."""

    RETURN_TO_FAMILY = "return_to_family"
    ADOPTION = "adoption"
    SGO_OR_CAO = "sgo_or_cao"
    SUPPORTED_LIVING = "supported_living"
    LONG_TERM_RESIDENTIAL = "long_term_residential"
    LONG_TERM_FOSTERING = "long_term_fostering"
    OTHER = "other"


class TransferTrigger(StrEnum):
    """What makes a case go from one team to another."""

    FIRST_CORE_GROUP = "first_core_group"
    PRE_PROCEEDINGS_MEETING = "pre_proceedings_meeting"
    MOVE = "move"
    OTHER = "other"


class TransferRefusal(StrEnum):
    """Why a team does not take a case that it was offered."""

    NO_CAPACITY = "no_capacity"
    NOT_READY = "not_ready"
    ANOTHER_TEAMS = "another_teams"
    OTHER = "other"


class InvolvementRole(StrEnum):
    """How a worker is involved in a case beside the one who holds it."""

    RECEIVING = "receiving"
    HANDING_OVER = "handing_over"
    CO_WORKING = "co_working"
    FAMILY_SUPPORT = "family_support"
    REVIEWING = "reviewing"
    """Chairs conferences, or is the independent reviewing officer of a looked after child."""


class PlaceOfHarm(StrEnum):
    """Where a child is harmed, or may be. All but the home is extra-familial: the goal may be to change the place, and not the
    parent.
    """

    HOME = "home"
    PEERS = "peers"
    SCHOOL = "school"
    NEIGHBOURHOOD = "neighbourhood"
    ONLINE = "online"


EXTRA_FAMILIAL = frozenset(PlaceOfHarm) - {PlaceOfHarm.HOME}


class RAG(StrEnum):
    """How a child fares by one of the family's goals, in somebody's judgement on a day. The worst stands first."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class GoalEnding(StrEnum):
    """What became of a goal. One that changed is followed by another in its place."""

    MET = "met"
    CHANGED = "changed"
    NO_LONGER_NEEDED = "no_longer_needed"
    GIVEN_UP = "given_up"


class OfferKind(StrEnum):
    """What a family is offered in an episode of need."""

    CORE = "core"
    """Motivational Social Work by the social worker who holds the case."""
    ENHANCED = "enhanced"
    """The same, with the multi-disciplinary service beside the social worker."""


class OfferRefusal(StrEnum):
    """Why the panel gives no place in the enhanced offer."""

    CRITERIA_NOT_MET = "criteria_not_met"
    CORE_OFFER_NOT_TRIED = "core_offer_not_tried"
    BETTER_SERVED_ELSEWHERE = "better_served_elsewhere"
    FAMILY_DOES_NOT_AGREE = "family_does_not_agree"
    OTHER = "other"


class TeamRemit(StrEnum):
    """Which children a team is for."""

    CHILD_IN_NEED = "child_in_need"
    """Those of an area, in need or in need of protection."""
    DISABILITY = "disability"
    LOOKED_AFTER = "looked_after"
    OTHER = "other"
    """Any other: duty, a practice team, leaving care."""
