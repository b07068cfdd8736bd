"""One child's own record, the earlier history of the whole family, and the children whose record is closed to all but named
people.

Owns restrictions, and what whoever works with a child must know: languages, addresses, safe contact. A restricted child is
hidden from everyone not named, in every list, look-up and search alike, and is answered like a child nobody has heard of; in
caseloads the child still counts, as one of so many. That a child is restricted, and to whom, is said, so that every hearer
hides the child too.
"""
