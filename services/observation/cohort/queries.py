"""Reads of cohorts and participations. Every one of a case starts from what whoever asks may see."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.observation.cohort.models import Cohort, CohortOut, Participation, ParticipationOut, StratumOut
from services.observation.cohort.selection import Offer, commitment
from services.observation.cohort.stages import Stage
from services.observation.people.queries import workers
from services.observation.sight import participations_seen_by
from services.observation.waves.queries import participation
from shared import audit, clock
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def cohorts(session: Session, *, cohort_id: UUID | None = None) -> list[CohortOut]:
    """The cohorts, or one of them, with how many cases of each stratum are in the frame and were selected."""
    wanted = select(Cohort) if cohort_id is None else select(Cohort).where(Cohort.id == cohort_id)
    found = (await session.exec(wanted.order_by(col(Cohort.allocated_from), col(Cohort.id)))).all()
    strata = await _strata(session, found)
    today = clock.today()
    return [
        CohortOut.model_validate(
            each.model_dump(exclude={"seed"})
            | {
                "commitment": commitment(each.seed),
                "seed": each.seed if today > each.allocated_until else None,
                "strata": strata[each.id],
            }
        )
        for each in found
    ]


async def cohort(session: Session, cohort_id: UUID) -> CohortOut:
    """One cohort. Raises `NotFound`."""
    found = await cohorts(session, cohort_id=cohort_id)
    if not found:
        raise NotFound("there is no such cohort")
    return found[0]


async def _strata(session: Session, of: Sequence[Cohort]) -> dict[UUID, list[StratumOut]]:
    case = Participation
    is_selected, is_set_aside = col(case.selected_on).is_not(None), col(case.set_aside_on).is_not(None)
    counted = (
        select(case.cohort_id, case.stratum, case.offer)
        .add_columns(func.count(), func.count().filter(is_selected), func.count().filter(is_set_aside))
        .where(col(case.cohort_id).in_([each.id for each in of]))
        .group_by(col(case.cohort_id), col(case.stratum), col(case.offer))
        .order_by(col(case.stratum), col(case.offer))
    )
    rules = {each.id: each.rule for each in of}
    strata: dict[UUID, list[StratumOut]] = defaultdict(list)
    for cohort_id, team, offer, in_frame, selected, aside in (await session.execute(counted)).all():
        probability = rules[cohort_id].probability(team, Offer(offer))
        strata[cohort_id].append(
            StratumOut(
                team=team,
                offer=offer,
                in_frame=in_frame,
                selected=selected,
                set_aside=aside,
                probability=probability,
            )
        )
    return strata


async def shown_participation(session: Session, participation_id: UUID, *, by: Principal) -> ParticipationOut:
    """One case of a cohort as it is shown. Raises `NotFound`."""
    return (await _shown(session, [await participation(session, participation_id, by=by)]))[0]


async def page_of_participations(
    session: Session, *, cohort_id: UUID | None, stage: Stage | None, asked: PageAsked, by: Principal
) -> Page[ParticipationOut]:
    """The cases in the frames of cohorts that whoever asks may see, in the order in which they were drawn."""
    wanted = select(Participation).where(await participations_seen_by(session, by))
    if cohort_id is not None:
        wanted = wanted.where(Participation.cohort_id == cohort_id)
    if stage is not None:
        wanted = wanted.where(Participation.stage == stage)
    found, following = await asked.read(session, wanted, col(Participation.id))
    return Page(items=await _shown(session, found), next=following)


async def _shown(session: Session, found: Sequence[Participation]) -> list[ParticipationOut]:
    audit.touches(session, {id for each in found for id in (each.id, each.child_id)})
    people = await workers(session, {id for each in found for id in (each.worker_id, each.follower_id) if id})
    return [
        ParticipationOut.model_validate(
            each.model_dump(warnings=False)
            | {
                "worker": people[each.worker_id].reference if each.worker_id in people else "",
                "follower": people[each.follower_id].reference if each.follower_id else None,
            }
        )
        for each in found
    ]
