"""The children in need census, in: a file is read child by child and judged by the DfE's own rules.

What is odd is stored with a finding that names the rule; only what cannot be understood is set aside. A broken child
never loses its neighbours.
"""
