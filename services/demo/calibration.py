"""What the made-up borough resembles: published figures of an inner London borough before and during the programme.

Islington: DfE children in need tables for the year to March 2015, unless said otherwise; the programme: the evaluation
of 2017. What nobody has published is said to be assumed. `tests/demo` asks the services for these figures again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.calendar import add_months
from shared.contracts.codes import PrimaryNeed, ReferralSource, Sex

TEAMS = ("North", "East", "South", "West", "Central", "Riverside", "Disabled children")
"""Six teams by area and one for disabled children, each with a manager and two deputies."""
DISABLED_CHILDREN = len(TEAMS) - 1

STARTED_A_YEAR = 2411
OPEN = 2094
NO_FURTHER_ACTION = 66 / 2482
"""Share of referrals."""
REFERRED_AGAIN = 0.12
"""Share of referrals that come within 12 months of the child's previous one; the year to March 2016."""
REFERRALS_A_YEAR = STARTED_A_YEAR / (1 - NO_FURTHER_ACTION)

STILL_OPEN = ((0, 1.0), (14, 0.97), (40, 0.88), (63, 0.68), (91, 0.467), (183, 0.279), (365, 0.2), (730, 0.105))
"""Days since the referral, and the share of episodes still open then.

Fits both what is published of those that ended (72% within six months, 53% within three) and of those open (35% for two
years or more).
"""
LONG_OPEN_DAYS = 1067
"""Mean days that an episode open for two years goes on."""
LONGEST_DAYS = 4380

ASSESSMENT_DAYS = (((1, 10), 47), ((11, 20), 149), ((21, 30), 355), ((31, 40), 592), ((41, 45), 931))
LATE_ASSESSMENT_DAYS = (((46, 50), 205), ((51, 60), 107), ((61, 75), 65))
"""Working days from the referral to the authorised assessment, and how many took so long."""
CONFERENCE_DAYS = (((4, 10), 21), ((11, 15), 118), ((16, 20), 25), ((21, 30), 60))
"""Working days from a section 47 enquiry to its initial conference."""
ENQUIRY_IF_SHORT, ENQUIRY_IF_LONG = 0.145, 0.45
"""Share of episodes with a section 47 enquiry, by whether they last four months: 640 enquiries a year."""
CONFERENCE_OF_ENQUIRY, PLAN_OF_CONFERENCE = 0.52, 0.83
"""In episodes of four months or more: 224 conferences and 187 protection plans a year."""
PREVIOUS_PLANS = ((0, 161), (1, 21), (2, 5))

SOURCES: Mapping[ReferralSource, float] = {
    ReferralSource.POLICE: 27.6,
    ReferralSource.SCHOOLS: 16.7,
    ReferralSource.GP: 1.7,
    ReferralSource.HEALTH_VISITOR: 2.3,
    ReferralSource.SCHOOL_NURSE: 0.6,
    ReferralSource.OTHER_PRIMARY_HEALTH: 2.2,
    ReferralSource.A_AND_E: 3.3,
    ReferralSource.OTHER_HEALTH: 4.2,
    ReferralSource.LA_SOCIAL_CARE: 4.6,
    ReferralSource.LA_OTHER_INTERNAL: 3.6,
    ReferralSource.LA_EXTERNAL: 2.8,
    ReferralSource.LA_EARLY_HELP: 3.0,
    ReferralSource.FAMILY_MEMBER: 6.0,
    ReferralSource.ACQUAINTANCE: 1.5,
    ReferralSource.SELF: 2.2,
    ReferralSource.OTHER_INDIVIDUAL: 2.3,
    ReferralSource.EDUCATION_SERVICES: 2.6,
    ReferralSource.HOUSING: 2.2,
    ReferralSource.OTHER_LEGAL_AGENCY: 3.2,
    ReferralSource.OTHER: 3.9,
    ReferralSource.ANONYMOUS: 3.0,
    ReferralSource.UNKNOWN: 0.5,
}
"""England, 2015 to 2016: police, schools and health as published; the rest shared out by us."""
NEEDS: Mapping[PrimaryNeed, float] = {
    PrimaryNeed.ABUSE_OR_NEGLECT: 50.6,
    PrimaryNeed.FAMILY_DYSFUNCTION: 17.4,
    PrimaryNeed.FAMILY_IN_ACUTE_STRESS: 9.0,
    PrimaryNeed.ABSENT_PARENTING: 4.5,
    PrimaryNeed.PARENTAL_DISABILITY_OR_ILLNESS: 3.2,
    PrimaryNeed.SOCIALLY_UNACCEPTABLE_BEHAVIOUR: 2.2,
    PrimaryNeed.OTHER_THAN_CHILDREN_IN_NEED: 1.8,
    PrimaryNeed.NOT_STATED: 1.3,
    PrimaryNeed.LOW_INCOME: 0.4,
}
"""England, 2015 to 2016, beside the child's disability: the first two as published; the rest shared out by us."""
DISABLED, NEED_IS_DISABILITY = 12.7, 9.6
"""Percent of children who are disabled, and whose need that is; England, 2015 to 2016."""
FACTORS = (
    ("3B", 49.6),
    ("4B", 36.6),
    ("2B", 19.3),
    ("17A", 19.3),
    ("1B", 18.4),
    ("16A", 17.5),
    ("18C", 14.0),
    ("19C", 6.4),
)
"""Percent of assessments that found the factor; England, 2015 to 2016."""
SEXES: Mapping[Sex, float] = {Sex.MALE: 52.7, Sex.FEMALE: 45.3, Sex.UNKNOWN: 2.0}
AGES = (((0, 1), 6), ((1, 5), 19), ((5, 10), 25), ((10, 16), 31), ((16, 17.5), 19))
"""Years, and percent of children at the referral."""
SEASON = (1.0, 1.0, 1.08, 0.94, 1.06, 1.08, 1.02, 0.78, 1.02, 1.08, 1.08, 0.86)
"""January to December, assumed: schools refer in term."""

TRACKED, OBSERVED_AT_T1, OBSERVED_AT_T2 = 281, 101, 23
"""Cases tracked from allocation in the programme's year, and observed at four weeks and again at four months."""
OBSERVED_BEFORE = 131
"""Observations in the year before: as many recordings as the earlier trial of the same team made."""
SKILL_BEFORE, SKILL_DURING = 2.64, 3.11
"""Mean of the seven skills in each of the two years."""
IN_TIME_BEFORE, IN_TIME_DURING = 0.62, 0.88
COACHED_BEFORE, COACHED_DURING = 0.30, 0.75
"""Feedback within the week, and coaching after feedback: assumed."""
STILL_OWED = 5
"""How many of the latest observations still wait for feedback: assumed."""


@dataclass(frozen=True)
class Span:
    """The time the borough's records cover, in quarters of the financial year so that reports divide it alike.

    A year of history as a census states it, the year before the programme, the programme's year, and the quarter we are in.
    """

    today: date

    @property
    def this_quarter(self) -> date:
        return self.today.replace(month=(self.today.month - 1) // 3 * 3 + 1, day=1)

    @property
    def programme_from(self) -> date:
        return add_months(self.this_quarter, -12)

    @property
    def casework_from(self) -> date:
        """The first day of the year before the programme: from here on cases are held by named workers."""
        return add_months(self.this_quarter, -24)

    @property
    def history_from(self) -> date:
        return add_months(self.this_quarter, -36)


def scaled(count: float, scale: float) -> int:
    """A count at the scale the borough is made in; at least one of anything."""
    return max(1, round(count * scale))
