"""What a source system says of a child, as one document with a scope and a period.

Several documents together are the child's record (`merge.py`): the later one stands, and says nothing of what lies
outside its own period. Sending the same thing twice changes nothing and says so.
"""
