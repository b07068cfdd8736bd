"""What is done about second scores: drawn, given blind, agreed on; and who observes is certified."""

import secrets
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.observation import permissions
from services.observation.coding.certification import Trial, judge, valid_until
from services.observation.coding.models import (
    Certificate,
    CertificationIn,
    CodingIn,
    ConsensusIn,
    SecondCoding,
    Seed,
)
from services.observation.coding.queries import coding_to_agree_on, open_to
from services.observation.coding.selection import NotBlind, far_apart, is_drawn
from services.observation.people.models import KnownWorker
from services.observation.people.queries import colleague, worker_named
from services.observation.practice.independence import check_not_own
from services.observation.practice.models import Observation
from services.observation.practice.speaking import observation_changed
from services.observation.sight import of_nobody_hidden
from shared import audit, clock
from shared.contracts.state import Change
from shared.database import Session, insert_or
from shared.ids import new_id
from shared.problems import Conflict, NotFound, Unprocessable
from shared.web.roles import Principal

SHOW_SCORES = (permissions.READ_OBSERVATIONS, permissions.READ_FORMS, permissions.READ_DRAFTS)
"""The acts under which the first scores may have been seen, as the audit names them."""


class CodedAlready(Conflict):
    title = "This observation has its second score"


class AgreedOnOthers(Unprocessable):
    title = "Agree on the skills that are two points or more apart, and on no others"
    at = "/scores"


class CertifiedInTheFuture(Unprocessable):
    title = "Nobody can be certified before the day has come"
    at = "/on"


async def draw(session: Session, observation: Observation) -> None:
    """Let chance decide whether this observation is scored a second time."""
    if is_drawn(observation.id.bytes, seed=await _seed(session)):
        session.add(SecondCoding(observation_id=observation.id, drawn_at=clock.now()))


async def have_scored_again(session: Session, observation_id: UUID) -> None:
    """Have an observation scored again because its scores are contested, unless chance has drawn it already."""
    drawn = {"observation_id": observation_id, "drawn_at": clock.now(), "is_contested": True}
    await session.execute(insert_or(session, SecondCoding).values(drawn).on_conflict_do_nothing())


async def _seed(session: Session) -> str:
    if kept := (await session.exec(select(Seed.seed))).one_or_none():
        return kept
    made = insert_or(session, Seed).values(id=1, seed=secrets.token_hex(16)).on_conflict_do_nothing()
    await session.execute(made)
    return (await session.exec(select(Seed.seed))).one()


async def code(session: Session, observation_id: UUID, posted: CodingIn, *, by: Principal) -> None:
    """Give an observation its second score. Raises `NotFound`, `NotBlind`, `CodedAlready`."""
    coder = await colleague(session, by)
    observation, coding = await _drawn(session, observation_id, coder, by=by)
    audit.touches(session, [observation.id, observation.worker_id])
    if coding.coded_at is not None:
        raise CodedAlready("each is scored twice, and not three times")
    if await _has_seen(session, observation, by=by):
        raise NotBlind("you have looked at this observation with its scores; leave the second score to somebody else")
    coding.coder_id, coding.basis, coding.coded_at = coder.worker_id, posted.basis, clock.now()
    coding.scores = dict(posted.scores)


async def _drawn(
    session: Session, observation_id: UUID, coder: KnownWorker, *, by: Principal
) -> tuple[Observation, SecondCoding]:
    """An observation that was drawn, locked. For whoever may not score it, it is not there."""
    wanted = (
        select(Observation, SecondCoding)
        .join(SecondCoding, col(SecondCoding.observation_id) == Observation.id)
        .where(Observation.id == observation_id, of_nobody_hidden(col(Observation.child_id))(by))
        .with_for_update()
    )
    found = (await session.exec(wanted.execution_options(populate_existing=True))).one_or_none()
    if found is None or not open_to(coder, found[0]):
        raise NotFound("no such observation waits for a second score of yours")
    return found


async def _has_seen(session: Session, observation: Observation, *, by: Principal) -> bool:
    for act in SHOW_SCORES:
        asked = audit.Asked(subject=observation.id, actor=by.id, act=act.name, since=observation.recorded_at)
        if await audit.rows(session, asked, after=0, limit=1):
            return True
    return False


async def agree(session: Session, observation_id: UUID, consensus: ConsensusIn, *, by: Principal) -> None:
    """Put what the two agreed on in the place of what the first scored. Both raw scores are kept: reliability is theirs."""
    observation, coding = await coding_to_agree_on(session, observation_id, by=by)
    if coding.agreed_at is not None:
        raise CodedAlready("the two have agreed, and it has been said")
    assert coding.scores is not None
    if set(consensus.scores) != set(far_apart(observation.scores, coding.scores)):
        raise AgreedOnOthers("read which they are under to_agree_on")
    by_whom = await colleague(session, by)
    coding.agreed_at, coding.agreed_by = clock.now(), by_whom.worker_id
    observation.agreed = dict(consensus.scores)
    await observation_changed(session, observation, Change(what="scores.agreed", on=clock.today()), by=by.id)


async def certify(session: Session, reference: str, posted: CertificationIn, *, by: Principal) -> Certificate:
    """Judge how somebody scored recordings, and certify them for half a year if it was well enough."""
    coder = await worker_named(session, reference)
    if by.worker:
        check_not_own(coder.worker_id, guide_id=(await colleague(session, by)).worker_id)
    if posted.on > clock.today():
        raise CertifiedInTheFuture("certify on the day of the trial or after")
    found = judge([Trial(master=each.master, coder=each.coder) for each in posted.trials])
    certificate = Certificate(
        id=new_id(),
        coder_id=coder.worker_id,
        certified_on=posted.on,
        valid_until=valid_until(posted.on),
        is_earned=not found.falls_short_by,
        recordings=found.recordings,
        kappa=found.kappa,
        icc=found.icc,
        biases=dict(found.biases),
        judged_by=by.id,
        recorded_at=clock.now(),
    )
    session.add(certificate)
    audit.touches(session, [certificate.id, coder.worker_id])
    return certificate


async def was_certified(session: Session, worker_id: UUID, *, on: date) -> bool:
    """Whether somebody was certified to score on a day."""
    standing = select(Certificate.id).where(
        Certificate.coder_id == worker_id,
        col(Certificate.is_earned),
        col(Certificate.certified_on) <= on,
        col(Certificate.valid_until) > on,
    )
    return (await session.exec(standing.limit(1))).one_or_none() is not None
