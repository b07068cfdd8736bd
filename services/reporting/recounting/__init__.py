"""A second engine that counts every figure again from the histories, by SQL written from the definitions.

It shares no line with the functions that keep the cells: where the two differ, one of them is wrong. It also answers
questions nobody thought of beforehand. DuckDB does it, an optional extra (`pip install "doing-what-counts[duckdb]"`).
Owns no table.
"""
