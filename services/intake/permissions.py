"""What may be asked of intake, and by whom. Which children a role then sees is decided in `sight.py`."""

from shared.web.roles import Role, act

MANAGERS = (Role.DEPUTY_TEAM_MANAGER, Role.TEAM_MANAGER, Role.SERVICE_MANAGER)
CASE_READERS = (
    Role.SOCIAL_WORKER,
    *MANAGERS,
    Role.DUTY,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.PERFORMANCE_ANALYST,
)

STATE_CHILDREN = act("state children's records as a source system", Role.SOURCE_SYSTEM)
FETCH_WRITE_BACKS = act("fetch what was done here in a source system's cases", Role.SOURCE_SYSTEM)
READ_FINDINGS = act("read what was found in what sources state", *MANAGERS, Role.PERFORMANCE_ANALYST)
RECEIVE_CONTACTS = act("take in contacts", Role.SOURCE_SYSTEM, Role.DUTY, *MANAGERS)
READ_CONTACTS = act("read contacts", Role.SOURCE_SYSTEM, *CASE_READERS)
SCREEN_CONTACTS = act("screen contacts", Role.DUTY, *MANAGERS)
DECIDE_CONTACTS = act("decide on contacts", Role.DUTY, *MANAGERS)
RECEIVE_REFERRALS = act("post referrals", Role.SOURCE_SYSTEM, Role.DUTY, *MANAGERS)
READ_REFERRALS = act("read referrals", Role.SOURCE_SYSTEM, *CASE_READERS)
DECIDE_REFERRALS = act("decide on referrals", Role.DUTY, *MANAGERS)
READ_CHILDREN = act("read children's records and their families' history", *CASE_READERS)
KEEP_DETAILS = act("keep a child's languages, addresses and safe contact", Role.SOCIAL_WORKER, Role.DUTY, *MANAGERS)
RESTRICT_CHILDREN = act("restrict a child's record to named people", Role.SERVICE_MANAGER)
DECIDE_MATCHES = act("decide whether two records are one child", Role.DUTY, *MANAGERS)
READ_EPISODES = act("read episodes", *CASE_READERS)
ALLOCATE_CASES = act("allocate cases", *MANAGERS)
RECORD_CASEWORK = act("record casework", Role.SOCIAL_WORKER, *MANAGERS)
DECIDE_ON_CASES = act("decide on cases", *MANAGERS)
TRANSFER_CASES = act("transfer cases between teams", *MANAGERS)
CORRECT_CASES = act("correct what is recorded of cases", *MANAGERS)
CLOSE_EPISODES = act("close episodes", *MANAGERS)
READ_WORKFORCE = act("read teams and workers", *CASE_READERS, Role.EVALUATOR, Role.COACH, Role.OPERATOR)
STATE_WORKFORCE = act("state who works where", Role.SERVICE_MANAGER, Role.OPERATOR)
READ_POSTS = act("read a worker's terms and absences", *MANAGERS, Role.OPERATOR)
STATE_ABSENCES = act("state who is away", *MANAGERS, Role.OPERATOR)
STATE_TEAM_MODES = act("state how a team allocates, and for whom it is", Role.SERVICE_MANAGER, Role.OPERATOR)
BREAK_GLASS = act("break the glass", Role.SOCIAL_WORKER, Role.DUTY, *MANAGERS)
"""Those who act for a child, and may have to in the middle of the night; nobody who counts, observes or watches over."""
READ_BROKEN_GLASS = act("read who broke the glass", Role.SERVICE_MANAGER, Role.AUDITOR)
COUNTERSIGN_OVERRIDES = act("countersign overrides", Role.TEAM_MANAGER, Role.SERVICE_MANAGER)
ANSWER_HANDOVERS = act("answer handovers", Role.SOCIAL_WORKER, *MANAGERS)
READ_QUEUE = act("read the queue for allocation", Role.DUTY, *MANAGERS)
MAKE_THE_RETURN = act("make the census return", Role.SERVICE_MANAGER, Role.PERFORMANCE_ANALYST)
READ_FINDINGS = act(
    "read what is to be put right for the census", Role.SOCIAL_WORKER, *MANAGERS, Role.PERFORMANCE_ANALYST
)
READ_OFFERS = act("read what families are offered", *CASE_READERS)
DECIDE_OFFERS = act("decide for the panel of the enhanced offer", Role.SERVICE_MANAGER, Role.PRINCIPAL_SOCIAL_WORKER)
