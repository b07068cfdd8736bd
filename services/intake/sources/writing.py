"""Brings referrals, episodes and their parts to what all sources together state, table by table.

What was recorded here no source changes: here is its master, and where a source states it otherwise, that is found. Of a team
whose cases are mirrored the case system is the master, whoever made the referral.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import delete, insert, union, update
from sqlalchemy import select as rows_of
from sqlmodel import and_, col, select

from services.intake.allocation.mode import Mode
from services.intake.allocation.models import Allocation
from services.intake.allocation.queries import modes_on
from services.intake.corrections.models import Change, Correction, Error
from services.intake.database import TABLES
from services.intake.episodes.models import Episode
from services.intake.episodes.operations import release_closed
from services.intake.referrals.models import Referral
from services.intake.sources.document import ChildDocument, StatedCase
from services.intake.sources.findings import Done, Finding
from services.intake.sources.holding import hold, workers_named
from services.intake.sources.merge import NAMED_BY, PartKey, numbered
from services.intake.sources.parts import PARTS, PartOfCase
from shared import clock
from shared.database import Session
from shared.ids import new_id

CaseKey: TypeAlias = tuple[UUID, date]
"""The natural key of a case: the child and the day of the referral."""
Clear: TypeAlias = Callable[[Session, list[UUID]], Awaitable[None]]

OF_THE_REFERRAL = ("source", "primary_need", "no_further_action")
OF_THE_EPISODE = ("closed_on", "closure_reason")
SIGNED_BY_SOURCES = ("allocated_by", "corrected_by")
"""Columns that say who wrote a row, where that may be a source."""


@dataclass
class Record:
    """What is to be written of some children, and what came of it."""

    merged: Mapping[UUID, ChildDocument]
    """What all sources together say, by child."""
    sent: Mapping[UUID, ChildDocument]
    """What one of them has just said."""
    moved: Mapping[CaseKey, date]
    """Cases whose referral date it has corrected: where they stood, and the day that is right."""
    systems: Collection[str]
    """All that have stated something of these children."""
    by: str
    findings: dict[UUID, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    """By child."""
    happened: list[tuple[UUID, str, UUID, date]] = field(default_factory=list)
    """Beside that something was stated: to which child what, to which item and when."""
    left_out: list[CaseKey] = field(default_factory=list)

    def at(self, case: CaseKey) -> str | None:
        """Where in what was sent a case stands, if it does."""
        sent = self.sent.get(case[0])
        days = [each.referred_on for each in sent.cases] if sent else []
        return f"/cases/{days.index(case[1])}" if case[1] in days else None

    def stays(self, case: CaseKey) -> None:
        """It is no longer stated, and a person decides what becomes of it."""
        sentence = "a case is no longer stated so in which something was recorded here: it stands"
        self.findings[case[0]].append(Finding(self.at(case) or "/cases", sentence, done=Done.OURS_STANDS))

    def found(self, case: CaseKey, step: str, sentence: str, done: Done) -> None:
        if (at := self.at(case)) is not None:
            self.findings[case[0]].append(Finding(at + step, sentence, done=done))


async def write(session: Session, record: Record) -> None:
    """Write what is stated of these children, in at most a handful of statements a table."""
    every = {(child, case.referred_on): case for child, told in record.merged.items() for case in told.cases}
    made_here = await _made_here(session, list(record.merged))
    stated = {key: case for key, case in every.items() if key not in made_here}
    referrals = await _write_referrals(session, record, stated)
    of_referrals = {referrals[key]: (key, case) for key, case in stated.items()}
    episodes = await _write_episodes(session, record, of_referrals)
    cases = {episode: of_referrals[referral] for referral, episode in episodes.items()}
    cases |= {
        ours.episode_id: (key, every[key])
        for key, ours in made_here.items()
        if ours.episode_id is not None and key in every
    }
    await _settle_with_ours(session, record, made_here, every)
    for part in PARTS:
        await _write_parts(session, record, part, cases)
    await hold(session, record, cases)
    await release_closed(session, list(cases))
    record.left_out += [
        key for key, ours in made_here.items() if ours.episode_id is None and key in every and every[key].has_parts
    ]
    for key in record.left_out:
        record.found(key, "", "its referral was made here and no episode came of it here", Done.SET_ASIDE)


async def _write_referrals(
    session: Session, record: Record, stated: Mapping[CaseKey, StatedCase]
) -> dict[CaseKey, UUID]:
    """Bring the referrals that sources state to what they state."""
    belongs = col(Referral.child_id).in_(list(record.merged)) & col(Referral.form_id).is_(None)
    rows: dict[CaseKey, Any] = {}
    for row in await _rows(session, Referral, belongs):
        key = (row.child_id, row.received_on)
        rows[row.child_id, record.moved.get(key, row.received_on)] = row
    wanted = {key: _referral_row(*key, case) for key, case in stated.items()}
    gone = {row.id: key for key, row in rows.items() if key not in wanted}
    led = select(Episode).where(col(Episode.referral_id).in_(gone)) if gone else None
    episodes = {each.id: each.referral_id for each in (await session.exec(led)).all()} if led is not None else {}
    for episode in await _worked_on_here(session, record, episodes):
        key = gone.pop(episodes[episode])
        del rows[key]
        record.stays(key)
    for child, day in gone.values():
        if _case_sent(record, (child, day)) is not None:
            record.happened.append((child, "record.withdrawn", child, day))

    async def clear(session: Session, referrals: list[UUID]) -> None:
        ids = [episode for episode, referral in episodes.items() if referral in referrals]
        await _clear_episodes(session, ids)
        await session.execute(delete(Episode).where(col(Episode.id).in_(ids)))

    return await _bring(session, Referral, rows, wanted, clear=clear)


async def _write_episodes(
    session: Session, record: Record, stated: Mapping[UUID, tuple[CaseKey, StatedCase]]
) -> dict[UUID, UUID]:
    """Bring the episodes of these referrals to what is stated of them; those that came of it, by referral."""
    rows = {row.referral_id: row for row in await _rows(session, Episode, col(Episode.referral_id).in_(list(stated)))}
    wanted = {
        referral: _episode_row(key[0], referral, case)
        for referral, (key, case) in stated.items()
        if case.leads_to_an_episode
    }
    gone = {row.id: referral for referral, row in rows.items() if referral not in wanted}
    for episode in await _worked_on_here(session, record, gone):
        del rows[gone[episode]]
        record.stays(stated[gone[episode]][0])
    return await _bring(session, Episode, rows, wanted, clear=_clear_episodes)


async def _worked_on_here(session: Session, record: Record, episodes: Collection[UUID]) -> set[UUID]:
    """Those of these episodes in which somebody recorded something here, in one statement."""
    ways = []
    for table in TABLES.sorted_tables if episodes else ():
        if "episode_id" in table.c:
            way = rows_of(table.c.episode_id).where(table.c.episode_id.in_(episodes))
            if "recorded_by" in table.c:
                way = way.where(table.c.recorded_by.is_not(None))
            elif (signed := next((each for each in SIGNED_BY_SOURCES if each in table.c), None)) is not None:
                way = way.where(table.c[signed].not_in(record.systems))
            ways.append(way)
    return set((await session.execute(union(*ways))).scalars()) if ways else set()


@dataclass(frozen=True)
class _Ours:
    """A referral made here, and the episode that came of it."""

    referral: Any
    episode_id: UUID | None
    closed_on: date | None
    closure_reason: str | None
    team: str | None
    """Which holds the case now."""


async def _made_here(session: Session, children: list[UUID]) -> dict[CaseKey, _Ours]:
    """The days on which these children were referred here, with the episode that came of it."""
    held_now = and_(col(Allocation.episode_id) == Episode.id, col(Allocation.held_until).is_(None))
    wanted = (
        rows_of(Referral, Episode.id, Episode.closed_on, Episode.closure_reason, Allocation.team_code)  # type: ignore[call-overload]
        .outerjoin(Episode, col(Episode.referral_id) == Referral.id)
        .outerjoin(Allocation, held_now)
        .where(col(Referral.child_id).in_(children), col(Referral.form_id).is_not(None))
    )
    made: dict[CaseKey, _Ours] = {}
    for referral, *of_the_case in (await session.execute(wanted)).all():
        key = (referral.child_id, referral.received_on)
        if key not in made or made[key].episode_id is None:
            made[key] = _Ours(referral, *of_the_case)
    return made


async def _settle_with_ours(
    session: Session,
    record: Record,
    made_here: Mapping[CaseKey, _Ours],
    every: Mapping[CaseKey, StatedCase],
) -> None:
    """A referral made here stands as it is, and where a source states it otherwise that is found; but the case system closes
    the cases of a team that is mirrored.
    """
    modes = await modes_on(session, clock.today()) if any(ours.team for ours in made_here.values()) else {}
    for key, ours in made_here.items():
        if key not in every:
            continue
        stated = every[key]
        if ours.team is not None and modes[ours.team] is Mode.MIRRORED:
            closure = {name: getattr(stated, name) for name in OF_THE_EPISODE}
            await session.execute(update(Episode).where(col(Episode.id) == ours.episode_id).values(closure))
        else:
            for name in OF_THE_EPISODE if ours.episode_id else ():
                _compare(record, key, name, getattr(stated, name), getattr(ours, name))
        for name in OF_THE_REFERRAL:
            _compare(record, key, name, getattr(stated, name), getattr(ours.referral, name))


def _compare(record: Record, key: CaseKey, name: str, stated: Any, ours: Any) -> None:
    if stated is not None and stated != ours:
        record.found(key, f"/{name}", "this is recorded here otherwise, or not at all: ours stands", Done.OURS_STANDS)


async def _write_parts(
    session: Session, record: Record, part: PartOfCase, cases: Mapping[UUID, tuple[CaseKey, StatedCase]]
) -> None:
    wanted: dict[Any, dict[str, Any]] = {}
    withdrawn: dict[Any, CaseKey] = {}
    in_it = {episode: getattr(case, part.topic) for episode, (_, case) in cases.items()}
    workers = (
        await workers_named(session, {each.worker for those in in_it.values() for each in those})
        if part.of_workers
        else {}
    )
    for episode, (key, _) in cases.items():
        for name, stated in numbered(in_it[episode], NAMED_BY[part.topic]).items():
            row = part.row(stated)
            if part.of_workers:
                if stated.worker not in workers:
                    record.found(key, f"/{part.topic}", "a worker is not known here", Done.SET_ASIDE)
                    continue
                row["worker_id"] = workers[stated.worker].id
            place = (episode, *(row[column] for column in part.named_by), name[-1])
            wanted[place] = {"episode_id": episode, **row} | ({"occurrence": name[-1]} if part.has_occurrence else {})
        for name in _in_error(record, key, part.topic):
            withdrawn[(episode, *name)] = key
    rows = await _rows(session, part.table, part.table.episode_id.in_(list(cases)))
    kept = part.keyed(rows)
    for place, row in wanted.items():
        if place in kept and kept[place].recorded_by is not None and _differs(kept[place], row):
            sentence = "this is recorded here otherwise: ours stands"
            record.found(cases[place[0]][0], f"/{part.topic}", sentence, Done.OURS_STANDS)
    for place in withdrawn.keys() & kept.keys():
        if kept[place].recorded_by is None:
            await _keep_withdrawn(session, record, part.table, kept[place], withdrawn[place])
    await _bring(session, part.table, kept, wanted)


def _in_error(record: Record, key: CaseKey, topic: str) -> list[PartKey]:
    """What a source says never was, by what names it."""
    case = _case_sent(record, key)
    items = numbered(getattr(case, topic), NAMED_BY[topic]) if case else {}
    return [name for name, item in items.items() if item.recorded_in_error]


def _case_sent(record: Record, key: CaseKey) -> StatedCase | None:
    sent = record.sent.get(key[0])
    return next((each for each in sent.cases if each.referred_on == key[1]), None) if sent else None


async def _keep_withdrawn(session: Session, record: Record, table: Any, row: Any, key: CaseKey) -> None:
    """What stood before is not lost."""
    session.add(
        Correction(
            id=new_id(),
            episode_id=row.episode_id,
            item_id=row.id,
            kind=table.__tablename__,
            change=Change.WITHDRAWN,
            error=Error.OTHER,
            before=to_jsonable_python({column.name: getattr(row, column.name) for column in table.__table__.c}),
            after=None,
            corrected_at=clock.now(),
            corrected_by=record.by,
        )
    )
    record.happened.append((key[0], "record.withdrawn", row.id, clock.today()))


def _referral_row(child_id: UUID, received_on: date, case: StatedCase) -> dict[str, Any]:
    said = {name: getattr(case, name) for name in OF_THE_REFERRAL}
    return {"child_id": child_id, "received_on": received_on, **said}


def _episode_row(child_id: UUID, referral_id: UUID, case: StatedCase) -> dict[str, Any]:
    said = {name: getattr(case, name) for name in OF_THE_EPISODE}
    return {"child_id": child_id, "referral_id": referral_id, "started_on": case.referred_on, **said}


async def _rows(session: Session, table: Any, belongs: Any) -> Sequence[Any]:
    return list((await session.execute(select(table.__table__).where(belongs).order_by(table.id))).all())


async def _bring(
    session: Session,
    table: Any,
    rows: Mapping[Any, Any],
    wanted: Mapping[Any, dict[str, Any]],
    *,
    clear: Clear | None = None,
) -> dict[Any, UUID]:
    """Bring rows to what is wanted. What was recorded here stays as it is: here is its master.

    At most one statement to add, one to change and one to remove, after `clear` has removed what hangs on the rows that go.
    """
    ids = {key: rows[key].id if key in rows else new_id() for key in wanted}
    ours = {key for key, row in rows.items() if getattr(row, "recorded_by", None) is not None}
    added = [{"id": ids[key], **row} for key, row in wanted.items() if key not in rows]
    changed = [
        {"id": ids[key], **row}
        for key, row in wanted.items()
        if key in rows and key not in ours and _differs(rows[key], row)
    ]
    gone = [row.id for key, row in rows.items() if key not in wanted and key not in ours]
    if gone:
        if clear is not None:
            await clear(session, gone)
        await session.execute(delete(table).where(table.id.in_(gone)))
    if changed:
        await session.execute(update(table), changed)
    if added:
        await session.execute(insert(table), added)
    return ids


def _differs(row: Any, wanted: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in wanted.items())


async def _clear_episodes(session: Session, episodes: list[UUID]) -> None:
    """Remove what sources stated of these episodes: nothing else hangs on them."""
    for table in (Allocation, Correction, *(part.table for part in PARTS)):
        await session.execute(delete(table).where(table.episode_id.in_(episodes)))
