"""Whether two records are of one child.

Every record that comes in is compared with those it meets under its keys, with its evidence kept in codes. Nothing is
merged but by a person, who can take it back; the child is stored meanwhile, and everything else goes on. Owns pairs that
may be one child, and what was decided of them. Says `intake.child` with `merged_into`: the one that was taken over
contributes nothing, the other speaks for both.
"""
