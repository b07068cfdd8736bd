"""What whoever runs it does from a command line: see the settings, ask the doctor, back up, restore, dispose.

Owns no table; it looks into every service's database, and imports a service only when a command needs it.
"""
