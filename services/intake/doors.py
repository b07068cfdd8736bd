"""The HTTP doors of intake: one a subject, in the order in which a case meets them."""

from services.intake.allocation.api import router as allocation
from services.intake.break_glass.api import router as break_glass
from services.intake.care.api import router as care
from services.intake.children.api import router as children
from services.intake.contacts.api import router as contacts
from services.intake.corrections.api import router as corrections
from services.intake.episodes.api import router as episodes
from services.intake.handovers.api import router as handovers
from services.intake.identity.api import router as identity
from services.intake.offer.api import router as offer
from services.intake.people.api import router as people
from services.intake.planning.api import router as planning
from services.intake.referrals.api import router as referrals
from services.intake.returns.api import router as returns
from services.intake.risk.api import router as risk
from services.intake.sources.api import router as sources
from services.intake.tasks.api import router as tasks
from services.intake.transfers.api import router as transfers
from services.intake.waiting.api import router as waiting
from services.intake.write_backs.api import router as write_backs

DOORS = (
    *(sources, write_backs, contacts, referrals, identity, children, waiting, planning, allocation, handovers),
    *(episodes, care, risk, offer, transfers, tasks, corrections, people, break_glass, returns),
)
