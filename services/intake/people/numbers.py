"""Numbers that say who a child is, and the check that tells a slip of the pen from one.

Sources: DfE, unique pupil numbers (check letter over weights 2 to 13, modulo 23); NHS data dictionary, NHS number (check
digit modulo 11).
"""

import re

UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 letters a check may be; the place of a letter is its value. I, O and S would be read as digits."""
NHS_NUMBER = re.compile(r"[0-9]{10}")
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")


def is_upn(text: str) -> bool:
    """Whether this is a unique pupil number: 13 characters whose first checks the others. A temporary one ends in a letter."""
    return bool(UPN.fullmatch(text)) and check_letter(text[1:]) == text[0]


def check_letter(rest: str) -> str:
    """The first character of a unique pupil number, given the twelve that follow it."""
    values = [*map(int, rest[:11]), UPN_LETTERS.index(rest[11]) if rest[11].isalpha() else int(rest[11])]
    return UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, start=2)) % 23]


def is_nhs_number(text: str) -> bool:
    """Whether this is an NHS number: ten digits, the last of which checks the others. Ten equal ones are nobody's."""
    if not NHS_NUMBER.fullmatch(text) or len(set(text)) == 1:
        return False
    check = 11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), text, strict=False)) % 11
    return check % 11 == int(text[9]) and check != 10


def as_postcode(stated: str) -> str:
    """A postcode in capitals with one space. Raises `ValueError` for what is none."""
    letters = stated.replace(" ", "").upper()
    if not POSTCODE.fullmatch(letters):
        raise ValueError("a postcode is written like N1 1XX")
    return f"{letters[:-3]} {letters[-3:]}"
