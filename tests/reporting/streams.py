"""Seeded streams of histories: shuffled, told twice, corrected, merged, erased; many days are the last or the first of a month.

Each seed has an authority of its own, so that many of them are counted in one database at once.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from shared.calendar import last_day, month_of
from shared.contracts import codes
from shared.contracts import intake as said
from shared.contracts.ages import AgeBand
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState, Score
from shared.contracts.state import State

BEGIN, DAYS = date(2023, 1, 1), 1200
FACTORS = ("1A", "3A", "11A", "13A", "24A")
CHILDREN, OBSERVATIONS = 5, 3


def stream(seed: int) -> list[State]:
    """What is heard of one authority, in the order in which it comes."""
    chance = Random(seed)
    told: list[State] = []
    for drawn, of_each in ((_child, CHILDREN), (_observation, OBSERVATIONS)):
        for _ in range(of_each):
            subject = _id(chance)
            states = [drawn(chance, f"{seed:04d}", subject, n) for n in range(1, chance.randint(1, 3) + 1)]
            end = chance.random()
            if end < 0.1:
                states.append(states[-1].model_copy(update={"n": 9, "merged_into": _id(chance)}))
            elif end < 0.2:
                states.append(states[-1].model_copy(update={"n": 9, "erased": True}))
            told += [*states, chance.choice(states)]
    chance.shuffle(told)
    return told


def latest(states: Sequence[State]) -> list[State]:
    """The newest state of each subject."""
    newest: dict[UUID, State] = {}
    for state in sorted(states, key=lambda each: each.version):
        newest[state.key] = state
    return list(newest.values())


def _id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _day(chance: Random, *, since: date | None = None, within: int = DAYS) -> date:
    drawn = (since or BEGIN) + timedelta(days=chance.randint(0, within))
    edge = chance.random()
    if edge < 0.3:
        return max(last_day(month_of(drawn)), since or BEGIN)
    return max(drawn.replace(day=1), since or BEGIN) if edge < 0.45 else drawn


def _perhaps(chance: Random, likely: float, *, since: date, within: int = 300) -> date | None:
    """A day some time later, or none; now and then one before, as old records have."""
    if chance.random() >= likely:
        return None
    return (
        since - timedelta(days=chance.randint(1, 20))
        if chance.random() < 0.06
        else _day(chance, since=since, within=within)
    )


def _child(chance: Random, authority: str, subject: UUID, n: int) -> ChildState:
    starts = sorted(_day(chance) for _ in range(chance.randint(1, 3)))
    referrals = tuple(
        said.Referral(
            id=_id(chance),
            received_on=start,
            source=chance.choice([None, "1A", "2B", "3C", "6", "10"]),
            primary_need=chance.choice([None, "N1", "N4"]),
            no_further_action=chance.choice([None, True, False, False, False, False]),
            joined_open_episode=chance.random() < 0.1,
            age_band=chance.choice([None, *AgeBand]),
        )
        for start in starts
    )
    return ChildState(
        authority=authority,
        epoch=1,
        n=n,
        child_id=subject,
        sex=chance.choice([None, "F", "M"]),
        ethnicity=chance.choice([None, *codes.Ethnicity]),
        disabilities=chance.choice([(), ("NONE",), ("AUT", "LD")]),
        contacts=tuple(
            said.Contact(
                id=_id(chance),
                received_on=(came := _day(chance)),
                decided_on=_perhaps(chance, 0.7, since=came, within=4),
                outcome=chance.choice([None, "referral", "early_help"]),
            )
            for _ in range(chance.randint(0, 3))
        ),
        referrals=referrals,
        episodes=tuple(_episode(chance, referral) for referral in referrals if chance.random() < 0.9),
    )


def _several(chance: Random, most: int, made: Any) -> tuple[Any, ...]:
    return tuple(made() for _ in range(chance.randint(0, most)))


def _episode(chance: Random, referral: said.Referral) -> said.Episode:
    start = referral.received_on

    def later(within: int = 200) -> date:
        return _day(chance, since=start, within=within)

    def from_to(shape: Any, likely: float = 0.6, **more: Any) -> Any:
        begins = later()
        return shape(id=_id(chance), started_on=begins, ended_on=_perhaps(chance, likely, since=begins), **more)

    def enquiry() -> said.Section47:
        begins = later()
        return said.Section47(
            id=_id(chance),
            started_on=begins,
            conference_on=_perhaps(chance, 0.5, since=begins, within=70),
            conference_not_required=chance.choice([None, True, False]),
            ended_on=_perhaps(chance, 0.4, since=begins, within=80),
        )

    def assessment() -> said.Assessment:
        begins = later()
        return said.Assessment(
            id=_id(chance),
            started_on=begins,
            authorised_on=_perhaps(chance, 0.7, since=begins, within=80),
            factors=tuple(chance.sample(FACTORS, chance.randint(0, 3))),
        )

    def plan() -> said.ProtectionPlan:
        drawn = from_to(said.ProtectionPlan, previous_plans=chance.choice([None, 0, 1]))
        reviews = tuple(_day(chance, since=drawn.started_on, within=400) for _ in range(chance.randint(0, 4)))
        return drawn.model_copy(update={"reviewed_on": reviews})

    def offer() -> said.Offer:
        given = _perhaps(chance, 0.8, since=start)
        until = None if given is None else _perhaps(chance, 0.5, since=given)
        return said.Offer(
            id=_id(chance),
            offer=chance.choice(list(codes.OfferKind)),
            stage="given",
            given_from=given,
            given_until=until,
        )

    kinds = [
        codes.MeetingKind.CIN_REVIEW,
        codes.MeetingKind.CIN_REVIEW,
        codes.MeetingKind.LEGAL_PLANNING,
        codes.MeetingKind.CORE_GROUP,
    ]
    return said.Episode(
        id=_id(chance),
        referral_id=referral.id,
        started_on=start,
        closed_on=_perhaps(chance, 0.6, since=start, within=800),
        closure_reason=chance.choice([None, "RC7", "RC8", "RC9"]),
        assessments=_several(chance, 2, assessment),
        cin_plans=_several(chance, 2, lambda: from_to(said.CINPlan)),
        section_47_enquiries=_several(chance, 2, enquiry),
        conferences=_several(chance, 1, lambda: said.Conference(id=_id(chance), held_on=later())),
        protection_plans=_several(chance, 2, plan),
        meetings=_several(
            chance, 4, lambda: said.Meeting(id=_id(chance), kind=chance.choice(kinds), held_on=later(400))
        ),
        visits=_several(
            chance,
            6,
            lambda: said.Visit(
                id=_id(chance),
                kind=chance.choice([codes.VisitKind.CIN, codes.VisitKind.PROTECTION]),
                visited_on=later(),
                child_seen=chance.random() < 0.8,
                seen_alone=chance.random() < 0.5,
            ),
        ),
        care_episodes=_care(chance, start),
        goals=_several(
            chance,
            2,
            lambda: said.Goal(id=_id(chance), place=chance.choice(list(codes.PlaceOfHarm)), agreed_on=later()),
        ),
        offers=_several(chance, 2, offer),
        allocations=_allocations(chance, start),
    )


def _care(chance: Random, start: date) -> tuple[said.CareEpisode, ...]:
    """Episodes of care one after another: most of them a change, some after a time at home."""
    edges = sorted(_day(chance, since=start, within=500) for _ in range(chance.choice([0, 0, 0, 2, 3, 4, 5])))
    return tuple(
        said.CareEpisode(
            id=_id(chance),
            started_on=begins,
            start_reason=chance.choice(["S", "P", "L", "T", "B"]),
            legal_status=chance.choice(["C1", "C2", "V2", "V2", "V3", "E1"]),
            placement="U1",
            ended_on=ends if chance.random() < 0.9 else None,
            ceased_reason=chance.choice([None, "X1", "X1", "E4A", "E4A", "E11", "E8"]),
            ceased_at_18=chance.choice([None, True, False]),
        )
        for begins, ends in pairwise(edges)
    )


def _allocations(chance: Random, start: date) -> tuple[said.Allocation, ...]:
    edges = sorted(_day(chance, since=start - timedelta(days=2), within=300) for _ in range(chance.randint(0, 4)))
    workers = [UUID(int=n) for n in range(1, 4)]
    return tuple(
        said.Allocation(
            id=_id(chance),
            worker_id=chance.choice(workers),
            team=chance.choice(["North", "South"]),
            held_from=begins,
            held_until=ends if chance.random() < 0.85 else None,
        )
        for begins, ends in pairwise(edges)
    )


def _observation(chance: Random, authority: str, subject: UUID, n: int) -> PracticeState:
    on = _day(chance)
    skills = [skill for skill in codes.PracticeSkill if chance.random() < 0.85]
    return PracticeState(
        authority=authority,
        epoch=1,
        n=n,
        observation_id=subject,
        child_id=_id(chance),
        episode_id=_id(chance),
        worker_id=UUID(int=chance.randint(1, 3)),
        team=chance.choice(["North", "South"]),
        observer_id=UUID(int=7),
        observed_on=on,
        rubric="1",
        scores=tuple(Score(skill=skill, score=chance.randint(1, 5)) for skill in skills),
        observer_certified=chance.random() < 0.9,
        independent=chance.random() < 0.9,
        feedback_due_on=on + timedelta(days=7),
        feedback_given_on=_perhaps(chance, 0.8, since=on, within=9),
        coaching_held_on=_perhaps(chance, 0.5, since=on, within=20),
    )
