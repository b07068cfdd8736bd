"""An independent recount of census files: plain Python, and nothing of `services/` or `shared/` is imported.

    python tests/verification/plain_recount.py 2023-04 2026-03 cin_2024.xml cin_2025.xml cin_2026.xml

prints `{"months": {...}, "years": {...}}`. Where this and the system differ, one of them is wrong. So it is written
the slow way: whole files in memory, and every figure asks every record for every month.

What counts, where a record is odd:

* A case is a child and a referral date. The later file's closure, reason and no-further-action flag stand; parts are
  united by the day they started, those of one file that started the same day by their order in it. Of two children
  with one LAchildID in a file the first stands; of two cases with one referral date the one further down does.
* A child without a usable LAchildID, and a case or part without a readable start, are left out. A date is
  `YYYY-MM-DD` between 1900 and 2200; anything else is as if it were not there. After a break in a file nothing counts.
* No further action stated: a referral, and under `nfa`; never started, ended or open. Not stated: a referral only.
* A closure before the referral: started, but neither ended nor ever open.
* Assessments, enquiries, conferences and protection plans count by their own dates, whatever their case says.
* An assessment authorised before it started is not in time; a conference before its enquiry is no conference of an
  enquiry. One date on an enquiry and on its case is one conference (rule 2884).
* A plan that ended before it started: started and ended, never in force. Facts in the future count in their month.
"""

import argparse
import json
import re
import sys
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import holidays

BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(1990, 2051))
TRUTHS = {"1": True, "true": True, "0": False, "false": False}
STARTS = {
    "Assessments": "AssessmentActualStartDate",
    "Section47": "S47ActualStartDate",
    "ChildProtectionPlans": "CPPstartDate",
}


@dataclass
class Case:
    child: str
    referred: date
    nfa: bool | None = None
    closed: date | None = None
    reason: str = ""
    conferences: set[date] = field(default_factory=set)
    parts: dict[tuple[str, date, int], ET.Element] = field(default_factory=dict)
    """By kind, day started, and number among those of one file that started that day."""

    def of(self, kind: str) -> list[tuple[date, ET.Element]]:
        return [(day, element) for (name, day, _), element in self.parts.items() if name == kind]

    @property
    def is_episode(self) -> bool:
        return self.nfa is False

    @property
    def ended(self) -> date | None:
        return self.closed if self.is_episode and self.closed is not None and self.closed >= self.referred else None


# --- reading


def text(element: ET.Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def day(stated: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stated):
        return None
    try:
        read = date.fromisoformat(stated)
    except ValueError:
        return None
    return read if 1900 <= read.year <= 2200 else None


def children_of(path: str) -> tuple[int, list[ET.Element]]:
    """The census year and every child up to where the file ends or breaks."""
    year, children = 0, []
    try:
        for _, element in ET.iterparse(path):
            if element.tag == "Year":
                year = int(element.text or "")
            elif element.tag == "Child":
                children.append(element)
    except ET.ParseError as broken:
        print(f"{path} breaks: {broken}", file=sys.stderr)
    return year, children


def read(paths: list[str]) -> list[Case]:
    """Every case of several files, earlier census years first."""
    cases: dict[tuple[str, date], Case] = {}
    for _, children in sorted(map(children_of, paths), key=lambda file: file[0]):
        seen = set()
        for child in children:
            la_child_id = text(child, "ChildIdentifiers/LAchildID")
            if re.fullmatch(r"[A-Za-z0-9]{1,20}", la_child_id) and la_child_id not in seen:
                seen.add(la_child_id)
                add_cases(cases, la_child_id, child)
    return list(cases.values())


def add_cases(cases: dict[tuple[str, date], Case], la_child_id: str, child: ET.Element) -> None:
    numbers: dict[tuple[date, str, date], int] = defaultdict(int)
    for element in child.findall("CINdetails"):
        referred = day(text(element, "CINreferralDate"))
        if referred is None:
            continue
        case = cases.setdefault((la_child_id, referred), Case(la_child_id, referred))
        case.nfa = TRUTHS.get(text(element, "ReferralNFA").lower())
        case.closed = day(text(element, "CINclosureDate"))
        case.reason = text(element, "ReasonForClosure")
        if held := day(text(element, "DateOfInitialCPC")):
            case.conferences.add(held)
        for kind, start in STARTS.items():
            for part in element.findall(kind):
                if started := day(text(part, start)):
                    numbers[referred, kind, started] += 1
                    case.parts[kind, started, numbers[referred, kind, started]] = part


# --- days


def months_on(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def working_days(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`: the start is day 0."""
    days = (start + timedelta(step) for step in range(1, (end - start).days + 1))
    return sum(each.weekday() < 5 and each not in BANK_HOLIDAYS for each in days)


def months_between(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    return [f"{months_on(start, step):%Y-%m}" for step in range(count)]


# --- counting


def figures(cases: list[Case], first: date, last: date) -> dict[str, int]:
    """Every figure of the days from `first` to `last`; what stands, at the end of `last`."""

    def within(when: date | None) -> bool:
        return when is not None and first <= when <= last

    referred = [case for case in cases if within(case.referred)]
    ended = [(case, case.ended) for case in cases if case.ended is not None and within(case.ended)]
    return {
        "referrals": len(referred),
        "nfa": sum(case.nfa is True for case in referred),
        "rereferral_num": rereferrals(cases, first, last),
        "rereferral_den": len(referred),
        "started": sum(case.is_episode for case in referred),
        "ended": len(ended),
        "ended_6m_num": sum(closed <= months_on(case.referred, 6) for case, closed in ended),
        "ended_3m_num": sum(closed <= months_on(case.referred, 3) for case, closed in ended),
        **assessments(cases, first, last),
        **enquiries(cases, first, last),
        **protection_plans(cases, first, last),
        **{f"ended_RC{n}": sum(case.reason == f"RC{n}" for case, _ in ended) for n in range(1, 10)},
        **standing(cases, last),
    }


def rereferrals(cases: list[Case], first: date, last: date) -> int:
    days = defaultdict(list)
    for case in cases:
        days[case.child].append(case.referred)
    count = 0
    for referred in map(sorted, days.values()):
        for before, after in pairwise(referred):
            count += first <= after <= last and after <= months_on(before, 12)
    return count


def assessments(cases: list[Case], first: date, last: date) -> dict[str, int]:
    done = [
        (started, authorised)
        for case in cases
        for started, part in case.of("Assessments")
        if (authorised := day(text(part, "AssessmentAuthorisationDate"))) and first <= authorised <= last
    ]
    in_time = sum(started <= ended and working_days(started, ended) <= 45 for started, ended in done)
    return {"assessments": len(done), "assessments_45_num": in_time}


def enquiries(cases: list[Case], first: date, last: date) -> dict[str, int]:
    started = conferences = of_enquiries = in_time = 0
    for case in cases:
        on_enquiries = set()
        for start, part in case.of("Section47"):
            started += first <= start <= last
            held = day(text(part, "DateOfInitialCPC"))
            on_enquiries.add(held)
            if held is not None and first <= held <= last:
                conferences += 1
                of_enquiries += start <= held
                in_time += start <= held and working_days(start, held) <= 15
        conferences += sum(first <= held <= last for held in case.conferences - on_enquiries)
    return {"s47_started": started, "icpc": conferences, "icpc_s47_den": of_enquiries, "icpc_15_num": in_time}


def protection_plans(cases: list[Case], first: date, last: date) -> dict[str, int]:
    started = again = ended = 0
    for case in cases:
        for start, part in case.of("ChildProtectionPlans"):
            end, previous = day(text(part, "CPPendDate")), text(part, "NumberOfPreviousCPP")
            started += first <= start <= last
            again += first <= start <= last and previous.isascii() and previous.isdigit() and 1 <= int(previous) < 100
            ended += end is not None and first <= end <= last
    return {"cpp_started": started, "cpp_second_num": again, "cpp_ended": ended}


def standing(cases: list[Case], last: date) -> dict[str, int]:
    stands = [
        case
        for case in cases
        if case.is_episode
        and case.referred <= last
        and (case.closed is None or (case.closed >= case.referred and case.closed > last))
    ]
    plans = [
        (start, day(text(part, "CPPendDate"))) for case in cases for start, part in case.of("ChildProtectionPlans")
    ]
    return {
        "open": len(stands),
        "open_2y_num": sum(months_on(case.referred, 24) <= last for case in stands),
        "cpp_open": sum(start <= last and (end is None or (end >= start and end > last)) for start, end in plans),
    }


def recount(paths: list[str], first: str, last: str) -> dict[str, dict[str, dict[str, int]]]:
    """The figures by month from `first` to `last`, and by each census year that lies wholly within them."""
    cases, months = read(paths), months_between(first, last)
    spans = {month: (date.fromisoformat(f"{month}-01"), last_day(month)) for month in months}
    years = [int(month[:4]) for month in months if month.endswith("-03") and f"{int(month[:4]) - 1}-04" in months]
    return {
        "months": {month: figures(cases, *span) for month, span in spans.items()},
        "years": {str(year): figures(cases, date(year - 1, 4, 1), date(year, 3, 31)) for year in years},
    }


def last_day(month: str) -> date:
    return months_on(date.fromisoformat(f"{month}-01"), 1) - timedelta(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Recount census files, month by month and year by year.")
    arguments.add_argument("first", help="first month, as 2025-04")
    arguments.add_argument("last", help="last month, as 2026-03")
    arguments.add_argument("files", nargs="+", help="children in need census files")
    given = arguments.parse_args()
    print(json.dumps(recount(given.files, given.first, given.last), indent=1))
