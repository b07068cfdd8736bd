"""Who may lead on a case, whatever room there is.

Working Together to Safeguard Children (2023): a lead practitioner for help under section 17 need not be a social worker;
protection is a social worker's. In the assessed and supported year a worker co-works protection, court and the enhanced
offer, and leads on none of them.
"""

from collections.abc import Iterable

from services.intake.allocation.points import IN_PROTECTION, NEVER_UNNAMED, Addition, Case
from shared.contracts.codes import InductionStage, WorkerRole
from shared.problems import Conflict

SOCIAL_WORKERS = frozenset({WorkerRole.SOCIAL_WORKER, WorkerRole.SENIOR_SOCIAL_WORKER})
NEWLY_QUALIFIED = frozenset({InductionStage.INDUCTION, InductionStage.FIRST_YEAR})


class NotTheirsToLead(Conflict):
    title = "This worker may not lead on this case"


def why_not_lead(cases: Iterable[Case], *, role: WorkerRole, newly_qualified: bool) -> str | None:
    """Why a worker may not lead on one of these cases, as a predicate; None where nothing stands against it."""
    for case in cases:
        if case.stage in NEVER_UNNAMED and role not in SOCIAL_WORKERS:
            return "is no social worker, and a child in protection or looked after needs one"
        if newly_qualified and (case.stage in IN_PROTECTION or Addition.ENHANCED in case.additions):
            return "is newly qualified, and co-works protection, court and the enhanced offer without leading"
    return None


def check_lead(case: Case, *, role: WorkerRole, newly_qualified: bool) -> None:
    """Raise `NotTheirsToLead` unless the worker may lead on this case."""
    if against := why_not_lead([case], role=role, newly_qualified=newly_qualified):
        raise NotTheirsToLead(f"the worker {against}: choose another worker")
