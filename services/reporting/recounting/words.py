"""The words that statements of indicators are put together from."""


def held(day: str) -> str:
    """The team that holds case `e` at the end of a day, the one allocated last of several.

    Day and id come first in the text of which the greatest is taken: ten letters and thirty-six.
    """
    return (
        "coalesce((SELECT substr(max(CAST(h.held_from AS VARCHAR) || h.id || h.team), 47) FROM allocation h"
        f" WHERE h.episode_id = e.id AND h.held_from <= {day} AND (h.held_until IS NULL OR {day} < h.held_until)), '')"
    )


def on(day: str) -> str:
    """The team that holds case `e` on a day, or else let go of it that day."""
    return (
        f"coalesce(nullif({held(day)}, ''), (SELECT substr(max(CAST(h.held_from AS VARCHAR) || h.id || h.team), 47)"
        f" FROM allocation h WHERE h.episode_id = e.id AND h.held_until = {day}), '')"
    )


FIRST = (
    "coalesce((SELECT substr(min(CAST(h.held_from AS VARCHAR) || h.id || h.team), 47) FROM allocation h"
    " WHERE h.episode_id = e.id), '')"
)


def one(truth: str) -> str:
    return f"CASE WHEN {truth} THEN 1 ELSE 0 END"


def happened(
    rows: str, day: str, *, counts: str = "TRUE", band: str = "''", team: str = "", child: str = "e.child_id",
    case: str = "e.referral_id",
) -> str:  # fmt: skip
    """Things that happened: one in the denominator each, and in the numerator if it counts."""
    return (
        f"SELECT {child} AS child_id, {case} AS case_id, {team or on(day)} AS team, {band} AS band,"
        f" CAST({day} AS DATE) AS day, {one(counts)} AS over_, 1 AS under_ FROM {rows}"
    )


def stood(
    rows: str, begins: str, ends: str, *, where: str = "TRUE", counts: str = "TRUE", under: int = 0, band: str = "''",
    team: str = "",
) -> str:  # fmt: skip
    """Things as they stand at the end of each month `m`: from a day until, but not at the end of, another."""
    return (
        f"SELECT e.child_id AS child_id, e.referral_id AS case_id, {team or held('m.day')} AS team, {band} AS band,"
        f" m.day AS day, {one(counts)} AS over_, {under} AS under_ FROM {rows} CROSS JOIN month_end m"
        f" WHERE {begins} <= m.day AND ({ends} IS NULL OR m.day < {ends}) AND ({where})"
    )


def months_on(day: str, months: int) -> str:
    return f"CAST({day} + INTERVAL '{months} months' AS DATE)"


def working_days(start: str, end: str) -> str:
    return f"((SELECT ordinal FROM calendar WHERE day = {end}) - (SELECT ordinal FROM calendar WHERE day = {start}))"


def working_day(start: str, count: int) -> str:
    """The so-manyth working day after a day."""
    return f"(SELECT n.day FROM nth n WHERE n.ordinal = (SELECT ordinal FROM calendar WHERE day = {start}) + {count})"
