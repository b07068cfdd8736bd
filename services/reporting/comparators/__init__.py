"""What others publish, and how many children live here: comparators and denominators, each with its source and vintage.

Owns the tables of published figures and of populations, loaded from a file by `dwc import comparators`. A rate names the
population it is of; a figure that was revised stands beside what it was, under its own vintage, and the latest is shown.
"""
