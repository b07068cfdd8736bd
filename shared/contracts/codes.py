"""DfE code sets. The codes are the stored values; labels belong to presentation.

Source: children in need census 2025 to 2026, technical specification (code sets), unless said otherwise.
"""

from enum import StrEnum


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


ASSESSMENT_FACTORS = frozenset(
    [
        "1A",
        "1B",
        "1C",
        "2A",
        "2B",
        "2C",
        "3A",
        "3B",
        "3C",
        "4A",
        "4B",
        "4C",
        "5A",
        "5B",
        "5C",
        "6A",
        "6B",
        "6C",
        "7A",
        "8B",
        "8C",
        "8D",
        "8E",
        "8F",
        "9A",
        "10A",
        "11A",
        "12A",
        "13A",
        "14A",
        "15A",
        "16A",
        "17A",
        "18A",
        "18B",
        "18C",
        "19A",
        "19B",
        "19C",
        "20",
        "21",
        "22A",
        "23A",
        "24A",
    ]
)
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
    DEPUTY_TEAM_MANAGER = "deputy_team_manager"
    TEAM_MANAGER = "team_manager"
    PRACTICE_EVALUATOR = "practice_evaluator"
    COACH = "coach"


class InductionStage(StrEnum):
    """How far a worker is on the way to a full caseload."""

    INDUCTION = "induction"
    """The first three months of the assessed and supported year in employment."""
    FIRST_YEAR = "first_year"
    """The rest of that year."""
    EXPERIENCED = "experienced"
    PHASED_RETURN = "phased_return"
    """Coming back after a long absence."""
