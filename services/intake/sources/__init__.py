"""What a source system states of a child, as one document with a scope and a period.

`reading.py` understands what was sent, `judging.py` finds what is odd in it, `merge.py` makes one record of what all sources
say, `writing.py` and `holding.py` bring the tables to it. Sending the same thing twice changes nothing and says so.
"""
