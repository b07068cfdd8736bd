"""Every event that crosses a border is declared here: one page a speaker (`intake.py`, `observation.py`), what every state
has beside (`state.py`), the code sets they use, and the envelope they travel in. `schemas/` is drawn from them.

An event carries the *whole coded state* of one subject: ids, codes, dates, scores. It names no person, tells no
story and holds no date of birth, so that a topic never becomes a case file. It is still pseudonymised
special-category data.
"""
