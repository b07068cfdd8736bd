"""Reads of what sources have stated."""

from sqlmodel import col, select

from services.intake.people.models import Child
from services.intake.sight import children_seen_by
from services.intake.sources.models import FindingOut, FoundOut, SourceDocument
from shared import audit
from shared.database import Session
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def page_of_findings(session: Session, *, asked: PageAsked, source: str | None, by: Principal) -> Page[FoundOut]:
    """The children whoever asks may see of whom a source states something that was found odd, or is recorded otherwise here."""
    seen = select(Child.id).where(await children_seen_by(session, by))
    wanted = select(SourceDocument).where(SourceDocument.found > 0, col(SourceDocument.child_id).in_(seen))
    if source is not None:
        wanted = wanted.where(SourceDocument.source == source)
    shown, following = await asked.read(session, wanted, col(SourceDocument.child_id), col(SourceDocument.source))
    audit.touches(session, {row.child_id for row in shown})
    return Page(items=[_found(row) for row in shown], next=following)


def _found(row: SourceDocument) -> FoundOut:
    """A census points at an element; of a document there is a pointer."""
    findings = [
        FindingOut.model_validate(
            {"pointer": each.get("pointer") or each.get("element"), **each}, from_attributes=False
        )
        for each in row.findings
    ]
    return FoundOut(child_id=row.child_id, source=row.source, stated_at=row.stated_at, findings=findings)
