"""Every child gets a named worker whose caseload is kept to what one person can do well.

Owns who held which case from when until when, the limit that binds (`capacity.py`), and the recommendation of workers
with its reasons (`recommendation.py`). A manager decides; the software advises and keeps the limit.
"""
