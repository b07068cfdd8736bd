"""What was done here in a case whose master is a case management system goes back to it: one signed message an act.

Owns the messages, written in the transaction of the act itself; the system fetches them when it can, and gives a receipt for each.
Nothing is sent: the system comes to the door it states its records at.
"""
