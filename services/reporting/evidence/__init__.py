"""How sure we are: which test may be made of what, its interval, and what may be said of it in words.

The pages, each one idea, plain Python over numbers:

- `intervals.py` a mean, a share, a rate, each with its interval; `counts.py` two shares or two counts beside each other
- `paired.py` the same people twice; `groups.py` two groups of people; `power.py` how many it takes to see anything
- `published.py` beside a level published elsewhere; `summaries.py` whether a printed summary can be true
- `clusters.py` observations of one worker resemble one another; `multiplicity.py` many tests at once
- `attrition.py` who was lost on the way, and whether it matters
- `charts.py`, `funnels.py` what varies by chance and what does not
- `association.py` whether two things go together
- `claims.py` the gate that every generated sentence passes

The only place in reporting, with disclosure, that knows scipy. It takes a second to import, so it is loaded with these
modules, at start-up and not in a request. What is asked and where the rules come from is told in `docs/evidence.md`.
"""
