"""Nobody rates, feeds back on or coaches their own practice."""

from uuid import UUID

from shared.problems import NotAllowed


class OwnPractice(NotAllowed):
    title = "Nobody observes, feeds back on or coaches their own practice"


def check_not_own(worker_id: UUID, *, guide_id: UUID) -> None:
    """Raise `OwnPractice` if the worker and whoever observes or guides them are one person."""
    if worker_id == guide_id:
        raise OwnPractice("ask a colleague to do it")
