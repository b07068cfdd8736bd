"""The data dictionary: every file of an extract, every column, what it means and what was done to it."""

from dataclasses import dataclass

from shared.contracts.codes import PracticeSkill

PSEUDONYM = "pseudonym, of this extract alone"
SHIFTED = "date; all of a child's dates moved by the same number of days, at most 30"
MONTH = "month; the day is left out"


@dataclass(frozen=True)
class Column:
    name: str
    means: str
    form: str


CHILDREN = (
    Column("child", "one child", PSEUDONYM),
    Column("sex", "sex", "CIN census code"),
    Column("ethnic_group", "first letter of the census code: W white, M mixed, A Asian, B black, O other", "letter"),
    Column("disabled", "whether a disability is recorded", "true or false"),
)
EPISODES = (
    Column("episode", "one episode of need", PSEUDONYM),
    Column("child", "whose it is", PSEUDONYM),
    Column("team", "the team that held it first", PSEUDONYM),
    Column("started_on", "day of the referral", SHIFTED),
    Column("closed_on", "day of closure; empty while it is open", SHIFTED),
    Column("closure_reason", "why it was closed", "CIN census code"),
    Column("age_band", "age of the child at the referral", "band"),
    Column("primary_need", "primary need at the referral", "CIN census code"),
    Column("source", "where the referral came from", "CIN census code"),
    Column("assessments", "assessments authorised", "number"),
    Column("section_47", "section 47 enquiries", "number"),
    Column("conferences", "initial child protection conferences", "number"),
    Column("protection_plans", "child protection plans", "number"),
    Column("entered_care", "whether the child came into care within it", "true or false"),
)
OBSERVATIONS = (
    Column("observation", "one observation of practice", PSEUDONYM),
    Column("episode", "of which episode; it may lie outside the extract", PSEUDONYM),
    Column("team", "the worker's team on the day", PSEUDONYM),
    Column("worker", "whose practice it was", PSEUDONYM),
    Column("observed_in", "when", MONTH),
    Column("rubric", "version of the rubric", "text"),
    Column("counted", "whether its scores stand in reports: the observer was certified, and not the own manager", "true or false"),
    *(Column(skill, f"score of {skill.replace('_', ' ')}; empty where it was not observed", "1 to 5") for skill in PracticeSkill),
    Column("feedback_in_time", "whether feedback was given by the day it was due; empty while that day has not passed", "true or false"),
    Column("coaching_held", "whether coaching followed", "true or false"),
)  # fmt: skip
FILES = {"children.csv": CHILDREN, "episodes.csv": EPISODES, "observations.csv": OBSERVATIONS}
