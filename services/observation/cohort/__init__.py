"""Which cases are followed: selected by chance under a stated rule, before anybody knows how they will go.

Owns cohorts (each a rule that is never changed: from which day on what share of newly allocated cases is selected, team by
team, and every case in the enhanced offer) and the participation of each case in the frame, selected or not, with its weight.
A case is drawn when it is heard of, by a seed that nobody has read: no worker can choose it, and with the seed, which is
shown once the cohort is over, anybody can draw again. Says `observation.participation`: one case with its agreements and
its waves. Hears, through `people`, of allocations, reallocations, transfers, offers, closures and erasure.
"""
