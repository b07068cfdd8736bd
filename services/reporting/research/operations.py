"""Asking for an extract, deciding on it, and making it for whoever collects it."""

import asyncio
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.reporting.research.dictionary import FILES
from services.reporting.research.models import ExtractIn, ResearchExtract
from services.reporting.research.queries import Histories, extract_seen, histories
from services.reporting.research.stages import Stage, move
from services.reporting.research.telling import LawfulBasis, tell
from shared import audit, clock
from shared.contracts.intake import ChildState
from shared.contracts.observation import ParticipationState, PracticeState
from shared.database import Session
from shared.ids import new_id
from shared.spreadsheets import inert
from shared.web.roles import Principal


@dataclass(frozen=True)
class Made:
    """An extract as a file."""

    content: bytes
    children: int
    observations: int


async def ask(session: Session, wanted: ExtractIn, *, by: Principal) -> ResearchExtract:
    """Put an extract into the register, for somebody else to decide on."""
    extract = ResearchExtract(
        **wanted.model_dump(),
        id=new_id(),
        stage=Stage.ASKED,
        asked_by=by.id,
        asked_at=clock.now(),
        decided_by=None,
        decided_at=None,
        reason=None,
        collected_at=None,
        sha256=None,
        children=None,
        observations=None,
    )
    session.add(extract)
    audit.touches(session, [extract.id])
    await session.flush()
    return extract


async def decide_on(session: Session, id: UUID, to: Stage, *, by: Principal, reason: str | None = None) -> None:
    """Approve, refuse or withdraw. Raises `NotFound`, `ExtractElsewhere` or `AskedByAnother`."""
    extract = await _moved(session, id, to, by=by)
    extract.decided_by, extract.decided_at, extract.reason = by.id, clock.now(), reason
    await session.flush()


async def make(session: Session, id: UUID, *, by: Principal) -> Made:
    """The extract as it would be collected now. Reads only, and tells off the event loop. Raises as `collect` does."""
    extract = await extract_seen(session, id, by=by)
    move(Stage(extract.stage), to=Stage.COLLECTED, asked_by=extract.asked_by, by=by.id)
    said, today = await histories(session), clock.today()
    return await asyncio.to_thread(_made, extract, said, today)


async def collect(session: Session, id: UUID, made: Made, *, by: Principal) -> None:
    """Record that it was collected, and by what it can be known again. Raises `ExtractElsewhere` or `AskedByAnother`."""
    extract = await _moved(session, id, Stage.COLLECTED, by=by)
    extract.collected_at, extract.sha256 = clock.now(), hashlib.sha256(made.content).hexdigest()
    extract.children, extract.observations = made.children, made.observations
    await session.flush()


async def _moved(session: Session, id: UUID, to: Stage, *, by: Principal) -> ResearchExtract:
    extract = await extract_seen(session, id, by=by)
    await session.refresh(extract, with_for_update=True)
    extract.stage = move(Stage(extract.stage), to=to, asked_by=extract.asked_by, by=by.id)
    audit.touches(session, [extract.id])
    return extract


def _made(extract: ResearchExtract, said: Histories, today: date) -> Made:
    children, observed, cases = said
    told = tell(
        map(ChildState.model_validate_json, children),
        map(PracticeState.model_validate_json, observed),
        [ParticipationState.model_validate_json(each) for each in cases],
        first=extract.first_month,
        last=extract.last_month,
        basis=LawfulBasis(extract.lawful_basis),
        today=today,
    )
    rows = {"children.csv": told.children, "episodes.csv": told.episodes, "observations.csv": told.observations}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.csv", _csv(("what", "said"), _about(extract, today)))
        dictionary = [(name, each.name, each.means, each.form) for name, columns in FILES.items() for each in columns]
        archive.writestr("dictionary.csv", _csv(("file", "column", "means", "form"), dictionary))
        for name, columns in FILES.items():
            archive.writestr(name, _csv([each.name for each in columns], rows[name]))
    return Made(file.getvalue(), len(told.children), len(told.observations))


def _about(extract: ResearchExtract, today: date) -> Iterable[tuple[str, object]]:
    yield from (
        ("extract", extract.id),
        ("purpose", extract.purpose),
        ("lawful basis", LawfulBasis(extract.lawful_basis).value),
        ("recipient", extract.recipient),
        ("approval", extract.approval_reference),
        ("approved by", extract.decided_by),
        ("months", f"{extract.first_month} to {extract.last_month}"),
        ("made on", today),
        ("destroy by", extract.destroy_by),
        ("left out", "restricted children; cases whose people said no to research"),
        ("warning", "pseudonymised, not anonymous: to try whose a record is, is an offence (Data Protection Act 2018, s. 171)"),
    )  # fmt: skip


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(value) if isinstance(value, str) else value for value in row] for row in rows)
    return text.getvalue()
