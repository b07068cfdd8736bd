"""Observations that did not take place: declined or called off, by whom and why.

Owns what was declined and cancelled, in codes. Who declines is the largest bias there is in what is observed: without it
nobody could tell whose practice with whom the figures are about. Says nothing, hears nothing.
"""
