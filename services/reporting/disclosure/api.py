"""The HTTP door of releases: prepared by one person, decided on by another, and read from then on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from services.reporting import permissions
from services.reporting.disclosure import operations, queries
from services.reporting.disclosure.models import RefusalIn, ReleaseIn, ReleaseOut
from services.reporting.disclosure.operations import Draft
from services.reporting.disclosure.stages import Stage
from services.reporting.formats.api import area_of, download
from shared.problems import TryAgain
from shared.web.conditional import Shown, unchanged
from shared.web.guard import Reading, Transaction, for_spreadsheets, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1/releases", tags=["releases"])


@router.get("")
async def list_releases(session: Reading, by: Annotated[Principal, may(permissions.READ_RELEASES)]) -> list[ReleaseOut]:
    """The months that have been released, the newest first; those still to be decided on, to whoever has a part in it."""
    return await queries.releases_seen(session, by=by)


async def _worked_out(
    request: Request, wanted: ReleaseIn, _by: Annotated[Principal, may(permissions.PREPARE_RELEASES)]
) -> tuple[ReleaseIn, Draft | None]:
    """Before the transaction begins: to weigh a month takes seconds, and nobody waits for it."""
    async with request.app.state.database.reading() as session:
        return wanted, await operations.work_out(session, wanted.month, area_of(request.app.state.settings))


@router.post("", status_code=201)
async def post_release(
    by: Annotated[Principal, may(permissions.PREPARE_RELEASES)],
    worked_out: Annotated[tuple[ReleaseIn, Draft | None], Depends(_worked_out)],
    session: Transaction,
    once: OnceOnly,
) -> ReleaseOut:
    """Prepare a month for release, for somebody else to approve. Where one stands for the month already, that is answered."""
    wanted, draft = worked_out
    await once.is_first(session)
    release = await queries.release_standing(session, wanted.month)
    if release is None:
        if draft is None:
            raise TryAgain("the release of this month was taken back just now; send the same request again")
        release = await operations.prepare(session, draft, by=by)
    return await queries.release_shown(session, release.id, by=by)


@router.get("/{release_id}")
async def read_release(
    release_id: Id, session: Reading, by: Annotated[Principal, may(permissions.READ_RELEASES)]
) -> ReleaseOut:
    """One release: who prepared and who approved it, its documents with their digests, how many figures are hidden."""
    return await queries.release_shown(session, release_id, by=by)


@router.get("/{release_id}/documents/{name}", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
@for_spreadsheets
async def read_document(
    release_id: Id,
    name: Annotated[str, Path(pattern=r"^[a-z-]{1,40}(\.meta)?\.(csv|xlsx)$", examples=["service.csv"])],
    session: Reading,
    version: Shown,
    by: Annotated[Principal, may(permissions.READ_RELEASES)],
) -> Response:
    """One document of a release, byte for byte as it was prepared."""
    document = await queries.document_seen(session, release_id, name, by=by)
    if version.of_all(document.sha256):
        return unchanged()
    return download(document.content, document.media_type, document.name)


@router.post("/{release_id}/approval")
async def post_approval(
    release_id: Id,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_RELEASES)],
) -> ReleaseOut:
    """Let a release leave, as another person than whoever prepared it."""
    if await once.is_first(session):
        await operations.decide_on(session, release_id, Stage.APPROVED, by=by)
    return await queries.release_shown(session, release_id, by=by)


@router.post("/{release_id}/refusal")
async def post_refusal(
    release_id: Id,
    refused: RefusalIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_RELEASES)],
) -> ReleaseOut:
    """Say why a release does not leave, as another person than whoever prepared it."""
    if await once.is_first(session):
        await operations.decide_on(session, release_id, Stage.REFUSED, by=by, reason=refused.reason)
    return await queries.release_shown(session, release_id, by=by)


@router.post("/{release_id}/withdrawal")
async def post_withdrawal(
    release_id: Id,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.PREPARE_RELEASES)],
) -> ReleaseOut:
    """Take a release back before it is decided on, to prepare the month anew."""
    if await once.is_first(session):
        await operations.decide_on(session, release_id, Stage.WITHDRAWN, by=by)
    return await queries.release_shown(session, release_id, by=by)
