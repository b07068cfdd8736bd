"""You said, we did: what parents, children and practitioners said about the service when they were asked, and what came of it.

Owns the log. Nobody is named in it: it is read by everybody who works here. Says nothing, hears nothing.
"""
