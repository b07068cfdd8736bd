"""Each indicator as SQL, written from its definition in words: what happened by its day, what stands by month's end."""

from services.reporting.recounting.tables import SKILLS
from services.reporting.recounting.words import (
    FIRST,
    happened,
    months_on,
    one,
    stood,
    working_day,
    working_days,
)


def _of(table: str) -> str:
    return f"{table} x JOIN episode e ON e.id = x.episode_id AND e.child_id = x.child_id"


REFERRED = (
    "referral r LEFT JOIN episode e ON e.referral_id = r.id AND e.child_id = r.child_id WHERE NOT r.joined_open_episode"
)


def _referred(counts: str = "TRUE", band: str = "''", rows: str = REFERRED) -> str:
    return happened(rows, "r.received_on", counts=counts, band=band, team=FIRST, child="r.child_id", case="r.id")


def _contact(counts: str = "TRUE") -> str:
    return happened("contact c", "c.received_on", counts=counts, team="''", child="c.child_id", case="NULL")


AGAIN = (
    "(SELECT *, lag(received_on) OVER (PARTITION BY child_id ORDER BY received_on, id) AS previous FROM referral"
    " WHERE NOT joined_open_episode) AS r LEFT JOIN episode e ON e.referral_id = r.id AND e.child_id = r.child_id"
)
YEAR = "EXTRACT(year FROM received_on - INTERVAL '3 months')"
ENDED = "needed e WHERE e.closed_on >= e.started_on"
DURATION = (
    f"CASE WHEN m.day <= {months_on('e.started_on', 3)} THEN '3 months or less'"
    f" WHEN m.day <= {months_on('e.started_on', 6)} THEN '3 to 6 months'"
    f" WHEN m.day < {months_on('e.started_on', 12)} THEN '6 months to 1 year'"
    f" WHEN m.day < {months_on('e.started_on', 24)} THEN '1 to 2 years' ELSE '2 years or more' END"
)
AUTHORISED = f"{_of('assessment')} WHERE x.authorised_on IS NOT NULL"
HAS_FACTORS = "EXISTS (SELECT 1 FROM factor f WHERE f.assessment_id = x.id AND f.episode_id = x.episode_id)"
EXTRA = HAS_FACTORS.replace("f.assessment_id", "f.code IN ('11A', '12A', '13A', '24A') AND f.assessment_id")
FIRST_HELD = (
    "(SELECT n.*, (SELECT min(h.held_from) FROM allocation h WHERE h.episode_id = n.id) AS held_on FROM needed n) AS e"
    " WHERE e.held_on >= e.started_on"
)
WAITED = f"least({working_days('e.started_on', 'e.held_on')}, 61)"
IN_TIME = "x.authorised_on >= x.started_on AND " + working_days("x.started_on", "x.authorised_on") + " <= 45"
LED_TO_CONFERENCE = "x.conference_on BETWEEN x.started_on AND x.started_on + 60"
CONFERENCE_KNOWN = (
    f"CASE WHEN {LED_TO_CONFERENCE} THEN x.conference_on WHEN x.conference_not_required AND x.conference_on IS NULL"
    " AND x.ended_on < x.started_on + 60 THEN x.ended_on ELSE x.started_on + 60 END"
)
BEGUN_SOON = (
    "(SELECT min(p.started_on) FROM protection_plan p WHERE p.episode_id = x.episode_id"
    " AND p.started_on BETWEEN x.held_on AND x.held_on + 45)"
)
PLAN_BEFORE = (
    "EXISTS (SELECT 1 FROM protection_plan p WHERE p.child_id = x.child_id AND NOT (p.id = x.id AND p.episode_id = x.episode_id)"
    f" AND p.ended_on <= x.started_on AND x.started_on <= {months_on('p.ended_on', 24)})"
)
WORKERS = (
    "(SELECT count(DISTINCT h.worker_id) FROM allocation h WHERE h.episode_id = e.id AND h.held_from <= m.day"
    f" AND (h.held_until IS NULL OR m.day < {months_on('h.held_until', 12)}))"
)


def _reviewed(plans: str, reviews: str) -> str:
    """No review is missing at the end of the month: none after the start, and none after any review before it."""
    points = f"SELECT x.started_on AS day, {months_on('x.started_on', 3)} AS due, 0 AS is_review UNION ALL"
    points += f" SELECT v.day, {months_on('v.day', 6)}, 1 FROM ({reviews}) AS v WHERE v.day >= x.started_on AND v.day <= m.day"
    met = f"SELECT 1 FROM ({reviews}) AS w WHERE w.day <= p.due AND (w.day > p.day OR (p.is_review = 0 AND w.day = p.day))"
    missed = f"EXISTS (SELECT 1 FROM ({points}) AS p WHERE p.due < m.day AND NOT EXISTS ({met}))"
    return stood(_of(plans), months_on("x.started_on", 3), "x.ended_on", counts=f"NOT {missed}", under=1)


def _visited(plans: str, kind: str, days: int) -> str:
    recent = (
        f"EXISTS (SELECT 1 FROM visit v WHERE v.episode_id = x.episode_id AND v.kind = '{kind}' AND v.child_seen"
        f" AND v.visited_on BETWEEN x.started_on AND m.day AND m.day <= {working_day('v.visited_on', days)})"
    )
    fresh = f"m.day <= {working_day('x.started_on', days)}"
    return stood(_of(plans), "x.started_on", "x.ended_on", counts=f"({fresh} OR {recent})", under=1)


CIN_REVIEWS = "SELECT g.held_on AS day FROM meeting g WHERE g.episode_id = x.episode_id AND g.kind = 'cin_review'"
PLAN_REVIEWS = "SELECT g.day FROM plan_review g WHERE g.episode_id = x.episode_id AND g.plan_id = x.id"
REASON = (
    "CASE WHEN x.ceased_reason IN ('E11', 'E12') THEN 'adopted' WHEN x.ceased_reason IN ('E45', 'E46', 'E47', 'E48')"
    " THEN 'special guardianship' WHEN x.ceased_reason IN ('E4A', 'E4B') THEN 'returned home'"
    " WHEN x.ceased_reason IN ('E5', 'E6') THEN 'independent' WHEN x.ceased_reason = 'E41'"
    " THEN 'child arrangements order' ELSE 'other' END"
)
WENT_HOME = "x.ceased_reason IN ('E4A', 'E4B')"
ROUTE = "CASE WHEN x.legal_status IN ('C1', 'C2') THEN 'care order' WHEN x.legal_status = 'V2' THEN 'accommodated' ELSE 'other' END"
PLACEMENTS = (
    "(SELECT count(*) FROM looked_after_in y WHERE y.child_id = x.child_id AND y.start_reason <> 'L'"
    f" AND y.started_on <= m.day AND m.day < {months_on('y.started_on', 12)})"
)
PLACED_A_YEAR_AGO = (
    f"EXISTS (SELECT 1 FROM looked_after_in y WHERE y.child_id = x.child_id AND {months_on('y.started_on', 12)} <= m.day"
    f" AND (y.ended_on IS NULL OR m.day < {months_on('y.ended_on', 12)}))"
)


def _stayed(months: int) -> str:
    known = months_on("x.ended_on", months)
    back = (
        "EXISTS (SELECT 1 FROM looked_after_in y WHERE y.child_id = x.child_id AND y.start_reason = 'S'"
        f" AND y.started_on > x.started_on AND y.started_on BETWEEN x.ended_on AND {known})"
    )
    return happened(f"{_of('ceased')} WHERE {WENT_HOME}", known, counts=f"NOT {back}")


FACTS = f"""
    SELECT child_id, 'contacts' AS fact, received_on AS day FROM contact
    UNION ALL SELECT child_id, 'referrals', received_on FROM referral
    UNION ALL SELECT child_id, 'closures', closed_on FROM episode WHERE closed_on IS NOT NULL
    UNION ALL SELECT child_id, 'assessments', started_on FROM assessment
    UNION ALL SELECT x.child_id, 'factors', x.started_on FROM assessment x WHERE {HAS_FACTORS}
    UNION ALL SELECT child_id, 'cin_plans', started_on FROM cin_plan
    UNION ALL SELECT child_id, 'section_47_enquiries', started_on FROM enquiry
    UNION ALL SELECT child_id, 'conferences', conference_on FROM enquiry WHERE conference_on IS NOT NULL
    UNION ALL SELECT child_id, 'conferences', held_on FROM conference
    UNION ALL SELECT child_id, 'protection_plans', started_on FROM protection_plan
    UNION ALL SELECT e.child_id, 'protection_reviews', g.day FROM plan_review g JOIN episode e ON e.id = g.episode_id
    UNION ALL SELECT child_id, 'meetings:' || kind, held_on FROM meeting
    UNION ALL SELECT child_id, 'visits:' || kind, visited_on FROM visit
    UNION ALL SELECT child_id, 'care_episodes', started_on FROM care
    UNION ALL SELECT child_id, 'ages_on_ceasing', started_on FROM care WHERE ceased_at_18 IS NOT NULL
    UNION ALL SELECT child_id, 'offers', given_from FROM offer WHERE given_from IS NOT NULL
    UNION ALL SELECT child_id, 'allocations', held_from FROM allocation
"""

OF_CHILDREN: dict[str, str] = {
    "contacts": _contact(),
    "children_with_contact": (
        "SELECT child_id, NULL AS case_id, '' AS team, 'of the month' AS band, min(received_on) AS day, 1 AS over_,"
        " 0 AS under_ FROM contact GROUP BY child_id, substr(CAST(received_on AS VARCHAR), 1, 7)"
        " UNION ALL SELECT child_id, NULL, '', 'for the first time in the year', min(received_on), 1, 0 FROM contact"
        f" GROUP BY child_id, {YEAR}"
    ),
    "contacts_decided_within_1_working_day": _contact(
        f"c.decided_on >= c.received_on AND {working_days('c.received_on', 'c.decided_on')} <= 1"
    ),
    "contacts_to_referral": _contact("c.outcome = 'referral'"),
    "referrals": _referred(),
    "referrals_by_source": _referred(band="coalesce(rtrim(r.source, 'ABCDEF'), 'not stated')"),
    "referrals_no_further_action": _referred("coalesce(r.no_further_action, FALSE)"),
    "rereferrals_within_12_months": _referred(f"r.received_on <= {months_on('r.previous', 12)}", rows=AGAIN),
    "episodes_started": happened("needed e", "e.started_on", team=FIRST),
    "episodes_ended": happened(ENDED, "e.closed_on"),
    "episodes_ended_within_6_months": happened(
        ENDED, "e.closed_on", counts=f"e.closed_on <= {months_on('e.started_on', 6)}"
    ),
    "episodes_ended_within_3_months": happened(
        ENDED, "e.closed_on", counts=f"e.closed_on <= {months_on('e.started_on', 3)}"
    ),
    "closures_by_reason": happened(ENDED, "e.closed_on", band="coalesce(e.closure_reason, 'not stated')"),
    "episodes_open": stood("needed e", "e.started_on", "e.closed_on"),
    "episodes_open_2_years": stood(
        "needed e", "e.started_on", "e.closed_on", counts=f"{months_on('e.started_on', 24)} <= m.day", under=1
    ),
    "episodes_open_by_duration": stood("needed e", "e.started_on", "e.closed_on", band=DURATION),
    "assessments_completed": happened(AUTHORISED, "x.authorised_on"),
    "assessments_within_45_working_days": happened(AUTHORISED, "x.authorised_on", counts=IN_TIME),
    "assessments_open_over_45_working_days": stood(
        _of("assessment"),
        working_day("x.started_on", 45) + " + 1",
        "least(x.authorised_on, e.closed_on)",
    ),
    "assessed_not_in_need": (
        f"SELECT r.child_id, r.id AS case_id, {FIRST} AS team, '' AS band, r.received_on AS day, 0 AS over_, 1 AS under_ FROM {REFERRED}"
        f" UNION ALL SELECT e.child_id, e.referral_id, {FIRST}, '', e.closed_on, 1, 0 FROM {ENDED}"
        " AND e.closure_reason IN ('RC8', 'RC9')"
    ),
    "assessment_factors": happened(
        f"{_of('assessment')} JOIN (SELECT DISTINCT assessment_id, episode_id, code FROM factor) AS f"
        " ON x.id = f.assessment_id AND x.episode_id = f.episode_id WHERE x.authorised_on IS NOT NULL",
        "x.authorised_on",
        band="f.code",
    ),
    "assessments_with_extra_familial_harm": happened(f"{AUTHORISED} AND {HAS_FACTORS}", "x.authorised_on", counts=EXTRA),
    "section_47_started": happened(_of("enquiry"), "x.started_on"),
    "conferences": happened(_of("held_conference"), "x.held_on"),
    "conferences_within_15_working_days": happened(
        f"{_of('enquiry')} WHERE x.conference_on >= x.started_on",
        "x.conference_on",
        counts=f"{working_days('x.started_on', 'x.conference_on')} <= 15",
    ),
    "protection_plans_started": happened(_of("protection_plan"), "x.started_on"),
    "protection_plans_second_or_subsequent": happened(
        _of("protection_plan"), "x.started_on", counts="coalesce(x.previous_plans, 0) >= 1"
    ),
    "protection_plans_again_within_2_years": happened(_of("protection_plan"), "x.started_on", counts=PLAN_BEFORE),
    "protection_plans_ended_after_2_years": happened(
        f"{_of('protection_plan')} WHERE x.ended_on >= x.started_on",
        "x.ended_on",
        counts=f"x.ended_on >= {months_on('x.started_on', 24)}",
    ),
    "protection_plans_ended": happened(f"{_of('protection_plan')} WHERE x.ended_on IS NOT NULL", "x.ended_on"),
    "protection_plans_open": stood(_of("protection_plan"), "x.started_on", "x.ended_on"),
    "enquiries_to_conference": happened(_of("enquiry"), CONFERENCE_KNOWN, counts=LED_TO_CONFERENCE),
    "conferences_to_plan": happened(
        _of("held_conference"), f"coalesce({BEGUN_SOON}, x.held_on + 45)", counts=f"{BEGUN_SOON} IS NOT NULL"
    ),
    "days_to_allocation": happened(FIRST_HELD, "e.held_on", team=FIRST, band=f"CAST({WAITED} AS VARCHAR)"),
    "allocated_within_1_working_day": happened(
        FIRST_HELD, "e.held_on", team=FIRST, counts=f"{working_days('e.started_on', 'e.held_on')} <= 1"
    ),
    "caseloads": stood(
        _of("allocation"), "greatest(x.held_from, e.started_on)", "x.held_until", team="x.team", band="x.worker_id",
        where="e.closed_on IS NULL OR m.day < e.closed_on",
    ),
    "workers_in_12_months": stood(
        "needed e", "e.started_on", "e.closed_on", band=f"CAST({WORKERS} AS VARCHAR)", where=f"{WORKERS} > 0"
    ),
    "cin_plans_open": stood(_of("cin_plan"), "x.started_on", "x.ended_on"),
    "cin_plans_reviewed_in_time": _reviewed("cin_plan", CIN_REVIEWS),
    "cin_visits_in_time": _visited("cin_plan", "cin", 20),
    "protection_plans_reviewed_in_time": _reviewed("protection_plan", PLAN_REVIEWS),
    "protection_visits_in_time": _visited("protection_plan", "protection", 10),
    "protection_visits_seen_alone": happened(
        f"{_of('visit')} WHERE x.kind = 'protection'", "x.visited_on", counts="x.seen_alone"
    ),
    "looked_after": stood(_of("looked_after_in"), "x.started_on", "x.ended_on"),
    "care_started_by_route": happened(f"{_of('looked_after_in')} WHERE x.start_reason = 'S'", "x.started_on", band=ROUTE),
    "care_ceased_by_reason": happened(_of("ceased"), "x.ended_on", band=REASON),
    "care_ceased_at_18": happened(
        f"{_of('ceased')} WHERE x.ceased_at_18 IS NOT NULL", "x.ended_on", counts="x.ceased_at_18"
    ),
    "returned_home": happened(_of("ceased"), "x.ended_on", counts=WENT_HOME),
    "stayed_home_6_months": _stayed(6),
    "stayed_home_12_months": _stayed(12),
    "three_placements_in_12_months": stood(
        _of("looked_after_in"), "x.started_on", "x.ended_on", under=1,
        counts=f"{PLACEMENTS} + {one(PLACED_A_YEAR_AGO)} >= 3",
    ),
    "legal_planning_meetings": happened(f"{_of('meeting')} WHERE x.kind = 'legal_planning'", "x.held_on"),
    "cases_by_offer": stood(
        _of("offer"), "x.given_from", "x.given_until", band="x.offer", where="e.closed_on IS NULL OR m.day < e.closed_on"
    ),
    "facts_stated": (
        "SELECT f.child_id, NULL AS case_id, '' AS team, f.fact AS band, m.day AS day, 1 AS over_, 0 AS under_"
        f" FROM ({FACTS}) AS f CROSS JOIN month_end m WHERE f.day <= m.day"
    ),
}  # fmt: skip
"""By indicator: rows of child_id, case_id, team, band, day, over_ and under_."""


def _observed(counts: str = "TRUE", band: str = "''", rows: str = "observation o") -> str:
    return happened(
        rows, "o.observed_on", counts=counts, band=band, team="o.team", child="o.observation_id", case="NULL"
    )


GIVEN = "SELECT observation_id, sum(score) AS total, count(*) AS n FROM score GROUP BY observation_id"
PROFILE = " || ',' || ".join(
    f"coalesce((SELECT CAST(max(s.score) AS VARCHAR) FROM score s WHERE s.observation_id = o.observation_id AND s.skill = '{skill}'), '')"
    for skill in SKILLS
)

OF_PRACTICE: dict[str, str] = {
    "observations": _observed(),
    "feedback_within_seven_days": _observed(
        "coalesce(o.feedback_given_on BETWEEN o.observed_on AND o.feedback_due_on, FALSE)",
        band="CASE WHEN o.feedback_given_on IS NULL THEN CAST(o.feedback_due_on AS VARCHAR) ELSE '' END",
    ),
    "coaching_held": _observed("o.coaching_held_on IS NOT NULL"),
    "practice_profiles": _observed(band=f"o.worker_id || '/' || {PROFILE}"),
    "practice_all_seven": _observed(
        band="CAST(CAST(g.total AS INTEGER) AS VARCHAR) || '/' || CAST(g.n AS VARCHAR)",
        rows=f"observation o JOIN ({GIVEN}) AS g ON g.observation_id = o.observation_id AND g.n >= 6",
    ),
    **{
        f"practice_{skill}": _observed(
            band="CAST(s.score AS VARCHAR)",
            rows=f"observation o JOIN score s ON s.observation_id = o.observation_id AND s.skill = '{skill}'",
        )
        for skill in SKILLS
    },
}

CATEGORIES = """
    SELECT r.id AS case_id, 'need' AS breakdown, coalesce(r.primary_need, 'not stated') AS category FROM referral r
    UNION ALL SELECT r.id, 'source', coalesce(rtrim(r.source, 'ABCDEF'), 'not stated') FROM referral r
    UNION ALL SELECT r.id, 'age', coalesce(r.age_band, 'not stated') FROM referral r
    UNION ALL SELECT r.id, 'sex', coalesce(c.sex, 'not stated') FROM referral r JOIN child c ON c.id = r.child_id
    UNION ALL SELECT r.id, 'ethnicity', CASE
        WHEN c.ethnicity IN ('WBRI', 'WIRI', 'WIRT', 'WOTH', 'WROM') THEN 'white'
        WHEN c.ethnicity IN ('MWBC', 'MWBA', 'MWAS', 'MOTH') THEN 'mixed'
        WHEN c.ethnicity IN ('AIND', 'APKN', 'ABAN', 'AOTH', 'CHNE') THEN 'asian'
        WHEN c.ethnicity IN ('BCRB', 'BAFR', 'BOTH') THEN 'black' WHEN c.ethnicity = 'OOTH' THEN 'other'
        ELSE 'not stated' END FROM referral r JOIN child c ON c.id = r.child_id
    UNION ALL SELECT r.id, 'disability', CASE
        WHEN EXISTS (SELECT 1 FROM disability d WHERE d.child_id = r.child_id AND d.code <> 'NONE') THEN 'disabled'
        WHEN EXISTS (SELECT 1 FROM disability d WHERE d.child_id = r.child_id) THEN 'not disabled'
        ELSE 'not stated' END FROM referral r
    UNION ALL SELECT r.id, 'harm', CASE coalesce((SELECT max(CASE WHEN g.place = 'home' THEN 1 ELSE 0 END)
            + 2 * max(CASE WHEN g.place <> 'home' THEN 1 ELSE 0 END) FROM goal g JOIN episode e ON e.id = g.episode_id
            WHERE e.referral_id = r.id AND e.child_id = r.child_id), 0)
        WHEN 1 THEN 'home' WHEN 2 THEN 'outside the home' WHEN 3 THEN 'home and outside' ELSE 'not stated' END FROM referral r
    UNION ALL SELECT r.id, 'offer', coalesce((SELECT max(o.offer) FROM offer o JOIN episode e ON e.id = o.episode_id
        WHERE e.referral_id = r.id AND e.child_id = r.child_id AND o.given_from IS NOT NULL), 'not stated') FROM referral r
"""
"""Under which category of each breakdown a case stands. `enhanced` comes after `core` in the alphabet, too."""
