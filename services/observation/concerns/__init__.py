"""Concerns for somebody's safety that came up while practice was observed. They wait for nothing.

Owns the concerns, from when one is raised until a named person has taken it up. One is listed for duty and for managers in
the transaction that keeps the form, whether the form's case is known, its version can land, or anybody has given feedback.
Says, through the observation, that one was raised.
"""
