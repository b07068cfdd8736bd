"""Practice Reports as they were published: in versions, by a named person; and the page on which leaders see them.

Until it is published a report follows what is recorded. A version is frozen whole; what is found out later is another
version beside it, with its reason. Owns the versions. The page is put together here and needs nothing from outside.
"""
