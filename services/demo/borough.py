"""Makes up a borough and puts it in through the services' own operations, as a department would have lived it.

The case system states a year of history, then every fortnight who was referred and whose case closed; cases are given to
workers as they come in, within the limit; practice is observed, fed back and coached. The same seed on the same day makes
the same borough, ids apart. Nothing is inserted behind the services' backs, and everything said is heard.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from services.demo.calibration import OBSERVED_AT_T1, OBSERVED_AT_T2, OBSERVED_BEFORE, Span, scaled
from services.demo.casework import Casework, Round, rounds
from services.demo.children import draw_children
from services.demo.practice import Held, Visit, draw_visits
from services.demo.words import GOALS, STRENGTHS, STRETCHES
from services.demo.workforce import Post, coach_of, draw_posts
from services.host import Installation
from services.intake.allocation.mode import Mode
from services.intake.allocation.models import TeamModeIn
from services.intake.allocation.operations import state_mode
from services.intake.people.operations import state_worker
from services.observation.coding.certification import valid_until
from services.observation.coding.models import CertificationIn, Seed, TrialIn
from services.observation.coding.operations import certify
from services.observation.feedback.models import CoachingIn, FeedbackIn
from services.observation.feedback.operations import give_feedback, hold_coaching
from services.observation.forms.operations import receive
from services.observation.practice.models import Contact, ObservationIn, Purpose
from services.observation.practice.rubric import HIGHEST, LOWEST, MSW_7_1
from shared.calendar import LONDON
from shared.contracts.codes import PracticeSkill
from shared.database import Session
from shared.due import fire
from shared.web.roles import Principal, Role

RECORDS_AT_ONCE, VISITS_AT_ONCE = 250, 25
REVIEW_AFTER = timedelta(days=42)
WORKERS, RECORDS, OBSERVATIONS = "workers", "children's records", "observations"

Step = Callable[[str, int], None]
"""Told which stage moved on, and by how much."""


@dataclass(frozen=True)
class Borough:
    """A borough as drawn, before any of it is put in."""

    chance: Random
    span: Span
    scale: float
    posts: Sequence[Post]
    rounds: Sequence[Round]

    @property
    def stages(self) -> Mapping[str, int]:
        """The stages of putting it in, each with its number of steps."""
        observed = (OBSERVED_BEFORE, OBSERVED_AT_T1, OBSERVED_AT_T2)
        return {
            WORKERS: len(self.posts),
            RECORDS: sum(len(each.children) for each in self.rounds),
            OBSERVATIONS: sum(scaled(count, self.scale) for count in observed),
        }


def draw_borough(*, seed: int, today: date, scale: float = 1.0) -> Borough:
    """Draw a borough, at its full size unless told otherwise."""
    chance, span = Random(seed), Span(today)
    posts = list(draw_posts(chance, span, scale=scale))
    return Borough(chance, span, scale, posts, list(rounds(draw_children(chance, span, scale=scale), span)))


async def make(house: Installation, borough: Borough, step: Step) -> None:
    """Put the borough into three empty databases."""
    await _state_workforce(house, borough, step)
    held = await _live_through(house, borough, step)
    await house.settle()
    await _certify(house, borough)
    await _observe(house, borough, held, step)
    await fire(house.databases["observation"], house.services["observation"].timers)  # what fell overdue meanwhile
    await house.settle()


async def _state_workforce(house: Installation, borough: Borough, step: Step) -> None:
    async with house.databases["intake"].transaction() as session:
        for post in borough.posts:
            await state_worker(session, post.reference, post.stated, by="demo")
            step(WORKERS, 1)
        for team in {post.stated.team for post in borough.posts}:
            await state_mode(session, team, TeamModeIn(in_force_from=borough.span.casework_from, mode=Mode.MIRRORED))


async def _live_through(house: Installation, borough: Borough, step: Step) -> list[Held]:
    """State every round, and give each open case to a worker; returns the cases given."""
    casework = Casework(borough.posts)
    for each in borough.rounds:
        casework.begin(each)
        for start in range(0, len(each.children), RECORDS_AT_ONCE):
            children = each.children[start : start + RECORDS_AT_ONCE]
            async with house.databases["intake"].transaction() as session:
                await casework.state_and_allocate(session, children, each)
            step(RECORDS, len(children))
    return list(casework.held.values())


async def _certify(house: Installation, borough: Borough) -> None:
    """Certify the coaches every half-year: they score the same recordings as the masters, and agree with them."""
    by = Principal(id="principal social worker (demo)", role=Role.PRINCIPAL_SOCIAL_WORKER)
    levels = [dict.fromkeys(PracticeSkill, level) for level in range(LOWEST, HIGHEST + 1)] * 2
    trials = [TrialIn(master=level, coder=level) for level in levels]
    async with house.databases["observation"].transaction() as session:
        session.add(Seed(id=1, seed="made up"))  # or chance would draw other observations each time
        for team in sorted({post.team for post in borough.posts}):
            day = borough.span.casework_from
            while day <= borough.span.today:
                await certify(session, coach_of(team), CertificationIn(on=day, trials=trials), by=by)
                day = valid_until(day)


async def _observe(house: Installation, borough: Borough, held: Sequence[Held], step: Step) -> None:
    chance = borough.chance
    visits = draw_visits(chance, held, borough.span, scale=borough.scale)
    for start in range(0, len(visits), VISITS_AT_ONCE):
        some = visits[start : start + VISITS_AT_ONCE]
        async with house.databases["observation"].transaction() as session:
            for visit in some:
                await _record(session, visit, chance)
        step(OBSERVATIONS, len(some))


async def _record(session: Session, visit: Visit, chance: Random) -> None:
    """Record an observation as the team's coach, with the feedback and the coaching that followed."""
    reference = coach_of(visit.case.post.team)
    coach = Principal(id=reference, role=Role.COACH, worker=reference)
    best, least = _extremes(visit)
    observation_id = UUID(int=chance.getrandbits(128), version=4)
    sent = ObservationIn(
        episode_id=visit.case.episode_id,
        worker=visit.case.post.reference,
        observed_at=datetime.combine(visit.day, time(chance.randint(9, 17), chance.randrange(0, 60, 5)), LONDON),
        contact=Contact.HOME_VISIT,
        purpose=Purpose.SAMPLED,
        rubric=MSW_7_1.version,
        scores=visit.scores,
        child_seen_alone=chance.random() < 0.6,
    )
    await receive(session, observation_id, sent, replaces=lambda _: 0, by=coach)
    if visit.feedback_on is None:
        return
    feedback = FeedbackIn(strengths=[STRENGTHS[best]], stretch=STRETCHES[least], given_on=visit.feedback_on)
    await give_feedback(session, observation_id, feedback, by=coach)
    if visit.is_coached:
        held_on = visit.feedback_on
        coaching = CoachingIn(goal=GOALS[least], held_on=held_on, review_on=held_on + REVIEW_AFTER)
        await hold_coaching(session, observation_id, coaching, by=coach)


def _extremes(visit: Visit) -> tuple[PracticeSkill, PracticeSkill]:
    """The skill seen best, and the one to stretch to."""
    scored = {skill: score for skill, score in visit.scores.items() if score is not None}
    return max(scored, key=scored.__getitem__), min(scored, key=scored.__getitem__)
