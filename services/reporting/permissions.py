"""What may be asked of reporting, and by whom. Which teams a role then sees is decided in `people.queries`."""

from shared.web.roles import Role, act

MANAGERS = (Role.DEPUTY_TEAM_MANAGER, Role.TEAM_MANAGER, Role.SERVICE_MANAGER)
LEADERS = (*MANAGERS, Role.PRINCIPAL_SOCIAL_WORKER, Role.PERFORMANCE_ANALYST)

READ_DEFINITIONS = act("read what the indicators mean", *Role)
"""Definitions are about nobody: whoever is quoted a figure may look up what it means."""
READ_LPIR = act("read the local performance indicators", *LEADERS)
READ_PRACTICE_REPORTS = act("read practice reports", *LEADERS, Role.COACH)
PUBLISH_PRACTICE_REPORTS = act("publish practice reports", Role.PRINCIPAL_SOCIAL_WORKER, Role.SERVICE_MANAGER)
READ_SKILL_AND_OUTCOME = act(
    "read whether practice goes with outcomes, and who was followed",
    Role.SERVICE_MANAGER,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.PERFORMANCE_ANALYST,
)
"""Of the whole service only: a team has too few cases for it to be more than a story about persons."""
READ_COMPARISONS = act("read what others publish beside our own figures", *LEADERS)
DECIDE_BASELINES = act(
    "decide where a control chart begins afresh",
    Role.SERVICE_MANAGER,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.PERFORMANCE_ANALYST,
)
PREPARE_RELEASES = act("prepare figures for release", Role.PERFORMANCE_ANALYST, Role.SERVICE_MANAGER)
DECIDE_RELEASES = act("decide on the release of figures", Role.SERVICE_MANAGER, Role.PRINCIPAL_SOCIAL_WORKER)
"""As another person than whoever prepared it: see `disclosure.stages`."""
READ_RELEASES = act("read released figures", *LEADERS, Role.OUTSIDE_ANALYST)
READ_BENEFITS = act(
    "read what a programme costs and avoids",
    Role.SERVICE_MANAGER,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.PERFORMANCE_ANALYST,
)
KEEP_BENEFITS = act("keep what a programme costs and avoids", Role.SERVICE_MANAGER, Role.PERFORMANCE_ANALYST)
ASK_FOR_EXTRACTS = act("ask for extracts for research", Role.PERFORMANCE_ANALYST, Role.OUTSIDE_ANALYST)
DECIDE_ON_EXTRACTS = act("decide on extracts for research", Role.SERVICE_MANAGER, Role.PRINCIPAL_SOCIAL_WORKER)
READ_EXTRACTS = act("read the register of extracts", *ASK_FOR_EXTRACTS.roles, *DECIDE_ON_EXTRACTS.roles, Role.AUDITOR)
