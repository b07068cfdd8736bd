"""Whether a programme pays for itself: what was planned, what came of it, what that rests on, and what was decided.

Owns each version of a programme's plan, with its phases, spend, children looked after and dated cost assumptions, and the
log of decisions. `avoidance.py` works out what was avoided, as a range, and how late; `soundness.py` what does not add up.
Money that need not be spent is no proof of what saved it, and no sentence here says so.
"""
