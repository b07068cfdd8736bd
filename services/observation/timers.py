"""What happens in observation when something is due."""

from services.observation.feedback import clocks
from services.observation.feedback.operations import flag_overdue
from services.observation.forms import landing
from services.observation.forms.operations import force
from services.observation.waves.schedule import close_windows, flag_unbooked, open_windows
from services.observation.waves.windows import CLOSES, OPENS, UNBOOKED
from shared.due import Timer

TIMERS = (
    Timer(clocks.OVERDUE, flag_overdue),
    Timer(landing.HELD_TOO_LONG, force),
    Timer(OPENS, open_windows),
    Timer(UNBOOKED, flag_unbooked),
    Timer(CLOSES, close_windows),
)
