"""Reads a children in need census file child by child, in constant memory, in whichever year's shape it is.

Older files say `GenderCurrent` (1, 2, 0, 9), those from 2024/25 `Sex`; booleans come as 0/1 and as true/false. Document
types and entities are refused: they are how an XML file reads other files or fills the memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from services.intake.returns.census_child import read_child
from services.intake.returns.findings import Done, Finding
from services.intake.sources.document import ChildDocument
from shared.problems import Unprocessable

CHUNK = 64 * 1024
DEEPEST = 12


class NotACensusFile(Unprocessable):
    title = "This is not a children in need census file"


@dataclass(frozen=True)
class Header:
    """Which year the file is of, and who made it."""

    year: int
    reference_date: date | None
    authority: str

    @property
    def period(self) -> tuple[date, date]:
        """The year ends on 31 March of the census year, also in a file whose reference date says otherwise (rule 100)."""
        return date(self.year - 1, 4, 1), date(self.year, 3, 31)


@dataclass(frozen=True)
class ChildRead:
    """One child of the file: what was understood, and what was found wrong. No document when nothing was understood."""

    document: ChildDocument | None
    findings: tuple[Finding, ...]


class CensusFile:
    """A census file being read: its header first, then its children, one at a time."""

    def __init__(self, stream: BinaryIO, *, progress: Callable[[int], None] = lambda _bytes: None) -> None:
        self._stream = stream
        self._progress = progress
        self._elements = _Elements()
        self._ended = False
        self.findings: list[Finding] = []
        """What is wrong with the file as a whole; complete once all children were read."""
        self.header = self._read_header()

    def children(self) -> Iterator[ChildRead]:
        """Every child of the file. Where the file breaks off, those before the break, then a finding that says where."""
        while True:
            try:
                yield from map(read_child_safely, self._elements.children())
                if self._ended:
                    return
                self._feed()
            except expat.ExpatError as broken:
                yield from map(read_child_safely, self._elements.children())
                sentence = f"the file breaks off at line {broken.lineno}: what follows could not be read"
                self.findings.append(Finding("", "Message", None, sentence, Done.SET_ASIDE))
                return

    def _read_header(self) -> Header:
        while not self._elements.header_is_over:
            try:
                self._feed()
            except expat.ExpatError as broken:
                raise NotACensusFile(f"it is not XML: line {broken.lineno} cannot be read") from None
            if self._ended and not self._elements.header_is_over:
                raise NotACensusFile("it has no Message with a Header and Children")
        header = self._elements.header
        year = header.findtext("CollectionDetails/Year", "") if header is not None else ""
        if header is None or not (year.isascii() and year.isdigit() and 2009 <= int(year) <= 2100):
            raise NotACensusFile("its Header states no census Year, so that nothing says which year it describes")
        if header.findtext("CollectionDetails/Collection", "CIN").strip() != "CIN":
            raise NotACensusFile("its Header says that it is another collection than CIN")
        read = Header(
            int(year), _day(header.findtext("CollectionDetails/ReferenceDate")), header.findtext("Source/LEA", "")
        )
        if read.reference_date != read.period[1]:
            self.findings.append(
                Finding(
                    "", "ReferenceDate", "100", "the reference date is not 31 March of the census year; the year stands"
                )
            )
        return read

    def _feed(self) -> None:
        data = self._stream.read(CHUNK)
        self._progress(len(data))
        self._ended = not data
        self._elements.feed(data, last=self._ended)


def read_child_safely(element: Element) -> ChildRead:
    """A child nobody foresaw is set aside; its neighbours go on."""
    try:
        document, findings = read_child(element)
    except Exception as unforeseen:
        reason = f"this child could not be read ({type(unforeseen).__name__})"
        return ChildRead(None, (Finding("", "Child", None, reason, Done.SET_ASIDE),))
    return ChildRead(document, tuple(findings))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


class _Elements:
    """Cuts the stream into `Header` and `Child` elements, and keeps nothing else."""

    def __init__(self) -> None:
        self.header: Element | None = None
        self.header_is_over = False
        self._depth = 0
        self._builder: TreeBuilder | None = None
        self._begun_at = 0
        self._children: list[Element] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, data: bytes, *, last: bool) -> None:
        self._parser.Parse(data, last)

    def children(self) -> Iterator[Element]:
        """The children completed since last asked."""
        found, self._children = self._children, []
        return iter(found)

    def _refuse(self, *_declared: object) -> None:
        raise NotACensusFile("it declares a document type or entities, which a census file never needs")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != "Message":
            raise NotACensusFile("its outermost element is not Message")
        if self._depth > DEEPEST:
            raise NotACensusFile("its elements are nested deeper than any census file's")
        if name == "Children" and self._depth == 2:
            self.header_is_over = True
        if self._builder is None and name in {"Header", "Child"}:
            self._builder, self._begun_at = TreeBuilder(), self._depth
        if self._builder is not None:
            self._builder.start(name, {})

    def _text(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def _end(self, name: str) -> None:
        if self._builder is not None:
            self._builder.end(name)
            if self._depth == self._begun_at:
                element = self._builder.close()
                self._builder = None
                if name == "Header":
                    self.header = element
                else:
                    self._children.append(element)
        self._depth -= 1
