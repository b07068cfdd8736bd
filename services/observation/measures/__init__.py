"""What families say and what is rated of them: instruments as data, answers as they were given, scores worked out from them.

Owns answers, goals, and the wording that the authority has loaded. Ships no wording: instruments are numbered places, with
the rules by which their answers are scored. What somebody said in words stays here.
"""
