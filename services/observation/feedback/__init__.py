"""Feedback within a week, and the coaching that follows: what an observation is for.

Owns what was fed back and agreed (words, which stay here), the seven-day clock and the stages an observation goes
through. Says, through the observation, that feedback was given and coaching held, and when.
"""
