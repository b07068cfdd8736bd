"""Names that mean something within one extract and nowhere else, and dates moved with their order kept."""

import hashlib
import hmac
import secrets
from datetime import date, timedelta
from uuid import UUID

FURTHEST_DAYS = 30


class Pseudonyms:
    """For one extract. The key is never kept: nobody can make the same names again, nor ask whose they are."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def name(self, kind: str, id: UUID | str) -> str:
        """The same for the same subject, for the length of this extract."""
        return self._digest(kind, id).hex()[:16]

    def shifted(self, day: date, *, of: UUID) -> date:
        """A child's days are all moved by the same number of days, up to a month either way: what lies between them stays."""
        away = int.from_bytes(self._digest("days", of)[:4], "big") % (2 * FURTHEST_DAYS + 1) - FURTHEST_DAYS
        return day + timedelta(days=away)

    def _digest(self, kind: str, id: UUID | str) -> bytes:
        return hmac.new(self._key, f"{kind} {id}".encode(), hashlib.sha256).digest()
