"""`docs/permissions.md`: the matrix of routes and roles, as it is checked."""

from services.host import NAMES
from shared.web.roles import Role
from tests.permissions.matrix import entries
from tests.permissions.sees import EVERYONES, IN_POST, NOBODYS, OF_THE_TEAM, OTHER, OWN, TEAM, WHOLE

COLUMNS = {
    Role.SOURCE_SYSTEM: "SS",
    Role.DUTY: "DU",
    Role.SOCIAL_WORKER: "SW",
    Role.DEPUTY_TEAM_MANAGER: "DM",
    Role.TEAM_MANAGER: "TM",
    Role.SERVICE_MANAGER: "SM",
    Role.PRINCIPAL_SOCIAL_WORKER: "PSW",
    Role.EVALUATOR: "EV",
    Role.COACH: "CO",
    Role.PERFORMANCE_ANALYST: "PA",
    Role.OUTSIDE_ANALYST: "OA",
    Role.AUDITOR: "AU",
    Role.OPERATOR: "OP",
}
SYMBOLS: tuple[tuple[frozenset[str] | None, str], ...] = (
    (None, "·"),
    (frozenset(), "·"),
    (EVERYONES, "all"),
    (EVERYONES | {WHOLE}, "all"),
    (IN_POST, "all"),
    (frozenset({TEAM, OTHER, WHOLE}), "all"),
    (OF_THE_TEAM | {NOBODYS}, "team+"),
    (frozenset({TEAM, WHOLE}), "team+"),
    (OF_THE_TEAM, "team"),
    (frozenset({TEAM, OTHER}), "others'"),
    (frozenset({OWN}), "own"),
    (frozenset({WHOLE}), "service"),
)
PREFACE = """# Who may do what, and with whose

Drawn from the services' permissions and checked whole: a test asks every route, in every role, about every kind of subject below,
on SQLite and on PostgreSQL, and once without a token. A route that is not in it fails the test.

`·` the door is shut (403). `yes`: it is about nobody in particular. `own`: what is theirs: a source system's own referrals, a worker's cases and observations, an
evaluator's own observations. `team`: those of the own team. `team+`: also what nobody holds yet (cases), or the whole service's
(figures). `service`: the whole service's figures and no team's. `all`: everyone's. Whatever is not theirs to see is answered
exactly like what does not exist (404). Breaking the glass is
refused (409) for a child who is theirs to see. Where a token's worker is not known to the service, `own` and `team` are nobody's.

No token is asked for at `/health/live`, `/health/ready` and `/version`, which tell nothing about anyone.

"""


def page() -> str:
    """`docs/permissions.md`."""
    legend = ", ".join(f"{short} {role.value.replace('_', ' ')}" for role, short in COLUMNS.items())
    parts = [PREFACE, legend, ".\n"]
    for name in NAMES:
        head = " | ".join(COLUMNS.values())
        parts.append(f"\n## {name}\n\n| | | {head} |\n|---|---|{'---|' * len(COLUMNS)}\n")
        for entry in (each for each in entries() if each.service == name and each.act):
            seen = [entry.seen_by(role) for role in COLUMNS]
            cells = [dict(SYMBOLS)[each] if (entry.place and entry.place.about) or not each else "yes" for each in seen]
            parts.append(f"| `{entry.route}` | {entry.act.name} | {' | '.join(cells)} |\n")
    return "".join(parts)


if __name__ == "__main__":
    print(page(), end="")
