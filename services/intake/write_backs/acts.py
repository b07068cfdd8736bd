"""What, of all that happens to a child, is an act in a case that goes back to the case system."""

from collections.abc import Iterable

from shared.contracts.state import Change

BY_A_SOURCE = frozenset({"record.stated", "record.republished"})
IN_A_CASE = frozenset(
    {
        "assessment",
        "cin_plan",
        "strategy_discussion",
        "section_47",
        "conference",
        "protection_plan",
        "core_group",
        "visit",
        "legal_planning_meeting",
        "pre_proceedings",
        "pre_proceedings_meeting",
        "care",
        "permanence",
        "case",
        "record",
    }
)
"""The first word of such a happening."""


def acts(changes: Iterable[Change]) -> list[Change]:
    """What of this was done here, by people; nothing where a source stated it."""
    every = list(changes)
    if any(change.what in BY_A_SOURCE for change in every):
        return []
    return [change for change in every if change.what.partition(".")[0] in IN_A_CASE]
