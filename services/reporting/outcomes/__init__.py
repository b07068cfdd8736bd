"""What became of cases, and whether it goes with the practice that was seen in them.

The evaluation of 2017 could not set practice beside outcomes case by case, and recommended that it be done. Here what was
observed and what happened since are joined on one key, the episode; how many cases could be joined is a figure of its own.
Of cases that were selected to be followed it says who was asked, who agreed, who was interviewed and who was lost, and why.
The colours that worker and parent give the family's goals are among what became of a case. Owns no table: it reads the
histories. Going together is no cause, and nothing is said of it where cases are few.
"""
