"""What was recorded in error: corrected, taken back, or a closure undone; and what stood before, kept.

Owns corrections. The later truth is what stands and what is said; how it came to stand is here, until the child's record is
disposed of, which is another thing. A case that comes back is no correction: it is referred again, and counts as that.
"""
