"""What one request may be, and how long it may take. The same table stands in `docs/integrating.md`."""

KIB = 1024
MIB = 1024 * KIB

ADDRESS_BYTES = 8 * KIB
"""Path and query together; longer is answered 414."""

HEADER_BYTES = 16 * KIB
"""All headers together, names and values; more is answered 431."""

BODY_BYTES = MIB
"""A body, declared or streamed; more is answered 413."""

BULK_BYTES = 5 * MIB
"""A body where a route takes many at once and says so: `@router.post(..., max_body_size=BULK_BYTES)`."""

DEPTH = 16
"""Objects and lists inside one another in a body; deeper is answered 400."""

NAMES = 200
"""Fields of one object in a body: naming each fault of 100,000 unknown ones would keep everybody else waiting."""

FAULTS = 50
"""Faults named in one problem document."""

HEAD_SECONDS = 10
"""From opening a connection, or from the first byte of the next request, until the headers are complete."""

BODY_SECONDS = 20
"""From the headers until the body is complete; later is answered 408."""

IDLE_SECONDS = 10
"""A connection on which nothing is asked is kept this long."""

STOP_SECONDS = 20
"""Requests that are being served when the process is told to stop have this long."""

AT_ONCE = 16
"""Requests of one client that are served at once; the next ones wait."""

WAITING = 64
"""Requests of one client that wait for their turn; more are answered 429."""

CONNECTIONS = 2000
"""Open connections; requests on more of them are answered 503."""
