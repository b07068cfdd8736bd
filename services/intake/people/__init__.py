"""Who is who: children, workers and the teams they belong to.

Owns names and dates of birth, which leave intake in no event. A child's row carries the version of all that is said of
the child: whatever changes anything about a child locks and raises it here.
"""
