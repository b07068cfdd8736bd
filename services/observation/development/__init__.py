"""How somebody came to the work and goes on learning: screening when they were recruited, induction, the four-day course, CPD.

Owns attendance and screening, and one view that joins by the worker what every subject here knows of their development. It is
the worker's; managers see that it took place. Says nothing, hears nothing.
"""
