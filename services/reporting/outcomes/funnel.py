"""How far each selected case has come: it has reached a step, awaits it, or was lost, with the reason.

The evaluation of 2017 had 281 cases, 101 at four weeks and 23 at four months, and could not say where the others went.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.observation import Agreement, FollowedCase, ParticipationState, Wave

FAMILY = frozenset({"mother", "father", "other_carer", "child"})
STEPS = ("selected", "approached", "worker_agreed", "family_agreed", "observed", "T1", "T2")

REACHED, AWAITED = "reached", "awaited"
"""What else is said of a case at a step is the reason why it was lost."""


@dataclass
class Step:
    name: str
    reached: set[UUID] = field(default_factory=set)
    awaited: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    in_window: int = 0


def funnel(participations: Iterable[ParticipationState], observed: Collection[UUID]) -> list[Step]:
    """The steps in order, of those that were selected. `observed` are the episodes in which practice was observed."""
    steps = {name: Step(name) for name in STEPS}
    for each in participations:
        if each.case is None or each.case.selected_on is None:
            continue
        for name, standing in _standings(each, each.case, observed):
            step = steps[name]
            if standing == REACHED:
                step.reached.add(each.participation_id)
            elif standing == AWAITED:
                step.awaited += 1
            else:
                step.lost[standing] += 1
        for wave in each.waves:
            if wave.wave in steps and wave.in_window:
                steps[wave.wave].in_window += 1
    return list(steps.values())


def _standings(
    participation: ParticipationState, case: FollowedCase, observed: Collection[UUID]
) -> Iterator[tuple[str, str]]:
    ended = why_ended(case)
    yield "selected", REACHED
    yield "approached", REACHED if case.approached_on else ended or AWAITED
    latest = _latest(participation.agreements)
    yield "worker_agreed", _agreed(latest, {"worker"}, "worker") or ended or AWAITED
    yield "family_agreed", _agreed(latest, FAMILY, "family") or ended or AWAITED
    if case.episode_id in observed:
        yield "observed", REACHED
    else:
        yield "observed", ended or ("case_closed" if case.closed_on else AWAITED)
    waves = {wave.wave: wave for wave in participation.waves}
    for name in ("T1", "T2"):
        yield name, _of_wave(waves.get(name), ended)


def why_ended(case: FollowedCase) -> str | None:
    """Why a case is followed no longer; None while it is."""
    if case.set_aside_because:
        return case.set_aside_because
    return "case_withdrawn" if case.gone_on else "died" if case.died else None


def _latest(answers: Sequence[Agreement]) -> Mapping[str, str]:
    """What each person answered last to being observed."""
    return {each.person: each.answer for each in answers if each.purpose == "observation"}


def _agreed(latest: Mapping[str, str], people: Collection[str], who: str) -> str | None:
    """Reached where one of these agrees; lost where all who were asked refused or withdrew; None while it is open."""
    answers = {answer for person, answer in latest.items() if person in people}
    if "given" in answers:
        return REACHED
    if not answers or "asked" in answers:
        return None
    return f"{who}_withdrew" if "withdrawn" in answers else f"{who}_refused"


def _of_wave(wave: Wave | None, ended: str | None) -> str:
    if wave is None or wave.stage == "called_off":
        return ended or "called_off"
    if wave.stage == "taken":
        return REACHED
    return wave.lost_because or "lost" if wave.stage == "lost" else AWAITED
