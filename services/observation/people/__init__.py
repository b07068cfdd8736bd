"""Workers and cases as heard from intake: who is observed, who observes, and whose case it was.

Owns copies only, each the newest version heard. Says nothing. Hears `intake.workforce` and `intake.child`.
"""
