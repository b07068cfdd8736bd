"""Forms as phones send them: late, several times over, in any order, and sometimes two of them at odds.

Owns every form that came, and what became of it. The first version of a form is recorded as an observation; an edit names
the version it replaces and lands on it, is held until that one has come, or contradicts another and is kept for a person.
Says nothing itself: what lands is said by the observation.
"""
