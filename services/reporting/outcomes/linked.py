"""Joins what was observed with the child's history, on the episode. A case observed several times is one case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.reporting.indicators.practice import ALL_SEVEN_NEEDS, GOOD_AUTHORITY, RELATIONSHIP
from services.reporting.outcomes.followed import known_before, what_became
from shared.contracts.codes import PracticeSkill
from shared.contracts.intake import ChildState, Episode
from shared.contracts.observation import PracticeState

SKILLS: Mapping[str, tuple[PracticeSkill, ...]] = {
    "all_seven": tuple(PracticeSkill),
    "relationship": RELATIONSHIP,
    "good_authority": GOOD_AUTHORITY,
    "evocation": (PracticeSkill.EVOCATION,),
}
"""All seven stand first, named beforehand. In 127 visits authority and evocation went more with outcomes than the rest."""


@dataclass(frozen=True)
class LinkedCase:
    """One case in which practice was observed, with what became of it."""

    began: date
    worker: UUID
    """Who was observed first."""
    skill: Mapping[str, float | None]
    """The mean over its observations."""
    held: tuple[float, ...]
    became: Mapping[str, bool | None]


@dataclass(frozen=True)
class Linkage:
    observed: int
    """Cases in which practice was observed."""
    linked: Sequence[LinkedCase]
    """Those of them whose history has been heard."""


def link(practice: Iterable[PracticeState], children: Iterable[ChildState], *, today: date) -> Linkage:
    """Join observations and histories on the episode's id. Where a child's record was merged, the surviving one holds it."""
    by_episode: dict[UUID, list[PracticeState]] = defaultdict(list)
    for observation in practice:
        by_episode[observation.episode_id].append(observation)
    histories = {episode.id: (child, episode) for child in children for episode in child.episodes}
    linked = [
        _linked(sorted(observations, key=_in_order), *histories[episode], today=today)
        for episode, observations in by_episode.items()
        if episode in histories
    ]
    return Linkage(len(by_episode), linked)


def _in_order(observation: PracticeState) -> tuple[date, UUID]:
    return observation.observed_on, observation.observation_id


def _linked(observations: Sequence[PracticeState], child: ChildState, episode: Episode, *, today: date) -> LinkedCase:
    first = observations[0]
    return LinkedCase(
        began=episode.started_on,
        worker=first.worker_id,
        skill={name: _mean(name, skills, observations) for name, skills in SKILLS.items()},
        held=known_before(child, episode, first.observed_on),
        became=what_became(child, episode, first.observed_on, today),
    )


def _mean(name: str, skills: Sequence[PracticeSkill], observations: Sequence[PracticeState]) -> float | None:
    """Of all seven six will do; of fewer every one must have been observed."""
    needed = ALL_SEVEN_NEEDS if name == "all_seven" else len(skills)
    means = []
    for observation in observations:
        given = [each.score for each in observation.reported if each.skill in skills]
        if len(given) >= needed:
            means.append(sum(given) / len(given))
    return sum(means) / len(means) if means else None
