"""Reads a children in need census file child by child, in constant memory, in whichever year's shape it is.

Older files say `GenderCurrent` (1, 2, 0, 9), those from 2024/25 `Sex`; booleans come as 0/1 and as true/false. Document
types and entities are refused: they are how an XML file reads other files or fills the memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
LARGEST = 1_000_000
"""Characters of one child, names of elements and text: some hundred times the longest history there is."""


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
        self._broken_on_line = 0
        self.findings: list[Finding] = []
        """What is wrong with the file as a whole; complete once all children were read."""
        self.header = self._read_header()

    def children(self) -> Iterator[ChildRead]:
        """Every child of the file. Where the file breaks off, those before the break, then a finding that says where."""
        yield from map(read_child_safely, self._elements.children())
        while not self._ended:
            self._feed()
            yield from map(read_child_safely, self._elements.children())
        if self._broken_on_line:
            sentence = f"the file breaks off at line {self._broken_on_line}: what follows could not be read"
            self.findings.append(Finding("", "Message", None, sentence, Done.SET_ASIDE))

    def _read_header(self) -> Header:
        while not self._ended and not self._elements.header_is_over:
            self._feed()
        if not self._elements.header_is_over and self._broken_on_line:
            raise NotACensusFile(f"it is not XML: line {self._broken_on_line} cannot be read")
        if not self._elements.header_is_over:
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
        try:
            self._elements.feed(data, last=self._ended)
        except expat.ExpatError as broken:
            self._broken_on_line, self._ended = broken.lineno, True


def read_child_safely(cut: "_Cut") -> ChildRead:
    """A child nobody foresaw is set aside; its neighbours go on. Of one without a usable id, the line says which."""
    if cut.element is None:
        return _set_aside(f"the child that begins on line {cut.line} is deeper or larger than any census's")
    try:
        document, findings = read_child(cut.element)
    except Exception as unforeseen:
        return _set_aside(f"the child that begins on line {cut.line} could not be read ({type(unforeseen).__name__})")
    if document is None:
        findings = [replace(each, sentence=f"{each.sentence}; it begins on line {cut.line}") for each in findings]
    return ChildRead(document, tuple(findings))


def _set_aside(sentence: str) -> ChildRead:
    return ChildRead(None, (Finding("", "Child", None, sentence, Done.SET_ASIDE),))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


@dataclass(frozen=True)
class _Cut:
    """One `Child` as cut from the stream, and the line it begins on; no element where it is no census's child."""

    line: int
    element: Element | None


class _Elements:
    """Cuts the stream into `Header` and `Child` elements, and keeps nothing else."""

    def __init__(self) -> None:
        self.header: Element | None = None
        self.header_is_over = False
        self._depth = 0
        self._builder: TreeBuilder | None = None
        self._begun_at: int | None = None
        self._begun_on_line = self._size = 0
        self._children: list[_Cut] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, data: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except (LookupError, ValueError):
            raise NotACensusFile("it names an encoding that is not known here: save it as UTF-8") from None

    def children(self) -> Iterator[_Cut]:
        """The children completed since last asked."""
        found, self._children = self._children, []
        return iter(found)

    def _refuse(self, *_declared: object) -> None:
        raise NotACensusFile("it declares a document type or entities, which a census file never needs")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != "Message":
            raise NotACensusFile("its outermost element is not Message")
        if name == "Children" and self._depth == 2:
            self.header_is_over = True
        if self._begun_at is None and name in {"Header", "Child"}:
            self._builder, self._begun_at = TreeBuilder(), self._depth
            self._begun_on_line, self._size = self._parser.CurrentLineNumber, 0
        if self._builds(len(name)):
            self._builder.start(name, {})  # type: ignore[union-attr]

    def _text(self, text: str) -> None:
        if self._builds(len(text)):
            self._builder.data(text)  # type: ignore[union-attr]

    def _builds(self, more: int) -> bool:
        """Whether an element is being built that may still grow; one deeper or larger than any census's is let go of."""
        self._size += more
        if self._depth > DEEPEST or self._size > LARGEST:
            self._builder = None
        return self._builder is not None

    def _end(self, name: str) -> None:
        if self._builder is not None:
            self._builder.end(name)
        if self._depth == self._begun_at:
            element = self._builder.close() if self._builder is not None else None
            self._builder = self._begun_at = None
            if name == "Header":
                self.header = element
            else:
                self._children.append(_Cut(self._begun_on_line, element))
        self._depth -= 1
