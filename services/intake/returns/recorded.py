"""A child's record as our tables hold it, in the shape in which sources state theirs: one set of rules judges both."""

from uuid import UUID

from services.intake.sources.document import ChildDocument, StatedCase


class RecordedCase(StatedCase):
    referral_id: UUID
    episode_id: UUID | None
    is_ours: bool
    """Whether the referral was made here: what is wrong with it is then put right here, and otherwise at its source."""
    worker: str | None = None
    """Staff reference of whoever holds the case, or held it last."""
    team: str | None = None


class RecordedChild(ChildDocument):
    child_id: UUID
    shares_upn: bool
    """Whether another child of the year has the same UPN."""
