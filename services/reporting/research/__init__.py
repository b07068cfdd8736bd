"""Extracts for evaluators outside: cases and observed practice under pseudonyms, for a stated purpose, on a stated basis.

Somebody asks, another person decides, and whoever asked collects it once. Pseudonyms are made for one extract with a key
that is thrown away: nothing in two extracts can be joined, and nothing here leads back. Owns the register of extracts,
and keeps none of them.
"""
