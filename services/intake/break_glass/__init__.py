"""Breaking the glass: whoever must act now, for a child whose record is not theirs to see, says why and sees it for an hour.

Owns who broke it, for which child, why and until when. The service manager and the auditor are told at once, with every
read made under it. It opens one child's record for reading: no list, no export, nothing that is done to a case.
"""
