"""Reporting: what changed, and how sure we are.

Owns each subject's newest history as heard, the indicators counted from them month by month (LPIR), the Practice
Reports and what was published of them, whether practice goes with what became of cases, what others publish to set
beside it, where control charts begin afresh, what programmes cost and avoid, the months that have been
released, and the register of extracts for research.
Says nothing yet. Hears `intake.child`, `intake.workforce`, `observation.practice` and `observation.participation`.
"""
