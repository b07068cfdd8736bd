"""Intake as a deployable: its doors, its tables, and what it says at the end of each transaction."""

from pathlib import Path

import services.intake as purpose
import services.intake.retention.models
import services.intake.sources.models  # noqa: F401 -- these bring in their tables
from services.intake.allocation.api import router as allocation
from services.intake.allocation.breaches import look_again
from services.intake.break_glass.api import router as break_glass
from services.intake.care.api import router as care
from services.intake.corrections.api import router as corrections
from services.intake.database import TABLES
from services.intake.episodes.api import router as episodes
from services.intake.people.api import router as people
from services.intake.referrals.api import router as referrals
from services.intake.speaking import SPEAKS_OF, speak
from services.intake.tasks.api import router as tasks
from services.intake.transfers.api import router as transfers
from shared.leader import Duty
from shared.web.app import HOURLY, Service

SERVICE = Service(
    name="intake",
    purpose=purpose.__doc__ or "",
    doors=(transfers, referrals, allocation, episodes, care, tasks, corrections, people, break_glass),
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
    speaks_of=SPEAKS_OF,
    before_commit=speak,
    duties=(Duty("look at caseloads again", look_again, every=HOURLY),),
)
