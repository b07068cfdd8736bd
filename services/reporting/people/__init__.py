"""Teams and who belongs to them, as heard from intake: it decides whose figures somebody may see."""
