"""How sure we are: intervals. The only place in reporting, with disclosure, that knows scipy."""
