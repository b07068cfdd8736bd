"""The parts of a case: the table each stands in, what names a row there, and what is kept of it beside."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.intake.care.models import CareEpisode, PermanencePlan, PreProceedings
from services.intake.episodes.models import (
    Assessment,
    CINPlan,
    Conference,
    Meeting,
    ProtectionPlan,
    Section47,
    Visit,
)
from services.intake.sources.merge import NAMED_BY, PartKey
from services.intake.transfers.models import Involvement


@dataclass(frozen=True)
class PartOfCase:
    table: Any
    topic: str
    """Its field of the document."""
    keeps: tuple[str, ...] = ()
    """What is kept of it beside what names it, in columns of the same name."""
    lists: tuple[str, ...] = ()
    """Of these, the lists."""
    of_workers: bool = False
    named_by: tuple[str, ...] = field(init=False)
    """The columns that name a row."""

    def __post_init__(self) -> None:
        columns = tuple("worker_id" if each == "worker" else each for each in NAMED_BY[self.topic])
        object.__setattr__(self, "named_by", columns)

    @property
    def has_occurrence(self) -> bool:
        return "occurrence" in self.table.__table__.c

    def row(self, stated: Any) -> dict[str, Any]:
        """What is stated, as a row keeps it, but for the worker it is about."""
        named = [each for each in NAMED_BY[self.topic] if each != "worker"]
        kept = {name: getattr(stated, name) for name in (*named, *self.keeps)}
        return kept | {name: [str(each) for each in getattr(stated, name)] for name in self.lists}

    def keyed(self, rows: Sequence[Any]) -> dict[PartKey, Any]:
        """Rows by episode, what names them, and their number among those named alike: the table's, or by age."""
        seen: dict[PartKey, int] = defaultdict(int)
        found: dict[PartKey, Any] = {}
        for row in rows:
            name = (row.episode_id, *(getattr(row, column) for column in self.named_by))
            seen[name] += 1
            found[(*name, row.occurrence if self.has_occurrence else seen[name])] = row
        return found


PARTS = (
    PartOfCase(Assessment, "assessments", ("internal_review_on", "authorised_on"), lists=("factors",)),
    PartOfCase(CINPlan, "cin_plans", ("ended_on",)),
    PartOfCase(
        Section47,
        "section_47_enquiries",
        ("conference_target_on", "conference_on", "conference_not_required", "ended_on"),
    ),
    PartOfCase(Conference, "conferences"),
    PartOfCase(
        ProtectionPlan,
        "protection_plans",
        ("ended_on", "initial_category", "latest_category", "previous_plans"),
        lists=("reviewed_on",),
    ),
    PartOfCase(Meeting, "meetings"),
    PartOfCase(Visit, "visits", ("child_seen", "seen_alone")),
    PartOfCase(PreProceedings, "pre_proceedings", ("ended_on", "outcome")),
    PartOfCase(
        CareEpisode, "care_episodes", ("start_reason", "legal_status", "placement", "ended_on", "ceased_reason")
    ),
    PartOfCase(PermanencePlan, "permanence_plans", ("permanence",)),
    PartOfCase(Involvement, "involvements", ("involved_until",), of_workers=True),
)
