"""Three deployables that never import one another; they speak by events and HTTP."""
