"""Who is who: children, workers and the teams they belong to.

A worker's hours and stage are dated (`terms.py`), so that what was right on a day stays right for that day. Absences are
kept without a reason and are said to nobody.

Owns names and dates of birth, which leave intake in no event. A child's row carries the version of all that is said of
the child: whatever changes anything about a child locks and raises it here.
"""
