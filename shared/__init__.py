"""The ground all three services stand on. It knows no service and no child.

`contracts` is what is said, `messaging` how it is said and heard, `web` the HTTP door; beside them one page each for the
database, audit, problems, settings, time and the log.
"""
