"""Local performance indicators: what each means, and the monthly cells in which it is kept.

An indicator is a pure function of one history to contributions. When a history changes, the difference between what it
contributed before and after is added to the cells in the same transaction: a question is a small indexed read whatever
the size of the history, and late or corrected facts land in the month they belong to.

Each is defined, in words and as its function, on the page of its subject: `referrals.py`, `episodes.py`, `assessments.py`,
`protection.py`, `practice.py`. `indicator.py` says what an indicator is, `catalogue.py` lists them all.
"""
