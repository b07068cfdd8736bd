"""What is told of a child and of an observation in an extract: rows in the order of the data dictionary, and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.reporting.indicators.attribution import first_team
from services.reporting.research.pseudonyms import Pseudonyms
from shared.calendar import Month, month_of
from shared.contracts.codes import PracticeSkill
from shared.contracts.intake import ChildState, Episode, Referral
from shared.contracts.observation import ParticipationState, PracticeState

Cells = tuple[object, ...]
RESEARCH = "research"


class LawfulBasis(StrEnum):
    PUBLIC_TASK = "public_task"
    """Research in the public interest: UK GDPR 6(1)(e) and 9(2)(j); Data Protection Act 2018, Schedule 1, paragraph 4."""
    CONSENT = "consent"
    """UK GDPR 6(1)(a) and 9(2)(a): of cases whose people said yes to research, and of no others."""


@dataclass
class Told:
    children: list[Cells] = field(default_factory=list)
    episodes: list[Cells] = field(default_factory=list)
    observations: list[Cells] = field(default_factory=list)


def left_out(cases: Iterable[ParticipationState]) -> tuple[set[UUID], set[UUID]]:
    """The episodes whose people refused or withdrew from research, and those in which somebody said yes and nobody no."""
    refused, agreed = set(), set()
    for each in cases:
        latest = {one.person: one.answer for one in each.agreements if one.purpose == RESEARCH}
        if each.case is None or not latest:
            continue
        if {"refused", "withdrawn"} & {*latest.values()}:
            refused.add(each.case.episode_id)
        elif "given" in latest.values():
            agreed.add(each.case.episode_id)
    return refused, agreed


def tell(
    children: Iterable[ChildState],
    observed: Iterable[PracticeState],
    cases: Sequence[ParticipationState],
    *,
    first: Month,
    last: Month,
    basis: LawfulBasis,
    today: date,
) -> Told:
    """Episodes that began and observations made within these months. Restricted children are left out, and whoever said no."""
    pseudonyms, told = Pseudonyms(), Told()
    refused, agreed = left_out(cases)
    restricted: set[UUID] = set()

    def may_tell(episode_id: UUID) -> bool:
        return episode_id in agreed if basis is LawfulBasis.CONSENT else episode_id not in refused

    for child in children:
        if child.restricted:
            restricted.add(child.child_id)
            continue
        episodes = [each for each in child.episodes if first <= month_of(each.started_on) <= last and may_tell(each.id)]
        if child.merged_into is None and episodes:
            told.children.append(_child(child, pseudonyms))
            told.episodes += _episodes(child, episodes, pseudonyms)
    for observation in observed:
        within = first <= month_of(observation.observed_on) <= last
        if within and may_tell(observation.episode_id) and observation.child_id not in restricted:
            told.observations.append(_observation(observation, pseudonyms, today))
    for rows in (told.children, told.episodes, told.observations):
        rows.sort(key=lambda row: str(row[0]))  # pseudonyms sort at random: no order of recording is left
    return told


def _child(child: ChildState, pseudonyms: Pseudonyms) -> Cells:
    ethnic_group = (child.ethnicity or "")[:1]
    return (pseudonyms.name("child", child.child_id), child.sex, ethnic_group, _flag(bool(child.disabilities)))


def _episodes(child: ChildState, episodes: Iterable[Episode], pseudonyms: Pseudonyms) -> Iterator[Cells]:
    referrals: dict[UUID, Referral] = {each.id: each for each in child.referrals}
    for episode in episodes:
        referral = referrals.get(episode.referral_id)
        closed_on = episode.closed_on and pseudonyms.shifted(episode.closed_on, of=child.child_id)
        yield (
            pseudonyms.name("episode", episode.id),
            pseudonyms.name("child", child.child_id),
            pseudonyms.name("team", first_team(episode.allocations)),
            pseudonyms.shifted(episode.started_on, of=child.child_id),
            closed_on,
            episode.closure_reason,
            referral and referral.age_band,
            referral and referral.primary_need,
            referral and referral.source,
            sum(each.authorised_on is not None for each in episode.assessments),
            len(episode.section_47_enquiries),
            len(episode.conferences) + sum(each.conference_on is not None for each in episode.section_47_enquiries),
            len(episode.protection_plans),
            _flag(bool(episode.care_episodes)),
        )


def _observation(observation: PracticeState, pseudonyms: Pseudonyms, today: date) -> Cells:
    scores = {each.skill: each.score for each in observation.scores}
    given_on, due_on = observation.feedback_given_on, observation.feedback_due_on
    in_time = observation.observed_on <= given_on <= due_on if given_on else None if due_on >= today else False
    return (
        pseudonyms.name("observation", observation.observation_id),
        pseudonyms.name("episode", observation.episode_id),
        pseudonyms.name("team", observation.team),
        pseudonyms.name("worker", observation.worker_id),
        month_of(observation.observed_on),
        observation.rubric,
        _flag(observation.observer_certified and observation.independent),
        *(scores.get(skill) for skill in PracticeSkill),
        None if in_time is None else _flag(in_time),
        _flag(observation.coaching_held_on is not None),
    )


def _flag(value: bool) -> str:
    return "true" if value else "false"
