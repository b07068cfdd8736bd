"""Seals over the audit: whether a row was changed, added or taken away since, even by whoever has the database's password.

Once a second the leader lists the digests of new audit rows, chains the list to the seal before it and signs it, with a key
that is not in the database. The head of the chain is also kept outside the database, because a tail that is cut off
leaves a shorter chain that is as whole as the longer one was. Owns `audit_seal`, and two files a deployment keeps apart
from its database: `audit-heads-<service>.jsonl` and `audit-keys.jsonl`.
"""
