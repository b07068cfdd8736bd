"""Sequences of acts in an episode of need, drawn at random; whoever carries one out gets what was legal of it.

Used wherever something must hold of every case that can come about here: its soundness, its events, what is exported of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.intake.care import models as care_shapes
from services.intake.care import operations as care
from services.intake.episodes import models as shapes
from services.intake.episodes import operations
from shared.contracts.codes import (
    CareCeasedReason,
    CareStartReason,
    CategoryOfAbuse,
    ClosureReason,
    LegalStatus,
    MeetingKind,
    Permanence,
    Placement,
    PreProceedingsOutcome,
    VisitKind,
)
from shared.database import Session
from shared.problems import Problem
from shared.web.roles import Principal, Role
from shared.web.shapes import In

MANAGER = Principal(id="a manager", role=Role.SERVICE_MANAGER)
BEGINS = date(2023, 1, 2)
"""The day of the referral, long enough ago for sequences that take years."""

Operation = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Act:
    """One act: what is done, how, and how many days after the act before."""

    does: Operation
    shape: type[In]
    days_later: int
    how: dict[str, Any] = field(default_factory=dict)

    def body(self, on: date) -> In:
        day = {"closed_on" if self.shape is shapes.ClosureIn else "on": on}
        return self.shape.model_validate({**day, **self.how})


def _act(does: Operation, shape: type[In] = shapes.DoneIn, **how: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    days = st.one_of(st.integers(0, 3), st.integers(0, 200))
    return st.builds(Act, st.just(does), st.just(shape), days, st.fixed_dictionaries(how))


def _one(codes: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(list(codes))


FACTORS = st.one_of(st.just(["21"]), st.lists(_one(["1A", "2B", "3C", "13A", "16A"]), min_size=1, unique=True))
CHANGES = [reason for reason in CareStartReason if reason is not CareStartReason.STARTED]
CEASES = [reason for reason in CareCeasedReason if reason is not CareCeasedReason.CARE_GOES_ON]
LOOKED_AFTER = {"legal_status": _one(LegalStatus), "placement": _one(Placement)}

ACTS: tuple[st.SearchStrategy[Act], ...] = (
    _act(operations.start_assessment),
    _act(operations.authorise_assessment, shapes.AuthorisationIn, factors=FACTORS),
    _act(operations.start_cin_plan),
    _act(operations.end_cin_plan),
    _act(operations.start_section_47),
    _act(operations.end_section_47),
    _act(operations.hold_conference, shapes.ConferenceIn, category=st.none() | _one(CategoryOfAbuse)),
    _act(operations.end_protection_plan, shapes.PlanEndIn, steps_down=st.booleans()),
    _act(operations.hold_meeting, shapes.MeetingIn, kind=_one(MeetingKind)),
    _act(operations.visit, shapes.VisitIn, kind=_one(VisitKind), child_seen=st.booleans(), seen_alone=st.booleans()),
    _act(care.start_pre_proceedings),
    _act(care.end_pre_proceedings, care_shapes.PreProceedingsEndIn, outcome=_one(PreProceedingsOutcome)),
    _act(care.look_after, care_shapes.CareIn, start_reason=st.just(CareStartReason.STARTED), **LOOKED_AFTER),
    _act(care.look_after, care_shapes.CareIn, start_reason=_one(CHANGES), **LOOKED_AFTER),
    _act(care.cease_care, care_shapes.CareEndIn, reason=_one(CEASES)),
    _act(care.plan_permanence, care_shapes.PermanenceIn, permanence=_one(Permanence)),
)
"""Every act there is but closure."""
CLOSURE = _act(operations.close, shapes.ClosureIn, reason=_one(ClosureReason))


def sequences(*, least: int = 20, most: int = 60) -> st.SearchStrategy[list[Act]]:
    """Acts in the order in which they are tried; half of the sequences try to close the case at the end."""
    ends = st.one_of(st.just([]), CLOSURE.map(lambda closure: [closure]))
    return st.tuples(st.lists(st.one_of(ACTS), min_size=least, max_size=most), ends).map(
        lambda both: [*both[0], *both[1]]
    )


async def carry_out(session: Session, episode_id: UUID, acts: Sequence[Act], *, begins: date = BEGINS) -> list[Act]:
    """Do what is legal of a sequence, each act so many days after the last that was done; returns what was done."""
    day, done = begins, []
    for act in acts:
        on = day + timedelta(days=act.days_later)
        try:
            async with session.begin_nested():
                await act.does(session, episode_id, act.body(on), by=MANAGER)
        except Problem:
            continue
        day = on
        done.append(act)
    return done
