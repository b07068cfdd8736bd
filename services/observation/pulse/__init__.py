"""The pulse of the workforce: ten questions a quarter, answered by nobody in particular.

Owns how often each answer was given, by team and quarter, and who has answered, which are two tables that nothing joins: no row
holds one person's answers, not even for a moment. A figure is shown once the quarter is over and eight have answered.
Says nothing, hears nothing.
"""
