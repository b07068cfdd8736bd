"""Weighs who was retained: how sure the shares are, whether those who stayed are like those who did not, how many more it takes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from services.reporting.evidence.attrition import balance
from services.reporting.evidence.claims import Basis, Claim, Design, say
from services.reporting.evidence.power import begun_needed, pairs_needed
from services.reporting.outcomes.followed import HELD, known_before
from services.reporting.outcomes.funnel import Step, funnel, why_ended
from services.reporting.outcomes.models import BesideOut, FollowUpOut, FunnelStepOut, LossOut, NeededOut
from services.reporting.outcomes.weighing import coverage
from shared.calendar import Month
from shared.contracts.intake import ChildState
from shared.contracts.observation import ParticipationState

CHANGE = 0.3
"""In standard deviations: a small to moderate change, which 90 pairs show four times out of five."""

NOTES = (
    "Who was selected was decided by lot before the case had begun; cases in the enhanced offer are all selected.",
    "A step is counted as things stand: whoever agreed and withdrew has withdrawn.",
    "Cases that await a step may still come to it: of the latest allocations most do.",
    "Siblings are drawn one by one: their family is not told apart here.",
)


def follow_up(
    participations: Sequence[ParticipationState],
    observed: Collection[UUID],
    children: Iterable[ChildState],
    *,
    first: Month,
    last: Month,
) -> FollowUpOut:
    """Everything there is to say of how cases allocated in these months were followed."""
    steps = funnel(participations, observed)
    selected, t1, t2 = len(steps[0].reached), steps[-2], steps[-1]
    known = _known(participations, children)
    chosen = {each.participation_id for each in participations if each.case and each.case.selected_by == "chance"}
    passed_over = {each.participation_id for each in participations if each.case and not each.case.selected_on}
    lost = _lost_to_t2(participations)
    return FollowUpOut(
        first=first,
        last=last,
        in_frame=len(participations),
        steps=[_step(step, before, selected) for step, before in zip(steps, [steps[0], *steps], strict=False)],
        selected_beside_frame=_beside(known, chosen, passed_over),
        t2_beside_lost=_beside(known, t2.reached, lost),
        needed=_needed(len(t2.reached), len(t2.reached) + len(lost)),
        withdrew_and_asked_to_be_forgotten=sum(
            any(answer.past_forgotten for answer in each.agreements) for each in participations
        ),
        sentence=_sentence(selected, len(t1.reached), len(t1.reached & t2.reached), len(t1.reached & lost)),
        notes=list(NOTES),
    )


def _step(step: Step, before: Step, selected: int) -> FunnelStepOut:
    return FunnelStepOut(
        step=step.name,
        reached=len(step.reached),
        of_selected=coverage(len(step.reached), selected),
        of_step_before=coverage(len(step.reached & before.reached), len(before.reached)),
        awaited=step.awaited,
        lost=[LossOut(because=why, count=count) for why, count in sorted(step.lost.items())],
        in_window=step.in_window if step.name in {"T1", "T2"} else None,
    )


def _lost_to_t2(participations: Iterable[ParticipationState]) -> set[UUID]:
    """Selected cases that will not be taken at T2 any more."""
    return {
        each.participation_id
        for each in participations
        if each.case and each.case.selected_on and _is_over(each, why_ended(each.case))
    }


def _is_over(participation: ParticipationState, ended: str | None) -> bool:
    stage = next((wave.stage for wave in participation.waves if wave.wave == "T2"), None)
    return stage in {"lost", "called_off"} or (stage is None and ended is not None)


def _known(
    participations: Iterable[ParticipationState], children: Iterable[ChildState]
) -> Mapping[UUID, tuple[float, ...]]:
    """What was known of each case when it was allocated, where its history has been heard."""
    histories = {episode.id: (child, episode) for child in children for episode in child.episodes}
    return {
        each.participation_id: known_before(*histories[each.case.episode_id], each.case.allocated_on)
        for each in participations
        if each.case and each.case.episode_id in histories
    }


def _beside(
    known: Mapping[UUID, tuple[float, ...]], stayed: Collection[UUID], lost: Collection[UUID]
) -> list[BesideOut]:
    both = [(id, True) for id in stayed if id in known] + [(id, False) for id in lost if id in known]
    measures = {what: [known[id][place] for id, _ in both] for place, what in enumerate(HELD)}
    return [
        BesideOut(
            what=found.what,
            stayed_n=found.stayed.n,
            stayed_mean=round(found.stayed.mean, 2),
            lost_n=found.lost.n,
            lost_mean=round(found.lost.mean, 2),
            standardised=None if found.standardised is None else round(found.standardised, 2),
            is_unalike=found.unalike,
        )
        for found in balance(measures, [stays for _, stays in both])
    ]


def _needed(completed: int, over: int) -> NeededOut:
    """`over` are the cases of which it is known by now whether they were taken at T2."""
    pairs = pairs_needed(CHANGE)
    needed = begun_needed(pairs, begun=over, completed=completed) if completed else None
    return NeededOut(
        change_in_standard_deviations=CHANGE,
        pairs=pairs,
        selected_needed=needed,
        more=None if needed is None else max(0, needed - over),
        assumption=f"As until now, {completed} of every {over} selected cases are taken at T2, and one family is one pair.",
    )


def _sentence(selected: int, at_t1: int, at_both: int, lost_since: int) -> Claim:
    over = at_both + lost_since
    followed = at_both / over if over else None
    return say(
        f"{selected} cases selected, {at_t1} interviewed at T1; of the {over} of them whose T2 is over, {at_both} were interviewed again.",
        Basis(Design.DESCRIBED, over, followed=followed),
    )
