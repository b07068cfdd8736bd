"""Reads of episodes. Whoever may see the referral may see the episode it led to."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Select,
    Text,
    Uuid,
    case,
    cast,
    func,
    literal,
    null,
    union_all,
)
from sqlalchemy import (
    select as rows_of,
)
from sqlmodel import and_, col, select

from services.intake.allocation.models import Allocation
from services.intake.care.models import CareEpisode, PermanencePlan, PreProceedings
from services.intake.episodes.facts import Case, Fact, Kind
from services.intake.episodes.models import (
    Assessment,
    CINPlan,
    Conference,
    Episode,
    EpisodeOut,
    FactOut,
    Meeting,
    ProtectionPlan,
    Section47,
    Visit,
)
from services.intake.episodes.stages import stage_of
from services.intake.people.models import Worker
from services.intake.referrals.models import Referral
from services.intake.sight import one_to_read, referrals_seen_by
from shared import audit
from shared.contracts.codes import MeetingKind
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal


@dataclass(frozen=True)
class Whose:
    """Whose cases are meant: a worker's, a team's, or all that may be seen."""

    worker: str | None = None
    team: str | None = None


ITSELF = "episode"
"""The kind under which an episode's own beginning and end stand among the rows of what was done in it."""


async def episode(session: Session, episode_id: UUID, *, by: Principal) -> Episode:
    """One episode. Raises `NotFound` when it is not there or not theirs to see."""
    (found,) = await episodes(session, [episode_id], by=by)
    return found


async def episodes(session: Session, ids: Collection[UUID], *, by: Principal) -> Sequence[Episode]:
    """These episodes, in no order. Raises `NotFound` when one is not there or not theirs to see."""
    wanted = (
        select(Episode)
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .where(col(Episode.id).in_(ids), await referrals_seen_by(session, by))
    )
    found = (await session.exec(wanted)).all()
    if len(found) < len(set(ids)):
        raise NotFound("there is no such episode, or it is not yours to see")
    audit.touches(session, [subject for each in found for subject in (each.id, each.child_id)])
    return found


async def read(session: Session, episode_id: UUID, *, by: Principal) -> EpisodeOut:
    """One episode as it is shown. Raises `NotFound` when it is not there or not theirs to see."""
    return await shown_episode(session, await episode_to_read(session, episode_id, by=by))


async def episode_to_read(session: Session, episode_id: UUID, *, by: Principal) -> Episode:
    """One episode, to be read and not changed. Raises `NotFound` when it is not there or not theirs to read."""
    wanted = select(Episode).join(Referral, col(Referral.id) == Episode.referral_id).where(Episode.id == episode_id)
    found = await one_to_read(session, wanted, by=by)
    if found is None:
        raise NotFound("there is no such episode, or it is not yours to see")
    read: Episode = found[0]
    audit.touches(session, [read.id, read.child_id])
    return read


async def shown_episode(session: Session, found: Episode) -> EpisodeOut:
    """An episode as it is shown: the worker who holds the case now, its stage, and what was done in it."""
    holder = (
        select(Worker.reference, Allocation.team_code)
        .join(Allocation, col(Allocation.worker_id) == Worker.id)
        .where(Allocation.episode_id == found.id, col(Allocation.held_until).is_(None))
    )
    worker, team = (await session.exec(holder)).first() or (None, None)
    case = await case_of(session, found.id)
    return EpisodeOut(
        id=found.id,
        child_id=found.child_id,
        referral_id=found.referral_id,
        started_on=found.started_on,
        closed_on=found.closed_on,
        closure_reason=found.closure_reason,
        worker=worker,
        team=team,
        stage=stage_of(case),
        done=[FactOut.model_validate(fact) for fact in case.facts],
    )


async def open_cases(session: Session, whose: Whose, *, by: Principal) -> Select[Any]:
    """The open cases in question that whoever asks may see: `case_id`, `child_id`, and the `worker` and `team` that hold it."""
    holds_now = and_(col(Allocation.episode_id) == Episode.id, col(Allocation.held_until).is_(None))
    wanted: Any = (
        rows_of(
            col(Episode.id).label("case_id"),
            col(Episode.child_id),
            col(Worker.reference).label("worker"),
            col(Allocation.team_code).label("team"),
        )
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .outerjoin(Allocation, holds_now)
        .outerjoin(Worker, col(Worker.id) == Allocation.worker_id)
        .where(col(Episode.closed_on).is_(None), await referrals_seen_by(session, by))
    )
    if whose.worker is not None:
        wanted = wanted.where(col(Worker.reference) == whose.worker)
    if whose.team is not None:
        wanted = wanted.where(col(Allocation.team_code) == whose.team)
    return wanted  # type: ignore[no-any-return] # columns of four tables


async def case_of(session: Session, episode_id: UUID) -> Case:
    """An episode with everything done in it, in one statement."""
    rows = (await session.execute(everything_done(rows_of(literal(episode_id, Uuid))))).all()
    return cases_from(rows)[episode_id]


def everything_done(episodes: Select[Any]) -> CompoundSelect[Any]:
    """One statement for everything done in the episodes whose ids are selected: rows for `cases_from`.

    Kind, the days on which each began and ended, and what a rule asks of it besides.
    """
    enquiry_ended = func.coalesce(
        Section47.conference_on,
        Section47.ended_on,
        case((col(Section47.conference_not_required).is_(True), col(Section47.started_on))),
    )
    parts = [
        _rows(Assessment, Kind.ASSESSMENT, Assessment.started_on, Assessment.authorised_on),
        _rows(CINPlan, Kind.CIN_PLAN, CINPlan.started_on, CINPlan.ended_on),
        _rows(Section47, Kind.SECTION_47, Section47.started_on, enquiry_ended),
        _rows(Section47, Kind.CONFERENCE, Section47.conference_on, Section47.conference_on).where(
            col(Section47.conference_on).is_not(None)
        ),
        _rows(Conference, Kind.CONFERENCE, Conference.held_on, Conference.held_on),
        _rows(
            ProtectionPlan,
            Kind.PROTECTION_PLAN,
            ProtectionPlan.started_on,
            ProtectionPlan.ended_on,
            reviews=ProtectionPlan.reviewed_on,
        ),
        _rows(Meeting, Kind.MEETING, Meeting.held_on, Meeting.held_on, code=Meeting.kind),
        _rows(Visit, Kind.VISIT, Visit.visited_on, Visit.visited_on, code=Visit.kind),
        _rows(PreProceedings, Kind.PRE_PROCEEDINGS, PreProceedings.started_on, PreProceedings.ended_on),
        _rows(
            CareEpisode,
            Kind.CARE,
            CareEpisode.started_on,
            CareEpisode.ended_on,
            code=CareEpisode.start_reason,
            legal_status=CareEpisode.legal_status,
        ),
        _rows(
            PermanencePlan,
            Kind.PERMANENCE_PLAN,
            PermanencePlan.planned_on,
            PermanencePlan.planned_on,
            code=PermanencePlan.permanence,
        ),
    ]
    itself = _rows(
        Episode, ITSELF, Episode.started_on, Episode.closed_on, code=Episode.closure_reason, of=col(Episode.id)
    )
    return union_all(*(part.where(part.selected_columns.episode_id.in_(episodes)) for part in (itself, *parts)))


def _rows(
    table: Any,
    kind: str,
    began: Any,
    ended: Any,
    *,
    code: Any = None,
    legal_status: Any = None,
    reviews: Any = None,
    of: Any = None,
) -> Select[Any]:
    return rows_of(
        (table.episode_id if of is None else of).label("episode_id"),
        table.id.label("id"),
        literal(str(kind), Text).label("kind"),
        began.label("began_on"),
        ended.label("ended_on"),
        *(
            cast(null() if column is None else column, Text).label(name)
            for name, column in (("code", code), ("legal_status", legal_status), ("reviews", reviews))
        ),
    )


def cases_from(rows: Iterable[Any]) -> dict[UUID, Case]:
    """Episodes, by id, from the rows of `everything_done`."""
    begun: dict[UUID, Any] = {}
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for row in rows:
        if row.kind == ITSELF:
            begun[row.episode_id] = row
        else:
            facts[row.episode_id] += _facts(row)
    return {
        id: Case(
            id,
            row.began_on,
            row.ended_on,
            row.code,
            tuple(sorted(facts[id], key=lambda fact: (fact.began_on, fact.id))),
        )
        for id, row in begun.items()
    }


def _facts(row: Any) -> Iterator[Fact]:
    yield Fact(row.id, Kind(row.kind), row.began_on, row.ended_on, row.code, row.legal_status)
    for held_on in map(date.fromisoformat, json.loads(row.reviews or "[]")):
        yield Fact(row.id, Kind.MEETING, held_on, held_on, MeetingKind.PROTECTION_REVIEW)
