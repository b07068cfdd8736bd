"""Supervision: whom a supervisor sat down with and when, and how it was observed to be.

Owns sessions, of one worker or of a group, and what was scored of them, which is the supervisor's to learn from: the same
engine as for practice with families, with skills of its own. Not a word of what was talked about. Says nothing, hears nothing.
"""
