"""Feedback within a week, and the coaching that follows: what an observation is for.

Owns what was fed back and agreed (words, which stay here), what the worker makes of it, the seven-day clock and the stages an
observation goes through. Says, through the observation, that feedback was given, coaching held and scores contested, and when.
"""
