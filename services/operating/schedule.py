"""What is kept, for how long, on whose authority, and how it goes: one dated row a class of data. `make docs` draws the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Kept:
    """One class of data. A row is never changed: a new period is a new row with a later date."""

    what: str
    where: str
    until: str
    authority: str
    goes_by: str
    held: str
    since: date


FIRST = date(2026, 11, 24)
DECIDE = "**the authority decides**"

SCHEDULE: tuple[Kept, ...] = (
    Kept(
        "case record of a child: referrals, decisions, episodes, allocations, documents from sources",
        "intake",
        "`DWC_KEEP_CASES_YEARS` years after the later of the 18th birthday and the end of the last case; never, until that is set",
        f"{DECIDE}: no period in law for a child in need who was never looked after (authorities' own schedules differ; "
        "one counts three years of inactivity after 18). Of a child who was looked after the statutory record, 75 years from birth "
        "or 15 from a death before 18 (Care Planning Regulations 2010, reg. 50), is the case management system's; this copy is not it",
        "`dwc dispose`",
        "a hold on the child, or on everything",
        FIRST,
    ),
    Kept(
        "what was noted in an observation about a child's case (evidence)",
        "observation",
        "as long as the case record",
        "follows the case record",
        "intake says that the child was erased; scores of the worker's practice stay",
        "as the case record",
        FIRST,
    ),
    Kept(
        "what families answered, added in words and set as goals, and how their children were heard",
        "observation",
        "as long as the case record",
        "follows the case record",
        "intake says that the child was erased; nothing of it stays",
        "as the case record",
        date(2026, 11, 25),
    ),
    Kept(
        "answers to the pulse survey, as counts; who has answered",
        "observation",
        "counts for good; who has answered until the next quarter",
        "counts of nobody in particular",
        "the first answer of the next quarter",
        "-",
        date(2026, 11, 25),
    ),
    Kept(
        "scores, feedback, coaching and goals of a worker, supervision, training and screening",
        "observation",
        "not disposed of by a job yet",
        f"{DECIDE}, as for other records of supervision and development",
        "-",
        "-",
        FIRST,
    ),
    Kept(
        "coded history of a child or an observation, under an id",
        "reporting",
        "as long as what it was told from",
        "follows intake and observation",
        "the event that says it was erased; figures are counted anew at once",
        "as the case record",
        FIRST,
    ),
    Kept(
        "extracts for research, once collected",
        "outside: the recipient",
        "the day named in the register as `destroy_by`",
        "the agreement under which data are shared; a child's erasure does not reach them, so that whoever holds one is asked",
        "the recipient",
        "-",
        FIRST,
    ),
    Kept(
        "figures by month, and frozen months",
        "reporting",
        "for good",
        "counts of nobody in particular; published ones are public record",
        "-",
        "-",
        FIRST,
    ),
    Kept(
        "audit: who did or saw what, under ids",
        "every service",
        "not disposed of by a job: a seal names every row before it",
        f"{DECIDE}; many keep it as long as the records it is about",
        "-",
        "-",
        FIRST,
    ),
    Kept(
        "events on their way",
        "Kafka's topics",
        "28 days",
        "technical: republishing brings up a hearer that was away for longer",
        "the broker",
        "-",
        FIRST,
    ),
    Kept(
        "Idempotency-Keys, with the id made and a digest of the request",
        "every service",
        "30 days",
        "technical: a phone that was offline for weeks may send again",
        "each service's leader",
        "-",
        FIRST,
    ),
    Kept(
        "dead letters: events that could not be acted on, as they came",
        "every service that hears",
        "35 days after it was replayed; at once when its subject is erased",
        "technical: ids and codes, as in any event",
        "each service's leader, and the event that says it was erased",
        "-",
        FIRST,
    ),
    Kept("legal holds", "intake", "for good", "the record of why something was kept", "-", "-", FIRST),
    Kept(
        "log lines, ids and codes only",
        "the machine's log system",
        f"{DECIDE}; 90 days serve most",
        "technical",
        "the log system",
        "-",
        FIRST,
    ),
    Kept(
        "backups",
        "where the authority keeps them",
        f"{DECIDE}; no longer than a disposed record may come back",
        "a restored backup is disposed of anew before it serves",
        "the backup system",
        "-",
        FIRST,
    ),
)

HEAD = """# What is kept, and for how long

Drawn from `services/operating/schedule.py` by `make docs`. An authority that runs this adopts a schedule of its own; rows that
say so wait for its decision, and until then nothing is disposed of.

| What | Where | Until | On whose authority | Goes by | Held by | Since |
|---|---|---|---|---|---|---|"""


def page() -> str:
    return "\n".join([HEAD, *_rows(), ""])


def _rows() -> Iterator[str]:
    for row in SCHEDULE:
        cells = (row.what, row.where, row.until, row.authority, row.goes_by, row.held, row.since.isoformat())
        yield f"| {' | '.join(cells)} |"
