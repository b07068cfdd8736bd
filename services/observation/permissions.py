"""What may be asked of observation, and by whom. Which observations and which cases a role then sees is decided in `sight.py`.

Practice is observed to develop it, not to judge the person: analysts read no individual's, here or anywhere.
"""

from shared.web.roles import Role, act

GUIDES = (Role.EVALUATOR, Role.COACH, Role.PRINCIPAL_SOCIAL_WORKER)
MANAGERS = (Role.DEPUTY_TEAM_MANAGER, Role.TEAM_MANAGER, Role.SERVICE_MANAGER)

READ_RUBRIC = act("read the rubric", *Role)
"""The rubric is about nobody: whoever is rated by it, or quoted a score, may read what the score means."""
RECORD_OBSERVATIONS = act("record observations", *GUIDES)
READ_OBSERVATIONS = act("read observations", *GUIDES, *MANAGERS, Role.SOCIAL_WORKER)
GIVE_FEEDBACK = act("give feedback", *GUIDES)
READ_DRAFTS = act("read drafts of feedback", *GUIDES)
ANSWER_FEEDBACK = act("answer feedback on the own practice", Role.SOCIAL_WORKER)
READ_USE = act("read who has looked at an observation", *GUIDES, Role.SOCIAL_WORKER)
HOLD_COACHING = act("record coaching", *GUIDES)
READ_OVERDUE_FEEDBACK = act("read which feedback is overdue", *GUIDES, *MANAGERS)
READ_FORMS = act("read forms as they came", *GUIDES)
SETTLE_FORMS = act("settle forms that contradict one another", *GUIDES)
READ_CONCERNS = act("read safety concerns", *GUIDES, *MANAGERS, Role.DUTY)
TAKE_UP_CONCERNS = act("take up safety concerns", *MANAGERS, Role.DUTY, Role.PRINCIPAL_SOCIAL_WORKER)
CODE_AGAIN = act("score observations a second time", *GUIDES)
READ_RELIABILITY = act("read how far scores can be relied on", *GUIDES)
CERTIFY = act("certify those who score", Role.PRINCIPAL_SOCIAL_WORKER)
READ_INSTRUMENTS = act("read what families are asked", *Role)
"""As the rubric: it is about nobody."""
LOAD_TEXTS = act("load the wording of instruments", Role.PRINCIPAL_SOCIAL_WORKER)
RECORD_MEASURES = act("record what families say", *GUIDES)
READ_MEASURES = act("read what families said", *GUIDES, Role.SOCIAL_WORKER)
ANSWER_PULSE = act("answer the pulse survey", *GUIDES, Role.SOCIAL_WORKER, Role.DEPUTY_TEAM_MANAGER, Role.TEAM_MANAGER)
READ_PULSE = act("read the pulse of the workforce", *GUIDES, *MANAGERS, Role.SOCIAL_WORKER)
WRITE_SAID_AND_DONE = act("write down what was said and done", *GUIDES, *MANAGERS)
READ_SAID_AND_DONE = act("read what was said and done", *GUIDES, *MANAGERS, Role.SOCIAL_WORKER)
MAKE_COHORTS = act(
    "make cohorts, and the words in which people are asked", Role.PRINCIPAL_SOCIAL_WORKER, Role.SERVICE_MANAGER
)
READ_COHORTS = act("read how cases are selected", *GUIDES, Role.SERVICE_MANAGER)
READ_PARTICIPATIONS = act("read which cases are followed", *GUIDES, *MANAGERS, Role.SOCIAL_WORKER)
FOLLOW_CASES = act("see to it that families are asked", *GUIDES)
"""Not whoever holds the case: workers choose neither which cases are followed nor when a family is given up."""
NAME_FOLLOWERS = act("name who sees to it that a family is asked", Role.COACH, Role.PRINCIPAL_SOCIAL_WORKER)
RECORD_ANSWERS = act("record what people agreed to", *GUIDES, Role.SOCIAL_WORKER)
"""A social worker answers for themself, and for nobody else."""
RECORD_SUPERVISION = act(
    "record supervision", Role.DEPUTY_TEAM_MANAGER, Role.TEAM_MANAGER, Role.COACH, Role.PRINCIPAL_SOCIAL_WORKER
)
READ_SUPERVISION = act("read supervision", *GUIDES, Role.SOCIAL_WORKER, Role.DEPUTY_TEAM_MANAGER, Role.TEAM_MANAGER)
OBSERVE_SUPERVISION = act("score supervision", *GUIDES)
RECORD_DEVELOPMENT = act("record training and screening", Role.COACH, Role.PRINCIPAL_SOCIAL_WORKER)
READ_DEVELOPMENT = act(
    "read a worker's development",
    Role.COACH,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.SOCIAL_WORKER,
    Role.DEPUTY_TEAM_MANAGER,
    Role.TEAM_MANAGER,
)
