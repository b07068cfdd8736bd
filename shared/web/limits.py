"""What one request may be, and how long it may take. `docs/limits.md` is drawn from here."""

KIB = 1024
MIB = 1024 * KIB

ADDRESS_BYTES = 8 * KIB
"""Path and query together; 414 beyond it."""

HEADER_BYTES = 16 * KIB
"""All headers together, names and values; 431 beyond it."""

BODY_BYTES = MIB
"""A body, declared or streamed; 413 beyond it."""

BULK_BYTES = 5 * MIB
"""A body where a route takes many at once and says so; 413 beyond it."""

DEPTH = 16
"""Objects and lists inside one another; 400 beyond it."""

NAMES = 200
"""Names in one object; 400 beyond it. To name each fault of 100,000 unknown ones would keep everybody else waiting."""

FAULTS = 50
"""Faults named in one answer."""

HEAD_SECONDS = 10
"""From the first byte of a request, or from connecting, until its headers are complete; then the connection is closed."""

BODY_SECONDS = 20
"""From the headers until the body is complete; 408 beyond it."""

IDLE_SECONDS = 10
"""A connection on which nothing is asked is kept this long."""

STOP_SECONDS = 20
"""What is being served when the process is told to stop has this long to end."""

AT_ONCE = 16
"""Requests of one client that are served at once; the next wait their turn."""

WAITING = 64
"""Requests of one client that wait their turn; 429 beyond it."""

CONNECTIONS = 2000
"""Open connections of one process; requests on the ones beyond it are answered 503."""
