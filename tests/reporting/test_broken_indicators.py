"""Proof that the cases by hand notice a broken indicator.

Every comparison, whole number, `and`, `or`, `not`, `min` and `max` in the indicators' functions is broken, one at a time, in
a copy of the module; the cases must notice. What may survive is listed with the reason.
"""

import ast
import inspect
from collections.abc import Iterable, Iterator
from copy import deepcopy
from types import FunctionType, ModuleType
from typing import Any

import pytest

from services.reporting.indicators import (
    allocation,
    assessments,
    attribution,
    care,
    contacts,
    episodes,
    indicator,
    journeys,
    offers,
    practice,
    protection,
    referrals,
    reviews,
    standing,
    timeliness,
)
from services.reporting.indicators.catalogue import EVERY
from services.reporting.indicators.indicator import Indicator
from tests.reporting.indicator_cases import CASES as FIRST_CASES
from tests.reporting.indicator_cases import comes_to
from tests.reporting.indicator_cases_of_help import HELP_CASES

CASES = FIRST_CASES + HELP_CASES

SWAPPED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
INDICATOR_MODULES = (
    contacts,
    referrals,
    episodes,
    assessments,
    protection,
    journeys,
    allocation,
    reviews,
    care,
    offers,
    practice,
)
TRIED_ELSEWHERE = {"percent", "unit", "ALLOCATION", "CONTACTS", "FIRST_YEAR", "working_days_on"}

ADDS_NOTHING = "a step that begins and ends on one day, or joins two of one team, adds nothing"
SPARES_COUNTING = "only spares the counting: no run of holidays is so long that the answer differs"
WITHIN = "within = {begins, *(day for day in days if day > begins and (ends is None or day < ends))}"
CUTS = "cuts = sorted({day for day in days if day > begins and (ends is None or day < ends) and (day != date.max)})"
STANDS = "if begins == date.max or (ends is not None and ends <= begins):"
MOVES_ON = "if holder != team and day > since:"
ABSURD = "if (end - start).days > 3 * most + ABSURD_DAYS:"
OF_A_PLAN = (
    "for begins, ends in _joined([plan.started_on, *(day for day in seen if day > plan.started_on)], working_days):"
)


def less(module: str, whole: str, was: str, now: str) -> str:
    """What is told of a copy in which so much of a line was broken."""
    return f"{module}: {whole} -> {whole.replace(was, now)}"


SURVIVE = {
    less("standing", WITHIN, "day > begins", "day >= begins"): ADDS_NOTHING,
    less("standing", WITHIN, "day < ends", "day <= ends"): ADDS_NOTHING,
    less("standing", CUTS, "day > begins", "day >= begins"): ADDS_NOTHING,
    less("standing", CUTS, "day < ends", "day <= ends"): ADDS_NOTHING,
    less("standing", "return zip([begins, *cuts], [*cuts, ends], strict=True)", "True", "False"): "both are as long",
    less("standing", STANDS, "ends <= begins", "ends < begins"): ADDS_NOTHING,
    less("standing", MOVES_ON, "day > since", "day >= since"): ADDS_NOTHING,
    less("standing", MOVES_ON, " and ", " or "): ADDS_NOTHING,
    less("allocation", "if ends is None or ends > begins:", "ends > begins", "ends >= begins"): ADDS_NOTHING,
    less("reviews", OF_A_PLAN, "day > plan", "day >= plan"): ADDS_NOTHING,
    less("reviews", "if joined and day <= joined[-1][1]:", "<=", "<"): ADDS_NOTHING,
    less("timeliness", ABSURD, "> 3", ">= 3"): SPARES_COUNTING,
    less("timeliness", ABSURD, "3 *", "4 *"): SPARES_COUNTING,
    "timeliness: ABSURD_DAYS = 30 -> ABSURD_DAYS = 31": SPARES_COUNTING,
    less(
        "timeliness",
        "return end >= start and working_days_up_to(start, end, limit + 1) <= limit",
        "limit + 1",
        "limit + 2",
    ): SPARES_COUNTING,
    less(
        "journeys",
        "return date.max if (date.max - day).days <= days else day + timedelta(days=days)",
        "<= days",
        "< days",
    ): "the last day there is, either way",
}


def broken(tree: ast.AST) -> Iterator[None]:
    """Break a node of a tree, one at a time; it is whole again after each turn."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            before, node.ops = node.ops, [SWAPPED[type(node.ops[0])](), *node.ops[1:]]
            yield
            node.ops = before
        elif isinstance(node, ast.BoolOp):
            before, node.op = node.op, SWAPPED[type(node.op)]()
            yield
            node.op = before
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            before, node.operand = node.operand, deepcopy(node)
            yield
            node.operand = before
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            before = node.value
            node.value = not before if isinstance(before, bool) else before + 1
            yield
            node.value = before
        elif isinstance(node, ast.Name) and node.id in {"min", "max"}:
            before, node.id = node.id, "min" if node.id == "max" else "max"
            yield
            node.id = before


def mutants(module: ModuleType) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each broken copy of a module, by what was broken in it."""
    tree = ast.parse(inspect.getsource(module))
    for part in tree.body:
        is_limit = isinstance(part, ast.Assign) and not isinstance(part.value, ast.Call)
        name = part.name if isinstance(part, ast.FunctionDef) else ast.unparse(part).partition(" = ")[0]
        if not (is_limit or isinstance(part, ast.FunctionDef)) or name in TRIED_ELSEWHERE:
            continue
        whole = ast.unparse(part)
        for _ in broken(part):
            lines = zip(whole.splitlines(), ast.unparse(part).splitlines(), strict=True)
            changed = next(f"{was.strip()} -> {now.strip()}" for was, now in lines if was != now)
            copy: dict[str, Any] = {"__name__": f"{module.__name__}_broken"}
            exec(compile(ast.fix_missing_locations(deepcopy(tree)), module.__name__, "exec"), copy)
            yield f"{module.__name__.rpartition('.')[2]}: {changed}", copy


def is_noticed(indicators: Iterable[Indicator[Any]]) -> bool:
    by_id = {indicator.id: indicator for indicator in indicators}
    try:
        return any(comes_to(by_id[name], state) != expected for name, _, state, expected in CASES if name in by_id)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return True


def test_an_unbroken_copy_is_not_noticed():
    for module in INDICATOR_MODULES:
        copy: dict[str, Any] = {"__name__": "whole"}
        exec(inspect.getsource(module), copy)
        assert not is_noticed(copy[module.__name__.rpartition(".")[2].upper()])


@pytest.mark.parametrize("module", INDICATOR_MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_a_broken_indicator_is_noticed(module: ModuleType):
    name = module.__name__.rpartition(".")[2]
    found = {what: is_noticed(copy[name.upper()]) for what, copy in mutants(module)}
    assert found
    assert {what for what, noticed in found.items() if not noticed} == {w for w in SURVIVE if w.startswith(f"{name}:")}


@pytest.mark.parametrize(
    "module", [indicator, attribution, standing, timeliness], ids=lambda m: m.__name__.rpartition(".")[2]
)
def test_a_broken_rule_that_indicators_share_is_noticed(module: ModuleType):
    name, found = module.__name__.rpartition(".")[2], {}
    for what, copy in mutants(module):
        with pytest.MonkeyPatch.context() as patch:
            for user in (*INDICATOR_MODULES, indicator, standing):
                for rule, function in copy.items():
                    if isinstance(function, FunctionType) and vars(user).get(rule) is getattr(module, rule, None):
                        patch.setattr(user, rule, function, raising=False)
            found[what] = is_noticed(EVERY)
    assert found
    assert {what for what, noticed in found.items() if not noticed} == {w for w in SURVIVE if w.startswith(f"{name}:")}
