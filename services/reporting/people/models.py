"""The table of workers as heard."""

from uuid import UUID

from sqlalchemy import JSON, Text
from sqlmodel import Field

from services.reporting.database import Row


class KnownWorker(Row, table=True):
    """One worker as intake last spoke of them."""

    __tablename__ = "worker"

    worker_id: UUID = Field(primary_key=True)
    epoch: int
    n: int
    reference: str = Field(index=True, sa_type=Text)
    memberships: list[dict[str, str | None]] = Field(sa_type=JSON)
    """Dated team memberships: `team`, `team_name`, `member_from`, `member_until`, as spoken."""
