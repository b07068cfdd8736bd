"""What a family wants to be different for a child, where the harm is, and how the child fares: red, amber or green.

Owns goals of open cases, how worker and parent rate each of them, and what supervision said where the two stand two steps
apart. A rating is a judgement of two people on a day: structured questions (`prompts.py`) are asked before it, and assessment
factors decide which, but neither proves anything. Nothing is written over; what is corrected stays beside what corrects it.
Reviews and supervision come due from the ratings (`reviews.py`).
"""
