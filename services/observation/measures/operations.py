"""What is done about measures: goals are set, answers recorded, children heard, texts loaded; and a case heard of late gets its answers."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select

from services.observation.agreements.answers import Person, Purpose
from services.observation.cohort.models import Participation
from services.observation.measures.goals import GoalIsRated
from services.observation.measures.instruments import instrument_of
from services.observation.measures.models import (
    Answers,
    AnswersIn,
    Goal,
    GoalIn,
    InstrumentTexts,
    TextsIn,
    Voice,
    VoiceIn,
)
from services.observation.measures.scoring import Instrument, Respondent
from services.observation.measures.voice import check_heard
from services.observation.people.models import KnownCase
from services.observation.people.operations import case_as_seen
from services.observation.people.queries import colleague
from services.observation.sight import is_hidden
from services.observation.speaking import participations_changed
from services.observation.waves.models import Wave
from services.observation.waves.operations import PURPOSE_OF, taken
from shared import audit, clock
from shared.contracts.state import Change
from shared.database import Session, insert_or
from shared.problems import Conflict, NotFound, Unprocessable
from shared.web.conditional import Replacing
from shared.web.roles import Principal

Taken = TypeVar("Taken", Answers, Goal, Voice)
AS_HEARD = frozenset({"child_id", "worker_id"})
"""What intake says of the case, and nobody sends."""


class SomebodyElseTook(Conflict):
    title = "Somebody else recorded this"


class AskedInTheFuture(Unprocessable):
    title = "Nobody can have been asked on a day that has not come"
    at = "/asked_on"


class SetInTheFuture(Unprocessable):
    title = "A goal cannot have been set on a day that has not come"
    at = "/set_on"


class HeardInTheFuture(Unprocessable):
    title = "No child can have been heard on a day that has not come"
    at = "/on"


class RefersElsewhere(Unprocessable):
    title = "This instrument is asked of the day itself, or of an earlier one only where it looks back"
    at = "/refers_to"


class GoalsDoNotFit(Unprocessable):
    title = "Name the goals that the answers are of, each once, in their order"
    at = "/goals"


class WaveOfAnotherCase(Unprocessable):
    title = "This wave is of another case"
    at = "/wave_id"


class TextsDoNotFit(Unprocessable):
    title = "Every place has one text"
    at = "/texts"


async def record_answers(
    session: Session, answers_id: UUID, posted: AnswersIn, *, version: Replacing, by: Principal
) -> tuple[Answers, bool]:
    """Record what somebody answered, or correct what was recorded. Returns it, and whether it is new."""
    instrument = instrument_of(posted.instrument, posted.version)
    _check(instrument, posted)
    taker = await colleague(session, by)
    case = await case_as_seen(session, posted.episode_id, by=by)
    followed = await _taken_in_wave(session, posted, by=by)
    goals = await _rated(session, instrument, posted)
    facts = posted.model_dump(exclude={"refers_to", "goals"}) | {
        "refers_to": posted.refers_to or posted.asked_on,
        "goals": [str(goal.id) for goal in goals],
        "weights": [goal.weight for goal in goals],
        "child_id": case.child_id,
        "worker_id": case.holder(posted.asked_on),
    }
    row, is_new = await _entered(session, Answers, answers_id, facts, taken_by=taker.worker_id, by=by)
    is_changed = _replace(row, facts, version)
    if followed is not None and (is_new or is_changed):
        recorded = Change(what="answers.recorded", item_id=row.id, on=row.asked_on)
        await participations_changed(session, [(followed, [recorded])], by=by.id)
    return row, is_new


async def _taken_in_wave(session: Session, posted: AnswersIn, *, by: Principal) -> Participation | None:
    """The case that is followed, locked, with its wave taken, if this was asked in one. Raises `WaveOfAnotherCase`."""
    if posted.wave_id is None:
        return None
    wave = await taken(session, posted.wave_id, on=posted.asked_on, by=by)
    followed = await session.get_one(Participation, wave.participation_id)
    if followed.episode_id != posted.episode_id:
        raise WaveOfAnotherCase("name the case whose wave it is, or leave the wave out")
    return followed


def _check(instrument: Instrument, posted: AnswersIn) -> None:
    instrument.check(posted.answers)
    instrument.check_respondent(posted.respondent, age=posted.age)
    if posted.asked_on > clock.today():
        raise AskedInTheFuture("check the day")
    refers_to = posted.refers_to or posted.asked_on
    if refers_to > posted.asked_on or (refers_to < posted.asked_on and not instrument.looks_back):
        raise RefersElsewhere("leave refers_to out, or name an earlier day")


async def _rated(session: Session, instrument: Instrument, posted: AnswersIn) -> Sequence[Goal]:
    """The goals that are rated, locked, and from now on standing as they are."""
    wanted = len(posted.answers) if instrument.of_goals else 0
    if {len(posted.goals), len(set(posted.goals))} != {wanted}:
        raise GoalsDoNotFit("one goal an answer, where the instrument is about goals, and none where it is not")
    if not posted.goals:
        return []
    named = select(Goal).where(col(Goal.id).in_(posted.goals), Goal.episode_id == posted.episode_id)
    named = named.order_by(col(Goal.id)).with_for_update().execution_options(populate_existing=True)
    found = {goal.id: goal for goal in await session.exec(named)}
    goals = [found[id] for id in posted.goals if id in found]
    if len(goals) < len(posted.goals) or any(goal.set_on > posted.asked_on for goal in goals):
        raise GoalsDoNotFit("each is a goal of this case, set on that day or before")
    if instrument.code == "goal_attainment" and any(goal.expected is None for goal in goals):
        raise GoalsDoNotFit("say first what attaining each goal as expected would look like")
    for goal in goals:
        goal.rated_since = goal.rated_since or clock.today()
    return goals


async def set_goal(
    session: Session, goal_id: UUID, posted: GoalIn, *, version: Replacing, by: Principal
) -> tuple[Goal, bool]:
    """Write a goal down, or put it otherwise while nobody has rated it. Raises `GoalIsRated`."""
    taker = await colleague(session, by)
    if posted.set_on > clock.today():
        raise SetInTheFuture("check the day")
    if posted.set_by is Respondent.RESEARCHER:
        raise GoalsDoNotFit("a goal is the family's, or the worker's with the family")
    case = await case_as_seen(session, posted.episode_id, by=by)
    facts = posted.model_dump() | {"child_id": case.child_id, "worker_id": case.holder(posted.set_on)}
    goal, is_new = await _entered(session, Goal, goal_id, facts, taken_by=taker.worker_id, by=by)
    if goal.rated_since is not None and _differs(goal, facts):
        raise GoalIsRated("set another goal, and rate that from now on")
    _replace(goal, facts, version)
    return goal, is_new


async def hear(
    session: Session, voice_id: UUID, posted: VoiceIn, *, version: Replacing, by: Principal
) -> tuple[Voice, bool]:
    """Record how a child was heard, or why not. Raises `HeardOrNot`, `NotForThisAge`."""
    taker = await colleague(session, by)
    check_heard(posted.way, posted.why_not, age=posted.age)
    if posted.on > clock.today():
        raise HeardInTheFuture("check the day")
    case = await case_as_seen(session, posted.episode_id, by=by)
    facts = posted.model_dump() | {"child_id": case.child_id, "worker_id": case.holder(posted.on)}
    voice, is_new = await _entered(session, Voice, voice_id, facts, taken_by=taker.worker_id, by=by)
    _replace(voice, facts, version)
    return voice, is_new


async def _entered(
    session: Session, table: type[Taken], id: UUID, facts: dict[str, Any], *, taken_by: UUID, by: Principal
) -> tuple[Taken, bool]:
    """The row of this id, locked, and whether it is new. Raises `SomebodyElseTook`, or `NotFound` when the child is hidden."""
    fresh = {"id": id, "n": 1, "taken_by": taken_by, "recorded_at": clock.now()}
    entered = insert_or(session, table).values(facts | fresh).on_conflict_do_nothing()
    is_new = bool((await session.execute(entered)).rowcount)  # type: ignore[attr-defined]
    row = await session.get_one(table, id, with_for_update=True, populate_existing=True)
    audit.touches(session, [row.id, row.child_id])
    if row.taken_by != taken_by:
        raise SomebodyElseTook("use an id of your own making for what you record")
    if await is_hidden(session, row.child_id, by=by):
        raise NotFound("there is nothing of this id, or it is not yours to see")
    return row, is_new


def _differs(row: Answers | Goal | Voice, facts: dict[str, Any]) -> bool:
    return any(getattr(row, name) != fact for name, fact in facts.items() if name not in AS_HEARD)


def _replace(row: Answers | Goal | Voice, facts: dict[str, Any], version: Replacing) -> bool:
    """Make the row say these facts; returns whether it had said others."""
    differs = _differs(row, facts)
    if differs:
        version.check(row.n)
        for name, fact in facts.items():
            setattr(row, name, fact)
        row.n += 1
    version.of_row(row.n)
    return differs


async def load_texts(
    session: Session, code: str, number: int, posted: TextsIn, *, version: Replacing, by: Principal
) -> None:
    """Keep the authority's own wording of a version of an instrument. Raises `InstrumentNotKnown`, `TextsDoNotFit`."""
    instrument = instrument_of(code, number)
    if instrument.of_goals or len(posted.texts) != instrument.places:
        raise TextsDoNotFit(f"this one has {0 if instrument.of_goals else instrument.places} places with words")
    entered = {"instrument": code, "version": number, "n": 0, "texts": [], "loaded_by": by.id, "loaded_at": clock.now()}
    await session.execute(insert_or(session, InstrumentTexts).values(entered).on_conflict_do_nothing())
    kept = await session.get_one(InstrumentTexts, (code, number), with_for_update=True, populate_existing=True)
    if kept.texts != posted.texts:
        version.check(kept.n)
        kept.n, kept.texts, kept.loaded_by, kept.loaded_at = kept.n + 1, posted.texts, by.id, clock.now()
    version.of_row(kept.n)


async def place(session: Session, children: Collection[UUID]) -> None:
    """Give what was recorded of these children's cases its child, and the worker who held the case, as now heard."""
    await _place(session, Answers, children)
    await _place(session, Goal, children)
    await _place(session, Voice, children)


async def _place(session: Session, table: type[Taken], children: Collection[UUID]) -> None:
    wanted = select(table, KnownCase).join(KnownCase, col(KnownCase.episode_id) == table.episode_id)
    wanted = wanted.where(col(KnownCase.child_id).in_(children)).order_by(col(table.id)).with_for_update(of=table)
    for row, case in (await session.exec(wanted.execution_options(populate_existing=True))).all():
        row.child_id, row.worker_id = case.child_id, case.holder(row.day)


async def forget_families(session: Session, children: Collection[UUID]) -> None:
    """Let go of everything that was said by and of the families of these children, who were erased."""
    for table in (Answers, Goal, Voice):
        await session.execute(delete(table).where(col(table.child_id).in_(children)))


async def heed(
    session: Session, case: Participation, person: Person, purposes: Collection[Purpose], *, forget: bool
) -> None:
    """Do as somebody will who refused or withdrew: the worker is shown no more of what they said, and what was collected goes
    where they asked for that. Whoever calls says what changed.
    """
    said_by = str(person)
    if Purpose.SHARING in purposes:
        hidden = update(Answers).where(col(Answers.episode_id) == case.episode_id, col(Answers.respondent) == said_by)
        await session.execute(hidden.values(worker_may_see=False))
    if Purpose.SHARING in purposes and person is Person.CHILD:
        hidden = update(Voice).where(col(Voice.episode_id) == case.episode_id)
        await session.execute(hidden.values(worker_may_see=False))
    if forget:
        names = [name for name, purpose in PURPOSE_OF.items() if purpose in purposes]
        waves = select(Wave.id).where(Wave.participation_id == case.id, col(Wave.name).in_(names))
        gone = delete(Answers).where(col(Answers.respondent) == said_by, col(Answers.wave_id).in_(waves))
        await session.execute(gone)
