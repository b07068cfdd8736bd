"""A case goes from one team to another: offered, accepted with a named worker, seen together, and then handed over.

Owns transfers and involvements: who works on a case beside the worker who holds it. From acceptance on the old and the new
worker overlap; the case is held by the old one until the transfer is completed, and by the new one from that day. Allocation
gives the case to the new worker, within the limits it keeps.
"""
