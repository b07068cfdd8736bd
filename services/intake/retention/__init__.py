"""How long case records are kept, what keeps one longer, and what is disposed of when its time is up.

Owns legal holds. Says that a child's record was erased, which every hearer obeys. Nothing is disposed of until the authority
has decided how long it keeps case records: there is no period in law for a child in need who was never looked after.
"""
