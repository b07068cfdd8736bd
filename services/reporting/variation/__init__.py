"""What varies by chance and what does not: control charts of the indicators month by month, and funnels of teams.

Owns the log of baselines: where somebody decided that a chart begins afresh, with the reason. Nothing of it is taken out;
a decision is taken back by another. The rules of the charts are those of `evidence/charts`, the limits of funnels exact.
"""
