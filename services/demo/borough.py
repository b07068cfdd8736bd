"""A made-up borough: seven teams, their workers, three years of children in need, two quarters of observed practice.

Deterministic by seed and by the day it is made on. Every name and number is invented.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from uuid import UUID

from sqlmodel import col, select

from services.host import Installation
from services.intake.allocation.models import AllocationIn
from services.intake.allocation.operations import allocate
from services.intake.allocation.queries import workers_shown
from services.intake.episodes.models import Episode
from services.intake.people.models import WorkerIn
from services.intake.people.operations import state_worker
from services.intake.referrals.models import Referral
from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedProtectionPlan,
    StatedSection47,
)
from services.intake.sources.operations import Source, Statement, state
from services.observation.feedback.models import CoachingIn, FeedbackIn
from services.observation.feedback.operations import give_feedback, hold_coaching
from services.observation.practice.models import Contact, ObservationIn, Purpose
from services.observation.practice.operations import record
from services.observation.practice.rubric import MSW_7_1
from shared.calendar import add_months, add_working_days, is_working_day
from shared.contracts.codes import (
    CategoryOfAbuse,
    ClosureReason,
    Disability,
    Ethnicity,
    PracticeSkill,
    PrimaryNeed,
    ReferralSource,
    Sex,
    WorkerRole,
)
from shared.web.roles import Principal, Role

TEAMS = ("North", "East", "South", "West", "Central", "Riverside", "Disabled children")
FORENAMES = ("Amara", "Ben", "Chloe", "Dev", "Esme", "Farid", "Grace", "Hugo", "Ines", "Jonah", "Kezia", "Liam")
SURNAMES = ("Example", "Sample", "Specimen", "Madeup", "Invented", "Placeholder")
WORKERS_A_TEAM = 7
CHILDREN = 1500
YEARS = 3
OBSERVATIONS = 120
BATCH = 100
SERVICE_MANAGER = Principal(id="service manager (demo)", role=Role.SERVICE_MANAGER)
SHORTEST_GAP_DAYS = 60


@dataclass(frozen=True)
class Stage:
    """A part of the seeding, for the progress bar."""

    title: str
    steps: int


STAGES = (
    Stage("teams and workers", len(TEAMS) * (WORKERS_A_TEAM + 2)),
    Stage("children", CHILDREN),
    Stage("allocations", 400),
    Stage("observations", OBSERVATIONS),
)


async def make_borough(house: Installation, *, seed: int, today: date, step: Callable[[str, int], None]) -> None:
    """Fill three empty databases. `step` is told which stage moved on, and by how much."""
    chance = random.Random(seed)
    await _workforce(house, chance, today, step)
    await _children(house, chance, today, step)
    held = await _allocations(house, chance, today, step)
    await house.settle()
    await _observations(house, chance, held, today, step)
    await house.settle()


def _posts(chance: random.Random, today: date) -> Iterator[tuple[str, WorkerIn]]:
    for number, team in enumerate(TEAMS, start=1):
        roles = [WorkerRole.TEAM_MANAGER, WorkerRole.COACH, WorkerRole.SENIOR_SOCIAL_WORKER]
        roles += [WorkerRole.SOCIAL_WORKER] * (WORKERS_A_TEAM - 1)
        for place, role in enumerate(roles):
            newly = role is WorkerRole.SOCIAL_WORKER and place == len(roles) - 1
            yield (
                f"W{number}{place:02d}",
                WorkerIn(
                    name=f"{chance.choice(FORENAMES)} {chance.choice(SURNAMES)}",
                    role=role,
                    team=f"T{number}",
                    team_name=team,
                    member_from=add_months(today, -40),
                    full_time_equivalent_percent=60 if role is WorkerRole.SOCIAL_WORKER and place == 4 else 100,
                    newly_qualified_from=add_months(today, -6) if newly else None,
                ),
            )


async def _workforce(house: Installation, chance: random.Random, today: date, step: Callable[[str, int], None]) -> None:
    async with house.databases["intake"].transaction() as session:
        for reference, post in _posts(chance, today):
            await state_worker(session, reference, post, by="demo")
            step("teams and workers", 1)


async def _children(house: Installation, chance: random.Random, today: date, step: Callable[[str, int], None]) -> None:
    source = Source("made-up-borough", today)
    documents = (Statement(_child(number, chance, today)) for number in range(1, CHILDREN + 1))
    while batch := list(islice(documents, BATCH)):
        async with house.databases["intake"].transaction() as session:
            await state(session, source, batch, by="demo")
        step("children", len(batch))


def _child(number: int, chance: random.Random, today: date) -> ChildDocument:
    first = today - timedelta(days=chance.randint(1, YEARS * 365))
    if chance.random() < 0.10:
        first -= timedelta(days=chance.randint(200, 900))
    cases = []
    referred_on: date | None = first
    while referred_on is not None and referred_on <= today:
        case = _case(referred_on, chance, today)
        cases.append(case)
        referred_on = _next_referral(case, chance)
    return ChildDocument(
        la_child_id=f"DEMO{number:06d}",
        born_on=first - timedelta(days=chance.randint(30, 16 * 365)),
        sex=chance.choice((Sex.MALE, Sex.FEMALE)),
        ethnicity=chance.choice(tuple(Ethnicity)),
        disabilities=(
            chance.choice((Disability.LEARNING, Disability.AUTISM)) if chance.random() < 0.12 else Disability.NONE,
        ),
        cases=tuple(cases),
    )


def _next_referral(case: StatedCase, chance: random.Random) -> date | None:
    """About one child in six is referred again, most of them within the year."""
    over = case.referred_on if case.no_further_action else case.closed_on
    if over is None or chance.random() > 0.17:
        return None
    return over + timedelta(days=SHORTEST_GAP_DAYS + int(chance.expovariate(1 / 150)))


def _case(referred_on: date, chance: random.Random, today: date) -> StatedCase:
    source = chance.choices(
        tuple(ReferralSource), [6, 2, 2, 1, 20, 3, 4, 4, 1, 3, 5, 3, 3, 5, 3, 3, 5, 24, 3, 3, 2, 1]
    )[0]
    need = chance.choices(tuple(PrimaryNeed), [50, 8, 5, 9, 15, 4, 1, 4, 2, 2])[0]
    if chance.random() < 0.03:
        return StatedCase(referred_on=referred_on, source=source, primary_need=need, no_further_action=True)
    length = int(
        chance.choices((chance.uniform(20, 90), chance.uniform(91, 183), chance.uniform(184, 1100)), [54, 19, 27])[0]
    )
    closes = referred_on + timedelta(days=length)
    closed_on = closes if closes <= today else None
    protection = length > 90 and chance.random() < 0.22
    assessment = _assessment(referred_on, chance, until=closed_on or today)
    enquiry, plan = _protection(referred_on, chance, until=closed_on or today) if protection else (None, None)
    only_assessed = length <= 70 and enquiry is None
    reasons = (
        (ClosureReason.AFTER_ASSESSMENT_NO_FURTHER_ACTION, ClosureReason.AFTER_ASSESSMENT_EARLY_HELP)
        if only_assessed
        else (
            ClosureReason.ANY_OTHER_REASON,
            ClosureReason.TRANSFERRED_TO_ANOTHER_LA,
            ClosureReason.SPECIAL_GUARDIANSHIP_ORDER,
        )
    )
    plans = () if only_assessed or plan or length < 80 else (_cin_plan(referred_on, closed_on, chance, today),)
    return StatedCase(
        referred_on=referred_on,
        source=source,
        primary_need=need,
        no_further_action=False,
        closed_on=closed_on,
        closure_reason=chance.choices(reasons, [7, 3] if only_assessed else [90, 6, 4])[0] if closed_on else None,
        assessments=(assessment,) if assessment else (),
        cin_plans=tuple(each for each in plans if each),
        section_47_enquiries=(enquiry,) if enquiry else (),
        protection_plans=(plan,) if plan else (),
    )


def _assessment(referred_on: date, chance: random.Random, *, until: date) -> StatedAssessment | None:
    authorised = add_working_days(referred_on, int(min(max(chance.gauss(36, 9), 5), 70)))
    done = authorised <= until
    return StatedAssessment(
        started_on=referred_on,
        authorised_on=authorised if done else None,
        factors=(chance.choice(("3B", "4B", "1B", "16A", "17A", "12A", "13A")),) if done else (),
    )


def _cin_plan(referred_on: date, closed_on: date | None, chance: random.Random, today: date) -> StatedCINPlan | None:
    begins = referred_on + timedelta(days=chance.randint(45, 70))
    return StatedCINPlan(started_on=begins, ended_on=closed_on) if begins < (closed_on or today) else None


def _protection(
    referred_on: date, chance: random.Random, *, until: date
) -> tuple[StatedSection47 | None, StatedProtectionPlan | None]:
    asked = referred_on + timedelta(days=chance.randint(2, 30))
    held = add_working_days(asked, chance.choices((chance.randint(8, 15), chance.randint(16, 25)), [72, 28])[0])
    if held >= until or chance.random() < 0.55:
        return StatedSection47(started_on=asked, conference_not_required=True), None
    ends = held + timedelta(days=chance.randint(90, 500))
    category = chance.choice(tuple(CategoryOfAbuse))
    plan = StatedProtectionPlan(
        started_on=held,
        ended_on=ends if ends < until else None,
        initial_category=category,
        latest_category=category,
        previous_plans=chance.choices((0, 1, 2), [84, 13, 3])[0],
    )
    return StatedSection47(started_on=asked, conference_on=held, conference_not_required=False), plan


async def _allocations(
    house: Installation, chance: random.Random, today: date, step: Callable[[str, int], None]
) -> list[tuple[UUID, str, date]]:
    """Give open cases to workers as a manager would, the emptiest first, leaving a few places in every team."""
    database = house.databases["intake"]
    async with database.reading() as session:
        wanted = (
            select(col(Episode.id), col(Episode.started_on))
            .join(Referral, col(Referral.id) == Episode.referral_id)
            .where(col(Episode.closed_on).is_(None), col(Referral.no_further_action).is_(False))
            .order_by(col(Episode.started_on))
        )
        waiting = list((await session.exec(wanted)).all())
        places = [(worker, worker.caseload_limit - 2) for worker in await workers_shown(session, team=None)]
    queue = [(worker.reference, place) for worker, free in places for place in range(free)]
    chance.shuffle(queue)
    given: list[tuple[UUID, str, date]] = []
    pairs = iter(list(zip(waiting, (reference for reference, _ in queue), strict=False))[:400])
    while batch := list(islice(pairs, 40)):
        async with database.transaction() as session:
            for (episode_id, started_on), reference in batch:
                held_from = max(add_working_days(started_on, 1), add_months(today, -39))
                to = AllocationIn(worker=reference, held_from=min(held_from, today))
                await allocate(session, episode_id, to, by=SERVICE_MANAGER)
                given.append((episode_id, reference, to.held_from or today))
        step("allocations", len(batch))
    step("allocations", 400 - len(given))
    return given


async def _observations(
    house: Installation,
    chance: random.Random,
    held: list[tuple[UUID, str, date]],
    today: date,
    step: Callable[[str, int], None],
) -> None:
    """Practice observed over the last two quarters, getting a little better; most feedback in time, some late, some owed."""
    for number in range(OBSERVATIONS):
        day = _working_day(today - timedelta(days=round(180 * (1 - number / OBSERVATIONS)) + 1))
        episode_id, reference, _ = chance.choice([each for each in held if each[2] <= day] or held)
        team = reference[1]
        coach = Principal(id=f"W{team}01", role=Role.COACH, worker=f"W{team}01")
        skill = chance.gauss(2.75 + 0.4 * number / OBSERVATIONS, 0.5)
        sent = ObservationIn(
            episode_id=episode_id,
            worker=reference,
            observed_at=datetime.combine(day, time(chance.randint(10, 16)), UTC),
            contact=Contact.HOME_VISIT,
            purpose=Purpose.SAMPLED,
            rubric=MSW_7_1.version,
            scores={each: min(5, max(1, round(chance.gauss(skill, 0.7)))) for each in PracticeSkill},
            child_seen_alone=chance.random() < 0.6,
        )
        observation_id = UUID(int=chance.getrandbits(128), version=4)
        async with house.databases["observation"].transaction() as session:
            await record(session, observation_id, sent, by=coach)
            heard_on = day + timedelta(days=chance.choices((chance.randint(1, 7), chance.randint(8, 14)), [8, 2])[0])
            if heard_on <= today:
                feedback = FeedbackIn(
                    strengths=["Held the child in mind."], stretch="Name the worry sooner.", given_on=heard_on
                )
                await give_feedback(session, observation_id, feedback, by=coach)
                if chance.random() < 0.7:
                    goal = CoachingIn(
                        goal="Ask before advising.", review_on=heard_on + timedelta(days=42), held_on=heard_on
                    )
                    await hold_coaching(session, observation_id, goal, by=coach)
        step("observations", 1)


def _working_day(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
