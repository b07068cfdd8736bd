"""Who there is, and what an act may be asked by. Plain Python: each service's `permissions.py` is a page of acts."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The people and systems that ask. What each may do stands in the services' `permissions.py`."""

    SOURCE_SYSTEM = "source_system"
    EVALUATOR = "evaluator"
    SOCIAL_WORKER = "social_worker"
    DEPUTY_TEAM_MANAGER = "deputy_team_manager"
    TEAM_MANAGER = "team_manager"
    DUTY = "duty"
    COACH = "coach"
    PRINCIPAL_SOCIAL_WORKER = "principal_social_worker"
    SERVICE_MANAGER = "service_manager"
    PERFORMANCE_ANALYST = "performance_analyst"
    OUTSIDE_ANALYST = "outside_analyst"
    AUDITOR = "auditor"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Principal:
    """Whoever asks, as their token says. Where they work is looked up in the service's own copy of the workforce."""

    id: str
    role: Role
    worker: str = ""
    """Staff reference, for people who hold or observe cases."""
    team: str = ""
    """Team code, for those who act for a team without a post in it (cover, trials)."""
    only_reads: bool = False
    """The token was made to be kept in a spreadsheet: nothing is changed with it."""


@dataclass(frozen=True)
class Act:
    """Something that can be asked for, in a few words, and the roles that may ask."""

    name: str
    roles: frozenset[Role]

    def is_open_to(self, principal: Principal) -> bool:
        return principal.role in self.roles


def act(name: str, *roles: Role) -> Act:
    return Act(name, frozenset(roles))
