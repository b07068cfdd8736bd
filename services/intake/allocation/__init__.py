"""Every child gets a named worker whose caseload is kept to what one person can do well.

Owns who held which case from when until when; the one count of that on any day (`caseloads.py`), in children and in points
(`points.py`); the limits that bind (`capacity.py`; a worker who has no room is refused by `Standing` in `queries.py`), who
may lead (`leading.py`), what a manager may decide against that (`overriding.py`), and the recommendation of workers with its
reasons (`recommendation.py`). Several cases are given at once under one count (`giving.py`), children who belong together
together (`families.py`), the urgent first (`urgency.py`), a whole batch as well as can be (`plan.py`). A manager decides;
the software advises and keeps the limits. Where the case system is master (`mode.py`), or a case gets heavier, what passes a
limit is flagged instead (`breaches.py`).
"""
