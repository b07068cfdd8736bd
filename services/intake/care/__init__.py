"""Legal planning and care: what is done when a child cannot safely stay at home, or may not be able to.

Owns pre-proceedings (which a legal planning meeting leads to), episodes of care with legal status and placement, and plans
for permanence. They belong to an episode of need, which goes on while the child is looked after and after care has ceased.
"""
