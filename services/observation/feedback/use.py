"""What an observation is for, and who may see what of it: told to the worker it is about, and held to by `sight.py`."""

from collections.abc import Mapping

from shared.web.roles import Role

PURPOSE = (
    "It is to develop practice. It is no part of appraisal, capability or discipline, and figures of a team are shown from "
    "five observations of three workers on."
)

MAY_SEE: Mapping[Role, str] = {
    Role.SOCIAL_WORKER: "you alone, of all workers: everything but who scored it a second time",
    Role.EVALUATOR: "whoever observed: everything; and whoever scores it a second time, both scores once they have",
    Role.COACH: "everything",
    Role.PRINCIPAL_SOCIAL_WORKER: "everything",
    Role.DEPUTY_TEAM_MANAGER: "of the team you were in on the day: that it took place and what followed; scores and words only while you are in it",
    Role.TEAM_MANAGER: "of the team you were in on the day: that it took place and what followed; scores and words only while you are in it",
    Role.SERVICE_MANAGER: "that it took place and what followed; never scores or words",
}
"""By role; whoever has another role sees nothing of it. The auditor sees who looked, and not at what."""
