"""The reference pages and contracts, drawn from the code: `make docs` writes them.

Owns `docs/events.md`, `settings.md`, `routes.md`, `problems.md`, `stages.md`, `asyncapi.json` and `shared/contracts/schemas`.
A test fails when what is committed is not what the code says.
"""
