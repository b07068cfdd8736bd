"""How services speak and hear: outbox, relay, transport, inbox, dead letters.

Speaking only inserts a row, in the transaction of the change itself. One leader a service sends the rows in order and
removes what has arrived. A hearer notes each event's id in the transaction that acts on it, so that every event counts
once however often it comes.
"""
