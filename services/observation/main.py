"""Observation as a deployable: its doors, its ears and its tables."""

from pathlib import Path

import services.observation as purpose
from services.observation import speaking
from services.observation.database import TABLES
from services.observation.doors import DOORS
from services.observation.practice import speaking as of_practice
from services.observation.subscriptions import SUBSCRIPTIONS
from services.observation.timers import TIMERS
from shared.web.app import Service

SERVICE = Service(
    name="observation",
    purpose=purpose.__doc__ or "",
    doors=DOORS,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
    hears=SUBSCRIPTIONS,
    speaks_of=of_practice.SPEAKS_OF + speaking.SPEAKS_OF,
    timers=TIMERS,
)
