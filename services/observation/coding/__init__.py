"""Scoring that can be trusted: a fifth of observations is scored again, blind, and whoever observes is certified.

Owns second codings with what two observers agreed on, and the certificates of those who observe. Says nothing itself: that
an observer was certified, and what was agreed, is said by the observation.
"""
