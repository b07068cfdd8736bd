"""What is done with what was said: it is written down, and what came of it is added."""

from uuid import UUID

from services.observation.said_and_done.models import SaidAndDone, SaidAndDoneIn
from shared import audit, clock
from shared.database import Session, insert_or
from shared.problems import Unprocessable
from shared.web.conditional import Replacing


class DoneOrNot(Unprocessable):
    title = "Something was done on a day, from when it was said until today; or it is said why not"
    at = "/done"


async def write_down(
    session: Session, id: UUID, posted: SaidAndDoneIn, *, version: Replacing
) -> tuple[SaidAndDone, bool]:
    """Write down what was said, or add what came of it. Returns it, and whether it is new."""
    is_done = posted.done is not None
    in_order = posted.done_on is None or posted.on <= posted.done_on <= clock.today()
    if posted.on > clock.today() or not in_order or is_done is not (posted.done_on is not None):
        raise DoneOrNot("give `done` with `done_on`, and check the days")
    if is_done and posted.why_not is not None:
        raise DoneOrNot("give `done` or `why_not`, and not both")
    facts = posted.model_dump()
    entered = insert_or(session, SaidAndDone).values(facts | {"id": id, "n": 1, "recorded_at": clock.now()})
    is_new = bool((await session.execute(entered.on_conflict_do_nothing())).rowcount)  # type: ignore[attr-defined]
    row = await session.get_one(SaidAndDone, id, with_for_update=True, populate_existing=True)
    audit.touches(session, [row.id])
    if any(getattr(row, name) != fact for name, fact in facts.items()):
        version.check(row.n)
        for name, fact in facts.items():
            setattr(row, name, fact)
        row.n += 1
    version.of_row(row.n)
    return row, is_new
