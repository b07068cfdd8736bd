"""The children in need census, in and out: judged child by child by the DfE's own rules, the same both ways.

In: what is odd is stored with a finding that names the rule; only what cannot be understood is set aside. A broken child
never loses its neighbours. Out: everybody whom a census year is about, as it stood at its end, written the same way every
time; and what is to be put right before it leaves, by team and worker. Owns no table: a finding is worked out from the
records whenever it is asked for, so that it is gone the moment they are right.
"""
