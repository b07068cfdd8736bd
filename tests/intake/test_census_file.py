"""Reading a census file: whichever year's shape it is in, and whatever somebody put into it."""

import io
from datetime import date

import pytest

from services.intake.returns.census_file import CensusFile, NotACensusFile
from shared.contracts.codes import Sex

CHILD = """<Child><ChildIdentifiers><LAchildID>{id}</LAchildID><PersonBirthDate>2015-03-02</PersonBirthDate>
<Sex>F</Sex></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
<CINdetails><CINreferralDate>2025-06-02</CINreferralDate><ReferralSource>2A</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode>{inside}<ReferralNFA>0</ReferralNFA></CINdetails></Child>"""
HEADER = """<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate>
</CollectionDetails><Source><LEA>206</LEA></Source></Header>"""


def child(id: str = "C1", inside: str = "") -> str:
    return CHILD.format(id=id, inside=inside)


def message(*children: str, header: str = HEADER, before: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f"{before}<Message>{header}<Children>{''.join(children)}</Children></Message>".encode()


def read(file: bytes) -> tuple[CensusFile, list]:
    census = CensusFile(io.BytesIO(file))
    return census, list(census.children())


def document_of(one: str):
    _, (found,) = read(message(one))
    return found.document


def findings_of(one: str) -> list[tuple[str, str | None, str]]:
    _, (found,) = read(message(one))
    return [(finding.element, finding.rule, finding.done.value) for finding in found.findings]


def test_the_header_says_which_year_and_whose() -> None:
    census, children = read(message(child("C1"), child("C2")))
    assert (census.header.year, census.header.authority) == (2026, "206")
    assert census.header.period == (date(2025, 4, 1), date(2026, 3, 31))
    assert [each.document.la_child_id for each in children] == ["C1", "C2"]
    assert census.findings == []


def test_a_reference_date_past_the_years_end_is_a_finding_and_the_year_stands() -> None:
    census, _ = read(message(child(), header=HEADER.replace("2026-03-31", "2026-12-31")))
    assert [finding.rule for finding in census.findings] == ["100"]
    assert census.header.period[1] == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("element", "sex"),
    [
        ("<Sex>M</Sex>", Sex.MALE),
        ("<Sex>F</Sex>", Sex.FEMALE),
        ("<Sex>U</Sex>", Sex.UNKNOWN),
        ("<GenderCurrent>1</GenderCurrent>", Sex.MALE),
        ("<GenderCurrent>2</GenderCurrent>", Sex.FEMALE),
        ("<GenderCurrent>0</GenderCurrent>", Sex.UNKNOWN),
        ("<GenderCurrent>9</GenderCurrent>", Sex.UNKNOWN),
    ],
)
def test_older_files_say_gender_and_newer_ones_sex(element: str, sex: Sex) -> None:
    assert document_of(child().replace("<Sex>F</Sex>", element)).sex is sex


@pytest.mark.parametrize(
    "element", ["<Sex>X</Sex>", "<GenderCurrent>3</GenderCurrent>", "<GenderCurrent>F</GenderCurrent>"]
)
def test_a_sex_that_is_no_code_is_set_aside_and_found(element: str) -> None:
    odd = child().replace("<Sex>F</Sex>", element)
    assert document_of(odd).sex is None
    assert [(rule, done) for _, rule, done in findings_of(odd)] == [("4180", "set_aside")]


@pytest.mark.parametrize(
    ("stated", "is_nfa"),
    [
        ("0", False),
        ("1", True),
        ("false", False),
        ("true", True),
        ("TRUE", True),
        (" 1 ", True),
        ("", None),
        ("no", None),
    ],
)
def test_truths_come_as_digits_and_as_words(stated: str, is_nfa: bool | None) -> None:
    (case,) = document_of(child().replace("<ReferralNFA>0<", f"<ReferralNFA>{stated}<")).cases
    assert case.no_further_action is is_nfa


@pytest.mark.parametrize(
    "stated", ["2025-02-30", "02/06/2025", "2025-6-2", "1899-12-31", "2201-01-01", "20250602", "２０２５-０６-０２"]
)
def test_a_date_that_cannot_be_is_set_aside_and_the_rest_of_the_case_stands(stated: str) -> None:
    odd = child(inside=f"<CINclosureDate>{stated}</CINclosureDate>")
    (case,) = document_of(odd).cases
    assert (case.closed_on, str(case.referred_on)) == (None, "2025-06-02")
    assert findings_of(odd) == [("CINclosureDate", None, "set_aside")]


def test_every_element_of_a_case_is_understood() -> None:
    inside = """<CINclosureDate>2026-01-05</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>
    <DateOfInitialCPC>2025-08-01</DateOfInitialCPC>
    <Assessments><AssessmentActualStartDate>2025-06-03</AssessmentActualStartDate>
      <AssessmentInternalReviewDate>2025-06-20</AssessmentInternalReviewDate>
      <AssessmentAuthorisationDate>2025-07-01</AssessmentAuthorisationDate>
      <FactorsIdentifiedAtAssessment><AssessmentFactors>3B</AssessmentFactors><AssessmentFactors>1A</AssessmentFactors>
      </FactorsIdentifiedAtAssessment></Assessments>
    <CINPlanDates><CINPlanStartDate>2025-07-02</CINPlanStartDate><CINPlanEndDate>2025-07-20</CINPlanEndDate></CINPlanDates>
    <Section47><S47ActualStartDate>2025-07-20</S47ActualStartDate><InitialCPCtarget>2025-08-08</InitialCPCtarget>
      <DateOfInitialCPC>2025-08-04</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired></Section47>
    <ChildProtectionPlans><CPPstartDate>2025-08-04</CPPstartDate><CPPendDate>2025-12-01</CPPendDate>
      <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse>
      <NumberOfPreviousCPP>1</NumberOfPreviousCPP>
      <Reviews><CPPreviewDate>2025-11-03</CPPreviewDate><CPPreviewDate>2025-10-01</CPPreviewDate></Reviews>
    </ChildProtectionPlans>"""
    (case,) = document_of(child(inside=inside)).cases
    assert case.model_dump(mode="json", exclude_defaults=True) == {
        "referred_on": "2025-06-02",
        "source": "2A",
        "primary_need": "N1",
        "no_further_action": False,
        "closed_on": "2026-01-05",
        "closure_reason": "RC7",
        "assessments": [
            {
                "started_on": "2025-06-03",
                "internal_review_on": "2025-06-20",
                "authorised_on": "2025-07-01",
                "factors": ["3B", "1A"],
            }
        ],
        "cin_plans": [{"started_on": "2025-07-02", "ended_on": "2025-07-20"}],
        "section_47_enquiries": [
            {
                "started_on": "2025-07-20",
                "conference_target_on": "2025-08-08",
                "conference_on": "2025-08-04",
                "conference_not_required": False,
            }
        ],
        "conferences": [{"held_on": "2025-08-01"}],
        "protection_plans": [
            {
                "started_on": "2025-08-04",
                "ended_on": "2025-12-01",
                "initial_category": "NEG",
                "latest_category": "EMO",
                "previous_plans": 1,
                "reviewed_on": ["2025-10-01", "2025-11-03"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("inside", "element"),
    [
        (
            "<Assessments><AssessmentAuthorisationDate>2025-07-01</AssessmentAuthorisationDate></Assessments>",
            "AssessmentActualStartDate",
        ),
        ("<CINPlanDates><CINPlanEndDate>2025-07-01</CINPlanEndDate></CINPlanDates>", "CINPlanStartDate"),
        ("<Section47><ICPCnotRequired>1</ICPCnotRequired></Section47>", "S47ActualStartDate"),
        ("<ChildProtectionPlans><CPPendDate>2025-07-01</CPPendDate></ChildProtectionPlans>", "CPPstartDate"),
        (
            "<Assessments><AssessmentActualStartDate>soon</AssessmentActualStartDate></Assessments>",
            "AssessmentActualStartDate",
        ),
    ],
)
def test_a_part_without_its_first_day_is_set_aside_once_and_the_case_stands(inside: str, element: str) -> None:
    (case,) = document_of(child(inside=inside)).cases
    assert not any((case.assessments, case.cin_plans, case.section_47_enquiries, case.protection_plans))
    assert [(name, done) for name, _, done in findings_of(child(inside=inside))] == [(element, "set_aside")]


@pytest.mark.parametrize(
    ("id", "rule"),
    [("", "8500"), ("  ", "8500"), ("B007-C1", "1580"), ("Zoë", "1580"), ("C" * 21, "1570"), (None, "8500")],
)
def test_a_child_without_a_usable_id_is_set_aside_and_found_by_its_line(id: str | None, rule: str) -> None:
    odd = child(id or "").replace("<LAchildID></LAchildID>", "" if id is None else "<LAchildID></LAchildID>")
    _, children = read(message(child("C1"), "\n\n", odd, child("C3")))
    assert [each.document and each.document.la_child_id for each in children] == ["C1", None, "C3"]
    (finding,) = children[1].findings
    assert (finding.rule, finding.done.value, finding.la_child_id) == (rule, "set_aside", "")
    assert finding.sentence.endswith("begins on line 7")
    assert not id or id not in finding.sentence or not id.strip()


def test_a_child_with_nothing_but_an_id_is_a_document() -> None:
    _, (found,) = read(message("<Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers></Child>"))
    assert (found.document.la_child_id, found.document.cases, found.findings) == ("C1", (), ())


def test_a_child_nested_without_end_is_set_aside_and_its_neighbours_go_on() -> None:
    deep = f"<Child>{'<a>' * 100_000}{'</a>' * 100_000}</Child>"
    census, children = read(message(child("C1"), deep, child("C3")))
    assert [each.document and each.document.la_child_id for each in children] == ["C1", None, "C3"]
    assert "deeper or larger" in children[1].findings[0].sentence
    assert census.findings == []


def test_a_child_larger_than_any_is_set_aside_and_its_neighbours_go_on() -> None:
    _, children = read(message(child("C1"), child("C2", inside="x" * 1_100_000), child("C3")))
    assert [each.document and each.document.la_child_id for each in children] == ["C1", None, "C3"]
    assert "deeper or larger" in children[1].findings[0].sentence


@pytest.mark.parametrize("cut", [1, 100, 400])
def test_a_file_that_breaks_off_gives_the_children_before_the_break_and_says_where(cut: int) -> None:
    whole = message(child("C1"), child("C2"), child("C3"))
    census, children = read(whole[:-cut])
    assert [each.document.la_child_id for each in children] == ["C1", "C2", "C3"][: 3 if cut == 1 else 2]
    (finding,) = census.findings
    assert (finding.done.value, finding.sentence.startswith("the file breaks off at line")) == ("set_aside", True)


def test_an_entity_that_nobody_declared_ends_the_file_there() -> None:
    census, children = read(message(child("C1"), child("&c;"), child("C3")))
    assert [each.document.la_child_id for each in children] == ["C1"]
    assert "breaks off at line" in census.findings[0].sentence


def test_one_byte_that_is_no_text_ends_the_file_there() -> None:
    census, children = read(
        message(child("C1"), child("C2")).replace(b"WBRI", b"WB\xffI", 2).replace(b"WB\xffI", b"WBRI", 1)
    )
    assert [each.document.la_child_id for each in children] == ["C1"]
    assert "breaks off at line" in census.findings[0].sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_files_in_the_usual_encodings_are_read(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = message(child("C1"), before=f'<?xml version="1.0" encoding="{declared}"?>').decode()
    _, (found,) = read(text.encode(encoding))
    assert found.document.la_child_id == "C1"


LAUGHS = """<!DOCTYPE Message [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"""


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "not XML"),
        (b"reference,name\r\nzoe,Zoe\r\n", "not XML"),
        (b'{"Message": {}}', "not XML"),
        (b"PK\x03\x04" + bytes(range(256)), "not XML"),
        (b"<Message><Header><CollectionDetails>", "not XML"),
        (b"<html><body/></html>", "outermost element is not Message"),
        (b"<Message></Message>", "no Message with a Header and Children"),
        (message(child(), before='<!DOCTYPE Message SYSTEM "file:///etc/passwd">'), "declares a document type"),
        (message(child(), before=LAUGHS), "declares a document type"),
        (message(child(), before='<?xml version="1.0" encoding="utf-99"?>'), "encoding|not XML"),
        (message(child(), before='<?xml version="1.0" encoding="shift_jis"?>'), "encoding|not XML"),
        (message(child()).decode().encode("utf-16"), "not XML"),
        (message(child(), header=""), "no census Year"),
        (message(child(), header=HEADER.replace("2026<", "last<")), "no census Year"),
        (message(child(), header=HEADER.replace("<Year>2026", "<Year>1066")), "no census Year"),
        (message(child(), header=HEADER.replace("<Year>2026", "<Year>２０２６")), "no census Year"),
        (message(child(), header=HEADER.replace("CIN<", "CLA<")), "another collection"),
        (message(child(), header=f"<Header>{'<a>' * 1000}{'</a>' * 1000}</Header>"), "no census Year"),
    ],
)
def test_what_is_no_census_file_is_refused_in_a_sentence(file: bytes, sentence: str) -> None:
    with pytest.raises(NotACensusFile, match=sentence):
        read(file)


def test_a_file_is_read_in_pieces_and_tells_how_far_it_is() -> None:
    file, seen = message(*(child(f"C{n}") for n in range(2000))), []
    census = CensusFile(io.BytesIO(file), progress=seen.append)
    children = census.children()
    first = next(children)
    assert first.document.la_child_id == "C0"
    assert sum(seen) < len(file) / 4  # the rest is still unread
    assert len(list(children)) == 1999
    assert sum(seen) == len(file)
