"""The stages of a transfer between teams. What is open may be called off by the team that holds the case."""

from enum import StrEnum

from shared.problems import Conflict


class TransferStage(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


LEGAL_MOVES: dict[TransferStage, frozenset[TransferStage]] = {
    TransferStage.OFFERED: frozenset({TransferStage.ACCEPTED, TransferStage.DECLINED, TransferStage.WITHDRAWN}),
    TransferStage.ACCEPTED: frozenset({TransferStage.COMPLETED, TransferStage.WITHDRAWN}),
    TransferStage.COMPLETED: frozenset(),
    TransferStage.DECLINED: frozenset(),
    TransferStage.WITHDRAWN: frozenset(),
}

AWAITED: dict[TransferStage, str] = {
    TransferStage.OFFERED: "acceptance, with a named worker, by the manager of the team it was offered to",
    TransferStage.ACCEPTED: "a joint visit by both workers, and completion by the manager of the new team",
    TransferStage.COMPLETED: "nothing more: the new team holds the case",
    TransferStage.DECLINED: "nothing more: the case stays where it is",
    TransferStage.WITHDRAWN: "nothing more: the case stays where it is",
}
"""What a transfer waits for at each stage, and from whom."""

OPEN = frozenset(stage for stage, legal in LEGAL_MOVES.items() if legal)


class TransferOutOfTurn(Conflict):
    title = "The transfer is at another stage"


def move(now: TransferStage, *, to: TransferStage) -> TransferStage:
    """The stage moved to. Raises `TransferOutOfTurn` unless the move is legal."""
    if to not in LEGAL_MOVES[now]:
        raise TransferOutOfTurn(f"this transfer awaits {AWAITED[now]}")
    return to
