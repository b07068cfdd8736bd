"""Observation: practice is watched, fed back within a week, and coached.

Owns observations of practice with their scores and evidence notes, the safety concerns that came up, the feedback and
coaching that follow; which cases chance selected to be followed, what their people agreed to, and the interviews after four weeks
and four months; and its own copy of who works where and which cases there are. Says `observation.practice` (one observation,
coded, without a word of what was written) and `observation.participation` (one case of a cohort, with agreements and waves). Hears `intake.child` and `intake.workforce`.
"""
