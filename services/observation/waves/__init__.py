"""The waves of a case: T1 four weeks after it was allocated, T2 after four months, and what is on record after twelve.

Owns the waves with their windows, each safe-contact check and each attempt to get in touch, and what became of a wave: taken,
inside its window or not, or lost, with the reason. Prompts are timers: a window opens, a wave is due with no day agreed on, a
window closes. T1 and T2 are of selected cases; T3 is of every case in the frame, and nobody is asked anything for it.
Says it through the participation. `measures` records what was answered and calls `taken`.
"""
