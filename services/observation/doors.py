"""The HTTP doors of observation: practice, from the form to the coaching; families, from the draw to the last wave and what
they say; and how workers go on learning.
"""

from services.observation.agreements.api import router as agreements
from services.observation.coding.api import router as coding
from services.observation.cohort.api import router as cohorts
from services.observation.concerns.api import router as concerns
from services.observation.declines.api import router as declines
from services.observation.development.api import router as development
from services.observation.feedback.api import router as feedback
from services.observation.forms.api import router as forms
from services.observation.measures.api import router as measures
from services.observation.practice.api import router as practice
from services.observation.pulse.api import router as pulse
from services.observation.said_and_done.api import router as said_and_done
from services.observation.supervision.api import router as supervision
from services.observation.waves.api import router as waves

DOORS = (
    *(forms, practice, declines, coding, concerns, feedback),
    *(cohorts, agreements, waves, measures, pulse, said_and_done),
    *(supervision, development),
)
