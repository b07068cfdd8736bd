"""Practice as it was observed: before the programme, and during it in the cases that were tracked.

Of the cases tracked from allocation, some are observed at four weeks (T1) and few again at four months (T2): as many as
the programme reached.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import fmean
from uuid import UUID

from services.demo.calibration import (
    COACHED_BEFORE,
    COACHED_DURING,
    IN_TIME_BEFORE,
    IN_TIME_DURING,
    OBSERVED_AT_T1,
    OBSERVED_AT_T2,
    OBSERVED_BEFORE,
    SKILL_BEFORE,
    SKILL_DURING,
    STILL_OWED,
    TRACKED,
    Span,
    scaled,
)
from services.demo.chances import strata
from services.demo.workforce import Post
from services.observation.feedback.clocks import FEEDBACK_DAYS
from services.observation.practice.rubric import HIGHEST, LOWEST
from shared.calendar import is_working_day
from shared.contracts.codes import PracticeSkill

T1_DAYS, T2_DAYS = (25, 38), (109, 143)
"""Days after allocation; the windows are 21 to 42 and 105 to 150."""
OFFSETS = dict(zip(PracticeSkill, (-0.30, -0.05, 0.0, 0.15, 0.05, 0.0, 0.15), strict=True))
"""Drawing out a person's own reasons comes hardest: assumed."""
SPREAD_OF_WORKERS, SPREAD_OF_SKILLS = 0.3, 0.65
RISE = 0.4
"""How much more skill is seen at the end of the programme's year than at its beginning: assumed."""
NOT_OBSERVED = 0.02
LATEST_DAYS = 14
"""Late feedback comes up to so many days after the observation."""

Scores = dict[PracticeSkill, int | None]


@dataclass(frozen=True)
class Held:
    """A case and the worker who held it, from a day until the day it closes."""

    episode_id: UUID
    post: Post
    held_from: date
    closes_on: date | None

    def is_held_on(self, day: date) -> bool:
        return self.closes_on is None or day < self.closes_on


@dataclass(frozen=True)
class Visit:
    """One observation, and what followed it."""

    case: Held
    day: date
    scores: Scores
    feedback_on: date | None
    is_coached: bool


@dataclass(frozen=True)
class _Year:
    """How practice was in one of the two years, and how well it was followed up."""

    skill: float
    rise: float
    in_time: float
    coached: float
    still_owed: int


def draw_visits(chance: Random, held: Sequence[Held], span: Span, *, scale: float) -> list[Visit]:
    """The two years' observations, each year in the order of its days."""
    before = _Year(SKILL_BEFORE, 0, IN_TIME_BEFORE, COACHED_BEFORE, still_owed=0)
    during = _Year(SKILL_DURING, RISE, IN_TIME_DURING, COACHED_DURING, still_owed=scaled(STILL_OWED, scale))
    return [
        *_followed_up(chance, _before(chance, held, span, scale=scale), before, span),
        *_followed_up(chance, _tracked(chance, held, span, scale=scale), during, span),
    ]


def _before(chance: Random, held: Sequence[Held], span: Span, *, scale: float) -> list[tuple[date, Held]]:
    possible = [
        (day, case)
        for case in held
        if span.casework_from < case.held_from
        and (day := _working_day(case.held_from, chance.randint(*T1_DAYS))) < span.programme_from
        and case.is_held_on(day)
    ]
    return _in_order(chance.sample(possible, min(scaled(OBSERVED_BEFORE, scale), len(possible))))


def _tracked(chance: Random, held: Sequence[Held], span: Span, *, scale: float) -> list[tuple[date, Held]]:
    """T1 and T2 of the tracked cases. Who is seen again at T2 is somebody whose case went on so long."""
    allocated = [case for case in held if span.programme_from <= case.held_from < span.today]
    tracked = chance.sample(allocated, min(scaled(TRACKED, scale), len(allocated)))
    t1 = {
        case: day for case in tracked if case.is_held_on(day := _working_day(case.held_from, chance.randint(*T1_DAYS)))
    }
    t2 = {case: day for case in t1 if case.is_held_on(day := _working_day(case.held_from, chance.randint(*T2_DAYS)))}
    seen = {case: day for case, day in t1.items() if day < span.today}
    again = [case for case, day in t2.items() if day < span.today][: scaled(OBSERVED_AT_T2, scale)]
    once = [case for case in seen if case not in again][: scaled(OBSERVED_AT_T1, scale) - len(again)]
    return _in_order([(t2[case], case) for case in again] + [(seen[case], case) for case in (*again, *once)])


def _in_order(seen: list[tuple[date, Held]]) -> list[tuple[date, Held]]:
    return sorted(seen, key=lambda each: (each[0], each[1].post.reference, each[1].held_from))


def _followed_up(chance: Random, seen: list[tuple[date, Held]], year: _Year, span: Span) -> Iterator[Visit]:
    waits = strata(chance, len(seen))
    coached = strata(chance, len(seen))
    for place, (scores, (day, case)) in enumerate(zip(_scores(chance, len(seen), year), seen, strict=True)):
        after = (
            chance.randint(1, FEEDBACK_DAYS)
            if waits[place] < year.in_time
            else chance.randint(FEEDBACK_DAYS + 1, LATEST_DAYS)
        )
        given_on = day + timedelta(days=after)
        is_owed = given_on > span.today or place >= len(seen) - year.still_owed
        yield Visit(
            case, day, scores, None if is_owed else given_on, is_coached=not is_owed and coached[place] < year.coached
        )


def _scores(chance: Random, count: int, year: _Year) -> list[Scores]:
    """Whole marks from 1 to 5 whose mean over the year is the year's; here and there a skill was not observed."""
    drawn: list[dict[PracticeSkill, int]] = []
    for place in range(count):
        skill = year.skill + year.rise * (place / count - 0.5) + chance.gauss(0, SPREAD_OF_WORKERS)
        drawn.append({each: _mark(chance.gauss(skill + OFFSETS[each], SPREAD_OF_SKILLS)) for each in PracticeSkill})
    while abs(off := year.skill - _mean(drawn)) > 0.5 / (count * len(PracticeSkill)):
        marks, each = chance.choice(drawn), chance.choice(tuple(PracticeSkill))
        marks[each] = _mark(marks[each] + (1 if off > 0 else -1))
    return [
        {skill: None if chance.random() < NOT_OBSERVED else mark for skill, mark in marks.items()} for marks in drawn
    ]


def _mark(value: float) -> int:
    return min(HIGHEST, max(LOWEST, round(value)))


def _mean(drawn: list[dict[PracticeSkill, int]]) -> float:
    return fmean(mark for marks in drawn for mark in marks.values())


def _working_day(since: date, days: int) -> date:
    """So many days later, or the last working day before."""
    day = since + timedelta(days=days)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
