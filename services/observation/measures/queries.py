"""Reads of measures: instruments with their words, what families said, and how scores went. Nothing is averaged over people."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.observation.measures.instruments import INSTRUMENTS, instrument_of
from services.observation.measures.models import (
    Answers,
    AnswersOut,
    CoverageOut,
    Goal,
    GoalOut,
    InstrumentOut,
    InstrumentTexts,
    PointOut,
    ScaleOut,
    SeriesOut,
    Voice,
    VoiceOut,
)
from services.observation.measures.scoring import Instrument, Score
from services.observation.sight import answers_seen_by, goals_seen_by, voices_seen_by
from services.observation.waves.models import Wave
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal

NOT_SEEN = "there are no such answers, or they are not yours to see"


async def instruments(session: Session) -> list[InstrumentOut]:
    """Every version of every instrument, with the authority's own words where they have been loaded."""
    loaded = {(each.instrument, each.version): each for each in await session.exec(select(InstrumentTexts))}
    return [_shown_instrument(each, loaded.get(key)) for key, each in INSTRUMENTS.items()]


async def instrument(session: Session, code: str, version: int) -> InstrumentOut:
    """One version of one instrument. Raises `InstrumentNotKnown`."""
    return _shown_instrument(instrument_of(code, version), await session.get(InstrumentTexts, (code, version)))


def _shown_instrument(each: Instrument, words: InstrumentTexts | None) -> InstrumentOut:
    known = {name: getattr(each, name) for name in InstrumentOut.model_fields if hasattr(each, name)}
    shown = {
        "turned": sorted(each.turned),
        "respondents": sorted(each.respondents),
        "scales": [ScaleOut.model_validate(scale) for scale in each.scales],
        "texts": words.texts if words else None,
    }
    return InstrumentOut.model_validate(known | shown)


async def page_of_answers(
    session: Session, *, episode_id: UUID | None, asked: PageAsked, by: Principal
) -> Page[AnswersOut]:
    """The answers whoever asks may see, of one case or of every one."""
    wanted = select(Answers).where(await answers_seen_by(session, by))
    if episode_id is not None:
        wanted = wanted.where(Answers.episode_id == episode_id)
    shown, following = await asked.read(session, wanted, col(Answers.id))
    return Page(items=await shown_answers(session, shown), next=following)


async def answers(session: Session, answers_id: UUID, *, by: Principal) -> AnswersOut:
    """Answers of one person to one instrument. Raises `NotFound` when they are not there or not theirs to see."""
    wanted = select(Answers).where(Answers.id == answers_id, await answers_seen_by(session, by))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound(NOT_SEEN)
    return (await shown_answers(session, [found]))[0]


async def shown_answers(session: Session, rows: Sequence[Answers]) -> list[AnswersOut]:
    """Answers as they are shown, with their scores."""
    of_waves = select(Wave).where(col(Wave.id).in_({row.wave_id for row in rows if row.wave_id}))
    windows = {wave.id: wave.window for wave in await session.exec(of_waves)}
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id)})
    return [
        AnswersOut.model_validate(
            row.model_dump(warnings=False)
            | {
                "is_memory": row.is_memory,
                "scores": _scores(row),
                "in_window": windows[row.wave_id].holds(row.asked_on) if row.wave_id else None,
            }
        )
        for row in rows
    ]


def _scores(row: Answers) -> list[Score]:
    return instrument_of(row.instrument, row.version).scored(row.answers, row.weights)


async def page_of_goals(session: Session, *, episode_id: UUID | None, asked: PageAsked, by: Principal) -> Page[GoalOut]:
    """The goals whoever asks may see, of one case or of every one."""
    wanted = select(Goal).where(await goals_seen_by(session, by))
    if episode_id is not None:
        wanted = wanted.where(Goal.episode_id == episode_id)
    shown, following = await asked.read(session, wanted, col(Goal.id))
    return Page(items=shown_goals(session, shown), next=following)


def shown_goals(session: Session, rows: Sequence[Goal]) -> list[GoalOut]:
    """Goals as they are shown."""
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id)})
    return [GoalOut.model_validate(row) for row in rows]


async def course(session: Session, episode_id: UUID, *, by: Principal) -> list[SeriesOut]:
    """How each score of a case went, each kind of respondent by itself. Raises `NotFound` when nothing of it is theirs to see."""
    wanted = select(Answers).where(Answers.episode_id == episode_id, await answers_seen_by(session, by))
    rows = (await session.exec(wanted.order_by(col(Answers.refers_to), col(Answers.asked_on), col(Answers.id)))).all()
    if not rows:
        raise NotFound(NOT_SEEN)
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id)})
    series: dict[tuple[str, int, str, str], list[tuple[Answers, Score]]] = defaultdict(list)
    for row in rows:
        for score in _scores(row):
            series[row.instrument, row.version, row.respondent, score.scale].append((row, score))
    return [
        SeriesOut.model_validate(
            {
                "instrument": code,
                "version": version,
                "respondent": respondent,
                "scale": scale,
                "better": instrument_of(code, version).better,
                "points": _points(scored),
            }
        )
        for (code, version, respondent, scale), scored in sorted(series.items())
    ]


def _points(scored: Sequence[tuple[Answers, Score]]) -> list[PointOut]:
    values = [score.value for _, score in scored if score.value is not None]
    return [
        PointOut(
            asked_on=row.asked_on,
            refers_to=row.refers_to,
            is_memory=row.is_memory,
            value=score.value,
            missing=score.missing,
            is_case=score.is_case,
            since_first=None if score.value is None else score.value - values[0],
        )
        for row, score in scored
    ]


async def page_of_voices(
    session: Session, *, episode_id: UUID | None, asked: PageAsked, by: Principal
) -> Page[VoiceOut]:
    """How children were heard, or why not, of what whoever asks may see; of one case or of every one."""
    wanted = select(Voice).where(await voices_seen_by(session, by))
    if episode_id is not None:
        wanted = wanted.where(Voice.episode_id == episode_id)
    shown, following = await asked.read(session, wanted, col(Voice.id))
    return Page(items=shown_voices(session, shown), next=following)


def shown_voices(session: Session, rows: Sequence[Voice]) -> list[VoiceOut]:
    """Voices as they are shown."""
    audit.touches(session, {id for row in rows for id in (row.id, row.child_id)})
    return [VoiceOut.model_validate(row) for row in rows]


async def coverage(session: Session, since: date, until: date, *, by: Principal) -> CoverageOut:
    """Of the cases in which a family answered anything on these days: in how many the child was heard, or it is said why not."""
    answered = select(Answers.episode_id).where(
        await answers_seen_by(session, by), col(Answers.asked_on).between(since, until)
    )
    of_cases = select(func.count(col(Voice.episode_id).distinct())).where(
        await voices_seen_by(session, by),
        col(Voice.on).between(since, until),
        col(Voice.episode_id).in_(answered),
    )
    cases = await _one(session, answered.with_only_columns(func.count(col(Answers.episode_id).distinct())))
    told = await _one(session, of_cases)
    heard = await _one(session, of_cases.where(col(Voice.way).is_not(None)))
    return CoverageOut(cases=cases, heard=heard, explained=told - heard, silent=cases - told)


async def _one(session: Session, count: Any) -> int:
    return int((await session.execute(count)).scalar_one())
