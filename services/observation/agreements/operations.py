"""What is done with agreements: wordings are stated, people answer, and a refusal or withdrawal is heeded at once."""

from uuid import UUID

from sqlmodel import col, select

from services.observation.agreements.answers import (
    BASES,
    Answer,
    Person,
    Purpose,
    check_fits,
    move,
    refused_by_all,
    standing,
)
from services.observation.agreements.models import Agreement, AnswerIn, Wording, WordingIn
from services.observation.cohort import stages
from services.observation.cohort.models import Participation
from services.observation.cohort.stages import Stage
from services.observation.measures.operations import heed as heed_in_answers
from services.observation.people.queries import own_worker
from services.observation.speaking import participations_changed
from services.observation.waves.operations import heed
from services.observation.waves.queries import participation
from services.observation.waves.stages import Lost
from services.observation.waves.windows import WaveName
from shared import clock
from shared.contracts.state import Change
from shared.database import Session, insert_or
from shared.ids import new_id
from shared.problems import Conflict, NotAllowed, Unprocessable
from shared.web.roles import Principal, Role

WAVE_OF = {Purpose.T1: WaveName.T1, Purpose.T2: WaveName.T2}
BECAUSE = {Answer.REFUSED: Lost.REFUSED, Answer.WITHDRAWN: Lost.WITHDREW}


class OtherWords(Conflict):
    title = "This wording has other words"


class NoSuchWording(Unprocessable):
    title = "There is no such wording, or it does not ask for this"
    at = "/wording"


class AnsweredOutOfOrder(Unprocessable):
    title = "Nobody answers before the case was allocated, or after today"
    at = "/on"


class AnswersForAnother(NotAllowed):
    title = "A worker answers for themself, and for nobody else"


async def state_wording(session: Session, posted: WordingIn, *, by: Principal) -> None:
    """Keep the words in which people are asked. Said again they are the same; raises `OtherWords` where they are not."""
    facts = posted.model_dump(mode="json")
    stated = insert_or(session, Wording).values(facts | {"stated_at": clock.now(), "stated_by": by.id})
    await session.execute(stated.on_conflict_do_nothing())
    kept = await session.get_one(Wording, posted.reference)
    if (kept.text, kept.purposes) != (facts["text"], facts["purposes"]):
        raise OtherWords("people have agreed to those words: give yours an id of their own")


async def answer(session: Session, participation_id: UUID, posted: AnswerIn, *, by: Principal) -> None:
    """Keep what a person answered, and do at once what follows from it: who refuses or withdraws is asked no more."""
    case = await participation(session, participation_id, by=by, lock=True)
    _check_may_answer(case, posted, by=by)
    check_fits(posted.person, posted.purposes, posted.answer, posted.capacity, past_forgotten=posted.past_forgotten)
    wording = await session.get(Wording, posted.wording)
    if wording is None or not set(posted.purposes) <= set(wording.purposes):
        raise NoSuchWording("state the words first, with everything they ask for")
    if not case.allocated_on <= posted.on <= clock.today():
        raise AnsweredOutOfOrder("check the day")
    changes = await _approached(session, case, posted, by=by)
    given = await session.exec(select(Agreement).where(Agreement.participation_id == case.id).order_by(*IN_ORDER))
    answers = [each.answered for each in given]
    before = standing(answers)
    for purpose in posted.purposes:
        last = before.get((posted.person, purpose))
        move(last.answer if last else None, to=posted.answer)
        said = Agreement(
            **posted.model_dump(exclude={"purposes"}),
            id=new_id(),
            participation_id=case.id,
            purpose=purpose,
            basis=BASES[purpose],
            recorded_by=by.id,
            recorded_at=clock.now(),
        )
        session.add(said)
        answers.append(said.answered)
        changes.append(Change(what=f"agreement.{posted.answer}", item_id=said.id, on=posted.on))
        if purpose in WAVE_OF and posted.answer is not Answer.ASKED:
            ended = refused_by_all(answers, purpose)
            will, forget = (BECAUSE[ended] if ended else None), posted.past_forgotten
            changes += await heed(session, case, WAVE_OF[purpose], will, forget=forget)
    if posted.answer in {Answer.REFUSED, Answer.WITHDRAWN}:
        await heed_in_answers(session, case, posted.person, posted.purposes, forget=posted.past_forgotten)
    await participations_changed(session, [(case, changes)], by=by.id)


def _check_may_answer(case: Participation, posted: AnswerIn, *, by: Principal) -> None:
    """A case that was not selected, or is followed no longer, is asked nothing; to withdraw is always possible."""
    if by.role is Role.SOCIAL_WORKER and posted.person is not Person.WORKER:
        raise AnswersForAnother("the family is asked by an evaluator or a coach")
    if case.stage not in {Stage.SELECTED, Stage.APPROACHED} and posted.answer is not Answer.WITHDRAWN:
        raise stages.CaseOutOfTurn(f"this case awaits {stages.AWAITED[Stage(case.stage)]}")


async def _approached(session: Session, case: Participation, posted: AnswerIn, *, by: Principal) -> list[Change]:
    """With the first answer the case has been approached; whoever asks the family first sees to it from then on."""
    if case.stage == Stage.SELECTED:
        case.stage, case.approached_on = stages.move(Stage.SELECTED, to=Stage.APPROACHED), posted.on
    if case.follower_id is not None or by.role is Role.SOCIAL_WORKER:
        return []
    asks = await own_worker(session, by)
    case.follower_id = asks.worker_id if asks else None
    return [Change(what="follower.named", on=clock.today())] if asks else []


IN_ORDER = (col(Agreement.recorded_at), col(Agreement.id))
