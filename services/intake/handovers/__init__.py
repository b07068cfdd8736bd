"""A case passes from one worker to another when the other, or the other's manager, takes it.

Owns offers to take a case over: made by a manager of the team that holds it, accepted or refused with a reason, withdrawn,
or expired after five working days (`stages.py`). The case stays where it is until the offer is accepted; then the limits
bind as they do whenever a case is given.
"""
