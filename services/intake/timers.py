"""What happens in intake when something is due."""

from services.intake.allocation import overriding
from services.intake.allocation.operations import flag_expired, flag_not_countersigned
from services.intake.handovers import stages as of_a_handover
from services.intake.handovers.operations import expire
from shared.due import Timer

TIMERS = (
    Timer(overriding.COUNTERSIGNATURE_OVERDUE, flag_not_countersigned),
    Timer(overriding.EXPIRED, flag_expired),
    Timer(of_a_handover.EXPIRED, expire),
)
