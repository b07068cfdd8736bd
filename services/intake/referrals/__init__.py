"""A referral is a request for a service for a child; somebody decides within one working day what comes of it.

Owns the forms referrers send (one form, one or several children of a family), the referral of each child, and the
decision on it.
"""
