"""Intake as a deployable: its doors, its tables, and what it says at the end of each transaction."""

from pathlib import Path

import services.intake as purpose
import services.intake.retention.models
import services.intake.sources.models  # noqa: F401 -- these bring in their tables
from services.intake.allocation.breaches import look_again
from services.intake.database import TABLES
from services.intake.doors import DOORS
from services.intake.speaking import SPEAKS_OF, speak
from services.intake.timers import TIMERS
from shared.leader import Duty
from shared.web.app import HOURLY, Service

SERVICE = Service(
    name="intake",
    purpose=purpose.__doc__ or "",
    doors=DOORS,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
    speaks_of=SPEAKS_OF,
    before_commit=speak,
    timers=TIMERS,
    duties=(Duty("look at caseloads again", look_again, every=HOURLY),),
)
