"""The episode of need: from the referral that opens it to its closure, with everything done in between.

Owns episodes and their assessments, child in need plans, section 47 enquiries, initial child protection conferences and
child protection plans. One episode is one `CINdetails` of the census.
"""
