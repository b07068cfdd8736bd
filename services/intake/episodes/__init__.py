"""The episode of need: from the referral that opens it to its closure, with everything done in between.

Owns episodes and their assessments, child in need plans, section 47 enquiries, conferences, child protection plans,
meetings and visits. One episode is one `CINdetails` of the census.

What was done are facts (`facts.py`), whatever table they stand in. From them alone follow the stage an episode is at and
the moves that are legal (`stages.py`), what cannot be right (`soundness.py`), and what is due (`clocks.py`). An act done
here is looked at before it stands; what a source states is stored as it is.
"""
