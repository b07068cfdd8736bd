"""What is wrong with a field, in our own words, from what pydantic says of it. Never a value that was sent.

A name is suggested where one that nobody knows comes close to it: of our own, never what was sent.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

CODES_SHOWN = 12
"""Of a longer code set the page is named alone."""
PAGE_OF_CODES = "docs/codes.md says what each means"

FORMS = {
    r"^[A-Za-z0-9_.:/-]{1,100}$": "1 to 100 letters, digits and _ . : / -, without spaces",
    r"^[A-Za-z0-9_.:-]{1,100}$": "1 to 100 letters, digits and _ . : -, without spaces",
    r"^[A-Za-z0-9]{1,20}$": "1 to 20 letters and digits",
    r"^SW[0-9]{1,10}$": "SW and 1 to 10 digits",
    r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$": "a month, as 2026-03",
}
"""What patterns ask for; of any other it is said that the description of the door shows it."""

SENTENCES = {
    "missing": "this is needed",
    "extra_forbidden": "this is not known here",
    "model_attributes_type": "an object belongs here",
    "model_type": "an object belongs here",
    "dict_type": "an object belongs here",
    "list_type": "a list belongs here",
    "string_type": "text belongs here",
    "int_type": "a whole number belongs here",
    "int_parsing": "a whole number belongs here",
    "int_from_float": "a whole number belongs here",
    "float_type": "a number belongs here",
    "float_parsing": "a number belongs here",
    "bool_type": "true or false belongs here",
    "bool_parsing": "true or false belongs here",
    "string_too_short": "at least {min_length} characters belong here",
    "string_too_long": "at most {max_length} characters belong here",
    "too_short": "at least {min_length} belong here",
    "too_long": "at most {max_length} belong here",
    "greater_than_equal": "{ge} at least",
    "greater_than": "more than {gt}",
    "less_than_equal": "{le} at most",
    "less_than": "less than {lt}",
    "multiple_of": "a multiple of {multiple_of}",
}
"""By pydantic's type of error; what is put in is of the field, as its bounds."""


def in_our_words(error: Mapping[str, Any], shape: Any = None) -> str:
    """The sentence on one error. `shape` is what the whole body was to be, where that is known."""
    kind, context = error["type"], error.get("ctx") or {}
    match kind:
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")  # a validator's own words are ours
        case "string_pattern_mismatch":
            return FORMS.get(context["pattern"], "this is not written as its description at /docs shows")
        case "enum" | "literal_error":
            return _one_of(str(context["expected"]))
        case "extra_forbidden":
            meant = _meant(error["loc"], shape)
            return SENTENCES[kind] + (f"; is {meant} meant?" if meant else "")
    return SENTENCES.get(kind, "this is not what belongs here").format_map(context)


def _one_of(expected: str) -> str:
    """Pydantic writes "'1A', '1B' or '2A'"."""
    codes = expected.replace("'", "").replace(" or ", ", ").split(", ")
    if len(codes) > CODES_SHOWN:
        return f"this is none of the {len(codes)} codes that there are: {PAGE_OF_CODES}"
    return f"one of {', '.join(codes)}: {PAGE_OF_CODES}"


def _meant(place: Sequence[int | str], shape: Any) -> str | None:
    """The field that a name nobody knows comes close to."""
    *path, name = place[1:]
    for step in path:
        shape = _inside(shape, step)
    known = _model(shape)
    close = get_close_matches(str(name), known.model_fields, n=1, cutoff=0.75) if known else []
    return close[0] if close else None


def _inside(shape: Any, step: int | str) -> Any:
    if isinstance(step, int):
        return next((get_args(each)[0] for each in _choices(shape) if get_args(each)), None)
    model = _model(shape)
    return model.model_fields[step].annotation if model and step in model.model_fields else None


def _model(shape: Any) -> type[BaseModel] | None:
    """The one model that a shape is, if it is one or nothing."""
    models = [each for each in _choices(shape) if isinstance(each, type) and issubclass(each, BaseModel)]
    return models[0] if len(models) == 1 else None


def _choices(shape: Any) -> list[Any]:
    if get_origin(shape) is Annotated:
        return _choices(get_args(shape)[0])
    if get_origin(shape) in {Union, UnionType}:
        return [choice for each in get_args(shape) for choice in _choices(each)]
    return [shape]
