"""Nobody rates, feeds back on or coaches their own practice; and who manages a team rates it only where policy lets them."""

from uuid import UUID

from shared.contracts.codes import WorkerRole
from shared.problems import NotAllowed

MANAGERS = frozenset({WorkerRole.DEPUTY_TEAM_MANAGER, WorkerRole.TEAM_MANAGER})


class OwnPractice(NotAllowed):
    title = "Nobody observes, feeds back on or coaches their own practice"


class OwnManager(NotAllowed):
    title = "Managers do not observe their own team here"


def check_not_own(worker_id: UUID, *, guide_id: UUID) -> None:
    """Raise `OwnPractice` if the worker and whoever observes or guides them are one person."""
    if worker_id == guide_id:
        raise OwnPractice("ask a colleague to do it")


def is_own_manager(role: WorkerRole, *, team: str | None, workers_team: str) -> bool:
    """Whether somebody in this post and team manages the worker."""
    return role in MANAGERS and team == workers_team
