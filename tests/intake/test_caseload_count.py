"""One count of who holds what: the same in lists, limits, recommendations and events, today and on any day before."""

import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from services.intake.allocation.caseloads import caseloads
from services.intake.allocation.models import Allocation
from services.intake.care.models import CareEpisode, PreProceedings
from services.intake.episodes.models import Assessment, Episode, ProtectionPlan, Section47
from services.intake.people.models import Child, Worker
from services.intake.referrals.models import Referral, ReferralForm
from shared import clock
from shared.calendar import working_days_between

BEGINNING, DAYS = date(2025, 1, 6), 400
TENTHS = {ProtectionPlan: 15, Section47: 15, PreProceedings: 18, CareEpisode: 12, Assessment: 12}
"""What each kind of thing under way weighs; disability 12, an interim care order 20."""


def some_day(chance: random.Random, *, after: date = BEGINNING) -> date:
    return after + timedelta(days=chance.randint(0, DAYS))


def or_none(chance: random.Random, day: date) -> date | None:
    return day if chance.random() < 0.6 else None


def history(chance: random.Random, workers: list[UUID]) -> list[Any]:
    """Families with their cases, what was done in them, and who held them; some children have two open cases."""
    rows: list[Any] = []
    for number in range(25):
        form = ReferralForm(
            source_system="s", source_reference=f"F{number}", fingerprint=b"", received_at=clock.now(), concern=None
        )
        children = [Child(la_child_id=f"H{number}x{n}") for n in range(chance.randint(1, 5))]
        rows += [form, *children]
        for child in [*children, *chance.sample(children, k=len(children) // 3)]:
            need = chance.choice(["N1", "N2", None])
            referral = Referral(child_id=child.id, form_id=form.id, received_on=BEGINNING, primary_need=need)
            episode = Episode(child_id=child.id, referral_id=referral.id, started_on=BEGINNING)
            rows += [referral, episode]
            held_from = some_day(chance)
            for _ in range(chance.randint(0, 3)):  # held by one after another, or for no time at all
                until = held_from + timedelta(days=chance.choice((0, 1, 30, 200)))
                rows.append(holding(episode, chance.choice(workers), held_from, until))
                held_from = until
            if chance.random() < 0.7:
                rows.append(holding(episode, chance.choice(workers), held_from, None))
            begins = some_day(chance)
            rows += chance.sample(
                [
                    ProtectionPlan(
                        episode_id=episode.id, started_on=begins, ended_on=or_none(chance, begins + timedelta(days=90))
                    ),
                    Section47(
                        episode_id=episode.id,
                        started_on=begins,
                        conference_on=or_none(chance, begins + timedelta(days=chance.randint(0, 30))),
                    ),
                    Assessment(
                        episode_id=episode.id,
                        started_on=begins,
                        authorised_on=or_none(chance, begins + timedelta(days=chance.randint(0, 60))),
                        factors=chance.sample(["24A", "16A", "3B"], k=1),
                    ),
                    PreProceedings(
                        episode_id=episode.id, started_on=begins, ended_on=or_none(chance, begins + timedelta(days=60))
                    ),
                    CareEpisode(
                        episode_id=episode.id,
                        started_on=begins,
                        start_reason="S",
                        legal_status=chance.choice(["C1", "V2"]),
                        placement="U1",
                        ended_on=or_none(chance, begins + timedelta(days=120)),
                    ),
                ],
                k=chance.randint(0, 3),
            )
    return rows


def holding(episode: Episode, worker: UUID, held_from: date, until: date | None) -> Allocation:
    return Allocation(
        episode_id=episode.id,
        child_id=episode.child_id,
        worker_id=worker,
        team_code="north",
        held_from=held_from,
        held_until=until,
        allocated_at=clock.now(),
        allocated_by="a test",
    )


def recounted(rows: list[Any], day: date) -> dict[UUID, tuple[int, Fraction]]:
    """Children and points of each worker on a day, counted by hand from the rows as a person would."""

    def of(kind: type[Any]) -> list[Any]:
        return [row for row in rows if isinstance(row, kind)]

    def runs(begins: date, ends: date | None) -> bool:
        return begins <= day and (ends is None or day < ends)

    referrals = {row.id: row for row in of(Referral)}
    stage: dict[UUID, Fraction] = {}
    exploited = set()
    for episode in of(Episode):
        mine = [row for row in rows if getattr(row, "episode_id", None) == episode.id]
        assessments = [row for row in mine if isinstance(row, Assessment) and row.started_on <= day]
        weights = [10]
        for row in mine:
            if isinstance(row, Section47):
                ends = row.conference_on or row.ended_on
                counts = runs(row.started_on, ends) and working_days_between(row.started_on, day) <= 15
            elif isinstance(row, Assessment):
                counts = runs(row.started_on, row.authorised_on)
            else:
                counts = type(row) in TENTHS and runs(row.started_on, row.ended_on)
            if counts:
                weights.append(20 if getattr(row, "legal_status", None) == "C1" else TENTHS[type(row)])
        if referrals[episode.referral_id].primary_need == "N2":
            weights.append(12)
        stage[episode.id] = Fraction(max(weights), 10)
        if any(row.authorised_on and row.authorised_on <= day and "24A" in row.factors for row in assessments):
            exploited.add(episode.id)
    families: dict[UUID, dict[UUID, dict[UUID, Fraction]]] = defaultdict(lambda: defaultdict(dict))
    heavier: set[tuple[UUID, UUID]] = set()
    episodes = {row.id: row for row in of(Episode)}
    for row in of(Allocation):
        if runs(row.held_from, row.held_until):
            form = referrals[episodes[row.episode_id].referral_id].form_id
            known = families[row.worker_id][form]
            known[row.child_id] = max(known.get(row.child_id, Fraction(0)), stage[row.episode_id])
            if row.episode_id in exploited:
                heavier.add((row.worker_id, form))
    counted = {}
    for worker, of_worker in families.items():
        points = Fraction(0)
        for form, children in of_worker.items():
            for place, weight in enumerate(sorted(children.values(), reverse=True)):
                points += weight * (1 if place == 0 else Fraction(6, 10) if place < 3 else Fraction(4, 10))
            points += Fraction(3, 10) if (worker, form) in heavier else 0
        counted[worker] = (sum(map(len, of_worker.values())), points)
    return counted


@pytest.mark.parametrize("seed", range(3))
async def test_the_count_is_a_plain_recount_on_every_day(department, seed: int) -> None:
    await department.staffed({"zoe": {}, "yan": {}})
    workers = [row.id for row in await department.rows(Worker) if row.reference in {"asha", "ben", "zoe", "yan"}]
    chance = random.Random(seed)
    rows = history(chance, workers)
    async with department.database.transaction() as session:
        for kind in (Child, ReferralForm, Referral, Episode, Allocation, *TENTHS):
            session.add_all([row for row in rows if isinstance(row, kind)])
            await session.flush()
    references = {row.id: row.reference for row in await department.rows(Worker)}
    for day in [clock.today(), *(some_day(chance) for _ in range(12))]:
        by_hand = {worker: (children, float(points)) for worker, (children, points) in recounted(rows, day).items()}
        async with department.database.reading() as session:
            counted = await caseloads(session, None, on=day)
        loads = {worker: counted.load(worker) for worker in counted.held}
        assert {worker: (load.children, load.points / 100) for worker, load in loads.items()} == by_hand, (seed, day)
        listed = (await department.vera.get(f"/v1/workers?on={day}")).json()
        assert {each["worker"] if "worker" in each else each["reference"] for each in listed} >= {"asha", "ben"}
        shown = {each["reference"]: (each["children_held"], each["points_held"]) for each in listed}
        assert {references[worker]: count for worker, count in by_hand.items()} == {
            reference: count for reference, count in shown.items() if count[0]
        }, (seed, day)


async def test_the_list_the_recommendation_and_the_answer_to_an_allocation_say_the_same(department) -> None:
    await department.filled("asha", 3)
    (referral,) = await department.referred("C1")
    ranked = (await department.norma.get(f"/v1/referrals/{referral['id']}/recommended-workers")).json()
    listed = (await department.norma.get("/v1/workers?team=north")).json()
    counts = [next(each for each in ranked if each["worker"] == "asha")]
    counts.append(next(each for each in listed if each["reference"] == "asha"))
    assert {(each["children_held"], each["points_held"]) for each in counts} == {(3, 3.0)}
    episode = (await department.decided(referral, "assessment"))["episode_id"]
    given = (await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "asha"})).json()
    assert (given["children_held"], given["points_held"]) == (4, 4.0)


async def test_what_was_held_on_a_day_before_stays_so_when_the_case_is_closed(department) -> None:
    episode = await department.allocated(
        "asha", await department.episode(received_on="2026-05-01"), held_from="2026-05-04"
    )
    await department.norma.post(f"/v1/episodes/{episode}/closure", json={"closed_on": "2026-05-11", "reason": "RC7"})
    for day, held in (("2026-05-03", 0), ("2026-05-04", 1), ("2026-05-10", 1), ("2026-05-11", 0), ("2026-05-14", 0)):
        listed = (await department.norma.get(f"/v1/workers?team=north&on={day}")).json()
        assert {each["reference"]: each["children_held"] for each in listed}["asha"] == held, day
