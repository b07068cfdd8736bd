"""Intake: a child comes to notice and gets a named worker.

Owns who is who (children, workers, teams), referrals and what was decided, the episode of need with all that is done in
it, and who holds which case. Says `intake.child` (a child's whole coded history) and `intake.workforce`. Hears nothing.
"""
