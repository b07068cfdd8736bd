"""Observation as a deployable: its doors, its ears and its tables."""

from pathlib import Path

import services.observation as purpose
from services.observation.coding.api import router as coding
from services.observation.concerns.api import router as concerns
from services.observation.database import TABLES
from services.observation.declines.api import router as declines
from services.observation.feedback import clocks
from services.observation.feedback.api import router as feedback
from services.observation.feedback.operations import flag_overdue
from services.observation.forms import landing
from services.observation.forms.api import router as forms
from services.observation.forms.operations import force
from services.observation.measures.api import router as measures
from services.observation.practice.api import router as practice
from services.observation.practice.speaking import SPEAKS_OF
from services.observation.pulse.api import router as pulse
from services.observation.said_and_done.api import router as said_and_done
from services.observation.subscriptions import SUBSCRIPTIONS
from shared.due import Timer
from shared.web.app import Service

SERVICE = Service(
    name="observation",
    purpose=purpose.__doc__ or "",
    doors=(forms, practice, declines, coding, concerns, measures, pulse, said_and_done, feedback),
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
    hears=SUBSCRIPTIONS,
    speaks_of=SPEAKS_OF,
    timers=(Timer(clocks.OVERDUE, flag_overdue), Timer(landing.HELD_TOO_LONG, force)),
)
