"""What is hidden of a release, against somebody who has every release there ever was and a linear programme."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from services.reporting.disclosure import suppression
from services.reporting.disclosure.families import GROUPS
from services.reporting.disclosure.operations import Draft, _draft
from services.reporting.disclosure.queries import figures_of
from services.reporting.disclosure.rounding import could_be, rounded, share
from services.reporting.disclosure.stages import LEGAL_MOVES, NeedsAnotherPerson, ReleaseDecided, Stage, move
from services.reporting.disclosure.suppression import SERVICE, Decided, Figure
from services.reporting.formats.table import Area, Symbol
from tests.reporting.attacker import Attacker, Seen, borough, read

MONTHS = ("2026-04", "2026-05", "2026-06")
TEAMS = ("north", "south", "west")
MADE_AT = datetime(2026, 7, 20, 11, tzinfo=UTC)


def released(seed: int, *, months: tuple[str, ...] = MONTHS, often: float = 9) -> list[Draft]:
    """So many months, each released after the one before, as the service does it."""
    counted = borough(months, TEAMS, seed, often)
    before: dict[Figure, Decided] = {}
    drafts = []
    for month in months:
        new = figures_of(month, Counter(counted[month]), TEAMS, before)
        drafts.append(_draft(month, before, new, {}, Area("206"), MADE_AT))
        before |= drafts[-1].figures
    return drafts


def attackers(drafts: list[Draft]) -> list[Attacker]:
    """One for each group of tables that bound one another, with all that was printed of it."""
    seen = [row for number, draft in enumerate(drafts) for row in read(draft.documents, number)]
    measures = [{measure for family in group.families for measure in family.measures} for group in GROUPS]
    return [Attacker([row for row in seen if row.measure in of_group]) for of_group in measures]


@pytest.mark.parametrize(("seed", "often"), [(1, 9), (2, 4), (3, 22)])
def test_nobody_with_all_tables_and_a_linear_programme_bounds_a_hidden_figure_to_a_width_under_five(seed, often):
    drafts = released(seed, often=often)
    hidden = [figure for draft in drafts for figure, decided in draft.figures.items() if decided.is_hidden]
    assert hidden
    for attacker in attackers(drafts):
        assert list(attacker.exposed()) == [], f"seed {seed}"


def test_without_secondary_suppression_hidden_figures_are_told(monkeypatch):
    monkeypatch.setattr(suppression, "secondary", lambda *_: set())
    exposed = (next(attacker.exposed(), None) for attacker in attackers(released(3, often=22)))
    assert any(exposed), "the attacker of these tests would not notice a guard that is gone"


def test_those_of_whom_it_is_not_true_are_no_easier_to_make_out_than_those_of_whom_it_is():
    drafts = released(3, often=22)
    attacker = attackers(drafts)[1]
    tried = 0
    for number, draft in enumerate(drafts):
        for figure, decided in draft.figures.items():
            if figure.measure != "assessments_within_45_working_days":
                continue
            whole = figure._replace(measure="assessments_completed")
            others = draft.figures[whole].count - decided.count
            if 1 <= others <= 7:
                team = "Total" if figure.unit == SERVICE else figure.unit
                of_whole = attacker.sum("assessments_completed", team, number, figure.to_date)
                parts = attacker.sum(figure.measure, team, number, figure.to_date)
                assert attacker.width(of_whole | dict.fromkeys(parts, -1.0)) >= 5, figure
                tried += 1
    assert tried > 5


def test_what_is_printed_is_nought_or_eight_and_more_to_the_nearest_five_and_never_what_is_small():
    for draft in released(2, often=4):
        printed = [row for row in read(draft.documents, 0) if row.count != "c"]
        assert {int(row.count) % 5 for row in printed} == {0}
        by_name = {(row.measure, row.team, row.to_date): row.count for row in printed}
        for figure, decided in draft.figures.items():
            team = "Total" if figure.unit == SERVICE else figure.unit
            if 1 <= decided.count <= 7:
                assert (figure.measure, team, figure.to_date) not in by_name
            elif decided.count == 0:
                assert by_name[figure.measure, team, figure.to_date] == "0"


def test_the_same_counts_are_hidden_and_printed_in_the_same_way():
    first, again = released(2, often=4), released(2, often=4)
    assert [draft.documents for draft in first] == [draft.documents for draft in again]


def test_rounding_says_what_a_printed_figure_may_stand_for():
    for count in (0, *range(8, 60)):
        low, high = could_be(rounded(count))
        assert low <= count <= high
    assert (could_be(0), could_be(10), could_be(15)) == ((0, 0), (8, 12), (13, 17))


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (10, 40, 25.0),
        (0, 40, 0.0),
        (Symbol.SUPPRESSED, 40, Symbol.SUPPRESSED),
        (10, Symbol.SUPPRESSED, Symbol.SUPPRESSED),
        (0, 0, Symbol.NOT_APPLICABLE),
        (10, Symbol.NOT_APPLICABLE, Symbol.NOT_APPLICABLE),
        (10, 25_000, Symbol.LOW),
    ],
)
def test_a_percentage_tells_no_more_than_what_is_printed(numerator, denominator, shown):
    assert share(numerator, denominator) == shown


@pytest.mark.parametrize("now", Stage)
@pytest.mark.parametrize("to", Stage)
@pytest.mark.parametrize("by", ["asha", "ben"])
def test_a_release_moves_by_the_dictionary_and_never_by_one_person_alone(now, to, by):
    if to not in LEGAL_MOVES[now]:
        with pytest.raises(ReleaseDecided):
            move(now, to=to, prepared_by="asha", by=by)
    elif by == "asha" and to is not Stage.WITHDRAWN:
        with pytest.raises(NeedsAnotherPerson):
            move(now, to=to, prepared_by="asha", by=by)
    else:
        assert move(now, to=to, prepared_by="asha", by=by) is to


def test_a_reader_of_one_table_alone_is_told_what_a_figure_could_be():
    """Three teams of whom one is hidden beside its total: the attacker finds what anybody would find by hand."""
    rows = [
        Seen("section_47_started", team, 0, False, count)
        for team, count in {"north": "40", "south": "30", "west": "c"}.items()
    ]
    attacker = Attacker([*rows, Seen("section_47_started", "Total", 0, False, "70")])
    assert attacker.width(attacker.sum("section_47_started", "west", 0, False)) == 5
