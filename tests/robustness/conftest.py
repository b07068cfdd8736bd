"""A case management system that sends referrals, often more than once."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import func
from sqlmodel import select


class CaseSystem:
    """The case management system of the borough, with what it sends and the rows that come of it."""

    def __init__(self, house: Any) -> None:
        self._house = house
        self.database = house.databases["intake"]
        self.intake: AsyncClient = house.signed_in_as("source_system", id="case-system").intake

    @staticmethod
    def referral(reference: str = "", *children: str, **changes: Any) -> dict[str, Any]:
        sent: dict[str, Any] = {
            "source_reference": reference or f"R-{uuid4().hex[:12]}",
            "received_on": "2025-11-03",
            "source": "2A",
            "primary_need": "N1",
            "children": [{"la_child_id": child} for child in children or (f"C{uuid4().hex[:12]}",)],
        }
        return sent | changes

    async def posts(self, sent: dict[str, Any], key: str | None = None, **headers: str) -> Any:
        headers |= {"Idempotency-Key": key} if key else {}
        return await self.intake.post("/v1/referrals", json=sent, headers=headers)

    async def count(self, table: Any) -> int:
        async with self.database.reading() as session:
            return int((await session.execute(select(func.count()).select_from(table))).scalar_one())


@pytest.fixture
def case_system(house) -> CaseSystem:
    return CaseSystem(house)
