"""A batch of cases is spread over a team's workers: a leaver's caseload, or what nobody holds yet.

Owns plans. A plan is a proposal (`allocation/plan.py` finds it) and gives nobody a case: a manager accepts it, and then all of
it is given in one transaction, within the limits as they are by then, or none of it.
"""
