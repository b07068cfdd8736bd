"""Reporting as a deployable: its doors, its tables, and what it hears."""

from datetime import timedelta
from pathlib import Path

import services.reporting as purpose
from services.reporting.benefits.api import router as benefits
from services.reporting.comparators.api import router as comparators
from services.reporting.database import TABLES
from services.reporting.disclosure.api import router as disclosure
from services.reporting.indicators.api import router as indicators
from services.reporting.indicators.operations import recount_if_redefined
from services.reporting.outcomes.api import router as outcomes
from services.reporting.practice_reports.api import router as practice_reports
from services.reporting.publications.api import router as publications
from services.reporting.research.api import router as research
from services.reporting.subscriptions import SUBSCRIPTIONS
from services.reporting.variation.api import router as variation
from shared.leader import Duty
from shared.web.app import Service

SERVICE = Service(
    name="reporting",
    purpose=purpose.__doc__ or "",
    doors=(
        indicators,
        practice_reports,
        outcomes,
        comparators,
        variation,
        benefits,
        publications,
        research,
        disclosure,
    ),
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
    hears=SUBSCRIPTIONS,
    duties=(Duty("count by new definitions", recount_if_redefined, every=timedelta(hours=1)),),
)
