"""docs/odd-records.md is true: each record of its table is taken in and counts in the figures that stand there, and no others."""

import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from services.intake.main import SERVICE
from services.intake.returns.operations import import_census
from services.reporting.indicators.catalogue import contributions
from shared.contracts.intake import ChildState
from shared.messaging import outbox
from shared.migrations import migrate

PAGE = Path(__file__).parents[2] / "docs" / "odd-records.md"


def assessment(begun: str, done: str, factors: Iterable[str] = ("3B",)) -> str:
    begins = f"<AssessmentActualStartDate>{begun}</AssessmentActualStartDate>" if begun else ""
    named = "".join(f"<AssessmentFactors>{factor}</AssessmentFactors>" for factor in factors)
    return (
        f"<Assessments>{begins}<AssessmentAuthorisationDate>{done}</AssessmentAuthorisationDate>"
        f"<FactorsIdentifiedAtAssessment>{named}</FactorsIdentifiedAtAssessment></Assessments>"
    )


def enquiry(begun: str, conference: str) -> str:
    return (
        f"<Section47><S47ActualStartDate>{begun}</S47ActualStartDate>"
        f"<DateOfInitialCPC>{conference}</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired></Section47>"
    )


def plan(begun: str, ended: str = "", before: str = "0") -> str:
    ends = f"<CPPendDate>{ended}</CPPendDate>" if ended else ""
    return (
        f"<ChildProtectionPlans><CPPstartDate>{begun}</CPPstartDate>{ends}<InitialCategoryOfAbuse>NEG"
        f"</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
        f"<NumberOfPreviousCPP>{before}</NumberOfPreviousCPP></ChildProtectionPlans>"
    )


def closure(on: str, reason: str = "RC7") -> str:
    closed = f"<CINclosureDate>{on}</CINclosureDate>" if on else ""
    return closed + (f"<ReasonForClosure>{reason}</ReasonForClosure>" if reason else "")


def case(*inside: str, nfa: str = "0", on: str = "2025-06-02", source: str = "2A") -> str:
    stated = f"<ReferralNFA>{nfa}</ReferralNFA>" if nfa else ""
    return (
        f"<CINdetails><CINreferralDate>{on}</CINreferralDate><ReferralSource>{source}</ReferralSource>"
        f"<PrimaryNeedCode>N1</PrimaryNeedCode>{''.join(inside)}{stated}</CINdetails>"
    )


RECORDS = {
    "nothing is odd, and the case is open": case(),
    "it is not stated whether there was further action": case(nfa=""),
    "whether there was further action is neither true nor false": case(nfa="perhaps"),
    "there was no further action, and it closed": case(closure("2025-06-03"), nfa="1"),
    "there was no further action, but an assessment was completed": case(
        assessment("2025-06-03", "2025-07-01"), nfa="1"
    ),
    "there was no further action, but a conference and a protection plan followed": case(
        enquiry("2025-06-03", "2025-06-10"), plan("2025-06-10"), nfa="true"
    ),
    "the case closes before its referral": case(closure("2025-06-01")),
    "the case closes on the day of its referral": case(closure("2025-06-02")),
    "the closure is outside the census year": case(closure("2027-12-01")),
    "the referral is after the census year": case(on="2026-06-01"),
    'the closure has no reason, which then reads "not stated"': case(closure("2025-08-01", "")),
    "the reason for closure is none of the census's codes, and is set aside": case(closure("2025-08-01", "RC99")),
    "there is a reason for closure but no date": case(closure("", "RC7")),
    "the closure is no date, and is set aside": case(closure("2025-02-30")),
    "the source of the referral is none of the census's codes, and is set aside": case(source="99"),
    "the referral is after the child's death": case(),
    "the assessment ends before it starts": case(assessment("2025-07-01", "2025-06-03")),
    "the assessment starts before the referral": case(assessment("2025-05-01", "2025-06-03")),
    "the assessment ends after the case closed": case(closure("2025-08-01"), assessment("2025-07-01", "2025-08-04")),
    "the assessment has no start, and is set aside": case(assessment("", "2025-07-01")),
    "the assessment has wrong factors": case(assessment("2025-06-03", "2025-07-01", ["3B", "3B", "99Z"])),
    "the conference is before its enquiry": case(enquiry("2025-06-10", "2025-06-03")),
    "the conference is at a weekend": case(enquiry("2025-06-03", "2025-06-14")),
    "the conference is on the case and on no enquiry": case("<DateOfInitialCPC>2025-06-10</DateOfInitialCPC>"),
    "the protection plan ends before it starts": case(plan("2025-06-10", "2025-06-03")),
    "the protection plan starts and ends on one day": case(plan("2025-06-10", "2025-06-10")),
    "the number of previous plans cannot be read": case(plan("2025-06-10", before="several")),
    "the only case has no referral date, and is set aside": case(on=""),
}
DIED = {"the referral is after the child's death": "<PersonDeathDate>2025-05-01</PersonDeathDate>"}

TOGETHER = {
    "once": case("<DateOfInitialCPC>2025-06-10</DateOfInitialCPC>", enquiry("2025-06-03", "2025-06-10")),
    "one case": case(closure("2025-09-01"), assessment("2025-06-03", "2025-07-01"))
    + case(assessment("2025-06-04", "2025-07-02")),
    "overlap": case() + case(on="2025-07-01"),
}


def page() -> dict[str, set[str]]:
    """The table: what is odd, and the figures it still counts in."""
    rows = re.findall(r"^\| (.+?) \| .*?\| ?(.*?) ?\|$", PAGE.read_text(), re.MULTILINE)
    return {odd: set(re.findall(r"`(\w+)`", figures)) for odd, figures in rows if odd != "A record in which"}


async def counted(tmp_path: Path, records: dict[str, str]) -> dict[str, dict[str, int]]:
    """What each record adds to each figure's numerator, by the words that name it; nothing for a child not spoken of."""
    children = "".join(
        f"<Child><ChildIdentifiers><LAchildID>C{n}</LAchildID><PersonBirthDate>2024-05-02</PersonBirthDate><Sex>F</Sex>"
        f"{DIED.get(name, '')}</ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>"
        f"</ChildCharacteristics>{record}</Child>"
        for n, (name, record) in enumerate(records.items())
    )
    header = (
        "<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate>"
        "</CollectionDetails><Source><LEA>206</LEA></Source></Header>"
    )
    file = f"<Message>{header}<Children>{children}</Children></Message>".encode()
    database = SERVICE.open(f"sqlite+aiosqlite:///{tmp_path}/intake.sqlite", authority="206")
    await migrate(database, SERVICE.migrations)
    for one in re.findall(rb"<Child>.*?</Child>", file):  # a file each, so that each event is known by its place
        alone = file[: file.index(b"<Child>")] + one + b"</Children></Message>"
        await import_census(database, io.BytesIO(alone), by="a test")
    async with database.reading() as session:
        said = [ChildState.model_validate_json(each.data) for _, each in await outbox.oldest(session, limit=1000)]
    await database.close()
    assert len(said) == len(records)
    return dict(zip(records, map(adds, said), strict=True))


def adds(state: ChildState) -> dict[str, int]:
    """What a history adds to the numerators: of what happens the number, of what stands how often it begins to."""
    added: dict[str, int] = {}
    for (cell, part), count in contributions(state).items():
        if part == "numerator" and count > 0 and cell[1] != "episodes_open_2_years":
            added[cell[1]] = added.get(cell[1], 0) + count
    return added


async def test_every_record_of_the_page_counts_where_the_page_says(tmp_path: Path) -> None:
    told, found = page(), await counted(tmp_path, RECORDS)
    assert set(told) == set(RECORDS)
    spoken_of = set().union(*told.values())  # what breaks the same facts down further is not
    for odd, figures in told.items():
        assert spoken_of & found[odd].keys() == figures, odd


async def test_records_together_count_as_the_page_says(tmp_path: Path) -> None:
    found = await counted(tmp_path, TOGETHER)
    assert found["once"]["conferences"] == 1
    assert (found["one case"]["referrals"], found["one case"]["assessments_completed"]) == (1, 2)
    assert "episodes_ended" not in found["one case"]  # the one further down is open
    assert (found["overlap"]["referrals"], found["overlap"]["episodes_open"]) == (2, 2)


@pytest.mark.parametrize("rule", sorted(set(re.findall(r"\b\d{3,4}Q?\b", PAGE.read_text()))))
def test_every_rule_the_page_names_is_one_that_is_judged(rule: str) -> None:
    from services.intake.returns.judgement import CODES

    read_with_the_file = {"8500", "8510", "1570", "1580", "8640", "8794", "8898"}
    assert rule in CODES | read_with_the_file
