"""What is due: the clocks of every open case, as lists for a worker, a team, or the service.

Owns no table. A task is computed from what was done (`episodes/clocks.py`) whenever it is asked for, so that it is gone the
moment a visit, a review or a conference is recorded, or corrected away again.
"""
