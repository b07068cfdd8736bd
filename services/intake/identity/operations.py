"""What is done about records that may be of one child: found, decided on by a person, merged, and parted again."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.intake.identity import queries
from services.intake.identity.likeness import Judged, Likeness, judge
from services.intake.identity.models import Decision, MatchDecisionIn, PairIn, PossibleMatch
from services.intake.identity.queries import keys_of, met_by, record_of
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Child
from services.intake.sight import children_seen_by
from shared import audit, clock
from shared.database import Session, insert_or
from shared.ids import new_id
from shared.problems import Conflict, NotFound, Unprocessable
from shared.web.roles import Principal

TELLING = 100
"""A key under which more than so many records meet tells nobody apart: a date put in for want of another, say."""


class DecidedAlready(Conflict):
    title = "Somebody has decided on this pair"


class MergedAlready(Conflict):
    title = "One of these records has been merged with another"


class KeepOneOfThem(Unprocessable):
    title = "Which of the two records is to speak for both?"
    at = "/keep"


class TheSameRecord(Unprocessable):
    title = "These are one record"
    at = "/children"


async def look_for_likenesses(session: Session, children: Collection[Any]) -> None:
    """Compare records that have just come in with every record they meet; pairs that may be one child wait for a person.

    Nobody waits for that: everything else goes on. What a person has said of a pair before is not asked again, and two
    children whom a form names side by side are two.
    """
    children = [child for child in children if child.merged_into is None]
    met = await met_by(session, children) if children else {}
    found: dict[tuple[UUID, UUID], Judged] = {}
    named_together = {child.id: child.family_id for child in children if child.n == 1}
    for child in children:
        record = record_of(child)
        under = keys_of(child)
        namesakes = len(met.get(("name_key", under.get("name_key", "")), ()))
        meetings = [rows for key in under.items() if len(rows := met.get(key, ())) <= TELLING]
        others = {row.id: row for rows in meetings for row in rows}
        for other in others.values():
            is_beside = other.id in named_together and named_together[other.id] == named_together.get(child.id)
            if other.id != child.id and not is_beside:
                judged = judge(record, record_of(other), namesakes=namesakes)
                if judged.likeness is not Likeness.DIFFERENT:
                    found[_in_order(child.id, other.id)] = judged
    if found:
        await _park(session, found)


def _in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


async def _park(session: Session, pairs: dict[tuple[UUID, UUID], Judged]) -> None:
    rows = [
        {
            "id": new_id(),
            "child_id": child_id,
            "other_id": other_id,
            "likeness": judged.likeness,
            "weight": judged.weight,
            "evidence": [vars(piece) for piece in judged.evidence],
            "found_at": clock.now(),
        }
        for (child_id, other_id), judged in sorted(pairs.items())
    ]
    stated = insert_or(session, PossibleMatch.__table__)  # type: ignore[attr-defined]
    newest = {name: stated.excluded[name] for name in ("likeness", "weight", "evidence")}
    undecided = col(PossibleMatch.decision).is_(None)
    await session.execute(
        stated.on_conflict_do_update(index_elements=["child_id", "other_id"], set_=newest, where=undecided), rows
    )
    audit.touches(session, [id for pair in pairs for id in pair])


async def bring_together(session: Session, pair: PairIn, *, by: Principal) -> PossibleMatch:
    """Two records that somebody believes are of one child, to be decided on. Raises `NotFound` unless both are seen."""
    if len(set(pair.children)) < 2:
        raise TheSameRecord("name two")
    seen = await children_seen_by(session, by)
    rows = (await session.exec(select(Child).where(col(Child.la_child_id).in_(pair.children), seen))).all()
    if len(rows) < 2:
        raise NotFound("there is no such child, or it is not yours to see")
    one, other = rows
    in_order = _in_order(one.id, other.id)
    await _park(session, {in_order: judge(record_of(one), record_of(other))})
    return await queries.pair(session, *in_order)


async def decide(session: Session, match_id: UUID, decided: MatchDecisionIn, *, by: Principal) -> PossibleMatch:
    """Say that two records are of one child, and which speaks for both, or that they are of two."""
    seen = await queries.match(session, match_id, by=by)
    children = await lock_children(session, [seen.child_id, seen.other_id])
    await session.refresh(seen)
    if seen.decision is not None:
        raise DecidedAlready("read the pair to see what was decided; take the decision back to decide anew")
    if decided.decision is Decision.SAME:
        if decided.keep not in {child.la_child_id for child in children}:
            raise KeepOneOfThem("give the LAchildID of one of the two in keep")
        merged, kept = sorted(children, key=lambda child: child.la_child_id == decided.keep)
        _merge(session, merged, into=kept, match=seen, by=by)
    seen.decision, seen.decided_at, seen.decided_by = decided.decision, clock.now(), by.id
    return seen


def _merge(session: Session, merged: Child, *, into: Child, match: PossibleMatch, by: Principal) -> None:
    if merged.merged_into or into.merged_into or merged.stands_for:
        raise MergedAlready("decide on the record that speaks for it, or keep that one")
    merged.merged_into, into.stands_for = into.id, [*into.stands_for, str(merged.id)]
    match.kept_id = into.id
    for child in (merged, into):
        child_changed(session, child, "child.merged", item=match.id, by=by.id)


async def take_back(session: Session, match_id: UUID, *, by: Principal) -> PossibleMatch:
    """Take a decision back: the pair waits again. Two records that were merged are both as they were, with what came since."""
    seen = await queries.match(session, match_id, by=by)
    children = {child.id: child for child in await lock_children(session, [seen.child_id, seen.other_id])}
    await session.refresh(seen)
    if seen.kept_id is not None:
        kept = children.pop(seen.kept_id)
        (merged,) = children.values()
        merged.merged_into = None
        kept.stands_for = [each for each in kept.stands_for if each != str(merged.id)]
        for child in (merged, kept):
            child_changed(session, child, "child.unmerged", item=seen.id, by=by.id)
    seen.decision = seen.kept_id = seen.decided_at = seen.decided_by = None
    return seen
