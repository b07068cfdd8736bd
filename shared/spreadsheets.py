"""What a spreadsheet would take for something else than text."""

RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins with one of these is run as a formula; the wide forms are taken for the narrow ones."""


def inert(text: str) -> str:
    """The text as a cell that nothing runs: what begins like a formula is given an apostrophe (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(RUN) else text
