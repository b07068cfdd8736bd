"""Whose there is, and whose of it each role sees. The matrix of routes and roles starts from here."""

from collections.abc import Mapping

from shared.web.roles import Role

OWN, TEAM, OTHER, NOBODYS = "own", "own team's", "another team's", "nobody's"
WHOLE = "the whole service's"
EVERYONES = frozenset({OWN, TEAM, OTHER, NOBODYS})
OF_THE_TEAM = frozenset({OWN, TEAM})
IN_POST = frozenset({OWN, TEAM, OTHER})

SEES: Mapping[str, Mapping[Role, frozenset[str]]] = {
    # A case is seen through its referral: a source system its own, a worker those held, a manager the team's and those
    # that nobody holds yet.
    "case": {
        Role.SOURCE_SYSTEM: frozenset({OWN}),
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM | {NOBODYS},
        Role.TEAM_MANAGER: OF_THE_TEAM | {NOBODYS},
        Role.DUTY: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
        Role.SERVICE_MANAGER: EVERYONES,
        Role.PERFORMANCE_ANALYST: EVERYONES,
    },
    # A message of what was done in a case goes to the system that is its master.
    "message": {Role.SOURCE_SYSTEM: frozenset({OWN})},
    # A case given against a limit, and still held: another manager looks at it.
    "override": {
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.SERVICE_MANAGER: IN_POST,
    },
    # A plan for a team's caseloads.
    "plan": {
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.SERVICE_MANAGER: IN_POST,
    },
    # An offer to take a case over: a worker those made to them, a manager those the team makes or is made.
    "handover": {
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.SERVICE_MANAGER: IN_POST,
    },
    # An observation: the worker the own practice, the evaluator what was observed, a manager the team's.
    "observation": {
        Role.EVALUATOR: frozenset({OWN}),
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
        Role.SERVICE_MANAGER: EVERYONES,
    },
    # A case of a cohort, and its waves: a worker the own, once selected; an evaluator those followed; a manager the team's.
    "participation": {
        Role.EVALUATOR: frozenset({OWN}),
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
        Role.SERVICE_MANAGER: EVERYONES,
    },
    # A cohort is a rule about nobody, with counts.
    "cohort": {
        Role.EVALUATOR: EVERYONES,
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
        Role.SERVICE_MANAGER: EVERYONES,
    },
    # A safety concern: duty everyone's, a manager the team's, whoever observed those raised.
    "concern": {
        Role.DUTY: EVERYONES,
        Role.EVALUATOR: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
        Role.SERVICE_MANAGER: EVERYONES,
    },
    # A form as it came holds scores: whoever sent it, and those who guide.
    "form": {
        Role.EVALUATOR: frozenset({OWN}),
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
    },
    # What the worker alone says of the own practice.
    "own practice": {Role.SOCIAL_WORKER: frozenset({OWN})},
    # Who has looked at an observation: the worker, whoever observed, those who guide.
    "use": {
        Role.EVALUATOR: frozenset({OWN}),
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
    },
    # That there was supervision: whoever was there, a manager the team's, those who guide.
    "supervision": {
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.EVALUATOR: EVERYONES,
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
    },
    # A worker's development: the worker, a manager of the team today, coaches and the principal social worker.
    "development": {
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.COACH: IN_POST,
        Role.PRINCIPAL_SOCIAL_WORKER: IN_POST,
    },
    # What a family said: whoever asked, those who guide, and the worker where the family agreed to it. No manager.
    "answers": {
        Role.EVALUATOR: frozenset({OWN}),
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
    },
    # A second score is given to what somebody else observed, and both are seen by the two and by those who guide.
    "second score": {
        Role.EVALUATOR: frozenset({TEAM, OTHER}),
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
    },
    # What was scored and said is not for the service manager, who sees that practice was observed.
    "feedback": {
        Role.EVALUATOR: frozenset({OWN}),
        Role.SOCIAL_WORKER: frozenset({OWN}),
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.COACH: EVERYONES,
        Role.PRINCIPAL_SOCIAL_WORKER: EVERYONES,
    },
    # Two records that may be one child: whoever may see both.
    "pair": {
        Role.DUTY: EVERYONES,
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM | {NOBODYS},
        Role.TEAM_MANAGER: OF_THE_TEAM | {NOBODYS},
        Role.SERVICE_MANAGER: EVERYONES,
    },
    # A worker's terms and absences: a manager the own team's, whoever keeps the workforce everybody's.
    "post": {
        Role.DEPUTY_TEAM_MANAGER: OF_THE_TEAM,
        Role.TEAM_MANAGER: OF_THE_TEAM,
        Role.SERVICE_MANAGER: IN_POST,
        Role.OPERATOR: IN_POST,
    },
    "figures": {
        Role.DEPUTY_TEAM_MANAGER: frozenset({TEAM, WHOLE}),
        Role.TEAM_MANAGER: frozenset({TEAM, WHOLE}),
        Role.COACH: frozenset({WHOLE}),
        Role.PRINCIPAL_SOCIAL_WORKER: frozenset({TEAM, OTHER, WHOLE}),
        Role.SERVICE_MANAGER: frozenset({TEAM, OTHER, WHOLE}),
        Role.PERFORMANCE_ANALYST: frozenset({TEAM, OTHER, WHOLE}),
    },
    # Glass is broken for a child that is not theirs to see: refused (409) where it is, and never as if there were no child.
    "glass": {
        Role.SOCIAL_WORKER: EVERYONES,
        Role.DUTY: EVERYONES,
        Role.DEPUTY_TEAM_MANAGER: EVERYONES,
        Role.TEAM_MANAGER: EVERYONES,
        Role.SERVICE_MANAGER: EVERYONES,
        Role.AUDITOR: EVERYONES,
    },
    # What has left, or is about to: nobody's in particular.
    "release": dict.fromkeys(
        (
            Role.DEPUTY_TEAM_MANAGER,
            Role.TEAM_MANAGER,
            Role.PRINCIPAL_SOCIAL_WORKER,
            Role.SERVICE_MANAGER,
            Role.PERFORMANCE_ANALYST,
            Role.OUTSIDE_ANALYST,
        ),
        EVERYONES | {WHOLE},
    ),
    # What was asked for by somebody else is not for an analyst from outside.
    "extract": dict.fromkeys(
        (Role.PRINCIPAL_SOCIAL_WORKER, Role.SERVICE_MANAGER, Role.PERFORMANCE_ANALYST, Role.AUDITOR),
        EVERYONES | {WHOLE},
    ),
    "programme": dict.fromkeys(
        (Role.PRINCIPAL_SOCIAL_WORKER, Role.SERVICE_MANAGER, Role.PERFORMANCE_ANALYST), EVERYONES | {WHOLE}
    ),
    # An event that could not be acted on: which it was and why, and nothing of what it said.
    "letter": {Role.OPERATOR: EVERYONES | {WHOLE}},
}
