"""A year of cases with losses that were planned beforehand, lived through by the doors and the clock: the funnel finds every
count, step and reason again, and each prompt comes on its day. It proves the funnel; it does not prove that prompts retain
anybody.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.observation.waves.operations import taken
from services.observation.waves.windows import WaveName, window
from services.reporting.outcomes.funnel import REACHED, STEPS, funnel
from services.reporting.outcomes.retained import follow_up
from shared.clock import held_at
from shared.contracts.codes import ClosureReason
from shared.web.roles import Principal, Role
from tests.observation.followed import (
    COHORT,
    SAFE,
    WORDING,
    all_said,
    case_of,
    held_by,
    noon,
    ok,
    said_of_cases,
    the_leader_looks,
)

BEGINS, ENDS = date(2026, 4, 2), date(2027, 3, 31)
EVE = Principal(id="eve", role=Role.EVALUATOR, worker="eve")
SEED = 2017


@dataclass
class Case:
    """One case and what is to become of it."""

    episode: UUID
    child: UUID
    allocated_on: date
    fate: str
    expected: dict[str, str] = field(default_factory=dict)
    n: int = 1

    def day(self, name: str, which: str) -> date:
        return getattr(window(WaveName(name), self.allocated_on), which)


class Year:
    """Acts by day, carried out with the clock at noon, each after the leader has looked."""

    def __init__(self, department: Any) -> None:
        self.department = department
        self.acts: dict[date, list[Callable[[], Any]]] = defaultdict(list)
        self.observed: set[UUID] = set()

    def on(self, day: date, act: Callable[[], Any]) -> None:
        self.acts[day].append(act)

    async def live(self, until: date) -> None:
        day = BEGINS
        while day <= until:
            await the_leader_looks(self.department, noon(day))
            with held_at(noon(day)):
                for act in self.acts.get(day, ()):
                    await act()
            day += timedelta(days=1)

    async def ids(self, case: Case) -> tuple[UUID, dict[str, UUID]]:
        state = (await said_of_cases(self.department))[case.episode]
        return state.participation_id, {each.wave: each.id for each in state.waves}

    async def hear(self, case: Case, **facts: Any) -> None:
        given = held_by(self.department, "asha", "north", case.allocated_on)
        await self.department.hears(case_of(self.department, case.child, case.episode, given, n=case.n, **facts))
        case.n += 1

    async def withdraw_case(self, case: Case) -> None:
        await self.department.hears(self.department.child(case.child, n=case.n, episodes=()))

    async def set_aside(self, case: Case) -> None:
        id, _ = await self.ids(case)
        await ok(self.department.pia.post(f"/v1/participations/{id}/setting-aside", json={"reason": "unsafe"}), 200)

    async def answer(self, case: Case, day: date, person: str, answer: str, *purposes: str) -> None:
        id, _ = await self.ids(case)
        said = {"person": person, "purposes": purposes, "answer": answer, "wording": "ask-1", "on": str(day)}
        await ok(self.department.eve.post(f"/v1/participations/{id}/agreements", json=said))

    async def call(self, case: Case, name: str) -> None:
        of = f"/v1/waves/{(await self.ids(case))[1][name]}"
        check = await ok(self.department.eve.post(f"{of}/safe-contact-checks", json=SAFE))
        tried = {"check_id": check["id"], "channel": "phone", "reached": "no_answer"}
        await ok(self.department.eve.post(f"{of}/contacts", json=tried))

    async def lose(self, case: Case, name: str, reason: str) -> None:
        wave = (await self.ids(case))[1][name]
        await ok(self.department.eve.post(f"/v1/waves/{wave}/loss", json={"reason": reason}), 200)

    async def take(self, case: Case, name: str, day: date) -> None:
        wave = (await self.ids(case))[1][name]
        async with self.department.database.transaction() as session:
            await taken(session, wave, on=day, by=EVE)

    def plan(self, case: Case) -> None:
        """Enter everything that is to happen in a case, and what the funnel is to find."""
        begun, fate = case.allocated_on, case.fate
        soon, t1, t2 = begun + timedelta(days=7), case.day("T1", "due_on"), case.day("T2", "due_on")
        self.on(begun, lambda: self.hear(case))
        if fate in {"set_aside", "gone"}:
            self.on(soon, lambda: self.set_aside(case) if fate == "set_aside" else self.withdraw_case(case))
            why = "unsafe" if fate == "set_aside" else "case_withdrawn"
            case.expected = dict.fromkeys(STEPS[1:], why)
            return
        case.expected = dict.fromkeys(STEPS[1:5], "awaited") | {"T1": "not_tried", "T2": "not_tried"}
        if fate in {"not_tried", "latest"}:
            if fate == "latest":
                case.expected |= {"T1": "awaited", "T2": "awaited"}
            return
        case.expected |= dict.fromkeys(STEPS[1:5], REACHED)
        self.on(
            soon,
            lambda: self.answer(
                case, soon, "worker", "refused" if fate == "worker_refuses" else "given", "observation"
            ),
        )
        self.on(
            soon,
            lambda: self.answer(
                case, soon, "mother", "refused" if fate == "refuses" else "given", "observation", "t1", "t2"
            ),
        )
        if fate == "refuses":
            case.expected |= {
                "family_agreed": "family_refused",
                "observed": "awaited",
                "T1": "refused",
                "T2": "refused",
            }
            return
        if fate == "worker_refuses":
            case.expected |= {"worker_agreed": "worker_refused", "observed": "case_closed"}
            closed = {"closed_on": t1, "closure_reason": ClosureReason.ANY_OTHER_REASON}
            self.on(t1, lambda: self.hear(case, **closed))
        else:
            self.observed.add(case.episode)
        if fate == "not_reached":
            for name, day in (("T1", t1), ("T2", t2)):
                self.on(day, lambda name=name: self.call(case, name))
            case.expected |= {"T1": "not_reached", "T2": "not_reached"}
            return
        late = case.day("T1", "last") + timedelta(days=9)
        on = late if fate == "late" else t1
        self.on(on, lambda: self.take(case, "T1", on))
        case.expected |= {"T1": REACHED, "T2": REACHED}
        after = t1 + timedelta(days=20)
        if fate == "withdraws":
            self.on(after, lambda: self.answer(case, after, "mother", "withdrawn", "t2"))
            case.expected["T2"] = "withdrew"
        elif fate == "late":
            self.on(t2, lambda: self.lose(case, "T2", "moved_away"))
            case.expected["T2"] = "moved_away"
        elif fate == "dies":
            died = {"closed_on": after, "closure_reason": ClosureReason.DIED}
            self.on(after, lambda: self.hear(case, **died))
            case.expected["T2"] = "died"
        else:
            self.on(t2, lambda: self.take(case, "T2", t2))


FATES = (
    *("set_aside", "gone", "not_tried", "worker_refuses", "refuses", "not_reached", "withdraws", "late", "dies"),
    *("stays", "stays", "stays"),
)


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_the_funnel_recovers_every_loss_of_a_year_and_each_prompt_comes_on_its_day(department):
    chance, year = random.Random(SEED), Year(department)
    fates = chance.sample(FATES * 3, k=len(FATES) * 3)
    days = sorted(BEGINS + timedelta(days=chance.randrange(200)) for _ in fates)
    cases = [
        Case(UUID(int=n + 1), UUID(int=n + 1001), day, fate)
        for n, (day, fate) in enumerate(zip(days, fates, strict=True))
    ]
    cases += [Case(UUID(int=n), UUID(int=n + 1000), ENDS - timedelta(days=5), "latest") for n in (901, 902)]
    with held_at(noon(BEGINS - timedelta(days=1))):
        await ok(department.pia.post("/v1/wordings", json=WORDING))
        await ok(
            department.pia.post(
                "/v1/cohorts", json=COHORT | {"allocated_from": str(BEGINS), "allocated_until": str(ENDS)}
            )
        )
    for case in cases:
        year.plan(case)
    await year.live(ENDS)

    states = (await said_of_cases(department)).values()
    found = {step.name: step for step in funnel(states, year.observed)}
    for step in STEPS[1:]:
        expected = Counter(case.expected[step] for case in cases)
        assert len(found[step].reached) == expected.pop(REACHED, 0), step
        assert found[step].awaited == expected.pop("awaited", 0), step
        assert found[step].lost == expected, step
    assert len(found["selected"].reached) == len(cases)
    t1 = [case for case in cases if case.expected["T1"] == REACHED]
    assert found["T1"].in_window == len([case for case in t1 if case.fate != "late"])

    shown = follow_up(list(states), year.observed, [], first="2026-04", last="2027-03")
    at_t1, at_t2 = (shown.steps[STEPS.index(name)] for name in ("T1", "T2"))
    assert (at_t2.of_step_before.numerator, at_t2.of_step_before.denominator) == (at_t2.reached, at_t1.reached)
    over = len(cases) - at_t2.awaited
    assert (shown.needed.pairs, shown.needed.selected_needed) == (90, -(-90 * over // at_t2.reached))

    prompted = {
        (change.what, change.item_id): change.on
        for state in await all_said(department)
        for change in state.changes
        if change.what.startswith("wave.")
    }
    for state in states:
        case = next(each for each in cases if each.episode == state.case.episode_id)
        for wave in state.waves:
            if case.fate in {"not_tried", "not_reached"} and wave.wave != "T3":
                closed_on = wave.window_until + timedelta(days=1)
                assert [prompted[what, wave.id] for what in ("wave.opened", "wave.unbooked", "wave.lost")] == [
                    wave.window_from,
                    wave.due_on,
                    closed_on,
                ]
