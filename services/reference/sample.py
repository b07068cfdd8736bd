"""A small census file of made-up children, for whoever wants to see one taken in: `deploy/samples/cin-census-2026.xml`."""

from datetime import date
from importlib.metadata import version
from random import Random

from services.demo.calibration import Span
from services.demo.children import draw_children
from services.intake.people.numbers import check_letter
from services.intake.returns import census_writing
from services.intake.returns.census_scope import as_returned
from services.intake.returns.judgement import judge
from services.intake.sources.document import ChildDocument
from shared.contracts.codes import Sex

YEAR = 2026
CHILDREN = 34
SEED, SCALE = 206, 0.1


def page() -> str:
    """The return of a small borough, cut to children with much done for them and nothing to be put right."""
    year = date(YEAR - 1, 4, 1), date(YEAR, 3, 31)
    drawn = draw_children(Random(SEED), Span(year[1]), scale=SCALE)
    numbered = (_with_upn(each.record_on(year[1]), number) for number, each in enumerate(drawn))
    stated = (as_returned(each, year).child for each in numbered)
    clean = [child for child in stated if child is not None and child.sex != Sex.UNKNOWN and not judge(child, year)]
    fullest = sorted(clean, key=lambda child: -len(child.model_dump_json()))[: 2 * CHILDREN : 2]
    head = census_writing.head(year=YEAR, authority="206", release=version("doing-what-counts"))
    children = [census_writing.child(child) for child in sorted(fullest, key=lambda child: child.la_child_id)]
    return b"".join([head, *children, census_writing.FOOT]).decode()


def _with_upn(child: ChildDocument, number: int) -> ChildDocument:
    """With a pupil number, as every school gives one: the demo's children have no numbers of any kind."""
    rest = f"206{number:09d}"
    return child.model_copy(update={"upn": f"{check_letter(rest)}{rest}"})
