"""What intake says, put together once a transaction from what was noted as changed (`people.changes`).

Run by the database before each commit, so that no operation can forget to speak and none speaks twice.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, CompoundSelect, bindparam, exists, inspect, literal, union_all
from sqlmodel import col, select

from services.intake.allocation.breaches import watch_limits
from services.intake.allocation.models import Allocation
from services.intake.care.models import CareEpisode, PermanencePlan, PreProceedings
from services.intake.children.models import Named
from services.intake.contacts.models import Contact
from services.intake.episodes.models import (
    Assessment,
    CINPlan,
    Conference,
    Episode,
    Meeting,
    ProtectionPlan,
    Section47,
    Visit,
)
from services.intake.offer.models import Offer
from services.intake.offer.queries import sessions
from services.intake.offer.stages import Attendance
from services.intake.people.ages import age_band
from services.intake.people.changes import CHANGES, Changed, Changes, Kept, lock_children, note_who_is_spoken_for
from services.intake.people.models import Child, Worker
from services.intake.people.speaking import worker_states
from services.intake.referrals.decision import Outcome
from services.intake.referrals.models import Referral, ReferralRow
from services.intake.risk.models import Goal, RiskRating
from services.intake.risk.reviews import standing
from services.intake.transfers.models import Involvement, Transfer
from services.intake.waiting.operations import leave_nobody_unnamed
from services.intake.write_backs.operations import write_back
from shared.calendar import add_months, civil_date
from shared.contracts import intake as said
from shared.contracts.codes import CareCeasedReason
from shared.contracts.state import Change, Part
from shared.database import Session
from shared.messaging.outbox import publish
from shared.messaging.republish import Subjects

R = TypeVar("R")
Parts: TypeAlias = dict[str, dict[UUID, list[Any]]]
"""What was done in episodes, by field of `said.Episode` and then by episode."""


async def speak(session: Session) -> None:
    """Publish the state of every child and worker this transaction changed."""
    if CHANGES not in session.info:
        return
    await session.flush()
    await watch_limits(session, session.info[CHANGES])
    await leave_nobody_unnamed(session, session.info[CHANGES])
    await write_back(session, session.info[CHANGES])
    await note_who_is_spoken_for(session)
    noted: Changes = session.info.pop(CHANGES)
    await session.flush()
    for changed in noted.children.values():
        await _read_again(session, changed.child)
    if noted.children:
        entered = [_child(session, id, noted.children[id], referrals) for id, referrals in noted.entered.items()]
        known = {id: changed for id, changed in noted.children.items() if id not in noted.entered}
        await publish(session, *entered, *await child_states(session, known), by=noted.by)
    if noted.workers:
        await publish(session, *await worker_states(session, noted.workers), by=noted.by)


async def _read_again(session: Session, child: Kept) -> None:
    """A savepoint that was given up leaves the rows unread that it had changed, and nothing can be read while a state is put
    together.
    """
    if isinstance(child, Child) and inspect(child).expired_attributes:
        await session.refresh(child)


async def child_states(session: Session, changed: dict[UUID, Changed]) -> list[said.ChildState]:
    """Everything said of these children, as the tables stand now."""
    if not changed:
        return []
    records = {id: () if each.merged_into else (id, *each.stands_for) for id, each in changed.items()}
    every = [record for those in records.values() for record in those]
    referrals = _by(await _rows(session, Referral, col(Referral.child_id), every), "child_id")
    episodes = await _rows(session, Episode, col(Episode.child_id), every)
    parts = await _parts(session, [episode.id for episode in episodes])
    episodes_of = _by(episodes, "child_id")
    named = _by(await _rows(session, Named, col(Named.child_id), every), "child_id")
    contacts = _by(await _rows(session, Contact, col(Contact.child_id), every), "child_id")
    return [
        _child(
            session,
            id,
            each,
            [row for record in records[id] for row in referrals[record]],
            [_episode(row, parts) for record in records[id] for row in episodes_of[record]],
            named={row.who for record in records[id] for row in named[record]},
            contacts=[_contact(row) for record in records[id] for row in contacts[record]],
        )
        for id, each in changed.items()
    ]


def _child(
    session: Session,
    child_id: UUID,
    changed: Changed,
    referrals: Iterable[ReferralRow],
    episodes: Iterable[said.Episode] = (),
    *,
    named: Collection[str] = (),
    contacts: Iterable[said.Contact] = (),
) -> said.ChildState:
    return said.ChildState(
        authority=session.info["authority"],
        epoch=session.info["epoch"],
        n=changed.n,
        changes=tuple(changed.changes),
        merged_into=changed.merged_into,
        child_id=child_id,
        contacts=tuple(sorted(contacts, key=lambda contact: (contact.received_on, contact.id))),
        sex=changed.child.sex,
        ethnicity=changed.child.ethnicity,
        disabilities=tuple(changed.child.disabilities),
        referrals=tuple(
            _referral(row, changed.child) for row in sorted(referrals, key=lambda row: (row.received_on, row.id))
        ),
        episodes=tuple(sorted(episodes, key=lambda episode: (episode.started_on, episode.id))),
        restricted=bool(named),
        named=tuple(sorted(named)),
    )


def _episode(row: Episode, parts: Parts) -> said.Episode:
    return said.Episode(
        id=row.id,
        referral_id=row.referral_id,
        started_on=row.started_on,
        closed_on=row.closed_on,
        closure_reason=row.closure_reason,
        **{name: tuple(items[row.id]) for name, items in parts.items()},
    )


def _contact(row: Contact) -> said.Contact:
    return said.Contact(
        id=row.id,
        received_on=row.received_on,
        source=row.source,
        screened_on=civil_date(row.screened_at) if row.screened_at else None,
        decided_on=civil_date(row.decided_at) if row.decided_at else None,
        outcome=row.outcome,
        episode_id=row.episode_id,
        referral_id=row.referral_id,
    )


def _referral(row: ReferralRow, child: Kept) -> said.Referral:
    return said.Referral(
        id=row.id,
        received_on=row.received_on,
        source=row.source,
        primary_need=row.primary_need,
        no_further_action=row.no_further_action,
        joined_open_episode=row.outcome == Outcome.OPEN_EPISODE,
        age_band=age_band(child.born_on, child.expected_on, on=row.received_on),
    )


async def _parts(session: Session, episodes: Sequence[UUID]) -> Parts:
    """What was done in these episodes, as it is said."""
    found: Parts = {}
    there_are = await _fields_in_use(session, episodes)
    for field, table, begins, shape in (part for part in PARTS if part[0] in there_are):
        wanted = BESIDE.get(field, select(table.__table__)).where(table.episode_id.in_(episodes))
        rows = list((await session.execute(wanted)).all())
        rows.sort(key=lambda row, begins=begins: (getattr(row, begins), row.id))  # type: ignore[misc]
        found[field] = defaultdict(list)
        for row in rows:
            found[field][row.episode_id].append(shape(row))
    if "goals" in found:
        found["goals"] = await _rated(session, found["goals"])
    return found


async def _rated(session: Session, goals: dict[UUID, list[said.Goal]]) -> dict[UUID, list[Any]]:
    """These goals, with the ratings of each that stand."""
    ids = [goal.id for those in goals.values() for goal in those]
    ratings = _by(standing(await _rows(session, RiskRating, col(RiskRating.goal_id), ids)), "goal_id")
    told = {id: tuple(map(_as(said.RiskRating), ratings[id])) for id in ids}
    rated: dict[UUID, list[Any]] = defaultdict(list)
    for episode, those in goals.items():
        rated[episode] = [goal.model_copy(update={"ratings": told[goal.id]}) for goal in those]
    return rated


async def _fields_in_use(session: Session, episodes: Sequence[UUID]) -> set[str]:
    """Which parts there are of these episodes at all, in one statement: most cases have few. Of many episodes, any."""
    if not 0 < len(episodes) <= FEW:
        return {field for field, *_ in PARTS} if episodes else set()
    return set((await session.execute(_probes(), {"episodes": episodes})).scalars())


@cache
def _probes() -> CompoundSelect[Any]:
    """Put together once: every act asks this, and to put it together takes as long as the rest of the act."""
    theirs: BindParameter[Any] = bindparam("episodes", expanding=True)
    there_are = (
        select(literal(field)).where(exists().where(table.episode_id.in_(theirs))) for field, table, *_ in PARTS
    )
    return union_all(*there_are)


def _as(shape: type[Part], *, without: str = "") -> Callable[[Any], Part]:
    """A row as it is said: the fields that both have by the same name."""
    names = tuple(name for name in shape.model_fields if name != without)
    return lambda row: shape(**{name: getattr(row, name) for name in names})


def _allocation(row: Any) -> said.Allocation:
    return said.Allocation(
        id=row.id, worker_id=row.worker_id, team=row.team_code, held_from=row.held_from, held_until=row.held_until
    )


def _care_episode(row: Any) -> said.CareEpisode:
    """Whether care ceased on the eighteenth birthday is told here: the date of birth is not."""
    ceased = row.ceased_reason not in {None, CareCeasedReason.CARE_GOES_ON} and row.born_on is not None
    at_18 = row.ended_on == add_months(row.born_on, 12 * ADULT_YEARS) if ceased else None
    told = {name: getattr(row, name) for name in said.CareEpisode.model_fields if name != "ceased_at_18"}
    return said.CareEpisode(**told, ceased_at_18=at_18)


FEW = 50
ADULT_YEARS = 18

PARTS: tuple[tuple[str, Any, str, Callable[[Any], Part]], ...] = (
    ("assessments", Assessment, "started_on", _as(said.Assessment)),
    ("cin_plans", CINPlan, "started_on", _as(said.CINPlan)),
    ("section_47_enquiries", Section47, "started_on", _as(said.Section47)),
    ("conferences", Conference, "held_on", _as(said.Conference)),
    ("protection_plans", ProtectionPlan, "started_on", _as(said.ProtectionPlan)),
    ("meetings", Meeting, "held_on", _as(said.Meeting)),
    ("visits", Visit, "visited_on", _as(said.Visit)),
    ("pre_proceedings", PreProceedings, "started_on", _as(said.PreProceedings)),
    ("care_episodes", CareEpisode, "started_on", _care_episode),
    ("permanence_plans", PermanencePlan, "planned_on", _as(said.PermanencePlan)),
    ("goals", Goal, "agreed_on", _as(said.Goal, without="ratings")),
    ("transfers", Transfer, "offered_on", _as(said.Transfer)),
    ("involvements", Involvement, "involved_from", _as(said.Involvement)),
    ("allocations", Allocation, "held_from", _allocation),
    ("offers", Offer, "id", _as(said.Offer)),
)
"""What is said of an episode: the field, the table, the column that orders its rows, and how a row is said."""


BESIDE: dict[str, Any] = {
    "offers": select(Offer.__table__, sessions(Attendance.GIVEN), sessions(Attendance.MISSED)),  # type: ignore[attr-defined]
    "care_episodes": select(CareEpisode.__table__, col(Child.born_on))  # type: ignore[attr-defined]
    .join(Episode, col(Episode.id) == CareEpisode.episode_id)
    .join(Child, col(Child.id) == Episode.child_id),
}
"""Rows of which something is told that stands in another table."""


async def _rows(session: Session, table: Any, column: Any, ids: Iterable[UUID]) -> list[Any]:
    """Plain rows: to build objects of the model for each would cost more than all else that is done to speak."""
    return list((await session.execute(select(table.__table__).where(column.in_(list(ids))))).all())


def _by(rows: Iterable[R], key: str) -> dict[UUID, list[R]]:
    grouped: dict[UUID, list[R]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, key)].append(row)
    return grouped


async def _children_again(session: Session, ids: Sequence[UUID], change: Change) -> list[said.ChildState]:
    children = await lock_children(session, ids)
    told = {
        child.id: Changed(child, child.n, [change], child.merged_into, [UUID(each) for each in child.stands_for])
        for child in children
    }
    return await child_states(session, told)


async def _workers_again(session: Session, ids: Sequence[UUID], change: Change) -> list[said.WorkerState]:
    await session.exec(select(Worker.id).where(col(Worker.id).in_(ids)).order_by(col(Worker.id)).with_for_update())
    return await worker_states(session, {id: [change] for id in ids})


SPEAKS_OF = (
    Subjects(said.WorkerState.topic, col(Worker.id), _workers_again),
    Subjects(said.ChildState.topic, col(Child.id), _children_again),
)
