"""How histories become tables: each part of a state a row, in SQL that two engines understand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shared.calendar import Month, is_working_day, last_day, months_between


@dataclass(frozen=True)
class Dialect:
    """What DuckDB and PostgreSQL say differently."""

    json: str
    each: str
    """Every element of a JSON array, a row each."""
    text: str
    """The same, as text."""


DUCKDB = Dialect("JSON", "unnest(CAST({} AS JSON[]))", "unnest(CAST({} AS VARCHAR[]))")
POSTGRESQL = Dialect("JSONB", "jsonb_array_elements({})", "jsonb_array_elements_text({})")

DAY, TRUTH, NUMBER, TEXT = "DATE", "BOOLEAN", "INTEGER", "VARCHAR"
REFERRAL = {"id": TEXT, "received_on": DAY, "source": TEXT, "primary_need": TEXT, "no_further_action": TRUTH,
            "joined_open_episode": TRUTH, "age_band": TEXT}  # fmt: skip
CONTACT = {"id": TEXT, "received_on": DAY, "decided_on": DAY, "outcome": TEXT}
EPISODE = {"id": TEXT, "referral_id": TEXT, "started_on": DAY, "closed_on": DAY, "closure_reason": TEXT}
OF_AN_EPISODE = {
    "assessment": ("assessments", {"id": TEXT, "started_on": DAY, "authorised_on": DAY}),
    "cin_plan": ("cin_plans", {"id": TEXT, "started_on": DAY, "ended_on": DAY}),
    "enquiry": ("section_47_enquiries", {"id": TEXT, "started_on": DAY, "conference_on": DAY,
                                         "conference_not_required": TRUTH, "ended_on": DAY}),
    "conference": ("conferences", {"id": TEXT, "held_on": DAY}),
    "protection_plan": ("protection_plans", {"id": TEXT, "started_on": DAY, "ended_on": DAY, "previous_plans": NUMBER}),
    "meeting": ("meetings", {"id": TEXT, "kind": TEXT, "held_on": DAY}),
    "visit": ("visits", {"id": TEXT, "kind": TEXT, "visited_on": DAY, "child_seen": TRUTH, "seen_alone": TRUTH}),
    "care": ("care_episodes", {"id": TEXT, "started_on": DAY, "ended_on": DAY, "start_reason": TEXT, "legal_status": TEXT,
                               "placement": TEXT, "ceased_reason": TEXT, "ceased_at_18": TRUTH}),
    "allocation": ("allocations", {"id": TEXT, "worker_id": TEXT, "team": TEXT, "held_from": DAY, "held_until": DAY}),
    "goal": ("goals", {"id": TEXT, "place": TEXT}),
    "offer": ("offers", {"id": TEXT, "offer": TEXT, "given_from": DAY, "given_until": DAY}),
}  # fmt: skip
PRACTICE = {"observation_id": TEXT, "worker_id": TEXT, "team": TEXT, "observed_on": DAY, "feedback_due_on": DAY,
            "feedback_given_on": DAY, "coaching_held_on": DAY, "observer_certified": TRUTH, "independent": TRUTH}  # fmt: skip

LIVE = "said->>'merged_into' IS NULL AND NOT coalesce(CAST(said->>'erased' AS BOOLEAN), FALSE)"
SKILLS = (
    "evocation", "collaboration", "autonomy", "empathy", "purposefulness", "clarity_about_concerns", "child_focus",
)  # fmt: skip


def _columns(columns: dict[str, str], said: str = "said") -> str:
    return ", ".join(f"CAST({said}->>'{name}' AS {kind}) AS {name}" for name, kind in columns.items())


def made_from_histories(dialect: Dialect) -> Iterator[str]:
    """Statements that make every table out of `child_history(state)` and `practice_history(state)`, text of a state each."""

    def each(of: str, name: str) -> str:
        return dialect.each.format(f"{of}->'{name}'")

    def table(name: str, query: str) -> str:
        return f"CREATE TEMP TABLE {name} AS {query}"

    yield table("child_said", f"SELECT CAST(state AS {dialect.json}) AS said FROM child_history")
    yield table(
        "child",
        "SELECT said->>'authority' AS authority, said->>'child_id' AS id, said->>'sex' AS sex,"
        f" said->>'ethnicity' AS ethnicity, said FROM child_said WHERE {LIVE}",
    )
    disability = dialect.text.format("said->'disabilities'")
    yield table("disability", f"SELECT id AS child_id, {disability} AS code FROM child")
    for name, field, columns in (("contact", "contacts", CONTACT), ("referral", "referrals", REFERRAL)):
        found = f"SELECT id AS child_id, {each('said', field)} AS said FROM child"
        yield table(name, f"SELECT child_id, {_columns(columns)} FROM ({found}) AS found")
    found = f"SELECT id AS child_id, {each('said', 'episodes')} AS said FROM child"
    yield table("episode", f"SELECT child_id, {_columns(EPISODE)}, said FROM ({found}) AS found")
    for name, (field, columns) in OF_AN_EPISODE.items():
        found = f"SELECT child_id, id AS episode_id, {each('said', field)} AS said FROM episode"
        kept = ", said" if name in {"assessment", "protection_plan"} else ""
        yield table(name, f"SELECT child_id, episode_id, {_columns(columns)}{kept} FROM ({found}) AS found")
    factor = dialect.text.format("said->'factors'")
    yield table("factor", f"SELECT child_id, episode_id, id AS assessment_id, {factor} AS code FROM assessment")
    reviewed = dialect.text.format("said->'reviewed_on'")
    dated = f"SELECT id AS plan_id, episode_id, {reviewed} AS day FROM protection_plan"
    yield table("plan_review", f"SELECT plan_id, episode_id, CAST(day AS DATE) AS day FROM ({dated}) AS found")
    yield table("practice_said", f"SELECT CAST(state AS {dialect.json}) AS said FROM practice_history")
    yield table(
        "observation",
        f"SELECT said->>'authority' AS authority, {_columns(PRACTICE)}, said FROM practice_said WHERE {LIVE}",
    )
    scored = f"SELECT observation_id, {each('said', 'scores')} AS said FROM observation WHERE observer_certified AND independent"
    yield table(
        "score", f"SELECT observation_id, {_columns({'skill': TEXT, 'score': NUMBER})} FROM ({scored}) AS found"
    )


def working_days(first: date, last: date) -> tuple[list[date], list[int]]:
    """Every day of a time, and how many working days there have been in it by then."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ordinals, so_far = [], 0
    for day in days:
        so_far += is_working_day(day)
        ordinals.append(so_far)
    return days, ordinals


def month_ends(first: Month, last: Month) -> tuple[list[str], list[date]]:
    """Every month, and its last day."""
    months = months_between(first, last)
    return months, [last_day(month) for month in months]


VIEWS = (
    (
        "CREATE TEMP VIEW needed AS SELECT e.* FROM episode e JOIN referral r ON r.id = e.referral_id AND r.child_id = e.child_id"
        " WHERE r.no_further_action = FALSE AND NOT r.joined_open_episode"
    ),
    "CREATE TEMP VIEW looked_after_in AS SELECT * FROM care WHERE legal_status NOT IN ('V3', 'V4')",
    (
        "CREATE TEMP VIEW ceased AS SELECT * FROM (SELECT c.*, row_number() OVER (PARTITION BY child_id, EXTRACT(year FROM"
        " ended_on - INTERVAL '3 months') ORDER BY ended_on DESC, started_on DESC, id DESC) AS place"
        " FROM looked_after_in c WHERE ended_on IS NOT NULL AND ceased_reason IS NOT NULL AND ceased_reason <> 'X1') AS f WHERE place = 1"
    ),
    (
        "CREATE TEMP VIEW held_conference AS SELECT child_id, episode_id, conference_on AS held_on FROM enquiry"
        " WHERE conference_on IS NOT NULL UNION ALL SELECT c.child_id, c.episode_id, c.held_on FROM conference c"
        " WHERE NOT EXISTS (SELECT 1 FROM enquiry q WHERE q.episode_id = c.episode_id AND q.conference_on = c.held_on)"
    ),
    "CREATE TEMP VIEW nth AS SELECT ordinal, min(day) AS day FROM calendar GROUP BY ordinal",
)
"""What definitions have in common, in words of SQL: which episodes are of need, who left care last in a year."""
