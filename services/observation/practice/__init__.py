"""Practice as observed: the seven skills, rated from 1 to 5 by somebody who was there.

Owns observations with their scores, evidence notes and flags, and the version of all that is said of each. An observation
of a case not heard of yet is parked: kept, shown, and spoken of once the case is known. Says `observation.practice`.
"""
