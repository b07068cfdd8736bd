"""Reads of second scores: what waits for one, what two scored, and how far scores can be relied on."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.observation.coding import reliability
from services.observation.coding.certification import Verdict
from services.observation.coding.models import (
    AwaitedOut,
    Certificate,
    CertificateOut,
    CodingOut,
    EvaluatorOut,
    ReliabilityOut,
    SecondCoding,
    SkillAgreementOut,
)
from services.observation.coding.selection import far_apart
from services.observation.people.models import KnownWorker
from services.observation.people.queries import own_worker, workers
from services.observation.practice.models import Observation
from services.observation.sight import SEES_ALL_PRACTICE, codings_seen_by, of_nobody_hidden
from shared import audit, clock
from shared.contracts.codes import PracticeSkill
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


def open_to(coder: KnownWorker, observation: Observation) -> bool:
    """Whether somebody may score an observation a second time: neither of the two, nor of the worker's team then or now."""
    teams = {coder.team_on(observation.observed_on), coder.team_on(clock.today())}
    return coder.worker_id not in {observation.observer_id, observation.worker_id} and observation.team not in teams


async def page_of_awaited(session: Session, *, asked: PageAsked, by: Principal) -> Page[AwaitedOut]:
    """Observations that whoever asks may score a second time, without a word of how they were scored."""
    coder = await own_worker(session, by)
    if coder is None:
        return Page(items=[])
    wanted = (
        select(Observation)
        .join(SecondCoding, col(SecondCoding.observation_id) == Observation.id)
        .where(
            col(SecondCoding.coded_at).is_(None), col(Observation.team).is_distinct_from(coder.team_on(clock.today()))
        )
        .where(col(Observation.observer_id) != coder.worker_id, col(Observation.worker_id) != coder.worker_id)
        .where(of_nobody_hidden(col(Observation.child_id))(by))
    )
    found, following = await asked.read(session, wanted, col(Observation.id))
    shown = [each for each in found if open_to(coder, each)]
    audit.touches(session, {id for each in shown for id in (each.id, each.worker_id)})
    people = await workers(session, {each.worker_id for each in shown})
    items = [
        AwaitedOut.model_validate(
            each.model_dump(warnings=False) | {"observation_id": each.id, "worker": people[each.worker_id].reference}
        )
        for each in shown
    ]
    return Page(items=items, next=following)


async def coding(session: Session, observation_id: UUID, *, by: Principal) -> CodingOut:
    """Both scores of an observation. Raises `NotFound` when there are not two, or they are not theirs to see."""
    observation, second = await _coded(session, observation_id, by=by)
    assert second.coder_id
    people = await workers(session, {observation.observer_id, second.coder_id})
    return CodingOut.model_validate(
        second.model_dump(warnings=False)
        | {
            "observer": people[observation.observer_id].reference,
            "coder": people[second.coder_id].reference,
            "first": observation.scores,
            "second": second.scores,
            "agreed": observation.agreed,
            "to_agree_on": [] if second.agreed_at else far_apart(observation.scores, second.scores or {}),
        }
    )


async def coding_to_agree_on(
    session: Session, observation_id: UUID, *, by: Principal
) -> tuple[Observation, SecondCoding]:
    """An observation with its second score, locked. Raises `NotFound`."""
    return await _coded(session, observation_id, by=by, lock=True)


async def _coded(
    session: Session, observation_id: UUID, *, by: Principal, lock: bool = False
) -> tuple[Observation, SecondCoding]:
    wanted = (
        select(Observation, SecondCoding)
        .join(SecondCoding, col(SecondCoding.observation_id) == Observation.id)
        .where(Observation.id == observation_id, col(SecondCoding.coded_at).is_not(None))
        .where(await codings_seen_by(session, by))
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("no such observation has two scores, or they are not yours to see")
    audit.touches(session, [found[0].id, found[0].worker_id])
    return found


async def is_second_coded(session: Session, observation_id: UUID) -> bool:
    """Whether an observation has its second score: the first can then be changed no more."""
    coded = select(SecondCoding.observation_id).where(
        SecondCoding.observation_id == observation_id, col(SecondCoding.coded_at).is_not(None)
    )
    return (await session.exec(coded)).one_or_none() is not None


async def reliability_until(session: Session, until: date, *, by: Principal) -> ReliabilityOut:
    """How far scores can be relied on in the year that ends on a day; of those who score, whom whoever asks may see."""
    since = reliability.since(until)
    pairs = await _pairs(session, since, until)
    own = await own_worker(session, by)
    found = reliability.of_evaluators(pairs, until=until)
    seen = {
        who: each
        for who, each in found.items()
        if by.role in SEES_ALL_PRACTICE or (own is not None and own.worker_id == who)
    }
    audit.touches(session, seen)
    people, certified = await workers(session, seen), await certified_until(session, seen)
    drawn = select(func.count()).select_from(Observation).join(SecondCoding)
    count = (await session.exec(drawn.where(*_by_chance(since, until)))).one()
    return ReliabilityOut(
        since=since,
        until=until,
        drawn=count,
        coded=len(pairs),
        skills=[_skill(reliability.of_skill(skill, pairs)) for skill in PracticeSkill],
        evaluators=[
            EvaluatorOut(
                worker=people[who].reference,
                certified_until=certified.get(who),
                pairs=each.pairs,
                biases=_rounded(each.biases),
                recent=_rounded(each.recent),
                drifts=each.drifts,
            )
            for who, each in sorted(seen.items(), key=lambda item: people[item[0]].reference)
        ],
    )


def _by_chance(since: date, until: date) -> tuple[Any, ...]:
    return (
        col(Observation.observed_on) > since,
        col(Observation.observed_on) <= until,
        col(SecondCoding.is_contested).is_(False),
    )


async def _pairs(session: Session, since: date, until: date) -> Sequence[reliability.Pair[UUID]]:
    wanted = (
        select(Observation, SecondCoding)
        .join(SecondCoding, col(SecondCoding.observation_id) == Observation.id)
        .where(col(SecondCoding.coded_at).is_not(None), *_by_chance(since, until))
    )
    return [
        reliability.Pair(first.observed_on, first.observer_id, second.coder_id, first.scores, second.scores or {})
        for first, second in await session.exec(wanted)
        if second.coder_id is not None
    ]


def _skill(found: reliability.SkillAgreement) -> SkillAgreementOut:
    return SkillAgreementOut(
        skill=found.skill,
        pairs=found.pairs,
        icc=_short(found.icc.value if found.icc else None),
        icc_interval_95=(round(found.icc.low, 3), round(found.icc.high, 3)) if found.icc else None,
        kappa=_short(found.kappa),
        alpha=_short(found.alpha),
        exact_percent=None if found.exact is None else round(100 * found.exact, 1),
        within_one_percent=None if found.within_one is None else round(100 * found.within_one, 1),
        band=found.band,
    )


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rounded(biases: Any) -> dict[PracticeSkill, float]:
    return {skill: round(bias, 2) for skill, bias in biases.items()}


async def certified_until(session: Session, people: Collection[UUID]) -> dict[UUID, date]:
    """Until when each of these is certified, as far as they ever were."""
    wanted = (
        select(Certificate.coder_id, func.max(Certificate.valid_until))
        .where(col(Certificate.coder_id).in_(people), col(Certificate.is_earned))
        .group_by(col(Certificate.coder_id))
    )
    return {row[0]: row[1] for row in (await session.execute(wanted)).all()}


async def shown_certificate(session: Session, certificate: Certificate) -> CertificateOut:
    """A certificate as it is shown, with what it falls short by if it was not earned."""
    verdict = Verdict(certificate.recordings, certificate.kappa, certificate.icc, certificate.biases)
    people = await workers(session, [certificate.coder_id])
    return CertificateOut.model_validate(
        certificate.model_dump(warnings=False)
        | {"worker": people[certificate.coder_id].reference, "falls_short_by": verdict.falls_short_by}
    )


async def certificates_of(session: Session, worker: KnownWorker) -> list[CertificateOut]:
    """Every trial somebody made, the latest first."""
    wanted = select(Certificate).where(Certificate.coder_id == worker.worker_id)
    found = await session.exec(wanted.order_by(col(Certificate.certified_on).desc(), col(Certificate.id).desc()))
    audit.touches(session, [worker.worker_id])
    return [await shown_certificate(session, each) for each in found.all()]
