"""The last gate: what of the figures may leave, and in which form.

A month that is over is released once, whole: named tables on a fixed grid, in which what could tell of somebody is
hidden, what would give the hidden away is hidden with it, and the rest is rounded. One person prepares a release and
another approves it. From then on it is what it is: the same bytes whoever asks, whatever is recorded later.

`families.py` says which figures hang together, `suppression.py` what is hidden, `exposure.py` how far whoever adds and
subtracts all that was ever printed could come, `tables.py` what is printed. Owns releases and their documents.
"""
