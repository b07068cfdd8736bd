"""Takes in what a source states of many children: unchanged documents are screened, the rest become rows and events.

One batch is one transaction and a handful of statements, whatever the number of children; each child is still one
document, one version and one event.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlmodel import and_, col, select

from services.intake.allocation.models import Allocation
from services.intake.care.models import CareEpisode, PermanencePlan, PreProceedings
from services.intake.corrections.models import Correction
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
from services.intake.episodes.operations import release_closed
from services.intake.identity.operations import look_for_likenesses
from services.intake.identity.queries import keys_of
from services.intake.people.changes import child_changed
from services.intake.people.models import Child
from services.intake.people.names import keys
from services.intake.people.operations import recognise
from services.intake.referrals.models import Referral
from services.intake.sources.document import ChildDocument, StatedCase
from services.intake.sources.merge import BEGINS, KEPT_WHEN_BLANK, fingerprint, merge, numbered
from services.intake.sources.models import SourceDocument
from services.intake.transfers.models import Involvement, Transfer
from shared import clock
from shared.database import Session, insert_or
from shared.ids import new_id

CaseKey: TypeAlias = tuple[UUID, date]
"""The natural key of a case: the child and the day of the referral."""


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Source:
    """Who states something, and the last day of the period it is about."""

    name: str
    """Source and period, as `cin-census/2025`."""
    period_to: date


@dataclass(frozen=True)
class Statement:
    """One child's document with the findings that go with it."""

    document: ChildDocument
    findings: Sequence[dict[str, object]] = ()

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.document)


@dataclass(frozen=True)
class Taken:
    """What came of a batch."""

    outcomes: dict[str, Outcome]
    """By LAchildID."""
    left_out: Sequence[tuple[str, date]] = ()
    """Cases, by LAchildID and referral date, of which nothing is written but the document they stand in: the referral was
    made here, and no episode came of it here."""


async def state(session: Session, source: Source, statements: Sequence[Statement], *, by: str) -> Taken:
    """Take in one batch: what is unchanged is screened, the rest becomes rows and one event a child."""
    outcomes = await foresee(session, source, statements)
    changed = [each for each in statements if outcomes[each.document.la_child_id] is not Outcome.UNCHANGED]
    if not changed:
        return Taken(outcomes)
    children = {
        child.la_child_id: child for child in await recognise(session, (each.document.la_child_id for each in changed))
    }
    await _file(session, source, changed, children)
    merged = await _merged(session, children)
    await look_for_likenesses(session, _write_children(children, merged))
    left_out = await _write_cases(session, merged)
    for child in children.values():
        child_changed(session, child, "record.stated", on=source.period_to, by=by)
    return Taken(outcomes, [(merged[child_id].la_child_id, day) for child_id, day in left_out])


async def foresee(session: Session, source: Source, statements: Sequence[Statement]) -> dict[str, Outcome]:
    """What it would do to state these, by LAchildID; in one statement, and nothing is changed."""
    prints = {each.document.la_child_id: each.fingerprint for each in statements}
    of_this_source = and_(col(SourceDocument.child_id) == Child.id, col(SourceDocument.source) == source.name)
    wanted = (
        select(Child.la_child_id, SourceDocument.fingerprint)
        .outerjoin(SourceDocument, of_this_source)
        .where(col(Child.la_child_id).in_(prints))
    )
    outcomes = dict.fromkeys(prints, Outcome.NEW)
    for la_child_id, stated_before in (await session.exec(wanted)).all():
        is_same = stated_before == prints[la_child_id]
        outcomes[la_child_id] = Outcome.UNCHANGED if is_same else Outcome.CHANGED
    return outcomes


async def _file(session: Session, source: Source, statements: Sequence[Statement], children: dict[str, Child]) -> None:
    """Keep what was stated, in place of what this source stated of the same period before."""
    rows = [
        {
            "child_id": children[each.document.la_child_id].id,
            "source": source.name,
            "period_to": source.period_to,
            "fingerprint": each.fingerprint,
            "document": each.document.model_dump(mode="json"),
            "findings": list(each.findings),
            "stated_at": clock.now(),
        }
        for each in statements
    ]
    stated = insert_or(session, SourceDocument.__table__)  # type: ignore[attr-defined]
    newest = {name: stated.excluded[name] for name in rows[0] if name not in {"child_id", "source"}}
    await session.execute(stated.on_conflict_do_update(index_elements=["child_id", "source"], set_=newest), rows)


async def _merged(session: Session, children: dict[str, Child]) -> dict[UUID, ChildDocument]:
    """What all sources together say of each child."""
    ids = [child.id for child in children.values()]
    wanted = select(SourceDocument).where(col(SourceDocument.child_id).in_(ids)).order_by(col(SourceDocument.source))
    documents: dict[UUID, list[tuple[date, ChildDocument]]] = defaultdict(list)
    for row in (await session.exec(wanted.execution_options(populate_existing=True))).all():
        documents[row.child_id].append((row.period_to, ChildDocument.model_validate(row.document)))
    return {child_id: merge(each) for child_id, each in documents.items()}


def _write_children(children: dict[str, Child], merged: dict[UUID, ChildDocument]) -> list[Child]:
    """Bring the children to what is stated; returns those who are new, or of whom something else now tells who they are."""
    told_apart = []
    for child in children.values():
        known_by = keys_of(child)
        for name in KEPT_WHEN_BLANK:
            if value := getattr(merged[child.id], name):
                setattr(child, name, list(value) if isinstance(value, tuple) else value)
        for name, key in keys(child.forename, child.surname, child.born_on).items():
            setattr(child, name, key)
        if child.n == 0 or keys_of(child) != known_by:
            told_apart.append(child)
    return told_apart


async def _write_cases(session: Session, merged: dict[UUID, ChildDocument]) -> list[CaseKey]:
    """Bring referrals, episodes and their parts to what is stated; returns the cases that are left out.

    A referral made here is not touched, nor its episode: we are their master. What was done in it only the source says.
    """
    every = {(child_id, case.referred_on): case for child_id, document in merged.items() for case in document.cases}
    made_here = await _made_here(session, list(merged))
    stated = {key: case for key, case in every.items() if key not in made_here}
    referrals = await _reconcile(
        session,
        Referral,
        col(Referral.child_id).in_(list(merged)) & col(Referral.form_id).is_(None),
        lambda row: (row.child_id, row.received_on),
        {key: _referral_row(*key, case) for key, case in stated.items()},
        clear=_clear_referrals,
    )
    with_episodes = {referrals[key]: (key[0], case) for key, case in stated.items() if case.leads_to_an_episode}
    episodes = await _reconcile(
        session,
        Episode,
        col(Episode.referral_id).in_(list(referrals.values())),
        lambda row: row.referral_id,
        {referral: _episode_row(child, referral, case) for referral, (child, case) in with_episodes.items()},
        clear=_clear_episodes,
    )
    await release_closed(session, list(episodes.values()))
    cases = {episodes[referral]: case for referral, (_, case) in with_episodes.items()}
    cases |= {episode: every[key] for key, episode in made_here.items() if episode is not None and key in every}
    for table, field, row_of in PARTS:
        begins = BEGINS[field]
        wanted = {
            (episode, day, occurrence): {"episode_id": episode, begins: day, "occurrence": occurrence, **row_of(part)}
            for episode, case in cases.items()
            for (day, occurrence), part in numbered(getattr(case, field), begins).items()
        }
        await _reconcile(
            session,
            table,
            table.episode_id.in_(list(cases)),
            attrgetter("episode_id", begins, "occurrence"),
            wanted,
        )
    return [key for key, episode in made_here.items() if episode is None and key in every and every[key].has_parts]


async def _made_here(session: Session, children: list[UUID]) -> dict[CaseKey, UUID | None]:
    """The days on which these children were referred here, with the episode that came of it."""
    wanted = (
        select(col(Referral.child_id), col(Referral.received_on), col(Episode.id))
        .outerjoin(Episode, col(Episode.referral_id) == Referral.id)
        .where(col(Referral.child_id).in_(children), col(Referral.form_id).is_not(None))
    )
    made: dict[CaseKey, UUID | None] = {}
    for child_id, received_on, episode_id in (await session.exec(wanted)).all():
        made[child_id, received_on] = made.get((child_id, received_on)) or episode_id
    return made


def _referral_row(child_id: UUID, received_on: date, case: StatedCase) -> dict[str, Any]:
    return {
        "child_id": child_id,
        "received_on": received_on,
        "source": case.source,
        "primary_need": case.primary_need,
        "no_further_action": case.no_further_action,
    }


def _episode_row(child_id: UUID, referral_id: UUID, case: StatedCase) -> dict[str, Any]:
    return {
        "child_id": child_id,
        "referral_id": referral_id,
        "started_on": case.referred_on,
        "closed_on": case.closed_on,
        "closure_reason": case.closure_reason,
    }


PARTS: tuple[tuple[Any, str, Callable[[Any], dict[str, Any]]], ...] = (
    (
        Assessment,
        "assessments",
        lambda part: {
            "internal_review_on": part.internal_review_on,
            "authorised_on": part.authorised_on,
            "factors": list(part.factors),
        },
    ),
    (CINPlan, "cin_plans", lambda part: {"ended_on": part.ended_on}),
    (
        Section47,
        "section_47_enquiries",
        lambda part: {
            "conference_target_on": part.conference_target_on,
            "conference_on": part.conference_on,
            "conference_not_required": part.conference_not_required,
        },
    ),
    (Conference, "conferences", lambda _part: {}),
    (
        ProtectionPlan,
        "protection_plans",
        lambda part: {
            "ended_on": part.ended_on,
            "initial_category": part.initial_category,
            "latest_category": part.latest_category,
            "previous_plans": part.previous_plans,
            "reviewed_on": [day.isoformat() for day in part.reviewed_on],
        },
    ),
)
"""The parts of a case: the table, the field of the document, and what is kept of each beside what names it."""

ONLY_HERE: tuple[Any, ...] = (
    Meeting,
    Visit,
    PreProceedings,
    CareEpisode,
    PermanencePlan,
    Correction,
    Transfer,
    Involvement,
)
"""What else hangs on an episode: no source states it yet."""


async def _reconcile(
    session: Session,
    table: Any,
    belongs: Any,
    key_of: Callable[[Any], Any],
    wanted: dict[Any, dict[str, Any]],
    *,
    clear: Callable[[Session, list[UUID]], Awaitable[None]] | None = None,
) -> dict[Any, UUID]:
    """Make the table's rows that belong here be those wanted, told apart by their natural key. Returns ids by key.

    What was recorded here stays as it is: we are its master.
    At most one statement to read, one to add, one to change and one to remove, after `clear` has removed what hangs on
    the rows that go.
    """
    rows = {key_of(row): row for row in (await session.execute(select(table.__table__).where(belongs))).all()}
    ids = {key: rows[key].id if key in rows else new_id() for key in wanted}
    ours = {key for key, row in rows.items() if getattr(row, "recorded_by", None) is not None}
    added = [{"id": ids[key], **row} for key, row in wanted.items() if key not in rows]
    changed = [
        {"id": ids[key], **row}
        for key, row in wanted.items()
        if key in rows and key not in ours and any(getattr(rows[key], name) != value for name, value in row.items())
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


async def _clear_referrals(session: Session, referrals: list[UUID]) -> None:
    """Remove the episodes that came of referrals a source takes back, as when it corrects a referral's date."""
    episodes = list((await session.exec(select(Episode.id).where(col(Episode.referral_id).in_(referrals)))).all())
    await _clear_episodes(session, episodes)
    await session.execute(delete(Episode).where(col(Episode.id).in_(episodes)))


async def _clear_episodes(session: Session, episodes: list[UUID]) -> None:
    """Remove what was done in these episodes, and who held them."""
    for table in (Allocation, *(table for table, _, _ in PARTS), *ONLY_HERE):
        await session.execute(delete(table).where(table.episode_id.in_(episodes)))
