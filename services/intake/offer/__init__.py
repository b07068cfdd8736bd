"""What a family is offered in an episode of need: the core offer, or with a panel's word the enhanced one.

Owns offers and the sessions of the multi-disciplinary service. A manager gives the core offer. The enhanced one is asked
for by dated criteria (`criteria.py`), decided by a panel, and given place by place: so many a year (`places.py`), the most
pressing first (`priority.py`), and steps down to core (`stages.py`). Both are for teams that work by the practice model
(`people/remits.py`). A person decides and signs; the software counts, and never gives one place too many.
"""
