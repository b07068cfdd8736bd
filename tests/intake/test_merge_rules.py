"""Several documents of one child become one record, in whatever order they came."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.intake.sources.document import (
    ChildDocument,
    StatedAssessment,
    StatedCase,
    StatedCINPlan,
    StatedConference,
    StatedProtectionPlan,
    StatedSection47,
)
from services.intake.sources.merge import NAMED_BY, fingerprint, merge
from shared.contracts.codes import ClosureReason, Disability, Sex

Y24, Y25, Y26 = date(2024, 3, 31), date(2025, 3, 31), date(2026, 3, 31)
JUNE, JULY = date(2023, 6, 5), date(2023, 7, 3)

days = some.integers(0, 5).map(lambda n: JUNE + timedelta(days=n))
perhaps = some.none() | days
assessments = some.builds(
    StatedAssessment,
    started_on=days,
    authorised_on=perhaps,
    factors=some.lists(some.sampled_from(["1A", "3B", "4C"]), max_size=2, unique=True).map(tuple),
)
cases = some.builds(
    StatedCase,
    referred_on=days,
    no_further_action=some.none() | some.booleans(),
    closed_on=perhaps,
    assessments=some.lists(assessments, max_size=3).map(tuple),
    cin_plans=some.lists(some.builds(StatedCINPlan, started_on=days, ended_on=perhaps), max_size=2).map(tuple),
    section_47_enquiries=some.lists(
        some.builds(StatedSection47, started_on=days, conference_on=perhaps), max_size=2
    ).map(tuple),
    conferences=some.lists(some.builds(StatedConference, held_on=days), max_size=1).map(tuple),
    protection_plans=some.lists(
        some.builds(
            StatedProtectionPlan,
            started_on=days,
            ended_on=perhaps,
            reviewed_on=some.sets(days, max_size=2).map(sorted).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)
documents = some.builds(
    ChildDocument,
    la_child_id=some.just("C1"),
    upn=some.none() | some.sampled_from(["A", "B"]),
    born_on=perhaps,
    disabilities=some.lists(some.sampled_from(list(Disability)), max_size=2, unique=True).map(tuple),
    cases=some.lists(cases, max_size=4).map(tuple),
)


def child(*cases: StatedCase, **changes) -> ChildDocument:
    return ChildDocument(la_child_id="C1", cases=cases, **changes)


def case(referred_on: date = JUNE, **changes) -> StatedCase:
    return StatedCase(referred_on=referred_on, **changes)


@given(some.lists(documents, min_size=1, max_size=4), some.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_record(stated: list[ChildDocument], chance: random.Random) -> None:
    dated = [(date(2020 + n, 3, 31), document) for n, document in enumerate(stated)]
    shuffled = chance.sample(dated, k=len(dated))
    assert merge(shuffled) == merge(dated)


@given(documents)
def test_a_record_merged_from_itself_and_nothing_else_says_what_it_said(stated: ChildDocument) -> None:
    merged = merge([(Y24, stated)])
    assert merge([(Y24, merged)]) == merged
    assert merge([(Y24, merged), (Y25, merged)]) == merged
    for name in NAMED_BY:
        assert sum(len(getattr(each, name)) for each in merged.cases) <= sum(
            len(getattr(each, name)) for each in stated.cases
        )


@given(documents, documents)
def test_no_case_and_no_part_is_lost_by_merging(earlier: ChildDocument, later: ChildDocument) -> None:
    merged = {each.referred_on: each for each in merge([(Y24, earlier), (Y25, later)]).cases}
    for stated in (*earlier.cases, *later.cases):
        for name, (begins, *_) in NAMED_BY.items():
            kept = {getattr(part, begins) for part in getattr(merged[stated.referred_on], name)}
            assert {getattr(part, begins) for part in getattr(stated, name)} <= kept


def test_the_later_documents_closure_and_flags_stand_even_where_they_are_blank() -> None:
    closed = case(no_further_action=False, closed_on=JULY, closure_reason=ClosureReason.ANY_OTHER_REASON)
    reopened = case(no_further_action=False)
    assert merge([(Y24, child(closed)), (Y25, child(reopened))]).cases == (reopened,)
    assert merge([(Y24, child(reopened)), (Y25, child(closed))]).cases == (closed,)


def test_what_lies_outside_a_documents_own_year_is_not_unsaid_by_it() -> None:
    old = case(JUNE, assessments=(StatedAssessment(started_on=JUNE, authorised_on=JULY),))
    new = case(date(2025, 1, 6))
    assert merge([(Y24, child(old)), (Y25, child(new))]).cases == (old, new)


def test_parts_are_united_by_the_day_they_began_and_the_later_version_stands() -> None:
    first = StatedAssessment(started_on=JUNE)
    finished = StatedAssessment(started_on=JUNE, authorised_on=JULY)
    another = StatedAssessment(started_on=JULY)
    merged = merge([(Y24, child(case(assessments=(first,)))), (Y25, child(case(assessments=(another, finished))))])
    assert merged.cases[0].assessments == (finished, another)


def test_two_parts_that_began_on_one_day_stay_two() -> None:
    open_, done = StatedAssessment(started_on=JUNE), StatedAssessment(started_on=JUNE, authorised_on=JULY)
    twice = child(case(assessments=(open_, done)))
    assert merge([(Y24, twice), (Y25, twice)]).cases[0].assessments == (open_, done)


def test_the_reviews_of_a_plan_are_gathered_from_every_year() -> None:
    def plan(*reviews: date) -> ChildDocument:
        return child(case(protection_plans=(StatedProtectionPlan(started_on=JUNE, reviewed_on=reviews),)))

    merged = merge([(Y24, plan(JULY)), (Y25, plan(date(2024, 6, 3), JULY)), (Y26, plan())])
    assert merged.cases[0].protection_plans[0].reviewed_on == (JULY, date(2024, 6, 3))


def test_a_later_blank_wipes_out_nothing_known_of_the_child() -> None:
    known = child(upn="A123456789012", born_on=date(2015, 1, 1), sex=Sex.FEMALE, disabilities=(Disability.AUTISM,))
    merged = merge([(Y24, known), (Y25, child(case()))])
    assert (merged.upn, merged.born_on, merged.sex, merged.disabilities) == (
        "A123456789012",
        date(2015, 1, 1),
        Sex.FEMALE,
        (Disability.AUTISM,),
    )
    corrected = merge([(Y24, known), (Y25, child(born_on=date(2015, 1, 2)))])
    assert corrected.born_on == date(2015, 1, 2)


def test_two_cases_of_one_document_with_one_referral_date_are_one_and_its_conference_was_held_once() -> None:
    held = (StatedConference(held_on=JULY),)
    first = case(no_further_action=True, conferences=held, assessments=(StatedAssessment(started_on=JUNE),))
    second = case(no_further_action=False, conferences=held, assessments=(StatedAssessment(started_on=JULY),))
    (united,) = merge([(Y24, child(first, second))]).cases
    assert (united.no_further_action, united.conferences) == (False, held)
    assert [each.started_on for each in united.assessments] == [JUNE, JULY]


@given(documents, some.randoms(use_true_random=False))
def test_the_order_in_which_a_document_says_things_does_not_matter(
    stated: ChildDocument, chance: random.Random
) -> None:
    distinct = {each.referred_on: each for each in stated.cases}

    def shuffled(each: StatedCase) -> StatedCase:
        parts = {name: tuple(chance.sample(getattr(each, name), k=len(getattr(each, name)))) for name in NAMED_BY}
        turned = tuple(part.model_copy(update={"factors": part.factors[::-1]}) for part in parts["assessments"])
        return each.model_copy(update=parts | {"assessments": turned})

    first = stated.model_copy(update={"cases": tuple(distinct.values())})
    again = first.model_copy(
        update={
            "cases": tuple(map(shuffled, chance.sample(first.cases, k=len(first.cases)))),
            "disabilities": first.disabilities[::-1],
        }
    )
    assert fingerprint(again) == fingerprint(first)


@pytest.mark.parametrize(
    "changed",
    [
        child(case()),
        child(case(closed_on=JULY)),
        child(case(assessments=(StatedAssessment(started_on=JUNE),)), born_on=JUNE),
        child(case(assessments=(StatedAssessment(started_on=JULY),))),
        child(case(assessments=(StatedAssessment(started_on=JUNE, authorised_on=JUNE),))),
        child(case(assessments=(StatedAssessment(started_on=JUNE), StatedAssessment(started_on=JUNE)))),
        child(case(cin_plans=(StatedCINPlan(started_on=JUNE),))),
        child(),
    ],
)
def test_whatever_means_something_else_has_another_fingerprint(changed: ChildDocument) -> None:
    assert fingerprint(changed) != fingerprint(child(case(assessments=(StatedAssessment(started_on=JUNE),))))
