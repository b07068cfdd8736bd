"""Who waits for a worker: the queue of open cases that nobody holds, the most at risk first, with its clocks.

Owns who answers for a case meanwhile (the duty worker). A child in protection or looked after is never in the queue without
one: whoever records a step that makes it so answers for the case until somebody else is named. What a source system states is
not refused for want of a name; it stands at the head of the queue, marked.
"""
