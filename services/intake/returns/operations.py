"""Takes in a census file: batch by batch, each in its own transaction, so that it may be interrupted and sent again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from services.intake.returns.census_file import CensusFile, ChildRead, Header
from services.intake.returns.findings import Done, Finding
from services.intake.returns.judgement import judge
from services.intake.sources.document import ChildDocument
from services.intake.sources.findings import Outcome
from services.intake.sources.operations import Source, Statement, foresee, state
from shared import audit
from shared.database import Database
from shared.failures import is_transient
from shared.web.roles import Role

BATCH = 200
IMPORT = "import a census"
"""The act by which an import stands in the audit: a row a batch."""


@dataclass
class ImportReport:
    """What a file held and what came of it."""

    header: Header
    was_dry_run: bool
    children: int = 0
    cases: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "year": self.header.year,
            "authority": self.header.authority,
            "dry_run": self.was_dry_run,
            "children": self.children,
            "cases": self.cases,
            **{outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "set_aside": sum(finding.done is Done.SET_ASIDE for finding in self.findings),
            "findings": [_finding(each) for each in self.findings],
        }


async def import_census(
    database: Database,
    stream: BinaryIO,
    *,
    by: str,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> ImportReport:
    """Take in a census file. Raises `NotACensusFile`; whatever is wrong with a child is in the report instead."""
    file = CensusFile(stream, progress=progress)
    report = ImportReport(file.header, was_dry_run=dry_run)
    source = Source(f"cin-census/{file.header.year}", file.header.period[1])
    for batch in _batches(_judged(file, report)):
        report.children += len(batch)
        report.cases += sum(len(each.document.cases) for each in batch)
        if dry_run:
            async with database.reading() as session:
                report.outcomes.update((await foresee(session, source, batch)).values())
        else:
            await _state(database, source, batch, report, by=by)
    if database.authority and file.header.authority != database.authority:
        file.findings.append(Finding("", "LEA", None, "the file is another authority's than this installation's"))
    report.findings[:0] = file.findings
    return report


def _judged(file: CensusFile, report: ImportReport) -> Iterator[Statement]:
    """Every child that can be filed, with what the rules find; what is found goes into the report too."""
    twice = _Twice()
    for read in file.children():
        findings = [*read.findings, *twice.found(read)]
        is_again = any(finding.rule == "8510" for finding in findings)
        if read.document is not None and not is_again:
            findings += _not_said_yet(judge(read.document, file.header.period), read.findings)
            yield Statement(read.document, [_finding(each) for each in findings])
        report.findings += findings


MISSING = {"8640": "8805", "8650": "8610"}
"""Rules on a wrong code, and the rule on the same code missing where that is another one."""


def _not_said_yet(judged: Iterable[Finding], said: Iterable[Finding]) -> Iterator[Finding]:
    """A code that could not be read is not reported once more as missing."""
    already = Counter(
        (each.element, MISSING.get(each.rule or "", each.rule)) for each in said if each.done is Done.SET_ASIDE
    )
    for each in judged:
        if already[each.element, each.rule]:
            already[each.element, each.rule] -= 1
        else:
            yield each


class _Twice:
    """Rules 8510 and 1520: the same child, or the same UPN, twice in one file."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._upns: set[str] = set()

    def found(self, read: ChildRead) -> list[Finding]:
        child = read.document
        if child is None:
            return []
        findings = []
        if child.la_child_id in self._ids:
            sentence = "a child of this LAchildID came before in the file; this one is set aside"
            findings.append(Finding(child.la_child_id, "LAchildID", "8510", sentence, Done.SET_ASIDE))
        elif child.upn and child.upn in self._upns:
            findings.append(Finding(child.la_child_id, "UPN", "1520", "another child of the file has the same UPN"))
        self._ids.add(child.la_child_id)
        self._upns |= {child.upn} if child.upn else set()
        return findings


async def _state(database: Database, source: Source, batch: list[Statement], report: ImportReport, *, by: str) -> None:
    """Store a batch; where that fails for good, child by child, so that only the one at fault is left out."""
    try:
        async with database.transaction() as session:
            taken = await state(session, source, batch, by=by)
            await audit.record(session, actor=by, role=Role.OPERATOR, act=IMPORT, outcome=200)
    except Exception as failure:
        if is_transient(failure):
            raise
        if len(batch) == 1:
            report.findings.append(_not_stored(batch[0].document, failure))
            return
        for each in batch:
            await _state(database, source, [each], report, by=by)
        return
    report.outcomes.update(taken.outcomes.values())
    report.findings += [
        Finding(
            la_child_id, "CINdetails", None, "its referral was made here and no episode came of it here", Done.SET_ASIDE
        )
        for la_child_id, _ in taken.left_out
    ]


def _not_stored(document: ChildDocument, failure: Exception) -> Finding:
    reason = f"this child could not be stored ({type(failure).__name__})"
    return Finding(document.la_child_id, "Child", None, reason, Done.SET_ASIDE)


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "child": finding.la_child_id,
        "element": finding.element,
        "rule": finding.rule,
        "sentence": finding.sentence,
        "done": finding.done.value,
    }


def _batches(statements: Iterator[Statement]) -> Iterator[list[Statement]]:
    while batch := list(islice(statements, BATCH)):
        yield batch
