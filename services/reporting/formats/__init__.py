"""The files that figures leave as: tidy CSV in the layout of DfE's open data with its `.meta.csv`, and workbooks.

Plain Python, and nothing of what the figures are: a door makes a `Table` of what it would have answered as JSON, and this
makes a file of the table. Text that a spreadsheet would run as a formula is made inert in every file.
"""
