"""Takes in what a source states of many children: unchanged documents are screened, the rest become rows and events.

One batch is one transaction and a handful of statements, whatever the number of children; each child is still one
document, one version and one event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

from sqlmodel import and_, col, select

from services.intake.identity.operations import look_for_likenesses
from services.intake.identity.queries import keys_of
from services.intake.people.changes import child_changed
from services.intake.people.models import Child
from services.intake.people.names import keys
from services.intake.people.operations import recognise
from services.intake.sources.document import ChildDocument
from services.intake.sources.findings import Finding, Outcome
from services.intake.sources.merge import KEPT_WHEN_BLANK, fingerprint, meaning_of, merge, moved, restate
from services.intake.sources.models import SourceDocument
from services.intake.sources.writing import Record, write
from shared import clock
from shared.database import Session, insert_or
from shared.failures import is_transient
from shared.problems import Conflict, Problem
from shared.telemetry import log

Judge: TypeAlias = Callable[[ChildDocument, ChildDocument], Sequence[Finding]]
"""What is found in all that a source has said of a child, once it has sent this."""
NOW = date.max


@dataclass(frozen=True)
class Source:
    """Who states something, and the last day of the period it is about."""

    name: str
    """A system, as `mosaic`; or a file and its period, as `cin-census/2025`."""
    period_to: date = NOW
    """NOW, unless the document says otherwise, for a system that says what is so whenever it says it."""


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
    findings: Mapping[str, Sequence[dict[str, object]]] = field(default_factory=dict)
    """By LAchildID, all that is kept beside the document."""


class CannotBeTaken(Conflict):
    title = "This document could not be stored"


async def state(
    session: Session, source: Source, statements: Sequence[Statement], *, by: str, judge: Judge | None = None
) -> Taken:
    """Take in one batch: what is unchanged is screened, the rest becomes rows and one event a child."""
    outcomes = await foresee(session, source, statements)
    changed = [each for each in statements if outcomes[each.document.la_child_id] is not Outcome.UNCHANGED]
    if not changed:
        return Taken(outcomes)
    found = await recognise(session, (each.document.la_child_id for each in changed))
    children = {child.la_child_id: child for child in found}
    shelf = await _shelf(session, children)
    told = {children[each.document.la_child_id].id: each for each in changed}
    stood = {child: documents.get(source.name) for child, documents in shelf.items()}
    restated = {
        child: restate(stood[child].document if stood[child] else None, each.document)  # type: ignore[union-attr]
        for child, each in told.items()
    }
    merged: dict[UUID, ChildDocument] = {}
    for child in children.values():
        before, known = shelf[child.id], stood[child.id]
        after = before | {source.name: _Kept(restated[child.id], _until(restated[child.id], source))}
        if known is not None and meaning_of(_together(before)) == meaning_of(_together(after)):
            outcomes[child.la_child_id] = Outcome.UNCHANGED
        else:
            merged[child.id] = _together(after)
    record = Record(
        merged=merged,
        sent={child: told[child].document for child in merged},
        moved=_moved(stood, told),
        systems={source.name, *(name for documents in shelf.values() for name in documents)},
        by=by,
    )
    by_id = {child.id: child for child in children.values()}
    await look_for_likenesses(session, _write_children([by_id[id] for id in merged], merged))
    await write(session, record)
    findings = {
        child: [
            *each.findings,
            *(finding.as_dict() for finding in (judge(restated[child], each.document) if judge else ())),
            *(finding.as_dict() for finding in record.findings[child]),
        ]
        for child, each in told.items()
    }
    await _file(session, source, told, restated, findings)
    _note(session, record, by_id, source)
    return Taken(
        outcomes,
        [(merged[child].la_child_id, day) for child, day in record.left_out],
        {by_id[child].la_child_id: those for child, those in findings.items()},
    )


async def state_apart(
    session: Session, source: Source, statements: Sequence[Statement], *, by: str, judge: Judge | None = None
) -> dict[str, Taken | Problem]:
    """Take in a batch so that one that cannot be stored, whatever the reason, leaves the others as they are. By LAchildID."""
    try:
        async with session.begin_nested():
            taken = await state(session, source, statements, by=by, judge=judge)
            return {each.document.la_child_id: taken for each in statements}
    except Exception as failure:
        if is_transient(failure):
            raise
        log.warning("documents.taken_one_by_one", error=type(failure).__name__)
    apart: dict[str, Taken | Problem] = {}
    for each in statements:
        try:
            async with session.begin_nested():
                apart[each.document.la_child_id] = await state(session, source, [each], by=by, judge=judge)
        except Exception as failure:
            if is_transient(failure):
                raise
            log.error("document.not_stored", error=type(failure).__name__)
            sentence = "the others were taken in; check this one, or ask whoever runs this service"
            apart[each.document.la_child_id] = CannotBeTaken(sentence)
    return apart


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


@dataclass(frozen=True)
class _Kept:
    """What a source has said of a child so far, and the last day it speaks of."""

    document: ChildDocument
    until: date


def _until(document: ChildDocument, source: Source) -> date:
    return document.until or source.period_to


async def _shelf(session: Session, children: Mapping[str, Child]) -> dict[UUID, dict[str, _Kept]]:
    """What each source has said of each child so far."""
    ids = [child.id for child in children.values()]
    wanted = select(SourceDocument).where(col(SourceDocument.child_id).in_(ids)).order_by(col(SourceDocument.source))
    shelf: dict[UUID, dict[str, _Kept]] = {id: {} for id in ids}
    for row in (await session.exec(wanted.execution_options(populate_existing=True))).all():
        shelf[row.child_id][row.source] = _Kept(ChildDocument.model_validate(row.document), row.period_to)
    return shelf


def _together(documents: Mapping[str, _Kept]) -> ChildDocument:
    """What all sources together say of a child."""
    return merge([(documents[name].until, documents[name].document) for name in sorted(documents)])


def _moved(stood: Mapping[UUID, _Kept | None], told: Mapping[UUID, Statement]) -> dict[tuple[UUID, date], date]:
    return {
        (child, before): day
        for child, each in told.items()
        if (known := stood[child]) is not None
        for before, day in moved(known.document, each.document).items()
    }


async def _file(
    session: Session,
    source: Source,
    told: Mapping[UUID, Statement],
    restated: Mapping[UUID, ChildDocument],
    findings: Mapping[UUID, Sequence[dict[str, object]]],
) -> None:
    """Keep what was stated, with what was found in it, in place of what this source has said so far."""
    rows = [
        {
            "child_id": child,
            "source": source.name,
            "period_to": _until(restated[child], source),
            "fingerprint": each.fingerprint,
            "document": restated[child].model_dump(mode="json", exclude_defaults=True),
            "findings": list(findings[child]),
            "found": len(findings[child]),
            "stated_at": clock.now(),
        }
        for child, each in told.items()
    ]
    stated = insert_or(session, SourceDocument.__table__)  # type: ignore[attr-defined]
    newest = {name: stated.excluded[name] for name in rows[0] if name not in {"child_id", "source"}}
    await session.execute(stated.on_conflict_do_update(index_elements=["child_id", "source"], set_=newest), rows)


def _note(session: Session, record: Record, children: Mapping[UUID, Child], source: Source) -> None:
    """One event a child: that something was stated, and what of it is more than that."""
    on = clock.today() if source.period_to == NOW else source.period_to
    for child in record.merged:
        child_changed(session, children[child], "record.stated", on=on, by=record.by)
    for child, what, item, day in record.happened:
        child_changed(session, children[child], what, item=item, on=day, by=record.by)


def _write_children(children: Sequence[Child], merged: Mapping[UUID, ChildDocument]) -> list[Child]:
    """Bring the children to what is stated; returns those who are new, or of whom something else now tells who they are."""
    told_apart = []
    for child in children:
        known_by = keys_of(child)
        for name in KEPT_WHEN_BLANK:
            if value := getattr(merged[child.id], name):
                kept: Any = list(value) if isinstance(value, tuple) else value
                setattr(child, name, kept)
        for name, key in keys(child.forename, child.surname, child.born_on).items():
            setattr(child, name, key)
        if child.n == 0 or keys_of(child) != known_by:
            told_apart.append(child)
    return told_apart
